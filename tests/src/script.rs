//! What a vector says, once its text has been parsed.
//!
//! `vectors/README.md` describes each of these for the people who write them.

use std::collections::BTreeSet;

use crate::template::Template;

/// One `.chat` file.
#[derive(Clone, Debug)]
pub struct File {
    /// The name of the file, such as `framing.chat`.
    pub name: String,
    /// What the file is about.
    pub title: String,
    /// Its dialogues.
    pub vectors: Vec<Vector>,
}

/// One dialogue with the replies that every server must give.
#[derive(Clone, Debug)]
pub struct Vector {
    /// The file that it stands in.
    pub file: String,
    /// Its heading, unlike any other in that file.
    pub title: String,
    /// The line of its heading, from 1.
    pub line: usize,
    /// The clauses of PROTOCOL.md that it shows, such as `7.2`.
    pub clauses: Vec<String>,
    /// What has to be so before it starts.
    pub setup: Setup,
    /// What happens, in order.
    pub steps: Vec<Step>,
}

/// What has to be so before a vector starts: a fresh server with the documented accounts, and this.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// Accounts beside the documented ones.
    pub accounts: Vec<Account>,
    /// Bounds other than the default, by their fields in the core.
    pub limits: Vec<(String, u64)>,
    /// What the server's surroundings must be able to do.
    pub needs: BTreeSet<Need>,
}

/// An account that a vector asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its unique name.
    pub username: String,
    /// Its password.
    pub password: String,
    /// Its country.
    pub country: String,
    /// Its display name.
    pub name: String,
}

/// Something that not every host can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// Its clock can be set.
    Clock,
    /// Its accounts can be changed while it runs.
    Operator,
    /// It can be killed and started again on the same data.
    Restart,
    /// It can be asked to stop.
    Stop,
}

impl Need {
    /// All of them.
    pub const ALL: [Need; 4] = [Need::Clock, Need::Operator, Need::Restart, Need::Stop];

    /// The word for it in a vector.
    pub fn word(self) -> &'static str {
        match self {
            Self::Clock => "clock",
            Self::Operator => "operator",
            Self::Restart => "restart",
            Self::Stop => "stop",
        }
    }
}

/// One line of a vector.
#[derive(Clone, Debug)]
pub struct Step {
    /// The line in the file, from 1.
    pub line: usize,
    /// What it says.
    pub action: Action,
}

/// What one line of a vector says.
#[derive(Clone, Debug)]
pub enum Action {
    /// Opens a connection.
    Connect(String),
    /// Opens a connection with the terminal client in front of it.
    Terminal(String),
    /// Sends bytes in one write.
    Send(String, Template),
    /// Expects replies, all alike.
    Receive {
        /// On which connection.
        connection: String,
        /// How many.
        times: usize,
        /// Each of them, without CR LF CR LF.
        reply: Template,
    },
    /// Expects exactly these bytes next.
    ReceiveBytes(String, Template),
    /// At a terminal: the prompt, and what a person types at it.
    Type {
        /// At which terminal.
        connection: String,
        /// From `Command ` to the colon.
        prompt: Template,
        /// The rest of the line.
        line: Template,
    },
    /// At a terminal: a line that it prints.
    Print(String, Template),
    /// Ends the sending side of a connection.
    HalfClose(String),
    /// Closes a connection altogether.
    Close(String),
    /// Expects that the server closes the connection and sends nothing more before.
    IsClosed(String),
    /// Expects that nothing more has come.
    IsQuiet(String),
    /// Lets the server take in what was sent.
    Pause,
    /// Advances the clock by so many milliseconds.
    Advance(u64),
    /// The server dies and starts again on the same data.
    Restart,
    /// The server is asked to stop.
    Stop,
    /// The operator changes an account.
    Operate(Operation),
}

/// What an operator does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Adds an account.
    Add(Account),
    /// Removes the account of that name.
    Remove(String),
    /// Gives the account of that name another password.
    SetPassword {
        /// Whose.
        username: String,
        /// The new one.
        password: String,
    },
}

impl Action {
    /// What a host must be able to do for this step.
    pub fn need(&self) -> Option<Need> {
        match self {
            Self::Advance(_) => Some(Need::Clock),
            Self::Operate(_) => Some(Need::Operator),
            Self::Restart => Some(Need::Restart),
            Self::Stop => Some(Need::Stop),
            _ => None,
        }
    }
}
