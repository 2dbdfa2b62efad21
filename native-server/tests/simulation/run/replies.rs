//! What a client reads in the bytes of a reply.

use chatting_time_core::{Reply, Token};
use serde_json::Value;

use super::super::model::Told;
use super::Simulation;

impl Simulation {
    /// What a reply tells the client that reads its bytes.
    pub(super) fn told(&self, reply: &Reply) -> Told {
        let mut bytes = Vec::new();
        reply.write(&mut bytes);
        let value: Value = serde_json::from_slice(&bytes).expect("a reply is JSON");
        if let Reply::Refused(refusal) = reply {
            assert_eq!(value["code"], refusal.code());
            return Told::Refused(refusal.code());
        }
        assert_eq!(value["status"], "OK");
        match reply {
            Reply::Authenticated(_) => {
                let token = value["tokenid"].as_str().expect("a token");
                Told::Session(self.sessions_of_tokens[token])
            }
            Reply::Sent => Told::Sent,
            Reply::Inbox(_) => inbox(&value),
            Reply::List(_) => {
                let names = value["users"].as_array().expect("names").iter();
                Told::Online(names.map(|name| text(name).to_owned()).collect())
            }
            Reply::LoggedOut(_) => Told::LoggedOut,
            Reply::Help | Reply::Refused(_) => unreachable!("nobody asks for help"),
        }
    }
}

fn inbox(value: &Value) -> Told {
    let groups = value["messages"].as_object().expect("groups").iter();
    let messages = groups.map(|(sender, group)| {
        let group = group.as_array().expect("messages").iter();
        let texts = group.map(|message| {
            let framed = text(&message["msg"]);
            let inner = framed
                .strip_prefix(' ')
                .and_then(|rest| rest.strip_suffix("\r\n"));
            inner.expect("a space, the text, CR and LF").to_owned()
        });
        (sender.clone(), texts.collect())
    });
    Told::Inbox {
        messages: messages.collect(),
        remaining: value["remaining"].as_u64().unwrap_or(0),
    }
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

pub(super) fn text_of(token: &Token) -> String {
    token.to_wire(&mut [0; Token::TEXT_BYTES]).to_owned()
}
