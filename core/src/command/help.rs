//! `help`: see the commands (PROTOCOL.md, section "help").

use super::{Access, Command, Spec};
use crate::decision::{Decision, Outcome};
use crate::limits::Limits;
use crate::reply::{Refusal, Reply};

pub(super) const SPEC: Spec = Spec {
    word: "help",
    usage: "help",
    summary: "Melihat daftar perintah",
    summary_english: "See the commands",
    example: "help",
    access: Access::Anyone,
    parse,
    confidential: |_| None,
};

/// `help` has no parameters; words behind it do not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Help;

fn parse(_: &str, _: &Limits) -> Result<Command, Refusal> {
    Ok(Command::Help(Help))
}

impl Help {
    pub(super) fn decide(&self) -> Outcome {
        Decision::reply(Reply::Help).into()
    }
}
