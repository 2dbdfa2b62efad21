//! Users of NATS who are known by a key or by what somebody has signed.

use nkeys::KeyPair;

/// The configuration of a server of NATS that knows one account, and the file of credentials of one user in it.
pub(crate) fn signed() -> (String, String) {
    let (operator, user) = (KeyPair::new_operator(), KeyPair::new_user());
    // JetStream itself lives in the second.
    let [account, system] = [(); 2].map(|()| KeyPair::new_account());
    let of_operator = statement(&operator, &operator, r#"{"type":"operator","version":2}"#);
    let limits = r#"{"subs":-1,"data":-1,"payload":-1,"imports":-1,"exports":-1,"wildcards":true,"conn":-1,"leaf":-1,
        "mem_storage":-1,"disk_storage":-1,"streams":-1,"consumer":-1}"#;
    let of_account = format!(r#"{{"limits":{limits},"type":"account","version":2}}"#);
    let of_account = statement(&operator, &account, &of_account);
    let of_system = statement(&operator, &system, r#"{"type":"account","version":2}"#);
    let of_user = r#"{"subs":-1,"data":-1,"payload":-1,"type":"user","version":2}"#;
    let of_user = statement(&account, &user, of_user);
    let configuration = format!(
        "operator: {of_operator}\nsystem_account: {}\nresolver: MEMORY\n\
         resolver_preload: {{ {}: {of_account}, {}: {of_system} }}\n",
        system.public_key(),
        account.public_key(),
        system.public_key()
    );
    let credentials = format!(
        "-----BEGIN NATS USER JWT-----\n{of_user}\n------END NATS USER JWT------\n\n\
         -----BEGIN USER NKEY SEED-----\n{}\n------END USER NKEY SEED------\n",
        user.seed().unwrap()
    );
    (configuration, credentials)
}

/// What `by` says about `of`, as a JSON Web Token.
fn statement(by: &KeyPair, of: &KeyPair, nats: &str) -> String {
    let (by_key, of_key) = (by.public_key(), of.public_key());
    let header = base64(br#"{"typ":"JWT","alg":"ed25519-nkey"}"#);
    let claims = format!(
        r#"{{"jti":"1","iat":1700000000,"iss":"{by_key}","sub":"{of_key}","name":"chat","nats":{nats}}}"#
    );
    let signed = format!("{header}.{}", base64(claims.as_bytes()));
    let signature = by.sign(signed.as_bytes()).unwrap();
    format!("{signed}.{}", base64(&signature))
}

/// As URLs have it, without padding.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let of_chunk = |chunk: &[u8]| {
        let mut word = [0; 4];
        word[1..=chunk.len()].copy_from_slice(chunk);
        let word = u32::from_be_bytes(word);
        let digits = [18, 12, 6, 0].map(|shift| DIGITS[(word >> shift) as usize % 64]);
        digits[..=chunk.len()].to_vec()
    };
    let digits = bytes.chunks(3).flat_map(of_chunk).collect();
    String::from_utf8(digits).unwrap()
}
