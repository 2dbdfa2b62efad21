//! Passwords: Argon2id, as a value that a host runs where it likes.
//!
//! Hashing is slow on purpose (some 20 ms and 19 MiB with the default cost), so the core never
//! does it by itself: it hands out a [`PasswordCheck`], the host runs it off its event loop and
//! hands the [`CheckedPassword`] back.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::ops::RangeInclusive;

use argon2::password_hash::PasswordHasher as _;
use argon2::password_hash::phc;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use serde::{Deserialize, Serialize};

use crate::identity::Username;
use crate::limits::PASSWORD_BYTES;
use crate::state::Generation;

/// A password somebody typed: 1 to [`PASSWORD_BYTES`] bytes without spaces or control characters.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(Box<str>);

impl Password {
    /// `None` for a text that can be nobody's password.
    pub fn parse(text: &str) -> Option<Self> {
        let well_formed = (1..=PASSWORD_BYTES).contains(&text.len())
            && !text.chars().any(|c| c == ' ' || c.is_control());
        well_formed.then(|| Self(text.into()))
    }

    /// Hashes with Argon2id. `salt` is 16 bytes that the host drew at random.
    pub fn hash(&self, cost: PasswordCost, salt: [u8; 16]) -> PasswordHash {
        let hash = Argon2::new(Algorithm::Argon2id, Version::V0x13, cost.0)
            .hash_password_with_salt(self.0.as_bytes(), &salt)
            .expect("a cost was checked when it was made, and a salt of 16 bytes is valid");
        PasswordHash(hash.to_string().into())
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Password(hidden)")
    }
}

/// What one hash costs: memory, passes over it, and lanes.
#[derive(Clone, Debug)]
pub struct PasswordCost(Params);

impl PasswordCost {
    /// Memory in KiB. The most is what the most careful presets of other programs take; more
    /// would let the logins of a few users take all memory of a server.
    pub const MEMORY_KIB: RangeInclusive<u32> = 8..=1 << 20;
    /// Passes over the memory. With the most of both, one login takes some ten seconds.
    pub const PASSES: RangeInclusive<u32> = 1..=16;
    /// Lanes that the memory is divided into.
    pub const LANES: RangeInclusive<u32> = 1..=64;

    /// `None` outside of these bounds, and with less than 8 KiB a lane.
    pub fn new(memory_kib: u32, passes: u32, lanes: u32) -> Option<Self> {
        let params = Params::new(memory_kib, passes, lanes, None).ok()?;
        is_bearable(&params).then_some(Self(params))
    }

    /// The least that Argon2 allows: for tests and simulations, worthless against an attacker.
    pub fn cheapest() -> Self {
        Self::new(Params::MIN_M_COST, Params::MIN_T_COST, 1).expect("the minimum is allowed")
    }
}

/// Whether a server can afford to check passwords at this cost.
fn is_bearable(params: &Params) -> bool {
    PasswordCost::MEMORY_KIB.contains(&params.m_cost())
        && PasswordCost::PASSES.contains(&params.t_cost())
        && PasswordCost::LANES.contains(&params.p_cost())
}

impl Default for PasswordCost {
    /// OWASP's first recommendation for Argon2id: 19 MiB, two passes, one lane.
    fn default() -> Self {
        Self::new(19 * 1024, 2, 1).expect("the recommended cost is allowed")
    }
}

/// A stored password: an Argon2 hash as a PHC string, with its own cost and salt.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct PasswordHash(Box<str>);

