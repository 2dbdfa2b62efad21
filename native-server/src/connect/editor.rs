//! The keyboard of the terminal client: line editing and history, on a thread of its own, so that
//! the conversation can end while a line is being typed.

use std::cell::Cell;
use std::io;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use chatting_time_core::terminal::password_in;
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};
use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::MemHistory;
use rustyline::validate::Validator;
use rustyline::{Config, Context, Helper};

use super::failure::Failure;
use super::link::Event;

/// Lines that can be recalled.
const HISTORY_LINES: usize = 1_000;

/// The person at the terminal. After each [`Editor::ask`] one [`Event::Typed`] follows.
pub(super) struct Editor {
    prompts: SyncSender<String>,
    /// How the terminal was before anything was typed.
    mode: Termios,
    /// Whether the keyboard has been taken over for the line that was asked for.
    is_editing: bool,
}

impl Editor {
    /// `events` is where typed lines are reported.
    pub(super) fn start(events: SyncSender<Event>) -> Result<Self, Failure> {
        let mode = tcgetattr(io::stdin()).map_err(|error| Failure::Input(error.into()))?;
        let (prompts, asked) = sync_channel::<String>(0);
        thread::spawn(move || {
            let mut lines = Lines::new(&events);
            for prompt in asked {
                let typed = lines
                    .as_mut()
                    .map_err(|error| Failure::Input(io::Error::other(error.to_string())))
                    .and_then(|lines| lines.next(&prompt));
                if events.send(Event::Typed(typed)).is_err() {
                    return;
                }
            }
        });
        Ok(Self {
            prompts,
            mode,
            is_editing: false,
        })
    }

    /// Shows the prompt and lets the person type.
    pub(super) fn ask(&mut self, prompt: String) -> Result<(), Failure> {
        self.is_editing = false;
        let asked = self.prompts.send(prompt);
        asked.map_err(|_| Failure::Input(io::ErrorKind::BrokenPipe.into()))
    }

    /// [`Event::EditingBegan`] came.
    pub(super) fn began(&mut self) {
        self.is_editing = true;
    }

    /// Takes the keyboard away from the line that is being typed, because the conversation is
    /// over. Only once editing has begun, else the editor would change the terminal after it was
    /// put back; `next_event` waits for that.
    pub(super) fn abandon(&mut self, mut next_event: impl FnMut() -> Event) {
        while !self.is_editing {
            match next_event() {
                Event::EditingBegan => self.is_editing = true,
                // The line was finished meanwhile, and the terminal is as it was.
                Event::Typed(_) => return,
                Event::Bytes(_) | Event::Ended(_) => {}
            }
        }
        // What can be done if this fails the person will do: `reset`.
        let _ = tcsetattr(io::stdin(), OptionalActions::Drain, &self.mode);
        let _ = io::Write::write_all(&mut io::stderr(), b"\n");
    }
}

/// The line editor itself.
struct Lines {
    editor: rustyline::Editor<Began, MemHistory>,
}

impl Lines {
    fn new(events: &SyncSender<Event>) -> rustyline::Result<Self> {
        let config = Config::builder()
            .max_history_size(HISTORY_LINES)?
            .auto_add_history(false)
            // It would have to be switched off again when a line is abandoned.
            .bracketed_paste(false)
            .build();
        let history = MemHistory::with_config(&config);
        let mut editor = rustyline::Editor::with_history(config, history)?;
        editor.set_helper(Some(Began {
            events: events.clone(),
            is_reported: Cell::new(false),
        }));
        Ok(Self { editor })
    }

    /// The next typed line; a dropped one counts as empty. `None` when the person leaves.
    fn next(&mut self, prompt: &str) -> Result<Option<String>, Failure> {
        if let Some(began) = self.editor.helper() {
            began.is_reported.set(false);
        }
        let line = match self.editor.readline(prompt) {
            Ok(line) => line,
            Err(ReadlineError::Eof) => return Ok(None),
            Err(ReadlineError::Interrupted | ReadlineError::Signal(_)) => String::new(),
            Err(error) => return Err(Failure::Input(io::Error::other(error.to_string()))),
        };
        if !holds_password(&line) {
            // Only in memory, where the line is anyway.
            let _ = self.editor.add_history_entry(line.as_str());
        }
        Ok(Some(line))
    }
}

/// Whether the line has a password in it, which is not to be seen again when somebody else leafs
/// through the history.
fn holds_password(line: &str) -> bool {
    line.lines().any(|line| password_in(line).is_some())
}

/// Reports that a line is being edited: the editor asks for a hint as soon as it has set up the
/// terminal, and there is none.
struct Began {
    events: SyncSender<Event>,
    is_reported: Cell<bool>,
}

impl Hinter for Began {
    type Hint = String;

    fn hint(&self, _: &str, _: usize, _: &Context<'_>) -> Option<String> {
        if !self.is_reported.replace(true) {
            // Fails only when nobody waits any more.
            let _ = self.events.send(Event::EditingBegan);
        }
        None
    }
}

impl Completer for Began {
    type Candidate = String;
}

impl Highlighter for Began {}

impl Validator for Began {}

impl Helper for Began {}

#[cfg(test)]
mod tests {
    use super::holds_password;

    #[test]
    fn lines_with_a_password_are_told_from_others() {
        for line in [
            "auth messi surabaya",
            " AUTH messi surabaya",
            "auht messi surabaya",
            "list\nauth a b",
        ] {
            assert!(holds_password(line), "{line}");
        }
        for line in ["", "send messi auth", "auth messi", "list"] {
            assert!(!holds_password(line), "{line}");
        }
    }
}
