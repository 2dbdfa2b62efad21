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
    /// Whether a vector has to cite it: it requires something that a dialogue can show.
    pub needs_vector: bool,
    /// The tests that check it instead of a vector, or beside one.
    pub tests: Vec<String>,
}

/// All clauses in order.
pub fn clauses() -> Vec<Clause> {
    let headings = TEXT.lines().filter_map(|line| line.strip_prefix("### "));
    let headings = headings.filter_map(|heading| heading.split_once(' '));
    headings
        .map(|(number, title)| clause(number, title))
        .collect()
}

fn clause(number: &str, title: &str) -> Clause {
    let text = text_of(number);
    let mut paragraphs = text.split("\n\n").map(str::trim);
    let is_informative = paragraphs
        .clone()
        .any(|paragraph| paragraph == "*Informative.*");
    let checked = paragraphs.find(|paragraph| paragraph.starts_with("Checked by the test"));
    let names = checked.unwrap_or_default().split('`').skip(1).step_by(2);
    Clause {
        number: number.into(),
        title: title.into(),
        needs_vector: !is_informative && checked.is_none_or(|checked| checked.ends_with("too.")),
        tests: names.map(str::to_owned).collect(),
    }
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
