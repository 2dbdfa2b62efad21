//! The face for JavaScript of [`RealDialogue`]: converts values, and nothing else.

use chatting_time_core::terminal::Language;
use js_sys::Array;
use tsify::Ts;
use wasm_bindgen::prelude::*;

use crate::javascript::{Thrown, given, list, thrown};
use crate::real_dialogue::{Answered, Entered, RealDialogue};
use crate::{ErrorCode, PlaygroundError};

/// The terminal of one person who talks to a real server.
#[wasm_bindgen]
pub struct RealTerminal(RealDialogue);

#[wasm_bindgen]
impl RealTerminal {
    /// A terminal at which nobody has logged in; it answers in Indonesian (`id`) or English (`en`).
    #[wasm_bindgen(constructor)]
    pub fn new(
        #[wasm_bindgen(unchecked_param_type = "\"id\" | \"en\"")] language: &str,
    ) -> Thrown<Self> {
        Ok(Self(RealDialogue::new(known(language)?)))
    }

    /// Answers in another language from now on.
    pub fn speak(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "\"id\" | \"en\"")] language: &str,
    ) -> Thrown<()> {
        self.0.speak(known(language)?);
        Ok(())
    }

    /// What stands in front of the next typed line.
    #[wasm_bindgen(unchecked_return_type = "ShownPart[]")]
    pub fn prompt(&self) -> Thrown<Array> {
        list(&self.0.prompt())
    }

    /// Whose session the terminal has.
    pub fn username(&self) -> Option<String> {
        self.0.username().map(str::to_owned)
    }

    /// How many requests wait for their replies.
    pub fn waiting(&self) -> usize {
        self.0.waiting()
    }

    /// Takes a typed line.
    pub fn enter(&mut self, line: &str) -> Thrown<Ts<Entered>> {
        given(&self.0.enter(line))
    }

    /// Takes the reply to the oldest request that waits, or what came without having been asked for.
    pub fn reply(&mut self, message: &str) -> Thrown<Ts<Answered>> {
        given(&self.0.reply(message))
    }

    /// Forgets the requests that wait: their replies can't come any more. The session stays.
    pub fn lose(&mut self) {
        self.0.lose();
    }
}

fn known(code: &str) -> Thrown<Language> {
    let language = Language::from_code(code);
    language.ok_or_else(|| thrown(PlaygroundError::with_detail(ErrorCode::BadInput, code)))
}
