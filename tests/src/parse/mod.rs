//! From the text of a `.chat` file to the vectors in it. No IO.
//!
//! `vectors/README.md` is the description of the format for people; this file holds to it.

mod scope;

use std::collections::BTreeSet;
use std::fmt;

use crate::script::{Account, File, Need, Setup, Step, Vector};
use crate::template::{Escapes, Template, Tokens};
use scope::Scope;

/// Why a file could not be read, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// The name of the file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it and how it should be.
    pub problem: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}: {}", self.file, self.line, self.problem)
    }
}

impl std::error::Error for ParseError {}

/// Reads a file of vectors.
pub fn parse(name: &str, text: &str) -> Result<File, ParseError> {
    let mut reader = Reader::default();
    let mut last = 0;
    for (index, line) in text.lines().enumerate() {
        last = index + 1;
        reader
            .line(name, last, line)
            .map_err(|problem| at(name, last, problem))?;
    }
    reader
        .finish(name)
        .map_err(|(line, problem)| at(name, line.max(1).min(last.max(1)), problem))
}

fn at(file: &str, line: usize, problem: String) -> ParseError {
    ParseError {
        file: file.into(),
        line,
        problem,
    }
}

#[derive(Default)]
struct Reader {
    title: Option<String>,
    vectors: Vec<Vector>,
    scope: Scope,
}

type Problem = String;

impl Reader {
    fn line(&mut self, file: &str, number: usize, line: &str) -> Result<(), Problem> {
        if let Some(title) = line.strip_prefix("## ") {
            self.finish_vector().map_err(|(_, problem)| problem)?;
            return self.begin_vector(file, number, title);
        }
        if let Some(title) = line.strip_prefix("# ") {
            return match self.title.replace(title.trim().into()) {
                None => Ok(()),
                Some(_) => Err("a file has one title; vectors begin with `## `".into()),
            };
        }
        if line.starts_with('\t') {
            return Err("steps are indented with four spaces, not with a tab".into());
        }
        if let Some(step) = line.strip_prefix("    ") {
            return self.step(number, step);
        }
        if line.starts_with(' ') {
            return Err("steps are indented with four spaces, prose not at all".into());
        }
        if let Some(clauses) = line.strip_prefix("Clauses:") {
            return self.clauses(clauses);
        }
        Ok(())
    }

    fn begin_vector(&mut self, file: &str, line: usize, title: &str) -> Result<(), Problem> {
        let title = title.trim().to_owned();
        if self.vectors.iter().any(|vector| vector.title == title) {
            return Err(format!(
                "another vector of this file is called `{title}` too"
            ));
        }
        self.scope = Scope::default();
        self.vectors.push(Vector {
            file: file.into(),
            title,
            line,
            clauses: Vec::new(),
            setup: Setup::default(),
            steps: Vec::new(),
        });
        Ok(())
    }

    fn clauses(&mut self, list: &str) -> Result<(), Problem> {
        let vector = self.vectors.last_mut().ok_or(OUTSIDE)?;
        for clause in list.split(',').map(str::trim) {
            if clause.is_empty() {
                return Err("clauses are listed like `Clauses: 7.2, 7.3`".into());
            }
            if vector.clauses.iter().any(|other| other == clause) {
                return Err(format!("clause {clause} is listed twice"));
            }
            vector.clauses.push(clause.into());
        }
        Ok(())
    }

    fn step(&mut self, number: usize, text: &str) -> Result<(), Problem> {
        let vector = self.vectors.last_mut().ok_or(OUTSIDE)?;
        if text.starts_with(' ') {
            return Err("a step is indented with exactly four spaces".into());
        }
        if text.ends_with([' ', '\t']) {
            return Err("nobody sees a space at the end of a line: write \\s".into());
        }
        if let Some(prepare) = preparation(text) {
            if !vector.steps.is_empty() {
                return Err("what prepares a vector stands before its steps".into());
            }
            return prepare?.add_to(&mut vector.setup);
        }
        for action in self.scope.actions(text)? {
            vector.steps.push(Step {
                line: number,
                action,
            });
        }
        Ok(())
    }

