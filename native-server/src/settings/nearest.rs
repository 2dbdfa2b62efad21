//! What somebody may have meant.

/// Less like the name than this, and a suggestion would only puzzle.
const LIKENESS: f64 = 0.6;

/// ` Did you mean "NAME"?` for the nearest of `names`, or nothing when none is near.
pub(super) fn did_you_mean<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    let likeness = |other: &str| strsim::normalized_damerau_levenshtein(name, other);
    names
        .into_iter()
        .map(|other| (likeness(other), other))
        .filter(|(likeness, _)| *likeness >= LIKENESS)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, nearest)| format!(". Did you mean \"{nearest}\"?"))
        .unwrap_or_default()
}
