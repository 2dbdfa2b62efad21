//! What led to an observation and what it led to.

use serde::Serialize;
use tsify::Tsify;

use super::History;
use crate::{Bytes, Direction, What};

/// How many observations further on an effect is looked for.
const REACH: u32 = 5_000;

/// One request with its reply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Exchange {
    /// Whose.
    pub client: u32,
    /// On which connection.
    pub connection: u32,
    /// The observation of the request.
    pub request: u32,
    /// Its line, with its terminator.
    pub request_bytes: Bytes,
    /// The same, not escaped.
    #[tsify(type = "Uint8Array")]
    #[serde(serialize_with = "as_bytes")]
    pub request_raw: Bytes,
    /// The observation of the reply, if it was decided.
    #[tsify(optional)]
    pub reply: Option<u32>,
    /// The reply, with its terminator.
    #[tsify(optional)]
    pub reply_bytes: Option<Bytes>,
    /// The pieces that carried the two.
    pub pieces: Vec<u32>,
}

impl History {
    /// The observation with all that led to it and all that it led to, in order, as far as one exchange reaches: a
    /// change of state is the last that is followed either way.
    pub fn related(&self, number: u32) -> Vec<u32> {
        if self.observation(number).is_none() {
            return Vec::new();
        }
        let mut related = self.led_to(number);
        // Both hold the observation itself.
        related.pop();
        related.extend(self.follows_from(number));
        related
    }

    /// The request and the reply that an observation belongs to.
    pub fn exchange(&self, number: u32) -> Option<Exchange> {
        let request = self.request_of(number)?;
        let What::Request {
            connection, bytes, ..
        } = &self.observation(request)?.what
        else {
            return None;
        };
        let mut effects = self.effects(request);
        let reply = effects.find_map(|effect| match &self.observation(effect)?.what {
            What::Reply { bytes, .. } => Some((effect, bytes.clone())),
            _ => None,
        });
        let related = self.related(request);
        let pieces = related.into_iter().filter(|number| {
            let observation = self.observation(*number);
            observation.is_some_and(|one| matches!(one.what, What::Arrived { .. }))
        });
        Some(Exchange {
            client: self.client_of(*connection)?,
            connection: *connection,
            request,
            request_bytes: bytes.clone(),
            request_raw: bytes.clone(),
            reply: reply.as_ref().map(|(reply, _)| *reply),
            reply_bytes: reply.map(|(_, bytes)| bytes),
            pieces: pieces.collect(),
        })
    }

    /// The later observations that one led to directly.
    pub(super) fn effects(&self, number: u32) -> impl Iterator<Item = u32> {
        let later = number.saturating_add(1)..number.saturating_add(REACH);
        let later = later.map_while(|later| Some((later, self.observation(later)?)));
        later.filter_map(move |(later, observation)| {
            observation.causes.contains(&number).then_some(later)
        })
    }

    /// The nearest request above the observation, else the first below it.
    fn request_of(&self, number: u32) -> Option<u32> {
        let is_request = |number: &u32| {
            let observation = self.observation(*number);
            observation.is_some_and(|one| matches!(one.what, What::Request { .. }))
        };
        let led_to = self.led_to(number);
        let found = led_to
            .iter()
            .rev()
            .copied()
            .find(|number| is_request(number));
        found.or_else(|| self.follows_from(number).into_iter().find(is_request))
    }

    /// The observation and all that led to it, in order.
    fn led_to(&self, number: u32) -> Vec<u32> {
        let mut found = Vec::new();
        let mut open = vec![number];
        // A write may carry several replies; what was read of it names the one that counts.
        let mut knows_reply = false;
        while let Some(next) = open.pop() {
            let Some(observation) = self.observation(next) else {
                continue;
            };
            let Err(place) = found.binary_search(&next) else {
                continue;
            };
            found.insert(place, next);
            let is_followed = match &observation.what {
                What::StateChanged { .. } => next == number,
                What::Written { direction, .. } => {
                    *direction == Direction::ToServer || !knows_reply
                }
                What::ReplyRead { .. } => {
                    knows_reply = true;
                    true
                }
                _ => true,
            };
            if is_followed {
                open.extend(&observation.causes);
            }
        }
        found
    }

    /// The observation and all that it led to, in order.
    fn follows_from(&self, number: u32) -> Vec<u32> {
        let mut found = Vec::new();
        // Those of them whose own effects are not followed.
        let mut leaves = Vec::new();
        let mut knows_reply = false;
        let later = number..number.saturating_add(REACH);
        for next in later {
            let Some(observation) = self.observation(next) else {
                break;
            };
            let what = &observation.what;
            let is_reply = |cause: &u32| {
                let cause = self.observation(*cause);
                cause.is_some_and(|one| matches!(one.what, What::Reply { .. }))
            };
            let is_followed = |cause: &u32| {
                found.binary_search(cause).is_ok() && leaves.binary_search(cause).is_err()
            };
            let mut causes = observation.causes.iter();
            let is_effect = next == number
                || match what {
                    What::ReplyRead { .. } if knows_reply => {
                        causes.any(|cause| is_followed(cause) && is_reply(cause))
                    }
                    _ => causes.any(is_followed),
                };
            if !is_effect {
                continue;
            }
            found.push(next);
            knows_reply |= matches!(what, What::Reply { .. });
            if matches!(what, What::StateChanged { .. }) && next != number {
                leaves.push(next);
            }
        }
        found
    }
}

fn as_bytes<S: serde::Serializer>(bytes: &Bytes, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_bytes(bytes)
}
