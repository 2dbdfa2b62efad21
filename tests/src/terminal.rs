//! The terminal client of the core in front of a connection of a vector.

use std::collections::VecDeque;

use chatting_time_core::terminal::{Language, Request, Terminal as CoreTerminal};

use crate::host::Trouble;

/// A terminal at which somebody types, and the lines that it printed.
pub(crate) struct Terminal {
    terminal: CoreTerminal,
    /// Sent, and not answered yet.
    asked: Option<Request>,
    printed: VecDeque<String>,
}

impl Terminal {
    /// A terminal in the language of the documentation.
    pub(crate) fn new() -> Self {
        Self {
            terminal: CoreTerminal::new(Language::Indonesian),
            asked: None,
            printed: VecDeque::new(),
        }
    }

    pub(crate) fn prompt(&self) -> String {
        self.terminal.prompt()
    }

    /// Takes a typed line and returns what goes on the wire, if anything does.
    pub(crate) fn enter(&mut self, line: &str) -> Option<Vec<u8>> {
        let step = self.terminal.enter(line);
        self.print(&step.text);
        self.asked = step.request;
        self.asked.as_ref().map(|request| request.bytes().to_vec())
    }

    /// Takes the reply to what was entered last.
    pub(crate) fn receive(&mut self, reply: &[u8]) {
        if let Some(request) = self.asked.take() {
            let answer = self.terminal.reply(request, reply);
            self.print(&answer.text);
        }
    }

    /// The next line that was printed and not looked at yet.
    pub(crate) fn next_line(&mut self) -> Result<String, Trouble> {
        let line = self.printed.pop_front();
        line.ok_or_else(|| Trouble("the terminal prints nothing more".into()))
    }

    /// Everything that was printed has been looked at.
    pub(crate) fn is_read(&self) -> Result<(), Trouble> {
        match self.printed.front() {
            None => Ok(()),
            Some(line) => Err(Trouble(format!(
                "before its prompt the terminal prints: {line}"
            ))),
        }
    }

    fn print(&mut self, text: &str) {
        self.printed.extend(text.lines().map(str::to_owned));
    }
}
