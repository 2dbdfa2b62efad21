//! `list`: see who is online (PROTOCOL.md, section "list").

use super::{Access, Command, OptionalToken, Spec, with_session};
use crate::decision::{Context, Decision, Outcome};
use crate::limits::Limits;
use crate::reply::{Refusal, Reply};
use crate::state::{Fetched, View};

pub(super) const SPEC: Spec = Spec {
    word: "list",
    usage: "list [token]",
    summary: "Melihat user yang online",
    summary_english: "See who is online",
    example: "list",
    access: Access::Session,
    parse,
    confidential: |_| None,
};

fn parse(parameters: &str, _: &Limits) -> Result<Command, Refusal> {
    OptionalToken::parse(parameters, SPEC.usage).map(Command::List)
}

pub(super) fn decide(
    token: &OptionalToken,
    view: &(impl View + ?Sized),
    context: &Context<'_>,
) -> Fetched<Outcome> {
    with_session(view, context, token.0, |session| {
        let online = view.online(&session.user.identity.username(), context)?;
        Ok(Decision::reply(Reply::List(online)).into())
    })
}
