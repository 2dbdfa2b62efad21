//! Numbers that look random and are the same in every run.

/// The SplitMix64 sequence.
#[derive(Clone, Debug)]
pub(super) struct Random(u64);

impl Random {
    /// One of several sequences of a seed, so that what draws from one changes nothing for the others.
    pub(super) fn new(seed: u64, sequence: u64) -> Self {
        let mut first = Self(seed ^ sequence.wrapping_mul(0xd1b5_4a32_d192_ed03));
        Self(first.number())
    }

    pub(super) fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// A number from 0 to `most`.
    pub(super) fn up_to(&mut self, most: u32) -> u64 {
        self.number() % (u64::from(most) + 1)
    }

    pub(super) fn bytes(&mut self) -> [u8; 16] {
        let mut bytes = [0; 16];
        for half in bytes.chunks_exact_mut(8) {
            half.copy_from_slice(&self.number().to_be_bytes());
        }
        bytes
    }
}
