//! `list`: see who is online (PROTOCOL.md, section "list").

use super::{Access, Command, Spec, only_token, with_session};
use crate::decision::{Context, Decision, Outcome};
use crate::limits::Limits;
use crate::reply::{Refusal, Reply};
use crate::state::{Fetched, View};
use crate::token::Token;

pub(super) const SPEC: Spec = Spec {
    word: "list",
    usage: "list [token]",
    summary: "Melihat user yang online",
    summary_english: "See who is online",
    example: "list",
    access: Access::Session,
    parse,
};

/// The parameters of `list`.
#[derive(Clone, Debug)]
pub struct List {
    token: Option<Token>,
}

fn parse(parameters: &str, _: &Limits) -> Result<Command, Refusal> {
    let token = only_token(parameters, SPEC.usage)?;
    Ok(Command::List(List { token }))
}

impl List {
    pub(super) fn decide(
        &self,
        view: &(impl View + ?Sized),
        context: &Context<'_>,
    ) -> Fetched<Outcome> {
        with_session(view, context, self.token, |session| {
            let online = view.online(&session.user.identity.username, context)?;
            Ok(Decision::reply(Reply::List(online)).into())
        })
    }
}
