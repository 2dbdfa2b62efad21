//! Settings from flags.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, ValueHint, value_parser};

use super::{Given, Kind, Origin, Setting, Settings, StoreAddress, settings};

const CONFIG_HELP: &str = "Configuration file (TOML); its keys are the names of these flags";

/// The flags of a command that takes every setting.
#[derive(Clone, Debug, Default)]
pub struct SettingsArguments {
    /// The configuration file.
    pub config: Option<PathBuf>,
    /// What was given, by the name of the setting.
    texts: Vec<(String, Vec<OsString>)>,
}

/// The flags of a command that works on the data folder.
#[derive(Clone, Debug, Args)]
pub struct DataArguments {
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, help = help_of("data"))]
    data: Option<PathBuf>,
    #[arg(long, value_name = StoreAddress::FORM, value_hint = ValueHint::Other, help = help_of("store"))]
    store: Option<String>,
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help = help_of("store-credentials"))]
    store_credentials: Option<PathBuf>,
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help = help_of("store-ca"))]
    store_ca: Option<PathBuf>,
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help = help_of("store-cert"))]
    store_cert: Option<PathBuf>,
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help = help_of("store-key"))]
    store_key: Option<PathBuf>,
    #[arg(
        long,
        value_name = "FILE",
        value_hint = ValueHint::FilePath,
        help = "Configuration file of the server (TOML)"
    )]
    config: Option<PathBuf>,
}

impl From<&DataArguments> for SettingsArguments {
    fn from(arguments: &DataArguments) -> Self {
        let paths = [
            ("data", &arguments.data),
            ("store-credentials", &arguments.store_credentials),
            ("store-ca", &arguments.store_ca),
            ("store-cert", &arguments.store_cert),
            ("store-key", &arguments.store_key),
        ];
        let paths = paths
            .into_iter()
            .filter_map(|(name, path)| Some((name, path.clone()?.into())));
        let store = arguments.store.iter().map(|store| ("store", store.into()));
        let given = paths
            .chain(store)
            .map(|(name, text): (&str, OsString)| (name.to_owned(), vec![text]));
        Self {
            config: arguments.config.clone(),
            texts: given.collect(),
        }
    }
}

impl SettingsArguments {
    pub(super) fn given(&self) -> impl Iterator<Item = Given> {
        self.texts.iter().map(|(name, texts)| Given {
            setting: Setting::named(name).expect("only flags of the table are read"),
            texts: texts.clone(),
            origin: Origin::Flag(format!("--{name}")),
        })
    }
}

impl Args for SettingsArguments {
    fn augment_args(command: Command) -> Command {
        let config = Arg::new("config")
            .long("config")
            .value_name("FILE")
            .value_parser(value_parser!(PathBuf))
            .value_hint(ValueHint::FilePath)
            .help(CONFIG_HELP);
        let flags = settings().iter().map(flag);
        command.arg(config).args(flags)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for SettingsArguments {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut arguments = Self::default();
        arguments.update_from_arg_matches(matches)?;
        Ok(arguments)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.config = matches.get_one("config").cloned();
        self.texts = settings()
            .iter()
            .filter_map(|setting| {
                let texts = matches.get_many::<OsString>(&setting.name)?;
                Some((setting.name.clone(), texts.cloned().collect()))
            })
            .collect();
        Ok(())
    }
}

fn flag(setting: &'static Setting) -> Arg {
    let flag = Arg::new(setting.name.as_str())
        .long(setting.name.as_str())
        .value_name(setting.value_name())
        .value_parser(Offering(setting.choices()))
        .value_hint(match &setting.kind {
            Kind::Folder(_) => ValueHint::DirPath,
            Kind::OptionalFile(_) => ValueHint::FilePath,
            _ => ValueHint::Unknown,
        })
        // Its value name has them, or there are more.
        .hide_possible_values(true)
        .help(help(setting));
    let flag = if setting.is_list() {
        flag.action(ArgAction::Append)
    } else {
        flag
    };
    match &setting.kind {
        Kind::Switch(_) | Kind::OptionalSwitch(_) => flag
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true"),
        Kind::Number { place, .. } if place.is_limit() => flag.help_heading("Limits"),
        _ => flag,
    }
}

/// Takes any text, since it is judged as one from the environment or the file is, and offers these to who completes it.
#[derive(Clone)]
struct Offering(&'static [&'static str]);

impl TypedValueParser for Offering {
    type Value = OsString;

    fn parse_ref(
        &self,
        _: &Command,
        _: Option<&Arg>,
        text: &OsStr,
    ) -> Result<OsString, clap::Error> {
        Ok(text.to_owned())
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let Self(choices) = self;
        match choices.is_empty() {
            true => None,
            false => Some(Box::new(choices.iter().map(PossibleValue::new))),
        }
    }
}

fn help(setting: &Setting) -> String {
    match setting.texts(&Settings::default()).as_slice() {
        [] => setting.summary.clone(),
        texts => format!("{} [default: {}]", setting.summary, texts.join(", ")),
    }
}

fn help_of(name: &str) -> String {
    help(Setting::named(name).expect("the table has it"))
}
