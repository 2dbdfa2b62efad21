//! `auth`: open a session (PROTOCOL.md, section "auth").

use alloc::vec::Vec;

use super::{Access, Command, Confidential, Spec, words};
use crate::decision::{Binding, Context, Decision, Outcome};
use crate::identity::Username;
use crate::limits::Limits;
use crate::password::{CheckedPassword, Password, PasswordCheck};
use crate::reply::{Refusal, Reply};
use crate::secrets::SecretKind;
use crate::state::{Event, Fetched, LiveSession, View};
use crate::token::Token;

pub(super) const SPEC: Spec = Spec {
    word: "auth",
    usage: "auth <username> <password>",
    summary: "Masuk dan mendapatkan token",
    summary_english: "Log in and get a token",
    example: "auth messi surabaya",
    access: Access::Anyone,
    parse,
    confidential,
};

/// The parameters of `auth`. One that is not well-formed can be nobody's: a refusal then says
/// that there is no such user, or that the password is wrong, as for any other mistyped one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Auth {
    username: Option<Username>,
    password: Option<Password>,
}

fn parse(parameters: &str, _: &Limits) -> Result<Command, Refusal> {
    let mut words = words(parameters);
    match (words.next(), words.next(), words.next()) {
        (Some(username), Some(password), None) => Ok(Command::Auth(Auth {
            username: Username::parse(username),
            password: Password::parse(password),
        })),
        _ => Err(Refusal::BadParameters { usage: SPEC.usage }),
    }
}

/// Everything behind the username: who typed a password with a space in it meant all of it.
fn confidential(parameters: &str) -> Option<Confidential<'_>> {
    let parameters = parameters.trim_matches(' ');
    let (username, password) = parameters.split_once(' ')?;
    Some(Confidential {
        kind: SecretKind::Password,
        text: password.trim_start_matches(' '),
        username,
    })
}

impl Auth {
    /// Whom the caller says to be.
    pub fn username(&self) -> Option<&Username> {
        self.username.as_ref()
    }

    pub(super) fn decide(&self, view: &(impl View + ?Sized), _: &Context<'_>) -> Fetched<Outcome> {
        let user = match &self.username {
            Some(username) => view.user(username)?,
            None => None,
        };
        Ok(match (user, &self.password) {
            (None, _) => Decision::refuse(Refusal::UserNotFound).into(),
            (Some(_), None) => Decision::refuse(Refusal::WrongPassword).into(),
            (Some(user), Some(password)) => Outcome::CheckPassword(PasswordCheck {
                username: user.identity.username(),
                generation: user.generation,
                hash: user.password.clone(),
                password: password.clone(),
            }),
        })
    }
}

/// Decides an `auth` whose password has been checked. `token` is fresh: 128 bits from the host's
/// source of randomness, never handed in before.
pub fn finish_auth(
    view: &(impl View + ?Sized),
    context: &Context<'_>,
    token: Token,
    checked: &CheckedPassword,
) -> Outcome {
    open_session(view, context, token, checked).unwrap_or_else(Outcome::Missing)
}

fn open_session(
    view: &(impl View + ?Sized),
    context: &Context<'_>,
    token: Token,
    checked: &CheckedPassword,
) -> Fetched<Outcome> {
    let Some(user) = view.user(&checked.username)? else {
        return Ok(Decision::refuse(Refusal::UserNotFound).into());
    };
    // Of another generation: the password was changed while this one was being checked.
    if !checked.correct || user.generation != checked.generation {
        return Ok(Decision::refuse(Refusal::WrongPassword).into());
    }
    let sessions = view.sessions(&checked.username)?;
    let mut events = ended_to_make_room(sessions, context);
    events.push(Event::SessionOpened {
        token,
        username: checked.username,
        at: context.now,
    });
    Ok(Outcome::Decided(Decision {
        events,
        binding: Binding::Bind(token),
        used: Some(token),
        ..Decision::reply(Reply::Authenticated(token))
    }))
}

/// Ends every session that died of age, and of the live ones those longest unused, so that one
/// more keeps to the bound.
fn ended_to_make_room(sessions: Vec<LiveSession<'_>>, context: &Context<'_>) -> Vec<Event> {
    let mut sessions: Vec<_> = sessions.into_iter().enumerate().collect();
    sessions.sort_unstable_by_key(|(place, session)| {
        // Several may have been opened within one millisecond.
        let age = (session.last_used, session.opened, *place);
        (session.is_live(context), age)
    });
    let dead = sessions.partition_point(|(_, session)| !session.is_live(context));
    let live = sessions.len() - dead;
    let surplus = (live + 1).saturating_sub(context.limits.user_sessions as usize);
    let ended = sessions.iter().take(dead + surplus);
    ended
        .map(|(_, session)| Event::SessionEnded {
            token: session.token,
        })
        .collect()
}
