//! Whether PROTOCOL.md, the vectors and the core cover each other.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use chatting_time::settings::{Kind, Setting, Settings, settings};
use chatting_time_core::{COMMANDS, Refusal};
use chatting_time_tests::memory::MemoryHost;
use chatting_time_tests::protocol;
use chatting_time_tests::runner::{Outcome, Said, run};
use chatting_time_tests::script::Vector;
use chatting_time_tests::vectors;

const REPOSITORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

#[test]
fn every_clause_has_a_vector_or_names_the_test_that_checks_it() {
    let cited: BTreeSet<String> = vectors()
        .into_iter()
        .flat_map(|vector| vector.clauses)
        .collect();
    let clauses = protocol::clauses().into_iter();
    let unchecked = clauses.filter(|clause| clause.needs_vector && !cited.contains(&clause.number));
    let unchecked: Vec<_> = unchecked
        .map(|clause| format!("{} {}", clause.number, clause.title))
        .collect();
    assert!(unchecked.is_empty(), "no vector cites {unchecked:#?}");
}

#[test]
fn every_test_that_a_clause_names_exists() {
    let mut sources = String::new();
    for package in ["core", "native-server", "tests"] {
        read_sources(&Path::new(REPOSITORY).join(package), &mut sources);
    }
    for clause in protocol::clauses() {
        for name in clause.tests {
            assert!(
                sources.contains(&format!("fn {name}(")),
                "{}: there is no test {name}",
                clause.number
            );
        }
    }
}

#[test]
fn every_vector_cites_clauses_that_exist() {
    let known: BTreeSet<String> = protocol::clauses()
        .into_iter()
        .map(|clause| clause.number)
        .collect();
    for vector in vectors() {
        for clause in &vector.clauses {
            assert!(
                known.contains(clause),
                "{}:{}: there is no clause {clause}",
                vector.file,
                vector.line
            );
        }
    }
}

#[test]
fn no_clause_number_is_used_twice() {
    let mut seen = BTreeSet::new();
    for clause in protocol::clauses() {
        assert!(seen.insert(clause.number.clone()), "{}", clause.number);
    }
}

#[test]
fn every_command_succeeds_in_some_vector_and_is_written_as_in_the_protocol() {
    let exchanges = exchanges();
    for command in COMMANDS {
        let succeeds = exchanges.iter().any(|(line, reply)| {
            line.split_whitespace().next() == Some(command.word)
                && reply.starts_with("{\"status\": \"OK\"")
        });
        assert!(succeeds, "no vector shows that {} succeeds", command.word);
        let usage = format!("`{}`", command.usage);
        assert!(
            protocol::TEXT.contains(&usage),
            "PROTOCOL.md does not say {usage}"
        );
    }
}

#[test]
fn every_refusal_comes_in_some_vector_or_in_a_clause_with_a_test_of_its_own() {
    let exchanges = exchanges();
    let elsewhere: Vec<_> = protocol::clauses()
        .into_iter()
        .filter(|clause| !clause.tests.is_empty())
        .map(|clause| protocol::text_of(&clause.number))
        .collect();
    for refusal in Refusal::ALL {
        let code = refusal.code();
        let comes = exchanges
            .iter()
            .any(|(_, reply)| reply.contains(&format!("\"code\": \"{code}\"")));
        let is_tested = elsewhere
            .iter()
            .any(|text| text.contains(&format!("`{code}`")));
        assert!(comes || is_tested, "nothing shows {code}");
    }
}

#[test]
fn the_protocol_lists_the_bounds_that_hold_by_default() {
    let listed: BTreeMap<String, String> = protocol::bounds().into_iter().collect();
    let defaults = Settings::default();
    let limits = settings().iter().filter(|setting| is_limit(setting));
    let expected: BTreeMap<String, String> = limits
        .map(|limit| (limit.name.clone(), limit.texts(&defaults).concat()))
        .collect();
    assert_eq!(listed, expected);
}

fn is_limit(setting: &Setting) -> bool {
    matches!(&setting.kind, Kind::Number { place, .. } if place.is_limit())
}

#[test]
fn the_program_carries_every_file_of_vectors() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors");
    let names = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let on_disk: BTreeSet<String> = names.filter(|name| name.ends_with(".chat")).collect();
    let carried: BTreeSet<String> = vectors::FILES
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .collect();
    assert_eq!(on_disk, carried);
}

fn vectors() -> Vec<Vector> {
    let files = vectors::all().unwrap_or_else(|error| panic!("{error}"));
    files.into_iter().flat_map(|file| file.vectors).collect()
}

/// Every reply of every vector with the line it answers; a reply that nobody asked for answers
/// the line that was begun.
fn exchanges() -> Vec<(String, String)> {
    let mut exchanges = Vec::new();
    for vector in vectors() {
        let mut host = MemoryHost::new(&vector.setup, 0).unwrap();
        let outcome = run(&vector, &mut host).unwrap_or_else(|failure| panic!("{failure}"));
        let Outcome::Passed(said) = outcome else {
            continue;
        };
        let mut sent: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        for said in said {
            match said {
                Said::Sent(name, bytes) => sent.entry(name).or_default().extend(bytes),
                Said::Received(name, reply) => {
                    let waiting = sent.entry(name).or_default();
                    let end = waiting
                        .iter()
                        .position(|byte| *byte == b'\n')
                        .map_or(waiting.len(), |end| end + 1);
                    let line: Vec<u8> = waiting.drain(..end).collect();
                    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                    exchanges.push((text(&line), text(&reply)));
                }
                Said::Shown(..) => {}
            }
        }
    }
    exchanges
}

fn read_sources(folder: &Path, sources: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_sources(&path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}
