//! The documented terminal dialogue for a page that talks to a real server: core's [`Terminal`], and the requests whose
//! replies are still to come.
//!
//! Nothing here is part of a simulation. Secrets leave as parts of their own, so that the page can cover a token and
//! never gets a password back.

use chatting_time_core::Limits;
use chatting_time_core::json::Value;
use chatting_time_core::terminal::{AnswerKind, Language, Part, Request, Terminal};
use serde::Serialize;
use tsify::Tsify;

/// One person's terminal. A request and a reply are one message each, without terminators (PROTOCOL.md, section
/// "WebSocket").
pub struct RealDialogue {
    terminal: Terminal,
    waiting: Vec<Request>,
}

/// A stretch of a text that somebody may look at over the person's shoulder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum ShownPart {
    /// Anybody may see it.
    Plain {
        /// The characters.
        text: String,
    },
    /// To be covered until the person asks for it.
    Token {
        /// The token.
        text: String,
    },
    /// Stays covered, and is not even here.
    Password,
}

/// What comes of a typed line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Entered {
    /// The line behind its prompt, as it may be shown.
    pub typed: Vec<ShownPart>,
    /// What the dialogue says at once; often nothing.
    pub text: Vec<ShownPart>,
    /// What is to be sent.
    #[tsify(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<Outgoing>,
    /// Set instead of `request` when that would be longer than a server takes by default.
    #[tsify(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub too_long: Option<TooLong>,
    /// Whether the line holds a password, and is not to be offered for typing it again.
    pub holds_password: bool,
}

/// A request on its way out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Outgoing {
    /// The message, to be sent and forgotten: it may hold a password.
    pub message: String,
    /// The same as it may be shown.
    pub shown: Vec<ShownPart>,
}

/// How much too long a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct TooLong {
    /// Its length with its terminator.
    pub bytes: usize,
    /// The longest that is taken.
    pub bound: usize,
}

/// What a reply means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Answered {
    /// What the dialogue says about it.
    pub text: Vec<ShownPart>,
    /// What became of the request.
    pub kind: AnsweredKind,
    /// The code of a refusal.
    #[tsify(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The reply itself.
    pub reply: Vec<ShownPart>,
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub enum AnsweredKind {
    /// It was carried out.
    Accepted,
    /// The server refused it.
    Refused,
    /// Refused without having been asked: the server turns the connection away.
    Unasked,
    /// The reply is none of the protocol, and neither can what follows be trusted.
    Malformed,
}

impl RealDialogue {
    /// A terminal at which nobody has logged in.
    pub fn new(language: Language) -> Self {
        Self {
            terminal: Terminal::new(language),
            waiting: Vec::new(),
        }
    }

    /// Answers in another language from now on.
    pub fn speak(&mut self, language: Language) {
        self.terminal.speak(language);
    }

    /// What stands in front of the next typed line.
    pub fn prompt(&self) -> Vec<ShownPart> {
        self.text(&self.terminal.prompt())
    }

    /// Whose session the terminal has.
    pub fn username(&self) -> Option<&str> {
        self.terminal.username()
    }

    /// How many requests wait for their replies.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Takes a typed line.
    pub fn enter(&mut self, line: &str) -> Entered {
        let step = self.terminal.enter(line);
        let typed = self.line(line);
        let mut entered = Entered {
            holds_password: typed.contains(&ShownPart::Password),
            typed,
            text: self.text(&step.text),
            request: None,
            too_long: None,
        };
        let Some(request) = step.request else {
            return entered;
        };
        let bytes = request.bytes().len();
        let bound = Limits::default().line_bytes as usize;
        if bytes > bound {
            entered.text.clear();
            entered.too_long = Some(TooLong { bytes, bound });
            return entered;
        }
        let line = String::from_utf8_lossy(request.bytes());
        let message = line.strip_suffix("\r\n").unwrap_or(&line);
        entered.request = Some(Outgoing {
            message: message.to_owned(),
            shown: self.line(message),
        });
        self.waiting.push(request);
        entered
    }

    /// Takes the reply to the oldest request that waits, or what came without having been asked for.
    pub fn reply(&mut self, message: &str) -> Answered {
        let code = Value::parse(message.as_bytes())
            .and_then(|reply| Some(reply.get("code")?.as_str()?.to_owned()));
        let request = (!self.waiting.is_empty()).then(|| self.waiting.remove(0));
        let (text, kind) = match request {
            Some(request) => {
                let answer = self.terminal.reply(request, message.as_bytes());
                (answer.text, answer.kind.into())
            }
            None => match self.terminal.unasked(message.as_bytes()) {
                Some(text) => (format!("Error, {text}\n"), AnsweredKind::Unasked),
                None => (String::new(), AnsweredKind::Malformed),
            },
        };
        Answered {
            text: self.text(&text),
            kind,
            code,
            // Only now is the token of a login known as one, whatever its shape.
            reply: self.text(message),
        }
    }

    /// Forgets the requests that wait: their replies can't come any more. The session stays.
    pub fn lose(&mut self) {
        self.waiting.clear();
    }
}

impl RealDialogue {
    fn line(&self, line: &str) -> Vec<ShownPart> {
        shown(self.terminal.parts_of_line(line))
    }

    fn text(&self, text: &str) -> Vec<ShownPart> {
        shown(self.terminal.parts_of_text(text))
    }
}

fn shown(parts: Vec<Part<'_>>) -> Vec<ShownPart> {
    let shown = |part: Part<'_>| match part {
        Part::Plain(text) => ShownPart::Plain {
            text: text.to_owned(),
        },
        Part::Token(text) => ShownPart::Token {
            text: text.to_owned(),
        },
        Part::Password(_) => ShownPart::Password,
    };
    parts.into_iter().map(shown).collect()
}

impl From<AnswerKind> for AnsweredKind {
    fn from(kind: AnswerKind) -> Self {
        match kind {
            AnswerKind::Accepted => Self::Accepted,
            AnswerKind::Refused => Self::Refused,
            AnswerKind::Malformed => Self::Malformed,
        }
    }
}
