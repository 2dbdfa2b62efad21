//! `inbox`: take what is in one's own mailbox (PROTOCOL.md, section "inbox").

use super::{Access, Command, OptionalToken, Spec, with_session};
use crate::decision::{Context, Decision, Outcome};
use crate::limits::Limits;
use crate::reply::{self, Refusal, Reply};
use crate::state::{Fetched, View, Waiting};

pub(super) const SPEC: Spec = Spec {
    word: "inbox",
    usage: "inbox [token]",
    summary: "Mengambil pesan yang masuk",
    summary_english: "Take the messages that have arrived",
    example: "inbox d1f9020d-065f-4db0-a8d1-85c41fa9c5f1",
    access: Access::Session,
    parse,
    confidential: |_| None,
};

fn parse(parameters: &str, _: &Limits) -> Result<Command, Refusal> {
    OptionalToken::parse(parameters, SPEC.usage).map(Command::Inbox)
}

pub(super) fn decide(
    token: &OptionalToken,
    view: &(impl View + ?Sized),
    context: &Context<'_>,
) -> Fetched<Outcome> {
    with_session(view, context, token.0, |session| {
        let username = session.user.identity.username();
        let taken = match view.waiting(&username, context)? {
            Waiting::Busy => return Ok(Outcome::MailboxBusy(username)),
            Waiting::Messages(taken) => taken,
        };
        let mut decision = Decision::reply(Reply::Inbox(reply::Inbox {
            recipient: session.user.identity.clone(),
            messages: taken.messages,
            remaining: taken.remaining,
        }));
        decision.drain = taken.drain;
        Ok(decision.into())
    })
}
