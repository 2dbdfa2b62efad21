//! The commands: one file each, and the one table of them.
//!
//! A file holds a command's parameters, how they are parsed and what is decided; those that take
//! a token, if anything, have their parameters in common. The table [`COMMANDS`] drives parsing,
//! `help` and what the terminal knows; tests hold the documentation to it.

mod auth;
mod help;
mod inbox;
mod list;
mod logout;
mod optional_token;
mod send;

pub use auth::{Auth, finish_auth};
pub use help::Help;
pub use optional_token::OptionalToken;
pub use send::Send;

use crate::decision::{Context, Decision, Outcome};
use crate::limits::Limits;
use crate::reply::Refusal;
use crate::secrets::SecretKind;
use crate::state::{Fetched, LiveSession, View};
use crate::token::Token;

/// Who may use a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anyone.
    Anyone,
    /// Only with a live session.
    Session,
}

/// One command as people and programs see it.
pub struct Spec {
    /// The word that calls it, lower case.
    pub word: &'static str,
    /// How it is written: `<required>`, `[optional]`.
    pub usage: &'static str,
    /// What it does, in Indonesian, as `help` says it.
    pub summary: &'static str,
    /// The same in English, for documentation and tools.
    pub summary_english: &'static str,
    /// A request as it may stand on the wire, without its terminator.
    pub example: &'static str,
    /// Who may use it.
    pub access: Access,
    parse: fn(&str, &Limits) -> Result<Command, Refusal>,
    confidential: fn(&str) -> Option<Confidential<'_>>,
}

/// What nobody but the two ends of a connection should read in a command's parameters, well-formed or not. Tokens are
/// not among it: they have a shape of their own.
pub(crate) struct Confidential<'line> {
    pub(crate) kind: SecretKind,
    pub(crate) text: &'line str,
    /// The username that it goes with.
    pub(crate) username: &'line str,
}

impl Spec {
    /// The command that the word calls.
    pub(crate) fn of(word: &str) -> Result<&'static Self, Refusal> {
        COMMANDS
            .iter()
            .find(|spec| spec.word.eq_ignore_ascii_case(word))
            .ok_or(Refusal::UnknownCommand)
    }
}

/// Every command, in the order in which `help` lists them.
pub const COMMANDS: &[Spec] = &[
    auth::SPEC,
    send::SPEC,
    inbox::SPEC,
    list::SPEC,
    logout::SPEC,
    help::SPEC,
];

/// A well-formed request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Open a session.
    Auth(Auth),
    /// Put a message into a mailbox.
    Send(Send),
    /// Take what is in one's own mailbox.
    Inbox(OptionalToken),
    /// See who is online.
    List(OptionalToken),
    /// End a session.
    Logout(OptionalToken),
    /// See the commands.
    Help(Help),
}

impl Command {
    /// Parses one line without its terminator (PROTOCOL.md, section "Parameters").
    pub fn parse(line: &str, limits: &Limits) -> Result<Self, Refusal> {
        let (spec, parameters) = split_command(line)?;
        (spec.parse)(parameters, limits)
    }

    /// The row of [`COMMANDS`] that describes it.
    pub fn spec(&self) -> &'static Spec {
        match self {
            Self::Auth(_) => &auth::SPEC,
            Self::Send(_) => &send::SPEC,
            Self::Inbox(_) => &inbox::SPEC,
            Self::List(_) => &list::SPEC,
            Self::Logout(_) => &logout::SPEC,
            Self::Help(_) => &help::SPEC,
        }
    }

    /// Which row that is, counted from 0.
    pub fn position(&self) -> usize {
        match self {
            Self::Auth(_) => 0,
            Self::Send(_) => 1,
            Self::Inbox(_) => 2,
            Self::List(_) => 3,
            Self::Logout(_) => 4,
            Self::Help(_) => 5,
        }
    }

    /// Whether the answer is the same whatever the state, so that it can be given even while
    /// there is no storage.
    pub fn needs_no_state(&self) -> bool {
        matches!(self, Self::Help(_))
    }

    /// Whether it puts anything into a mailbox, where it may wait for ever: a host that has little room refuses these and
    /// goes on with those that make room.
    pub fn adds_to_mailboxes(&self) -> bool {
        matches!(self, Self::Send(_))
    }

    pub(crate) fn decide(
        &self,
        view: &(impl View + ?Sized),
        context: &Context<'_>,
    ) -> Fetched<Outcome> {
        match self {
            Self::Auth(auth) => auth.decide(view, context),
            Self::Send(send) => send.decide(view, context),
            Self::Inbox(token) => inbox::decide(token, view, context),
            Self::List(token) => list::decide(token, view, context),
            Self::Logout(token) => logout::decide(token, view, context),
            Self::Help(help) => Ok(help.decide()),
        }
    }
}

/// What a line without its terminator holds that is confidential beside its tokens.
pub(crate) fn confidential(line: &str) -> Option<Confidential<'_>> {
    let (spec, parameters) = split_command(line).ok()?;
    (spec.confidential)(parameters)
}

/// The same of what a person typed, where a word that is no command may be a mistyped `auth`.
pub(crate) fn confidential_in_mistyped(line: &str) -> Option<Confidential<'_>> {
    let (word, parameters) = split_word(line);
    let spec = Spec::of(word).unwrap_or(&auth::SPEC);
    (spec.confidential)(parameters)
}

/// The command that a line calls, and what stands behind its word.
fn split_command(line: &str) -> Result<(&'static Spec, &str), Refusal> {
    let (word, parameters) = split_word(line);
    Ok((Spec::of(word)?, parameters))
}

/// The first word, and what stands behind it.
fn split_word(text: &str) -> (&str, &str) {
    // Byte by byte: a search for a character is made for long texts, and costs more than a word is long.
    let begin = text.bytes().take_while(|byte| *byte == b' ').count();
    let text = &text[begin..];
    let end = text.bytes().position(|byte| byte == b' ');
    text.split_at(end.unwrap_or(text.len()))
}

/// The words of `text` between runs of spaces.
pub(crate) fn words(mut text: &str) -> impl Iterator<Item = &str> {
    core::iter::from_fn(move || {
        let (word, behind) = split_word(text);
        text = behind;
        (!word.is_empty()).then_some(word)
    })
}

/// Runs `decide` with the session that the command is meant for: the one of its token, else the
/// one bound to the connection (PROTOCOL.md, section "Which session"). Whatever is decided, the
/// session counts as used.
fn with_session<'view, V: View + ?Sized>(
    view: &'view V,
    context: &Context<'_>,
    token: Option<Token>,
    decide: impl FnOnce(&LiveSession<'view>) -> Fetched<Outcome>,
) -> Fetched<Outcome> {
    let Some(session) = live_session(view, context, token)? else {
        return Ok(Decision::refuse(Refusal::SessionNotFound).into());
    };
    let mut outcome = decide(&session)?;
    if let Outcome::Decided(decision) = &mut outcome {
        decision.use_session(&session, context);
    }
    Ok(outcome)
}

/// The live session of this token, or of the one that is bound to the connection.
fn live_session<'view, V: View + ?Sized>(
    view: &'view V,
    context: &Context<'_>,
    token: Option<Token>,
) -> Fetched<Option<LiveSession<'view>>> {
    let Some(token) = token.or(context.binding) else {
        return Ok(None);
    };
    let found = view.session(&token)?;
    Ok(found.filter(|session| session.is_live(context)))
}
