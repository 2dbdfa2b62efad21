//! Which requests a load consists of, and in what shares.

use std::fmt;
use std::str::FromStr;

/// The kinds of requests, in the order of the report.
pub const KINDS: &[&str] = &["send", "inbox", "list", "reconnect"];
pub(super) const SEND: usize = 0;
pub(super) const INBOX: usize = 1;
pub(super) const LIST: usize = 2;
pub(super) const RECONNECT: usize = 3;

/// The shares of each kind, such as `send=70,inbox=25,list=5`. What is not named is not asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mix([u32; KINDS.len()]);

/// Shares are whole numbers up to this; they need not add up to a hundred.
const MOST: u32 = 1_000_000;

impl Mix {
    /// The kind of the request that a number between 0 and [`total`](Self::total) stands for.
    fn at(&self, mut number: u32) -> usize {
        for (kind, share) in self.0.iter().enumerate() {
            match number.checked_sub(*share) {
                None => return kind,
                Some(rest) => number = rest,
            }
        }
        SEND
    }

    fn total(&self) -> u32 {
        self.0.iter().sum()
    }
}

impl FromStr for Mix {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut shares = [0; KINDS.len()];
        for part in text.split(',') {
            let (name, share) = part
                .split_once('=')
                .ok_or_else(|| format!("`{part}` is no share; write it like send=70"))?;
            let kind = KINDS.iter().position(|kind| *kind == name.trim());
            let kind = kind.ok_or_else(|| {
                format!(
                    "there is no request `{name}`; there are {}",
                    KINDS.join(", ")
                )
            })?;
            shares[kind] = match share.trim().parse() {
                Ok(share) if share <= MOST => share,
                _ => return Err(format!("`{share}` is no whole number up to {MOST}")),
            };
        }
        match shares.iter().sum::<u32>() {
            0 => Err("all shares are 0".into()),
            _ => Ok(Self(shares)),
        }
    }
}

impl fmt::Display for Mix {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shares = KINDS.iter().zip(self.0).filter(|(_, share)| *share > 0);
        let shares: Vec<String> = shares
            .map(|(kind, share)| format!("{kind}={share}"))
            .collect();
        formatter.write_str(&shares.join(","))
    }
}

/// Chooses kinds of requests, in the same order in every run.
#[derive(Debug)]
pub struct Shares {
    mix: Mix,
    random: Random,
}

impl Shares {
    /// Another order for each seed.
    #[must_use]
    pub fn new(mix: Mix, seed: u64) -> Self {
        Self {
            mix,
            random: Random::new(seed),
        }
    }

    /// The kind of the next request.
    pub fn next_kind(&mut self) -> usize {
        self.mix.at(self.random.below(self.mix.total()))
    }

    /// Some number below the bound.
    pub fn below(&mut self, bound: u32) -> u32 {
        self.random.below(bound)
    }
}

/// Numbers that are the same in every run: xorshift64*.
#[derive(Debug)]
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        // Spread, since neighbours would begin alike; and never 0, which stays 0.
        Self((seed + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn below(&mut self, bound: u32) -> u32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32;
        ((high * u64::from(bound)) >> 32) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_chosen_as_often_as_its_share_says() {
        let mix: Mix = "send=7,list=1,reconnect=2".parse().unwrap();
        let mut counts = [0; KINDS.len()];
        for number in 0..mix.total() {
            counts[mix.at(number)] += 1;
        }
        assert_eq!(counts, [7, 0, 1, 2]);
        assert_eq!(mix.to_string(), "send=7,list=1,reconnect=2");
    }

    #[test]
    fn what_is_no_mix_is_refused_with_what_is_wrong() {
        for (text, wrong) in [
            ("send", "`send` is no share"),
            ("sned=1", "no request `sned`"),
            ("send=-1", "`-1` is no whole number"),
            ("send=1000001", "up to 1000000"),
            ("send=0,list=0", "all shares are 0"),
            ("", "`` is no share"),
        ] {
            let error = text.parse::<Mix>().unwrap_err();
            assert!(error.contains(wrong), "{text}: {error}");
        }
    }
}
