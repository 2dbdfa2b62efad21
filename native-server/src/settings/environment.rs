//! Settings from environment variables.

use std::ffi::OsString;
use std::path::PathBuf;

use super::nearest::did_you_mean;
use super::{Given, Origin, SettingsError, settings};

/// What every variable begins with.
pub(super) const PREFIX: &str = "CHATTING_TIME_";

/// The variable that names the configuration file.
const CONFIG: &str = "CHATTING_TIME_CONFIG";

pub(super) struct Environment {
    pub(super) config: Option<PathBuf>,
    pub(super) given: Vec<Given>,
}

pub(super) fn read(
    variables: impl IntoIterator<Item = (OsString, OsString)>,
) -> Result<Environment, SettingsError> {
    let mut environment = Environment {
        config: None,
        given: Vec::new(),
    };
    // Sorted, so that of several errors always the same one is reported.
    let mut ours: Vec<(String, OsString)> = variables
        .into_iter()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
        .filter(|(name, _)| name.starts_with(PREFIX) && !is_kubernetes(name))
        .collect();
    ours.sort();
    for (name, value) in ours {
        if name == CONFIG {
            environment.config = Some(value.into());
            continue;
        }
        let Some(setting) = settings().iter().find(|known| known.variable() == name) else {
            return Err(unknown(&name));
        };
        let texts = match value.to_str() {
            Some(text) if setting.is_list() => {
                text.split(',').map(|part| part.trim().into()).collect()
            }
            _ => vec![value],
        };
        environment.given.push(Given {
            setting,
            texts,
            origin: Origin::Environment(name),
        });
    }
    Ok(environment)
}

/// Kubernetes gives every container these variables when a service is called `chatting-time`.
fn is_kubernetes(name: &str) -> bool {
    let rest = &name[PREFIX.len()..];
    rest.starts_with("SERVICE_") || rest == "PORT" || rest.starts_with("PORT_")
}

fn unknown(name: &str) -> SettingsError {
    let variables: Vec<_> = settings().iter().map(super::Setting::variable).collect();
    let known = variables.iter().map(String::as_str).chain([CONFIG]);
    let hint = did_you_mean(name, known);
    SettingsError::new(format!("unknown environment variable \"{name}\"{hint}"))
}
