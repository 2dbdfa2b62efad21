//! The settings in force, as a configuration file.

use super::{Kind, Loaded, Origin, Setting, settings};
use chatting_time_core::limits::Unit;

/// Every setting with its value and where that came from, as TOML that is a valid
/// configuration file and means the same: a default that would mean more when somebody asks for
/// it is a comment.
pub fn show(loaded: &Loaded) -> String {
    let values = settings().iter().map(|setting| {
        let origin = loaded.origin(setting);
        let assignment = match value(setting, loaded) {
            Some(value) if origin == Origin::Default && setting.is_more_when_asked_for() => {
                format!("# {} = {value}", setting.name)
            }
            Some(value) => format!("{} = {value}", setting.name),
            None => format!("# {} is not set", setting.name),
        };
        (assignment, origin)
    });
    let rows: Vec<_> = values.collect();
    let width = rows.iter().map(|(row, _)| row.chars().count()).max();
    let width = width.unwrap_or_default().min(48);
    rows.iter()
        .map(|(assignment, origin)| format!("{assignment:width$}  # {origin}\n"))
        .collect()
}

fn value(setting: &Setting, loaded: &Loaded) -> Option<String> {
    let texts = setting.texts(&loaded.settings);
    if setting.is_list() {
        return Some(toml::Value::from(texts).to_string());
    }
    let text = texts.into_iter().next()?;
    Some(match &setting.kind {
        Kind::Switch(_) | Kind::OptionalSwitch(_) => text,
        Kind::Number {
            unit: Unit::Count, ..
        } => text,
        _ => toml::Value::from(text).to_string(),
    })
}
