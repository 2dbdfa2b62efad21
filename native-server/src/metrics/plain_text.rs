//! The page for those who do not read OpenMetrics: the text form 0.0.4 of Prometheus.

use std::collections::HashSet;

/// The same page in that form. There the comments on a counter have the name of its series, which
/// OpenMetrics leaves its ending off, and nothing marks the end.
pub(super) fn plain_text(open_metrics: &str) -> String {
    let types = open_metrics
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE "));
    let counters: HashSet<&str> = types
        .filter_map(|line| line.strip_suffix(" counter"))
        .collect();
    let mut page = String::with_capacity(open_metrics.len());
    for line in open_metrics.lines().filter(|line| *line != "# EOF") {
        match comment(line) {
            Some((keyword, name, rest)) if counters.contains(name) => {
                page.extend(["# ", keyword, " ", name, "_total ", rest]);
            }
            _ => page.push_str(line),
        }
        page.push('\n');
    }
    page
}

/// What a comment is, of what, and what it says.
fn comment(line: &str) -> Option<(&str, &str, &str)> {
    let mut words = line.strip_prefix("# ")?.splitn(3, ' ');
    Some((words.next()?, words.next()?, words.next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_comments_on_counters_are_others() {
        let open_metrics = "# HELP a How often a came.\n# TYPE a counter\na_total{b=\"# TYPE a counter\"} 1\n\
            # HELP c A counter.\n# TYPE c gauge\nc 2\n# EOF\n";
        let expected = "# HELP a_total How often a came.\n# TYPE a_total counter\na_total{b=\"# TYPE a counter\"} 1\n\
            # HELP c A counter.\n# TYPE c gauge\nc 2\n";
        assert_eq!(plain_text(open_metrics), expected);
    }
}
