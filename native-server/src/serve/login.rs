//! What comes of an `auth`: whether it is looked at, and then whether its password is right.

use std::io;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use chatting_time_core::command::Auth;
use chatting_time_core::{Password, PasswordHash, Refusal, Reply, Token};

use super::attempts::{Attempts, Who};
use super::password_checks::PasswordChecks;
use super::scattered_guesses::ScatteredGuesses;
use super::turns::Refused;
use crate::engine::{Answer, Caller, Run};
use crate::metrics::RequestKind;
use crate::settings::Settings;
use crate::store::Store;

/// What all logins have in common.
pub(super) struct Logins {
    checks: PasswordChecks,
    /// There where a name that nobody has is answered as a wrong password is, and takes as long.
    nobody: Option<(Password, PasswordHash)>,
    guesses: Mutex<ScatteredGuesses>,
}

impl Logins {
    /// Starts the threads that check passwords. They end when this is dropped.
    pub(super) fn start(settings: &Settings) -> io::Result<Self> {
        let nobody = match settings.login_refusal_uniform {
            true => Some(nobody(settings)?),
            false => None,
        };
        let attempts = Attempts::new(
            settings.login_attempts_address,
            settings.login_attempts_account,
        );
        Ok(Self {
            checks: PasswordChecks::start(&settings.limits, attempts)?,
            nobody,
            guesses: Mutex::default(),
        })
    }

    /// How many password checks wait, and how many are under way.
    pub(super) fn password_checks(&self) -> (u64, u64) {
        self.checks.counts()
    }

    /// Answers an `auth`. Whoever does not wait for that has failed.
    pub(super) async fn log_in(
        &self,
        store: &Store,
        caller: &mut Caller,
        address: IpAddr,
        auth: Auth,
    ) -> Run {
        let attempted = self.attempt(store, caller, address, auth).await;
        attempted.unwrap_or_else(|refusal| Run::refused(RequestKind::called("auth"), refusal))
    }

    async fn attempt(
        &self,
        store: &Store,
        caller: &mut Caller,
        address: IpAddr,
        auth: Auth,
    ) -> Result<Run, Refusal> {
        let who = Who::new(address, auth.username());
        let (turn, attempt) = self
            .checks
            .turn(who)
            .await
            .map_err(|refused| match refused {
                Refused::Busy => Refusal::ServerBusy,
                Refused::TooMany(too_many) => Refusal::TooManyAttempts {
                    retry_after: too_many.retry_after(),
                },
            })?;
        let mut run = match store.begin_auth(caller, auth).await {
            Ok(check) => {
                let checked = turn.run(move |memory| check.run_in(memory)).await;
                let mut random = [0; 16];
                match (checked, getrandom::fill(&mut random)) {
                    (Ok(checked), Ok(())) => {
                        store
                            .finish_auth(caller, Token::from_random(random), &checked)
                            .await
                    }
                    _ => Run::refused(RequestKind::called("auth"), Refusal::ServerBusy),
                }
            }
            Err(refused) => {
                if let Some((password, hash)) = self.nobody.clone() {
                    let checked = turn.run(move |memory| hash.matches(&password, memory));
                    checked.await.map_err(|_| Refusal::ServerBusy)?;
                }
                refused
            }
        };
        match &mut run.answers[..] {
            [
                Answer {
                    reply:
                        Reply::Refused(refusal @ (Refusal::UserNotFound | Refusal::WrongPassword)),
                    ..
                },
            ] => {
                // Only names that there are, and no password that was typed in the place of one.
                if matches!(refusal, Refusal::WrongPassword)
                    && let Some((username, share)) = who.source()
                {
                    let guesses = self.guesses.lock();
                    let mut guesses = guesses.unwrap_or_else(PoisonError::into_inner);
                    guesses.note(username, share);
                }
                if self.nobody.is_some() {
                    *refusal = Refusal::WrongPassword;
                }
            }
            _ => attempt.forgive(),
        }
        Ok(run)
    }
}

/// A password and a hash that is none of anybody's, at the cost at which hashes are made now.
fn nobody(settings: &Settings) -> io::Result<(Password, PasswordHash)> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt)?;
    let password = Password::parse("nobody").expect("it has no space in it");
    let hash = password.hash(settings.password_cost(), salt);
    Ok((password, hash))
}
