//! Settings from the configuration file, TOML with one key a setting.

use std::ffi::OsString;
use std::fs;
use std::ops::Range;
use std::path::Path;

use chatting_time_core::limits::Unit;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::nearest::did_you_mean;
use super::{Given, Kind, Origin, Setting, SettingsError, settings};

pub(super) fn read(path: &Path) -> Result<Vec<Given>, SettingsError> {
    let text = fs::read_to_string(path)
        .map_err(|error| SettingsError::new(format!("cannot read {}: {error}", path.display())))?;
    parse(path, &text)
}

fn parse(path: &Path, text: &str) -> Result<Vec<Given>, SettingsError> {
    let line = |span: Range<usize>| 1 + text[..span.start].matches('\n').count();
    let refuse = |span: Range<usize>, problem: String| {
        SettingsError::new(format!("{}:{}: {problem}", path.display(), line(span)))
    };
    let table = DeTable::parse(text)
        .map_err(|error| refuse(error.span().unwrap_or(0..0), error.message().to_owned()))?;
    // In the order of the file, so that the first mistake is the one reported.
    let mut rows: Vec<_> = table.into_inner().into_iter().collect();
    rows.sort_by_key(|(key, _)| key.span().start);
    rows.into_iter()
        .map(|(key, value)| {
            let name = key.get_ref();
            let Some(setting) = Setting::named(name) else {
                let names = settings().iter().map(|setting| setting.name.as_str());
                let hint = did_you_mean(name, names);
                return Err(refuse(
                    key.span(),
                    format!("unknown setting \"{name}\"{hint}"),
                ));
            };
            let texts = texts(setting, value.get_ref()).ok_or_else(|| {
                let (expected, found) = (expected(setting), found(value.get_ref()));
                let problem = format!("{name} must be {expected}, not {found}");
                refuse(key.span(), problem)
            })?;
            Ok(Given {
                setting,
                texts,
                origin: Origin::File(path.into(), line(key.span())),
            })
        })
        .collect()
}

/// The value as text, if its type is one that the setting takes.
fn texts(setting: &Setting, value: &DeValue<'_>) -> Option<Vec<OsString>> {
    let text = match (&setting.kind, value) {
        (_, DeValue::Array(items)) if setting.is_list() => {
            return items.iter().map(string).collect();
        }
        (Kind::Switch(_) | Kind::OptionalSwitch(_), DeValue::Boolean(value)) => value.to_string(),
        (Kind::Number { unit, .. }, DeValue::Integer(number)) if *unit != Unit::Milliseconds => {
            match i64::from_str_radix(number.as_str(), number.radix()) {
                Ok(number) => number.to_string(),
                // Out of every range: the text shows in the refusal.
                Err(_) => number.as_str().to_owned(),
            }
        }
        (
            Kind::Number {
                unit: Unit::Count, ..
            },
            _,
        ) => return None,
        (Kind::Switch(_) | Kind::OptionalSwitch(_), _) => return None,
        (_, DeValue::String(text)) => text.to_string(),
        _ => return None,
    };
    Some(vec![text.into()])
}

fn string(item: &Spanned<DeValue<'_>>) -> Option<OsString> {
    item.get_ref().as_str().map(OsString::from)
}

fn expected(setting: &Setting) -> &'static str {
    match &setting.kind {
        Kind::Addresses(_) | Kind::OptionalAddresses(_) | Kind::Names(_) => {
            "a string or an array of strings"
        }
        Kind::OptionalAddress(_)
        | Kind::Store(_)
        | Kind::Folder(_)
        | Kind::OptionalFile(_)
        | Kind::LogFilter(_)
        | Kind::LogFormat(_) => "a string",
        Kind::Switch(_) | Kind::OptionalSwitch(_) => "true or false",
        Kind::Number { unit, .. } => match unit {
            Unit::Count => "a number",
            Unit::Bytes => "a size, such as \"64KiB\" or 65536",
            Unit::Milliseconds => "a time, such as \"30s\"",
        },
    }
}

/// What stands there instead of what is expected.
fn found(value: &DeValue<'_>) -> String {
    let items = value.as_array().map(|items| items.iter().enumerate());
    let misfit = items.and_then(|mut items| items.find(|(_, item)| string(item).is_none()));
    match misfit {
        Some((place, item)) => {
            let (place, found) = (place + 1, a(item.get_ref().type_str()));
            format!("one whose element {place} is {found}")
        }
        None => a(value.type_str()),
    }
}

/// The name of a TOML type with its article.
fn a(type_name: &str) -> String {
    let article = if type_name.starts_with(['a', 'e', 'i', 'o', 'u']) {
        "an"
    } else {
        "a"
    };
    format!("{article} {type_name}")
}
