//! The settings as an operator meets them: flags, environment, configuration file, help.

mod help;
#[path = "../program/mod.rs"]
mod program;
mod sources;
mod store;
mod values;

/// The line of `chatting-time config` for a setting, with its spaces made single.
#[track_caller]
fn line_of(shown: &str, name: &str) -> String {
    let prefix = format!("{name} = ");
    let line = shown.lines().find(|line| line.starts_with(&prefix));
    let line = line.unwrap_or_else(|| panic!("no {name} in:\n{shown}"));
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}
