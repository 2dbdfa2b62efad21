//! PROTOCOL.md as data: its clauses, its refusals and its bounds.

/// The protocol text.
pub const TEXT: &str = include_str!("../../core/PROTOCOL.md");

/// One numbered clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// Its number, such as `3.2` or `A.1`.
    pub number: String,
    /// Its title.
    pub title: String,
    /// How it is checked.
    pub check: Check,
}

/// How a clause is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Check {
    /// By the vectors that cite it.
    Vectors,
    /// By these tests; no dialogue can show it.
    Tests(Vec<String>),
    /// Not at all: it requires nothing.
    Informative,
}

/// All clauses in order.
pub fn clauses() -> Vec<Clause> {
    let mut clauses: Vec<Clause> = Vec::new();
    for line in TEXT.lines() {
        if let Some((number, title)) = line
            .strip_prefix("### ")
            .and_then(|line| line.split_once(' '))
        {
            let (number, title) = (number.into(), title.into());
            clauses.push(Clause {
                number,
                title,
                check: Check::Vectors,
            });
        } else if line.starts_with("## ") {
            continue;
        } else if let Some(clause) = clauses.last_mut() {
            if line == "*Informative.*" {
                clause.check = Check::Informative;
            } else if let Some(names) = line.strip_prefix("Checked by the test ") {
                let names = names.split('`').skip(1).step_by(2);
                clause.check = Check::Tests(names.map(str::to_owned).collect());
            }
        }
    }
    clauses
}

/// The text of a clause, without its heading.
pub fn text_of(number: &str) -> String {
    let heading = format!("### {number} ");
    let lines = TEXT
        .lines()
        .skip_while(|line| !line.starts_with(&heading))
        .skip(1);
    let lines: Vec<_> = lines.take_while(|line| !line.starts_with('#')).collect();
    lines.join("\n")
}

/// The rows of the table of refusals (clause 5.1): code and message.
pub fn refusals() -> Vec<(String, String)> {
    rows("### 5.1 ")
        .into_iter()
        .map(|row| (bare(&row[0]), bare(&row[1])))
        .collect()
}

/// The rows of the table of bounds (clause 11.1): key and default.
pub fn bounds() -> Vec<(String, String)> {
    rows("### 11.1 ")
        .into_iter()
        .map(|row| (bare(&row[0]), row[1].clone()))
        .collect()
}

/// The first table of a clause without its head.
fn rows(heading: &str) -> Vec<Vec<String>> {
    let lines = TEXT.lines().skip_while(|line| !line.starts_with(heading));
    let table = lines
        .skip_while(|line| !line.starts_with('|'))
        .take_while(|line| line.starts_with('|'));
    let cells = table.skip(2).map(|line| line.trim_matches('|').split('|'));
    cells
        .map(|cells| cells.map(|cell| cell.trim().to_owned()).collect())
        .collect()
}

fn bare(cell: &str) -> String {
    cell.trim_matches('`').to_owned()
}
