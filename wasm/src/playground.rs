//! The face for JavaScript: converts values, and nothing else.

use js_sys::Array;
use serde::Serialize;
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

use chatting_time_core::limits::{LIMITS, Unit};
use chatting_time_core::{Access, COMMANDS};

use crate::bounds;
use crate::history::parse_seed;
use crate::javascript::{Thrown, given, list, number, set_bytes, taken, thrown};
use crate::{
    Bytes, Config, ErrorCode, Exchange, History, Input, LeakKind, Moment, ObservationDetail,
    OverheardLeaks, OverheardPassages, PlaygroundError, Scenario, TraceFilter, TraceRows,
};

/// A history that can be played, looked at and branched. What it throws is a `PlaygroundError`.
#[wasm_bindgen]
pub struct Playground(History);

/// One command of the protocol.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct CommandView {
    /// The word that calls it.
    pub word: &'static str,
    /// How it is written.
    pub usage: &'static str,
    /// What it does, in Indonesian.
    pub summary: &'static str,
    /// The same in English.
    pub summary_english: &'static str,
    /// A request as it may stand on the wire.
    pub example: &'static str,
    /// Whether it takes a live session.
    pub needs_session: bool,
}

/// One bound of the protocol.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct LimitView {
    /// Its name in a `Config`.
    pub field: &'static str,
    /// What is bounded.
    pub summary: &'static str,
    /// What the number counts.
    pub unit: LimitUnit,
    /// The value that holds when nobody says otherwise.
    pub default: u64,
    /// The smallest value.
    pub minimum: u64,
    /// The largest value.
    pub maximum: u64,
}

/// What a bound counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub enum LimitUnit {
    /// Things.
    Count,
    /// Bytes.
    Bytes,
    /// Milliseconds.
    Milliseconds,
}

#[wasm_bindgen]
impl Playground {
    /// A new scene. Without a seed, up to 16 hex digits, the browser draws one.
    pub fn create(seed: Option<String>, config: Ts<Config>) -> Thrown<Self> {
        let seed = match seed {
            Some(seed) => parse_seed(&seed),
            None => random_seed(),
        };
        let seed = seed.map_err(thrown)?;
        let history = History::new(seed, taken(&config)?);
        history.map(Self).map_err(thrown)
    }

    /// Plays a scenario and stops where its person was.
    pub fn open(scenario: Ts<Scenario>) -> Thrown<Self> {
        History::open(taken(&scenario)?).map(Self).map_err(thrown)
    }

    /// Does something. In the past this begins a branch, and goes on in it.
    pub fn apply(&mut self, input: Ts<Input>) -> Thrown<Ts<Moment>> {
        self.0.apply(&taken(&input)?).map_err(thrown)?;
        self.moment()
    }

    /// Goes to the instant behind so many inputs of the branch.
    pub fn seek(&mut self, step: f64) -> Thrown<Ts<Moment>> {
        self.0.seek(number(step)?).map_err(thrown)?;
        self.moment()
    }

    /// The present instant.
    pub fn moment(&self) -> Thrown<Ts<Moment>> {
        given(&self.0.moment())
    }

    /// Every branch, in the order in which they were begun.
    #[wasm_bindgen(unchecked_return_type = "BranchView[]")]
    pub fn branches(&self) -> Thrown<Array> {
        list(&self.0.branches())
    }

    /// Goes to the last instant of a branch.
    #[wasm_bindgen(js_name = enterBranch)]
    pub fn enter_branch(&mut self, branch: f64) -> Thrown<Ts<Moment>> {
        self.0.enter_branch(number(branch)?).map_err(thrown)?;
        self.moment()
    }

    /// Calls a branch by a name, at most 40 characters.
    #[wasm_bindgen(js_name = nameBranch)]
    pub fn name_branch(&mut self, branch: f64, name: &str) -> Thrown<()> {
        self.0.name_branch(number(branch)?, name).map_err(thrown)
    }

    /// Removes a branch with those that fork from it, but not the first one.
    #[wasm_bindgen(js_name = removeBranch)]
    pub fn remove_branch(&mut self, branch: f64) -> Thrown<Ts<Moment>> {
        self.0.remove_branch(number(branch)?).map_err(thrown)?;
        self.moment()
    }

    /// Everything from which this history can be played again.
    pub fn scenario(&self) -> Thrown<Ts<Scenario>> {
        given(&self.0.scenario())
    }

    /// A window of the filtered trace up to the present instant.
    pub fn rows(
        &mut self,
        filter: Ts<TraceFilter>,
        from: f64,
        count: f64,
    ) -> Thrown<Ts<TraceRows>> {
        let filter = taken(&filter)?;
        given(&self.0.rows(&filter, number(from)?, number(count)?))
    }

