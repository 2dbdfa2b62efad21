//! The accounts of the course's documentation (PROTOCOL.md, section "Documented accounts").

use alloc::vec::Vec;

use crate::admin::NewUser;
use crate::identity::{Name, Username};
use crate::password::PasswordHash;

/// The password of every documented account. It is public: these accounts are for learning.
pub const PASSWORD: &str = "surabaya";

/// Hashed beforehand, with the default cost, so that a first start need not wait for it. The salt
/// protects nothing here: the password is public.
const PASSWORD_HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$ZG9jdW1lbnRlZCBzYWx0Lg$OEPP4THcxnMdiCO7qvrmMXQ1CVNFb4ttS3wLg0rC17I";

const ACCOUNTS: [(&str, &str, &str); 3] = [
    ("messi", "Lionel Messi", "Argentina"),
    ("henderson", "Jordan Henderson", "Inggris"),
    ("lineker", "Gary Lineker", "Inggris"),
];

/// The documented accounts, with the given stored password or the usual one.
pub fn documented_accounts(password: Option<PasswordHash>) -> Vec<NewUser> {
    let usual = || PasswordHash::parse(PASSWORD_HASH).expect("the constant is a hash");
    let password = password.unwrap_or_else(usual);
    let accounts = ACCOUNTS.iter().map(|(username, name, country)| NewUser {
        username: Username::parse(username).expect("the constant is a username"),
        name: Name::parse(name).expect("the constant is a name"),
        country: Name::parse(country).expect("the constant is a name"),
        password: password.clone(),
    });
    accounts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::password::{Password, PasswordCost};
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn the_stored_hash_is_that_of_the_documented_password() {
        let hash = Password::parse(PASSWORD)
            .unwrap()
            .hash(PasswordCost::default(), *b"documented salt.");
        assert_eq!(hash.as_str(), PASSWORD_HASH);
    }
}
