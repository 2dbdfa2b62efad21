//! The examples in a document, made from the vectors.
//!
//! A document marks where an example stands:
//!
//! ```text
//! <!-- contoh: commands.chat, Logging in -->
//! <!-- akhir contoh -->
//! ```
//!
//! [`render`] plays the vector of that file and title to the core in memory and puts what was
//! said between the two lines. Its tokens are the same in every run. `; lineker` behind the title
//! leaves only what was said on the connection of that name.

use std::fmt;

use crate::memory::MemoryHost;
use crate::runner::{Outcome, Said, run};
use crate::script::Vector;
use crate::vectors;

/// The document whose examples are made this way, as a path within the repository.
pub const DOCUMENT: &str = "docs/protokol.md";

const BEGIN: &str = "<!-- contoh: ";
const END: &str = "<!-- akhir contoh -->";

/// Why a document could not be rendered, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderError {
    /// The line of the document, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: String,
}

impl fmt::Display for RenderError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "line {}: {}", self.line, self.problem)
    }
}

impl std::error::Error for RenderError {}

/// The document with every example as it is now.
pub fn render(document: &str) -> Result<String, RenderError> {
    let mut rendered = String::new();
    let mut open = None;
    for (index, line) in document.lines().enumerate() {
        let wrong = |problem: String| RenderError {
            line: index + 1,
            problem,
        };
        let is_end = line == END;
        match (open, is_end) {
            (Some(_), false) => continue,
            (None, true) => return Err(wrong(format!("`{END}` ends nothing"))),
            _ => open = None,
        }
        rendered.push_str(line);
        rendered.push('\n');
        if let Some(name) = line.strip_prefix(BEGIN) {
            let name = name
                .strip_suffix(" -->")
                .ok_or_else(|| wrong("` -->` is missing".into()))?;
            rendered.push_str(&example(name).map_err(wrong)?);
            open = Some(index + 1);
        }
    }
    match open {
        None => Ok(rendered),
        Some(line) => Err(RenderError {
            line,
            problem: format!("`{END}` is missing"),
        }),
    }
}

/// What is said in the vector of that name, which is its file and its title.
fn example(name: &str) -> Result<String, String> {
    let (name, only) = match name.split_once("; ") {
        Some((name, connection)) => (name, Some(connection)),
        None => (name, None),
    };
    let vector = find(name)?;
    let mut host =
        MemoryHost::new(&vector.setup, seed(&vector)).map_err(|trouble| trouble.to_string())?;
    let outcome = run(&vector, &mut host).map_err(|failure| failure.to_string())?;
    let Outcome::Passed(said) = outcome else {
        return Err(format!("`{name}` cannot run in memory"));
    };
    let said = said
        .iter()
        .filter(|said| only.is_none_or(|only| said.connection() == only));
    Ok(format!(
        "```text\n{}```\n",
        said.map(shown).collect::<String>()
    ))
}

fn find(name: &str) -> Result<Vector, String> {
    let files = vectors::all().map_err(|error| error.to_string())?;
    let mut vectors = files.into_iter().flat_map(|file| file.vectors);
    let found = vectors.find(|vector| name == format!("{}, {}", vector.file, vector.title));
    found.ok_or_else(|| {
        format!("there is no vector `{name}`; write its file, a comma and its title")
    })
}

/// Every example has tokens of its own, which do not change when other examples do.
fn seed(vector: &Vector) -> u64 {
    let bytes = vector.title.bytes().map(u64::from);
    bytes.fold(0, |seed: u64, byte| {
        seed.wrapping_mul(0x100_0000_01b3) ^ byte
    })
}

/// Requests and replies as a vector writes them, a terminal as a person sees it.
fn shown(said: &Said) -> String {
    match said {
        Said::Sent(name, bytes) => {
            let line = bytes.strip_suffix(b"\r\n").unwrap_or(bytes);
            format!("{name} > {}\n", String::from_utf8_lossy(line))
        }
        Said::Received(name, reply) => format!("{name} < {}\n", String::from_utf8_lossy(reply)),
        Said::Shown(_, line) => format!("{}\n", String::from_utf8_lossy(line)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &str =
        "<!-- contoh: commands.chat, Sending to nobody -->\n<!-- akhir contoh -->\n";

    #[test]
    fn an_example_is_filled_in_and_stays_the_same_when_rendered_again() {
        let rendered = render(EMPTY).unwrap();
        assert!(
            rendered
                .contains("messi < {\"status\": \"ERROR\", \"message\": \"User Tidak Ditemukan\""),
            "{rendered}"
        );
        assert_eq!(render(&rendered).unwrap(), rendered);
    }

    #[test]
    fn an_unknown_vector_is_named_with_its_line() {
        let error = render("a\n<!-- contoh: x.chat, Y -->\n<!-- akhir contoh -->\n").unwrap_err();
        assert_eq!(error.line, 2);
        assert!(error.problem.contains("`x.chat, Y`"), "{error}");
    }

    #[test]
    fn markers_come_in_pairs() {
        assert_eq!(render("<!-- akhir contoh -->\n").unwrap_err().line, 1);
        assert_eq!(render(EMPTY.lines().next().unwrap()).unwrap_err().line, 1);
    }
}
