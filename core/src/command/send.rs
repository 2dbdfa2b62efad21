//! `send`: put a message into a mailbox (PROTOCOL.md, section "send").

use super::{Access, Command, Confidential, Spec, split_word, with_session};
use crate::body::Body;
use crate::decision::{Context, Decision, Outcome};
use crate::identity::Username;
use crate::limits::Limits;
use crate::reply::{Refusal, Reply};
use crate::secrets::SecretKind;
use crate::state::{Event, Fetched, View};
use crate::token::Token;

pub(super) const SPEC: Spec = Spec {
    word: "send",
    usage: "send [token] <username> <pesan>",
    summary: "Mengirim pesan ke seorang user",
    summary_english: "Send a message to a user",
    example: "send d1f9020d-065f-4db0-a8d1-85c41fa9c5f1 lineker halo ",
    access: Access::Session,
    parse,
    confidential,
};

/// The parameters of `send`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Send {
    token: Option<Token>,
    /// `None` for a text that can be nobody's name.
    recipient: Option<Username>,
    text: Body,
}

fn parse(parameters: &str, limits: &Limits) -> Result<Command, Refusal> {
    let bad = Refusal::BadParameters { usage: SPEC.usage };
    let (token, recipient, text) = split(parameters).ok_or(bad)?;
    Ok(Command::Send(Send {
        token,
        recipient: Username::parse(recipient),
        text: Body::parse(text, limits.message_text_bytes).ok_or(Refusal::MessageTooLong)?,
    }))
}

fn confidential(parameters: &str) -> Option<Confidential<'_>> {
    let (_, recipient, text) = split(parameters)?;
    Some(Confidential {
        kind: SecretKind::MessageText,
        text,
        username: recipient,
    })
}

/// The token if there is one, the recipient and the text. Spaces before a word do not count.
/// Behind the recipient exactly one does; what follows it is text to the last byte.
fn split(parameters: &str) -> Option<(Option<Token>, &str, &str)> {
    let (first, rest) = split_word(parameters);
    let (token, recipient, rest) = match Token::parse(first) {
        Some(token) => {
            let (recipient, rest) = split_word(rest);
            (Some(token), recipient, rest)
        }
        None => (None, first, rest),
    };
    Some((token, recipient, rest.strip_prefix(' ')?))
}

impl Send {
    pub(super) fn decide(
        &self,
        view: &(impl View + ?Sized),
        context: &Context<'_>,
    ) -> Fetched<Outcome> {
        with_session(view, context, self.token, |session| {
            let recipient = match self.recipient {
                Some(username) if view.user(&username)?.is_some() => username,
                _ => return Ok(Decision::refuse(Refusal::UserNotFound).into()),
            };
            let mailbox = view.mailbox(&recipient)?;
            let limits = context.limits;
            if mailbox.messages >= limits.mailbox_messages
                || mailbox.text_bytes + self.text.bytes() > limits.mailbox_bytes
            {
                return Ok(Decision::refuse(Refusal::MailboxFull).into());
            }
            let mut decision = Decision::reply(Reply::Sent);
            decision.events.push(Event::MessageAccepted {
                sender: session.user.identity.clone(),
                recipient,
                text: self.text.clone(),
                at: context.now,
            });
            Ok(decision.into())
        })
    }
}
