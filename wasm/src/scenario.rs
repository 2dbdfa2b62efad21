//! What a link holds: everything from which a history can be played again.

use litemap::LiteMap;
use serde::Serialize;
use tsify::Tsify;

use crate::Input;

/// A whole history. Version 1 opens for ever: fields are only ever added, with a default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[tsify(hashmap_as_object)]
#[serde(rename_all = "camelCase")]
pub struct Scenario {
    /// Always 1.
    pub version: u32,
    /// Where tokens and jitter come from: up to 16 hex digits.
    pub seed: String,
    /// How the scene was set.
    pub config: Config,
    /// The first one is where it began.
    pub branches: Vec<Branch>,
    /// The branch at which the person was.
    pub branch: u32,
    /// How many of its inputs were applied.
    pub step: u32,
}

/// How the scene is set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[tsify(hashmap_as_object)]
#[serde(rename_all = "camelCase")]
pub struct Config {
    /// The names of the clients that are there at the start: one to six.
    pub clients: Vec<String>,
    /// The language of the terminals: `id` or `en`.
    pub language: String,
    /// Accounts beside the documented ones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[tsify(optional)]
    pub accounts: Vec<Account>,
    /// Bounds of the server other than the default, by their names in core.
    #[serde(skip_serializing_if = "LiteMap::is_empty")]
    #[tsify(optional, type = "Record<string, number>")]
    pub limits: LiteMap<String, u64>,
}

/// An account that is there at the start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// The unique name.
    pub username: String,
    /// The display name (`nama`).
    pub name: String,
    /// The country (`negara`).
    pub country: String,
    /// The password, which is no secret here.
    pub password: String,
}

/// A line of history: the inputs of another branch up to a step, then its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Branch {
    /// What the person called it; empty while nobody did.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[tsify(optional)]
    pub name: String,
    /// The branch that it forks off. An earlier one, so the first has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    pub from: Option<u32>,
    /// Behind how many inputs of that one.
    #[tsify(optional)]
    pub at: u32,
    /// Its own inputs.
    pub inputs: Vec<Input>,
}

impl Default for Config {
    /// The two people of the documented dialogue.
    fn default() -> Self {
        Self {
            clients: vec!["messi".to_owned(), "lineker".to_owned()],
            language: "id".to_owned(),
            accounts: Vec::new(),
            limits: LiteMap::new(),
        }
    }
}
