//! One connection to a store.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use chatting_time::engine::{Caller, Pause, Run};
use chatting_time::store::Store;
use chatting_time_core::{Connection, Drain, Token};
use serde_json::Value;
use tokio::time::timeout;

/// No step takes this long; one that waits longer has failed.
const PATIENCE: Duration = Duration::from_secs(30);

/// One connection.
pub(crate) struct Client {
    store: Arc<Store>,
    caller: Caller,
    connection: Connection,
    /// What has been told and not confirmed.
    drains: Vec<Drain>,
    /// That of the last `auth`.
    pub(crate) token: String,
}

impl Client {
    pub(crate) fn of(store: Arc<Store>) -> Self {
        Self {
            caller: store.caller(),
            connection: Connection::new(store.limits().clone()),
            drains: Vec::new(),
            token: String::new(),
            store,
        }
    }

    /// The reply to a request, which is told when it may be.
    pub(crate) async fn ask(&mut self, line: &str) -> Value {
        let asked = timeout(PATIENCE, self.ask_for_ever(line)).await;
        asked.unwrap_or_else(|_| panic!("no reply to {line}"))
    }

    async fn ask_for_ever(&mut self, line: &str) -> Value {
        self.connection.receive(format!("{line}\n").as_bytes());
        let mut requests = VecDeque::from([self.connection.next_request().unwrap()]);
        loop {
            let run = self.store.run(&mut self.caller, &mut requests).await;
            let run = match run.pause {
                Some(Pause::Wait(signal)) => {
                    signal.wait().await;
                    continue;
                }
                Some(Pause::LogIn(auth)) => match self.store.begin_auth(&self.caller, auth).await {
                    Ok(check) => {
                        let mut random = [0; 16];
                        getrandom::fill(&mut random).unwrap();
                        let (token, checked) = (Token::from_random(random), check.run());
                        let store = self.store.clone();
                        store.finish_auth(&mut self.caller, token, &checked).await
                    }
                    Err(refused) => refused,
                },
                None => run,
            };
            return self.tell(run).await;
        }
    }

    async fn tell(&mut self, run: Run) -> Value {
        let [answer] = &run.answers[..] else {
            panic!("one request has {} answers", run.answers.len());
        };
        if let Some(commit) = &run.commit {
            assert!(commit.wait().await, "it was lost");
        }
        let mut bytes = Vec::new();
        answer.reply.write(&mut bytes);
        let reply: Value = serde_json::from_slice(&bytes).unwrap();
        if let Some(token) = reply["tokenid"].as_str() {
            self.token = token.to_owned();
        }
        self.drains.extend(answer.drain);
        reply
    }

    /// Sends to somebody.
    pub(crate) async fn send(&mut self, recipient: &str, text: &str) {
        let reply = self.ask(&format!("send {recipient} {text}")).await;
        assert_eq!(reply["status"], "OK", "{reply}");
    }

    /// What `inbox` tells, without taking it.
    pub(crate) async fn look(&mut self) -> Vec<String> {
        texts(&self.ask("inbox").await)
    }

    /// Has taken what it was told.
    pub(crate) async fn confirm(&mut self) {
        let drains = std::mem::take(&mut self.drains);
        self.store.confirm(&self.caller, &drains).await;
    }

    /// Has not taken what it was told.
    pub(crate) async fn give_back(&mut self) {
        self.drains.clear();
        self.store.give_back(&self.caller).await;
    }

    /// Takes what `inbox` tells.
    pub(crate) async fn take(&mut self) -> Vec<String> {
        let texts = self.look().await;
        self.confirm().await;
        texts
    }

    /// Asks for the mailbox and stops waiting after this time; takes what it was told before.
    pub(crate) async fn take_within(&mut self, patience: Duration) -> Option<Vec<String>> {
        let asked = timeout(patience, self.ask_for_ever("inbox")).await;
        match asked {
            Ok(reply) => {
                self.confirm().await;
                Some(texts(&reply))
            }
            Err(_) => None,
        }
    }

    /// Leaves.
    pub(crate) async fn leave(self) {
        self.store.detach(&self.caller).await;
    }
}

/// The code of a refusal, empty for a success.
pub(crate) fn code(reply: &Value) -> &str {
    reply["code"].as_str().unwrap_or_default()
}

/// The texts of an `inbox` reply.
pub(crate) fn texts(reply: &Value) -> Vec<String> {
    let senders = reply["messages"].as_object();
    let senders = senders.unwrap_or_else(|| panic!("{reply}"));
    let messages = senders.values().flat_map(|list| list.as_array().unwrap());
    let texts = messages.map(|message| message["msg"].as_str().unwrap().trim().to_owned());
    texts.collect()
}