    /// At which place of the filtered trace an observation stands, or the next one behind it.
    #[wasm_bindgen(js_name = rowOf)]
    pub fn row_of(&mut self, filter: Ts<TraceFilter>, observation: f64) -> Thrown<Option<u32>> {
        Ok(self.0.row_of(&taken(&filter)?, number(observation)?))
    }

    /// One observation, whole.
    pub fn observation(&self, number: f64) -> Thrown<Option<Ts<ObservationDetail>>> {
        let Some(detail) = self.0.detail(self::number(number)?) else {
            return Ok(None);
        };
        let value = given(&detail)?;
        if let Some(bytes) = &detail.bytes {
            set_bytes(&value, "bytes", bytes)?;
        }
        Ok(Some(value))
    }

    /// The observation with what led to it and what it led to, in order.
    #[wasm_bindgen(unchecked_return_type = "number[]")]
    pub fn related(&self, number: f64) -> Thrown<Array> {
        list(&self.0.related(self::number(number)?))
    }

    /// A part of the whole trace up to the present instant.
    #[wasm_bindgen(unchecked_return_type = "Observation[]")]
    pub fn trace(&self, from: f64, count: f64) -> Thrown<Array> {
        list(&self.0.trace(number(from)?, number(count)?))
    }

    /// A window of what an eavesdropper has heard up to the present instant.
    pub fn overheard(&mut self, from: f64, count: f64) -> Thrown<Ts<OverheardPassages>> {
        let (from, count) = (number(from)?, number(count)?);
        given(&self.0.overheard().passages(from, count))
    }

    /// A window of the secrets in it, of one kind or of all.
    pub fn leaks(
        &mut self,
        kind: Option<Ts<LeakKind>>,
        from: f64,
        count: f64,
    ) -> Thrown<Ts<OverheardLeaks>> {
        let kind = kind.as_ref().map(taken).transpose()?;
        let (from, count) = (number(from)?, number(count)?);
        given(&self.0.overheard().leaks(kind, from, count))
    }

    /// The request and the reply that an observation belongs to.
    pub fn exchange(&self, number: f64) -> Thrown<Option<Ts<Exchange>>> {
        let Some(exchange) = self.0.exchange(self::number(number)?) else {
            return Ok(None);
        };
        let value = given(&exchange)?;
        set_bytes(&value, "requestRaw", &exchange.request_raw)?;
        Ok(Some(value))
    }
}

/// Every command of the protocol.
#[wasm_bindgen(unchecked_return_type = "CommandView[]")]
pub fn commands() -> Thrown<Array> {
    let commands = COMMANDS.iter().map(|spec| CommandView {
        word: spec.word,
        usage: spec.usage,
        summary: spec.summary,
        summary_english: spec.summary_english,
        example: spec.example,
        needs_session: spec.access == Access::Session,
    });
    list(&commands.collect::<Vec<_>>())
}

/// Every bound of the protocol.
#[wasm_bindgen(unchecked_return_type = "LimitView[]")]
pub fn limits() -> Thrown<Array> {
    let limits = LIMITS.iter().map(|limit| LimitView {
        field: limit.field,
        summary: limit.summary.trim(),
        unit: match limit.unit {
            Unit::Count => LimitUnit::Count,
            Unit::Bytes => LimitUnit::Bytes,
            Unit::Milliseconds => LimitUnit::Milliseconds,
        },
        default: limit.default,
        minimum: limit.minimum,
        maximum: bounds::maximum(limit),
    });
    list(&limits.collect::<Vec<_>>())
}

/// Bytes as the escaped text that stands for them.
#[wasm_bindgen(js_name = escapeBytes)]
pub fn escape_bytes(bytes: &[u8]) -> String {
    Bytes::from(bytes).escaped()
}

/// The bytes that an escaped text stands for.
#[wasm_bindgen(js_name = parseBytes)]
pub fn parse_bytes(text: &str) -> Thrown<Vec<u8>> {
    let bytes = Bytes::parse(text);
    let bytes = bytes.map_err(|bad| PlaygroundError::with_detail(ErrorCode::BadEscape, bad.at));
    bytes.map(|bytes| bytes.to_vec()).map_err(thrown)
}

#[cfg(target_arch = "wasm32")]
fn random_seed() -> Result<u64, PlaygroundError> {
    let mut seed = [0; 8];
    match getrandom::fill(&mut seed) {
        Ok(()) => Ok(u64::from_le_bytes(seed)),
        Err(error) => Err(PlaygroundError::with_detail(ErrorCode::NoRandomness, error)),
    }
}

/// Outside of a browser a seed has to be given: nothing here is random.
#[cfg(not(target_arch = "wasm32"))]
fn random_seed() -> Result<u64, PlaygroundError> {
    Err(ErrorCode::NoRandomness.into())
}