impl PasswordHash {
    /// Accepts the PHC string of an Argon2 hash, of any cost. `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let hash = phc::PasswordHash::new(text).ok()?;
        Algorithm::try_from(hash.algorithm.as_str()).ok()?;
        Params::try_from(&hash).ok()?;
        (hash.salt.is_some() && hash.hash.is_some()).then(|| Self(text.into()))
    }

    /// Whether its cost is within the bounds of [`PasswordCost`]. A hash made elsewhere may have
    /// any cost, and one that takes hours to check would keep everyone else from logging in.
    pub fn has_bearable_cost(&self) -> bool {
        let stored = phc::PasswordHash::new(&self.0).ok();
        let params = stored.and_then(|stored| Params::try_from(&stored).ok());
        params.is_some_and(|params| is_bearable(&params))
    }

    /// The PHC string, for storage only.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is the hash of that password. Slow on purpose, see [`PasswordCheck::run_in`].
    pub fn matches(&self, password: &Password, memory: &mut CheckMemory) -> bool {
        let stored = phc::PasswordHash::new(&self.0).ok();
        let comparison = stored.and_then(|stored| compare(&stored, password, memory));
        comparison.unwrap_or(false)
    }
}

/// `None` for what is no Argon2 hash, which parsing has ruled out.
fn compare(
    stored: &phc::PasswordHash,
    password: &Password,
    memory: &mut CheckMemory,
) -> Option<bool> {
    let (salt, expected) = (stored.salt.as_ref()?, stored.hash.as_ref()?);
    let algorithm = Algorithm::try_from(stored.algorithm.as_str()).ok()?;
    let version = stored.version.map_or(Ok(Version::V0x13), Version::try_from);
    let params = Params::try_from(stored).ok()?;
    let memory = memory.blocks(params.block_count());
    let mut computed = [0; phc::Output::MAX_LENGTH];
    let computed = computed.get_mut(..expected.len())?;
    Argon2::new(algorithm, version.ok()?, params)
        .hash_password_into_with_memory(password.0.as_bytes(), salt, computed, memory)
        .ok()?;
    // This comparison takes the same time wherever they differ.
    Some(phc::Output::new(computed).ok()? == *expected)
}

/// What a password check works in, to be used for one check after the other: it is as large as
/// the largest of them needed.
#[derive(Default)]
pub struct CheckMemory(Vec<Block>);

impl CheckMemory {
    fn blocks(&mut self, count: usize) -> &mut [Block] {
        if self.0.len() < count {
            // Given back first, so that never both are there.
            self.0 = Vec::new();
            self.0.resize(count, Block::new());
        }
        &mut self.0[..count]
    }
}

impl fmt::Debug for CheckMemory {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("CheckMemory(hidden)")
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PasswordHash(hidden)")
    }
}

impl<'de> Deserialize<'de> for PasswordHash {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not an Argon2 hash"))
    }
}

/// A password to be compared with a user's hash as it was when `auth` arrived.
#[derive(Clone, Debug)]
pub struct PasswordCheck {
    pub(crate) username: Username,
    pub(crate) generation: Generation,
    pub(crate) hash: PasswordHash,
    pub(crate) password: Password,
}

impl PasswordCheck {
    /// Slow on purpose: a host runs it off its event loop, a bounded number at a time.
    pub fn run(self) -> CheckedPassword {
        self.run_in(&mut CheckMemory::default())
    }

    /// The same in memory that is used again. Memory of this size that is taken anew for each of
    /// many checks comes back to the allocator in pieces too small for the next.
    pub fn run_in(self, memory: &mut CheckMemory) -> CheckedPassword {
        CheckedPassword {
            username: self.username,
            generation: self.generation,
            correct: self.hash.matches(&self.password, memory),
        }
    }
}

/// The result of a [`PasswordCheck`]; goes into [`crate::finish_auth`].
#[derive(Clone, Debug)]
pub struct CheckedPassword {
    pub(crate) username: Username,
    pub(crate) generation: Generation,
    pub(crate) correct: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn password(text: &str) -> Password {
        Password::parse(text).unwrap()
    }

