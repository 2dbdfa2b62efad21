//! The files for Grafana and Prometheus in `docs`: what they ask for is there.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use chatting_time_tests::nats::NatsCluster;
use chatting_time_tests::process::ClientConnection as _;
use chatting_time_tests::tls::TlsConnection;
use serde_json::Value;

use crate::watched::Watched;

/// What Prometheus itself knows of each server.
const OF_PROMETHEUS: &str = "up";

#[test]
fn the_dashboard_asks_for_nothing_that_is_not_told_and_explains_each_panel() {
    let dashboard: Value = serde_json::from_str(&document("grafana-dashboard.json")).unwrap();
    assert!(dashboard["schemaVersion"].as_u64().unwrap() >= 39);
    let variables = dashboard["templating"]["list"].as_array().unwrap();
    let sources = variables.iter().filter(|one| one["type"] == "datasource");
    assert!(sources.map(|one| &one["name"]).eq(["datasource"]));
    let told = all_that_is_told();
    let told: BTreeSet<&str> = told.iter().map(String::as_str).collect();
    let (rows, panels): (Vec<_>, Vec<_>) = dashboard["panels"]
        .as_array()
        .unwrap()
        .iter()
        .partition(|panel| panel["type"] == "row");
    let titles: Vec<_> = rows
        .iter()
        .map(|row| row["title"].as_str().unwrap())
        .collect();
    let expected = [
        "Traffic", "Refusals", "Latency", "Journal", "NATS", "State", "Process",
    ];
    assert_eq!(titles, expected);
    let mut ids = BTreeSet::new();
    let mut asked = BTreeSet::new();
    for panel in panels {
        let title = panel["title"].as_str().unwrap();
        assert!(
            !title.is_empty() && ids.insert(panel["id"].as_u64().unwrap()),
            "{panel}"
        );
        assert!(
            !panel["fieldConfig"]["defaults"]["unit"]
                .as_str()
                .unwrap()
                .is_empty(),
            "{title}"
        );
        for target in panel["targets"].as_array().unwrap() {
            assert_eq!(target["datasource"]["uid"], "${datasource}", "{title}");
            let names = names(target["expr"].as_str().unwrap());
            assert!(!names.is_empty(), "{target}");
            for name in names {
                assert!(told.contains(name.as_str()), "{title}: there is no {name}");
                asked.insert(name);
            }
        }
    }
    // Nothing is counted that nobody would look at.
    let asked: BTreeSet<&str> = asked.iter().map(|name| family(name)).collect();
    let families: BTreeSet<&str> = told.iter().map(|name| family(name)).collect();
    let unseen: Vec<_> = families.difference(&asked).collect();
    assert_eq!(
        unseen,
        [&"process_virtual_memory_bytes"],
        "shown in no panel"
    );
}

#[test]
fn the_dashboard_tells_servers_apart_and_colours_what_is_bad() {
    let dashboard: Value = serde_json::from_str(&document("grafana-dashboard.json")).unwrap();
    let list = |value: &Value| value.as_array().unwrap().clone();
    for panel in list(&dashboard["panels"]) {
        for target in panel["targets"].as_array().into_iter().flatten() {
            let expression = target["expr"].as_str().unwrap();
            // What is not summed comes once from each server.
            if !expression.contains("sum by") && !expression.contains("histogram_quantile") {
                let legend = target["legendFormat"].as_str().unwrap();
                assert!(legend.contains("{{instance}}"), "{}", panel["title"]);
            }
        }
        let colours = match panel["title"].as_str().unwrap() {
            "Ready" | "Connected to NATS" => ["red", "green"],
            "Too little room" => ["green", "red"],
            "Days until the certificate ends" => {
                let steps = list(&panel["fieldConfig"]["defaults"]["thresholds"]["steps"]);
                assert!(steps.iter().map(|step| &step["color"]).eq(["red", "green"]));
                let days = format!("< {} * 86400", steps[1]["value"]);
                assert!(
                    document("alerts.yml").contains(&days),
                    "it is red when there is an alert"
                );
                continue;
            }
            "Version" => {
                assert_eq!(panel["options"]["textMode"], "name");
                continue;
            }
            _ => continue,
        };
        let told = &panel["fieldConfig"]["defaults"];
        let steps = list(&told["thresholds"]["steps"]);
        assert!(steps.iter().map(|step| &step["color"]).eq(colours));
        for (value, colour) in ["0", "1"].into_iter().zip(colours) {
            assert_eq!(told["mappings"][0]["options"][value]["color"], colour);
        }
    }
    let variables = list(&dashboard["templating"]["list"]);
    let instance = variables.iter().find(|one| one["name"] == "instance");
    for query in ["/definition", "/query/query"] {
        let query = instance.unwrap().pointer(query).unwrap();
        assert!(query.as_str().unwrap().contains("{job=~\"$job\"}"));
    }
}

