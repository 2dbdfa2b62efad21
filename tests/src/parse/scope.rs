//! From the text of a step to what it does, and the names that a vector knows at that point:
//! its open connections and terminals, and the tokens that replies have given out.

use std::collections::BTreeSet;

use super::{Problem, account};
use crate::script::{Action, Operation};
use crate::template::{Escapes, Template};

/// What the steps read so far have introduced in the present vector.
#[derive(Default)]
pub(super) struct Scope {
    connections: BTreeSet<String>,
    terminals: BTreeSet<String>,
    tokens: BTreeSet<String>,
}

impl Scope {
    /// The actions of one step; `connect` may have several.
    pub(super) fn actions(&mut self, text: &str) -> Result<Vec<Action>, Problem> {
        let (first, rest) = text.split_once(' ').unwrap_or((text, ""));
        Ok(match first {
            "connect" => {
                let names = rest
                    .split(',')
                    .map(|name| self.introduce(name.trim(), false));
                names
                    .map(|name| name.map(Action::Connect))
                    .collect::<Result<_, _>>()?
            }
            "terminal" => vec![Action::Terminal(self.introduce(rest, true)?)],
            "pause" if rest.is_empty() => vec![Action::Pause],
            "clock" => vec![Action::Advance(duration(rest)?)],
            "server" => vec![self.server(rest)?],
            "operator" => vec![Action::Operate(operation(rest)?)],
            name if self.connections.contains(name) => vec![self.of_connection(name, rest)?],
            name if self.terminals.contains(name) => vec![self.of_terminal(name, rest)?],
            name => {
                return Err(format!(
                    "`{name}` is neither a step nor a connection; open it with `connect {name}`"
                ));
            }
        })
    }

    fn introduce(&mut self, name: &str, is_terminal: bool) -> Result<String, Problem> {
        const STEPS: [&str; 9] = [
            "connect", "terminal", "pause", "clock", "server", "operator", "account", "limit",
            "needs",
        ];
        let is_name = !name.is_empty()
            && name
                .bytes()
                .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        if !is_name || STEPS.contains(&name) {
            return Err(format!(
                "`{name}` cannot name a connection: use a-z, 0-9 and hyphens, and no word of a step"
            ));
        }
        if self.connections.contains(name) || self.terminals.contains(name) {
            return Err(format!("`{name}` is open already"));
        }
        let names = if is_terminal {
            &mut self.terminals
        } else {
            &mut self.connections
        };
        names.insert(name.into());
        Ok(name.into())
    }

    fn server(&mut self, rest: &str) -> Result<Action, Problem> {
        match rest {
            "restarts" => {
                self.connections.clear();
                self.terminals.clear();
                Ok(Action::Restart)
            }
            "stops" => Ok(Action::Stop),
            _ => Err("a server `restarts` or `stops`".into()),
        }
    }

    fn of_connection(&mut self, name: &str, rest: &str) -> Result<Action, Problem> {
        let name = name.to_owned();
        let (verb, text) = rest.split_once(' ').unwrap_or((rest, ""));
        Ok(match (verb, text) {
            (">", _) => {
                let mut line = self.request(text)?;
                line.push_bytes(b"\r\n");
                Action::Send(name, line)
            }
            (">>", _) => Action::Send(name, self.request(text)?),
            ("<", _) => {
                let (times, text) = repeated(text)?;
                if !text.starts_with('{') {
                    return Err("a reply is one JSON object, so it begins with `{`".into());
                }
                let reply = self.reply(text, Escapes::None)?;
                Action::Receive {
                    connection: name,
                    times,
                    reply,
                }
            }
            ("<<", _) => Action::ReceiveBytes(name, self.reply(text, Escapes::Known)?),
            ("half-closes", "") => Action::HalfClose(name),
            ("closes", "") => {
                self.connections.remove(&name);
                Action::Close(name)
            }
            ("is", "closed") => {
                self.connections.remove(&name);
                Action::IsClosed(name)
            }
            ("is", "quiet") => Action::IsQuiet(name),
            _ => {
                return Err(format!(
                    "a connection can `>`, `>>`, `<`, `<<`, `half-closes`, `closes`, `is closed` or `is quiet`, not `{rest}`"
                ));
            }
        })
    }

    fn of_terminal(&mut self, name: &str, rest: &str) -> Result<Action, Problem> {
        let name = name.to_owned();
        let (verb, text) = rest.split_once(' ').unwrap_or((rest, ""));
        match (verb, text) {
            ("|", _) if text.starts_with("Command ") => {
                let colon = text.find(':').ok_or("a prompt ends with a colon")?;
                let (prompt, line) = text.split_at(colon + 1);
                let prompt = self.reply(prompt, Escapes::None)?;
                let line = self.known(Template::parse(line, Escapes::None)?)?;
                Ok(Action::Type {
                    connection: name,
                    prompt,
                    line,
                })
            }
            ("|", _) => Ok(Action::Print(name, self.reply(text, Escapes::None)?)),
            ("closes", "") => {
                self.terminals.remove(&name);
                Ok(Action::Close(name))
            }
            _ => Err(format!(
                "at a terminal there are `|` and `closes`, not `{rest}`"
            )),
        }
    }

    fn request(&self, text: &str) -> Result<Template, Problem> {
        self.known(Template::parse(text, Escapes::Known)?)
    }

    fn known(&self, template: Template) -> Result<Template, Problem> {
        let unknown = template
            .token_names()
            .find(|name| !self.tokens.contains(*name));
        if let Some(name) = unknown {
            return Err(format!(
                "no reply before this line gives out the token `{name}`"
            ));
        }
        Ok(template)
    }

    fn reply(&mut self, text: &str, escapes: Escapes) -> Result<Template, Problem> {
        let template = Template::parse(text, escapes)?;
        self.tokens
            .extend(template.token_names().map(str::to_owned));
        Ok(template)
    }
}

/// `3 times {…}`, or one reply alone.
fn repeated(text: &str) -> Result<(usize, &str), Problem> {
    let Some((times, reply)) = text.split_once(" times ") else {
        return Ok((1, text));
    };
    if !times.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok((1, text));
    }
    let times = times.parse().map_err(|_| format!("{times} are too many"))?;
    Ok((times, reply))
}

fn duration(text: &str) -> Result<u64, Problem> {
    const FORM: &str = "the clock is advanced like `clock + 61 seconds`";
    let (number, unit) = text
        .strip_prefix("+ ")
        .and_then(|rest| rest.split_once(' '))
        .ok_or(FORM)?;
    let number: u64 = number.parse().map_err(|_| FORM)?;
    let unit = match unit {
        "milliseconds" => 1,
        "seconds" => 1_000,
        "minutes" => 60_000,
        "hours" => 3_600_000,
        "days" => 86_400_000,
        _ => return Err(FORM.into()),
    };
    number.checked_mul(unit).ok_or_else(|| FORM.into())
}

fn operation(text: &str) -> Result<Operation, Problem> {
    const FORM: &str = "an operator `adds …` as `account` does, `removes messi`, or `sets the password of messi to jakarta`";
    if let Some(rest) = text.strip_prefix("adds ") {
        return account(rest).map(Operation::Add);
    }
    if let Some(username) = text.strip_prefix("removes ") {
        return Ok(Operation::Remove(username.into()));
    }
    let rest = text.strip_prefix("sets the password of ").ok_or(FORM)?;
    let (username, password) = rest.split_once(" to ").ok_or(FORM)?;
    Ok(Operation::SetPassword {
        username: username.into(),
        password: password.into(),
    })
}
