//! Numbers what is observed and takes its fingerprint.

use chatting_time_core::Reply;

use crate::bounds::{OBSERVATIONS_OF_AN_INPUT, OBSERVED_BYTES_OF_AN_INPUT};
use crate::encoding::compact;
use crate::{Bytes, Observation, What};

/// Where the trace stands. It does not hold the trace: a snapshot of a simulation has to be small.
#[derive(Clone, Debug)]
pub(super) struct Recorder {
    pub(super) step: u32,
    pub(super) time: u64,
    next: u32,
    fingerprint: Fingerprint,
    of_this_step: Vec<Observation>,
    /// About how much memory that takes.
    bytes_of_this_step: usize,
}

impl Recorder {
    pub(super) fn new() -> Self {
        Self {
            step: 0,
            time: 0,
            next: 0,
            fingerprint: Fingerprint::new(),
            of_this_step: Vec::new(),
            bytes_of_this_step: 0,
        }
    }

    /// Returns the number of the observation.
    pub(super) fn observe(&mut self, causes: impl Into<Vec<u32>>, what: What) -> u32 {
        let number = self.next;
        self.next += 1;
        let observation = Observation {
            step: self.step,
            time: self.time,
            causes: causes.into(),
            what,
        };
        self.bytes_of_this_step += observation.memory();
        self.of_this_step.push(observation);
        number
    }

    /// Observes that the server decided this reply. Returns it as it stands on the wire, and its number.
    pub(super) fn observe_reply(
        &mut self,
        connection: u32,
        reply: &Reply,
        causes: Vec<u32>,
    ) -> (Bytes, u32) {
        let mut encoded = Vec::new();
        reply.write(&mut encoded);
        let bytes = Bytes::from(encoded);
        let code = match reply {
            Reply::Refused(refusal) => Some(refusal.code().to_owned()),
            _ => None,
        };
        let replied = What::Reply {
            connection,
            bytes: bytes.clone(),
            code,
        };
        (bytes, self.observe(causes, replied))
    }

    pub(super) fn count(&self) -> u32 {
        self.next
    }

    /// Whether as much was observed of this step as one input may bring about.
    pub(super) fn is_full(&self) -> bool {
        self.of_this_step.len() >= OBSERVATIONS_OF_AN_INPUT
            || self.bytes_of_this_step >= OBSERVED_BYTES_OF_AN_INPUT
    }

    /// The first observation of this step, while it may still be made more exact.
    pub(super) fn first_of_step(&mut self) -> Option<&mut Observation> {
        self.of_this_step.first_mut()
    }

    pub(super) fn end_step(&mut self) -> Vec<Observation> {
        let observed = std::mem::take(&mut self.of_this_step);
        self.bytes_of_this_step = 0;
        let mut encoded = Vec::new();
        for observation in &observed {
            encoded.clear();
            encoded = compact(observation, encoded);
            self.fingerprint.add(&encoded);
        }
        observed
    }

    pub(super) fn hash(&self) -> u64 {
        self.fingerprint.0
    }
}

/// FNV-1a, 64 bits, over the postcard encoding: both are specified, and the same on every platform.
#[derive(Clone, Debug)]
struct Fingerprint(u64);

impl Fingerprint {
    fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}