#[test]
fn the_alerts_ask_for_nothing_that_is_not_told() {
    let rules = document("alerts.yml");
    let told = all_that_is_told();
    let values = |key: &str| -> Vec<String> {
        let lines = rules
            .lines()
            .map(|line| line.trim().trim_start_matches("- "));
        lines
            .filter_map(|line| line.strip_prefix(key)?.strip_prefix(": "))
            .map(str::to_owned)
            .collect()
    };
    let expressions = values("expr");
    for wanted in [
        "reason=~\"too_many|files\"",
        "reason=\"files\"",
        "command=\"auth\",code=\"server_busy\"",
    ] {
        let mut asked = expressions.iter();
        assert!(
            asked.any(|expression| expression.contains(wanted)),
            "{wanted}"
        );
    }
    assert_eq!(values("alert").len(), expressions.len());
    assert_eq!(values("summary").len(), expressions.len());
    for expression in expressions {
        for name in names(&expression) {
            let is_known = told.contains(name.as_str()) || name == OF_PROMETHEUS;
            assert!(is_known, "there is no {name} for {expression}");
        }
    }
}

/// The names of all metrics. Some are told only where there is a certificate, some only where everything is kept in NATS and
/// some only where it is not.
fn all_that_is_told() -> BTreeSet<String> {
    let tls = TlsConnection::flags().unwrap();
    let tls: Vec<&str> = tls.iter().map(String::as_str).collect();
    let nats = NatsCluster::start(1).unwrap();
    let in_nats = ["--store", &nats.store(), "--store-replicas", "1"];
    let mut told = Watched::start(&tls).metrics().0;
    told.extend(Watched::start(&in_nats).metrics().0);
    told.keys().map(|series| name(series).to_owned()).collect()
}

fn document(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    fs::read_to_string(folder.join(name)).unwrap()
}

fn name(series: &str) -> &str {
    series.split('{').next().unwrap_or_default()
}

/// What the series of a histogram have in common.
fn family(name: &str) -> &str {
    let endings = ["_bucket", "_count", "_sum"];
    let mut families = endings
        .iter()
        .filter_map(|ending| name.strip_suffix(ending));
    families.next().unwrap_or(name)
}

/// The metrics that an expression names: the words in front of braces or alone, but for functions, which are in
/// front of parentheses, and for labels.
fn names(expression: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = expression;
    while let Some(begin) = rest.find(|first: char| first.is_ascii_alphabetic()) {
        rest = &rest[begin..];
        let is_word = |one: char| one.is_ascii_alphanumeric() || one == '_';
        let end = rest.find(|one| !is_word(one)).unwrap_or(rest.len());
        let (word, behind) = rest.split_at(end);
        rest = match behind.chars().next() {
            Some('{') => {
                names.push(word.to_owned());
                behind.split_once('}').expect("braces are closed").1
            }
            // What stands behind `by` is labels.
            _ if word == "by" || word == "on" => {
                behind.split_once(')').expect("parentheses are closed").1
            }
            Some('(') => behind,
            _ if word == "sum" || word == "or" => behind,
            _ => {
                names.push(word.to_owned());
                behind
            }
        };
        // A time span, such as [5m].
        if let Some(behind) = rest.strip_prefix('[') {
            rest = behind.split_once(']').expect("brackets are closed").1;
        }
    }
    names
}
