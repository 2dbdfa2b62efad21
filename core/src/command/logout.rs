//! `logout`: end a session (PROTOCOL.md, section "logout").

use super::{Access, Command, OptionalToken, Spec, with_session};
use crate::decision::{Binding, Context, Decision, Outcome};
use crate::limits::Limits;
use crate::reply::{Refusal, Reply};
use crate::state::{Event, Fetched, View};

pub(super) const SPEC: Spec = Spec {
    word: "logout",
    usage: "logout [token]",
    summary: "Keluar dan mengakhiri session",
    summary_english: "Log out and end the session",
    example: "logout d1f9020d-065f-4db0-a8d1-85c41fa9c5f1",
    access: Access::Session,
    parse,
    confidential: |_| None,
};

fn parse(parameters: &str, _: &Limits) -> Result<Command, Refusal> {
    OptionalToken::parse(parameters, SPEC.usage).map(Command::Logout)
}

pub(super) fn decide(
    token: &OptionalToken,
    view: &(impl View + ?Sized),
    context: &Context<'_>,
) -> Fetched<Outcome> {
    with_session(view, context, token.0, |session| {
        let username = session.user.identity.username();
        let mut decision = Decision::reply(Reply::LoggedOut(username));
        let token = session.token;
        decision.events.push(Event::SessionEnded { token });
        if context.binding == Some(token) {
            decision.binding = Binding::Clear;
        }
        Ok(decision.into())
    })
}
