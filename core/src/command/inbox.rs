//! `inbox`: take what is in one's own mailbox (PROTOCOL.md, section "inbox").

use super::{Access, Command, Spec, only_token, with_session};
use crate::decision::{Context, Decision, Outcome};
use crate::limits::Limits;
use crate::reply::{self, Refusal, Reply};
use crate::state::{Fetched, View, Waiting};
use crate::token::Token;

pub(super) const SPEC: Spec = Spec {
    word: "inbox",
    usage: "inbox [token]",
    summary: "Mengambil pesan yang masuk",
    summary_english: "Take the messages that have arrived",
    example: "inbox d1f9020d-065f-4db0-a8d1-85c41fa9c5f1",
    access: Access::Session,
    parse,
};

/// The parameters of `inbox`.
#[derive(Clone, Debug)]
pub struct Inbox {
    token: Option<Token>,
}

fn parse(parameters: &str, _: &Limits) -> Result<Command, Refusal> {
    let token = only_token(parameters, SPEC.usage)?;
    Ok(Command::Inbox(Inbox { token }))
}

impl Inbox {
    pub(super) fn decide(
        &self,
        view: &(impl View + ?Sized),
        context: &Context<'_>,
    ) -> Fetched<Outcome> {
        with_session(view, context, self.token, |session| {
            let username = session.user.identity.username;
            let taken = match view.waiting(&username, context)? {
                Waiting::Busy => return Ok(Outcome::MailboxBusy(username)),
                Waiting::Messages(taken) => taken,
            };
            let mut decision = Decision::reply(Reply::Inbox(reply::Inbox {
                recipient: session.user.identity.name.clone(),
                messages: taken.messages,
                remaining: taken.remaining,
            }));
            decision.drain = taken.drain;
            Ok(decision.into())
        })
    }
}