    /// Checks the vector that ends here.
    fn finish_vector(&self) -> Result<(), (usize, Problem)> {
        let Some(vector) = self.vectors.last() else {
            return Ok(());
        };
        let wrong = |problem: String| Err((vector.line, problem));
        if vector.clauses.is_empty() {
            return wrong(format!(
                "`{}` cites no clause: add `Clauses: …`",
                vector.title
            ));
        }
        if vector.steps.is_empty() {
            return wrong(format!("`{}` has no steps", vector.title));
        }
        let used: BTreeSet<Need> = vector
            .steps
            .iter()
            .filter_map(|step| step.action.need())
            .collect();
        for need in Need::ALL {
            let word = need.word();
            match (used.contains(&need), vector.setup.needs.contains(&need)) {
                (true, false) => {
                    return wrong(format!("`{}` has to say `needs {word}`", vector.title));
                }
                (false, true) => {
                    return wrong(format!(
                        "`{}` says `needs {word}` and has no such step",
                        vector.title
                    ));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn finish(self, name: &str) -> Result<File, (usize, Problem)> {
        self.finish_vector()?;
        let title = self
            .title
            .ok_or((1, "the file has no title (`# …`)".to_owned()))?;
        if self.vectors.is_empty() {
            return Err((1, "the file has no vectors (`## …`)".into()));
        }
        Ok(File {
            name: name.into(),
            title,
            vectors: self.vectors,
        })
    }
}

const OUTSIDE: &str = "this belongs into a vector, which begins with `## `";

/// A step that prepares a vector.
enum Preparation {
    Account(Account),
    Limit(String, u64),
    Needs(BTreeSet<Need>),
}

/// `None` for a step that prepares nothing.
fn preparation(text: &str) -> Option<Result<Preparation, Problem>> {
    let (word, rest) = text.split_once(' ')?;
    Some(match word {
        "account" => account(rest).map(Preparation::Account),
        "limit" => limit(rest),
        "needs" => needs(rest),
        _ => return None,
    })
}

impl Preparation {
    fn add_to(self, setup: &mut Setup) -> Result<(), Problem> {
        match self {
            Self::Account(account) => {
                if setup
                    .accounts
                    .iter()
                    .any(|other| other.username == account.username)
                {
                    return Err(format!("the account {} is there already", account.username));
                }
                setup.accounts.push(account);
            }
            Self::Limit(key, value) => {
                if setup.limits.iter().any(|(other, _)| *other == key) {
                    return Err(format!("the limit {key} is set twice"));
                }
                setup.limits.push((key, value));
            }
            Self::Needs(needs) => setup.needs.extend(needs),
        }
        Ok(())
    }
}

fn account(text: &str) -> Result<Account, Problem> {
    const FORM: &str = "an account is written like `account zidane berlin Prancis Zinedine Zidane`";
    let (username, rest) = text.split_once(' ').ok_or(FORM)?;
    // A password may be a repetition, which holds spaces.
    let password_end = match rest.starts_with("${") {
        true => rest.find('}').ok_or(FORM)? + 1,
        false => rest.find(' ').ok_or(FORM)?,
    };
    let (password, rest) = rest.split_at(password_end);
    let password = Template::parse(password, Escapes::Known)?;
    let password = String::from_utf8(password.fill(&Tokens::new())).map_err(|_| FORM)?;
    let (country, name) = rest
        .strip_prefix(' ')
        .and_then(|rest| rest.split_once(' '))
        .ok_or(FORM)?;
    Ok(Account {
        username: username.into(),
        password,
        country: country.into(),
        name: name.into(),
    })
}

fn limit(text: &str) -> Result<Preparation, Problem> {
    const FORM: &str = "a limit is written like `limit mailbox-messages 3`";
    let (key, value) = text.split_once(' ').ok_or(FORM)?;
    let limits = chatting_time_core::limits::LIMITS;
    let limit = limits
        .iter()
        .find(|limit| limit.field.replace('_', "-") == key);
    let limit =
        limit.ok_or_else(|| format!("there is no limit `{key}`; clause 11.1 lists them"))?;
    let value = value.parse().map_err(|_| FORM)?;
    if !(limit.minimum..=limit.maximum).contains(&value) {
        return Err(format!(
            "`{key}` can be {} to {}",
            limit.minimum, limit.maximum
        ));
    }
    Ok(Preparation::Limit(limit.field.into(), value))
}

fn needs(text: &str) -> Result<Preparation, Problem> {
    let words = text.split(',').map(str::trim);
    let needs = words.map(|word| {
        let need = Need::ALL.into_iter().find(|need| need.word() == word);
        need.ok_or_else(|| {
            format!(
                "nobody knows what `needs {word}` is; there are clock, operator, restart and stop"
            )
        })
    });
    needs.collect::<Result<_, _>>().map(Preparation::Needs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::Action;

    /// The problem that a vector with these steps has.
    fn problem(steps: &str) -> (usize, String) {
        let steps: String = steps.lines().map(|step| format!("    {step}\n")).collect();
        let error = parse(
            "x.chat",
            &format!("# Title\n\n## Vector\n\nClauses: 1.1\n\n{steps}"),
        )
        .unwrap_err();
        (error.line, error.problem)
    }

    #[test]
    fn an_error_names_file_line_and_what_to_do() {
        let error = parse(
            "x.chat",
            "# T\n\n## V\n\nClauses: 1.1\n\n    messi > help\n",
        )
        .unwrap_err();
        assert_eq!(
            error.to_string(),
            "x.chat:7: `messi` is neither a step nor a connection; open it with `connect messi`"
        );
    }

    #[test]
    fn a_token_cannot_be_used_before_a_reply_gives_it_out() {
        let (line, problem) = problem("connect a\na > inbox ${a}");
        assert_eq!(
            (line, problem.contains("token `a`")),
            (8, true),
            "{problem}"
        );
    }

    #[test]
    fn a_space_at_the_end_of_a_step_is_refused() {
        assert!(
            problem("connect a\na > send b \nb closes")
                .1
                .contains("\\s")
        );
    }

    #[test]
    fn what_a_vector_needs_has_to_be_declared() {
        assert!(
            problem("connect a\nclock + 1 seconds")
                .1
                .contains("needs clock")
        );
        assert!(problem("needs clock\nconnect a").1.contains("no such step"));
    }

    #[test]
    fn a_vector_without_clauses_is_refused() {
        let error = parse("x.chat", "# T\n\n## V\n\n    connect a\n").unwrap_err();
        assert_eq!(
            (error.line, error.problem.contains("cites no clause")),
            (3, true)
        );
    }

    #[test]
    fn an_unknown_limit_is_refused() {
        assert!(
            problem("limit mailbox 3\nconnect a")
                .1
                .contains("no limit `mailbox`")
        );
    }

    #[test]
    fn a_reply_may_be_expected_several_times() {
        let text =
            "# T\n\n## V\n\nClauses: 1.1\n\n    connect a\n    a < 3 times {\"b\": \" times \"}\n";
        let file = parse("x.chat", text).unwrap();
        assert!(matches!(
            file.vectors[0].steps[1].action,
            Action::Receive { times: 3, .. }
        ));
    }
}