    #[test]
    fn a_password_has_1_to_128_bytes_without_spaces_or_control_characters() {
        assert!(Password::parse(&"p".repeat(PASSWORD_BYTES)).is_some());
        assert!(Password::parse("pässwörd").is_some());
        let too_long = "p".repeat(PASSWORD_BYTES + 1);
        for bad in ["", "a b", "a\tb", "a\0", "\u{7f}", too_long.as_str()] {
            assert!(Password::parse(bad).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn a_hash_matches_its_password_and_no_other() {
        let hash = password("surabaya").hash(PasswordCost::cheapest(), [7; 16]);
        let mut memory = CheckMemory::default();
        assert!(hash.matches(&password("surabaya"), &mut memory));
        assert!(!hash.matches(&password("Surabaya"), &mut memory));
    }

    #[test]
    fn checks_of_any_cost_work_in_the_same_memory() {
        let mut memory = CheckMemory::default();
        for memory_kib in [8, 64, 16] {
            let cost = PasswordCost::new(memory_kib, 2, 1).unwrap();
            let hash = password("surabaya").hash(cost, [7; 16]);
            assert!(hash.matches(&password("surabaya"), &mut memory));
            assert!(!hash.matches(&password("Surabaya"), &mut memory));
        }
    }

    #[test]
    fn hashes_that_other_programs_made_are_understood() {
        // By the reference implementation: echo -n password | argon2 somesalt -t 2 -k 256 -e
        let hash =
            "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8";
        let hash = PasswordHash::parse(hash).unwrap();
        assert!(hash.matches(&password("password"), &mut CheckMemory::default()));
    }

    #[test]
    fn the_default_cost_is_the_recommended_one() {
        let hash = password("surabaya").hash(PasswordCost::default(), [7; 16]);
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    }

    #[test]
    fn only_an_argon2_hash_is_accepted_for_storage() {
        let good = password("x").hash(PasswordCost::cheapest(), [1; 16]);
        assert_eq!(PasswordHash::parse(good.as_str()), Some(good));
        for bad in [
            "",
            "x",
            "$argon2id$v=19$m=8,t=1,p=1",
            "$5$abc$def",
            "$argon2id$v=19$m=1,t=0,p=1$YWFhYWFhYWE$YWFhYWFhYWFhYWE",
        ] {
            assert!(PasswordHash::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_hash_may_cost_as_much_as_the_bounds_say_and_no_more() {
        let is_bearable = |cost: &str| {
            let hash = format!("$argon2id$v=19${cost}$YWFhYWFhYWE$YWFhYWFhYWFhYWE");
            PasswordHash::parse(&hash).unwrap().has_bearable_cost()
        };
        assert!(is_bearable("m=8,t=1,p=1"));
        assert!(is_bearable("m=1048576,t=16,p=64"));
        for cost in [
            "m=1048577,t=1,p=1",
            "m=4194304,t=1,p=1",
            "m=8,t=17,p=1",
            "m=8,t=4000000000,p=1",
            "m=1048576,t=1,p=65",
        ] {
            assert!(!is_bearable(cost), "{cost}");
        }
    }

    #[test]
    fn no_password_is_hashed_at_a_cost_beyond_the_bounds() {
        assert!(PasswordCost::new(1 << 20, 16, 64).is_some());
        for (memory_kib, passes, lanes) in [(1_048_577, 1, 1), (8, 17, 1), (1_048_576, 1, 65)] {
            assert!(PasswordCost::new(memory_kib, passes, lanes).is_none());
        }
    }

    #[test]
    fn a_stored_hash_of_any_cost_is_still_read() {
        let stored = "\"$argon2id$v=19$m=8,t=4000000000,p=1$YWFhYWFhYWE$YWFhYWFhYWFhYWE\"";
        assert!(serde_json::from_str::<PasswordHash>(stored).is_ok());
    }

    #[test]
    fn debug_hides_passwords_and_hashes() {
        let hash = password("surabaya").hash(PasswordCost::cheapest(), [7; 16]);
        let shown = format!("{:?} {hash:?}", password("surabaya"));
        assert_eq!(shown, "Password(hidden) PasswordHash(hidden)");
    }
}
