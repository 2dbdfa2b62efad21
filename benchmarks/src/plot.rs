//! Bars, as SVG that reads in light and dark.

use std::fmt::Write as _;

use crate::report::count;
use crate::run::RowResult;

const WIDTH: usize = 760;
const NAMES: usize = 150;
const BARS: usize = 480;
const TITLE: usize = 34;
const LINE: usize = 22;

/// Requests a second of each server, row by row; the longest bar of each row is as long as that of any other.
pub(crate) fn requests_a_second(rows: &[RowResult]) -> String {
    let lines: usize = rows.iter().map(|result| result.servers.len()).sum();
    let height = rows.len() * TITLE + lines * LINE + 12;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" \
         aria-label=\"Requests a second of each server\">\n{STYLE}"
    );
    let mut y = 0;
    for result in rows {
        y += TITLE;
        let title = format!(
            "{}; {} connections",
            result.row.title, result.row.connections
        );
        text(&mut svg, 0, y - 10, "title", &title);
        let per_second = |place: usize| result.servers[place].median(|round| round.per_second);
        let most = (0..result.servers.len())
            .map(per_second)
            .fold(1.0, f64::max);
        for (place, server) in result.servers.iter().enumerate() {
            let length = (per_second(place) / most * BARS as f64).max(1.0);
            let class = if place == 0 { "ours" } else { "other" };
            text(&mut svg, 0, y + 14, "name", server.name);
            let _ = writeln!(
                svg,
                "<rect class=\"{class}\" x=\"{NAMES}\" y=\"{y}\" width=\"{length:.1}\" height=\"{}\" rx=\"2\"/>",
                LINE - 6
            );
            let end = NAMES + length as usize + 8;
            text(&mut svg, end, y + 13, "number", &count(per_second(place)));
            y += LINE;
        }
    }
    svg + "</svg>\n"
}

const STYLE: &str = "<style>
text { font: 13px system-ui, sans-serif; fill: #1f2733 }
.title { font-weight: 600 }
.number { font-variant-numeric: tabular-nums }
.ours { fill: #0f766e }
.other { fill: #9aa7b8 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6ebf2 }
  .ours { fill: #2dd4bf }
  .other { fill: #5b6a7f }
}
</style>
";

fn text(svg: &mut String, x: usize, y: usize, class: &str, content: &str) {
    let content = content.replace('&', "&amp;").replace('<', "&lt;");
    let _ = writeln!(
        svg,
        "<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{content}</text>"
    );
}
