//! Every vector against the core in memory.

use chatting_time_tests::host::{ConnectionNumber, Host, Trouble};
use chatting_time_tests::memory::MemoryHost;
use chatting_time_tests::runner::{Outcome, run};
use chatting_time_tests::script::{Need, Operation, Vector};
use chatting_time_tests::vectors;

#[test]
fn every_vector_holds_for_the_core_in_memory() {
    check(|vector, host| run(vector, host));
}

#[test]
fn every_vector_holds_when_each_byte_comes_in_a_piece_of_its_own() {
    check(|vector, host| run(vector, &mut Bytewise(host)));
}

#[test]
fn two_runs_of_a_vector_are_the_same_to_the_byte() {
    for vector in vectors() {
        let outcomes = [(); 2]
            .map(|()| run(&vector, &mut MemoryHost::new(&vector.setup, 0).unwrap()).unwrap());
        assert_eq!(outcomes[0], outcomes[1], "{}", vector.title);
    }
}

fn check(
    run: impl Fn(&Vector, &mut MemoryHost) -> Result<Outcome, chatting_time_tests::runner::Failure>,
) {
    let mut failures = Vec::new();
    for vector in vectors() {
        let mut host = MemoryHost::new(&vector.setup, 0).unwrap();
        match run(&vector, &mut host) {
            Ok(Outcome::Passed(_)) => {}
            Ok(Outcome::Skipped(need)) => {
                failures.push(format!("{}: skipped for want of {need:?}", vector.title))
            }
            Err(failure) => failures.push(failure.to_string()),
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

fn vectors() -> Vec<Vector> {
    let files = vectors::all().unwrap_or_else(|error| panic!("{error}"));
    files.into_iter().flat_map(|file| file.vectors).collect()
}

/// Sends each byte by itself.
struct Bytewise<'a>(&'a mut MemoryHost);

impl Host for Bytewise<'_> {
    fn send(&mut self, connection: ConnectionNumber, bytes: &[u8]) -> Result<(), Trouble> {
        bytes
            .chunks(1)
            .try_for_each(|byte| self.0.send(connection, byte))
    }

    fn can(&self, need: Need) -> bool {
        self.0.can(need)
    }
    fn open(&mut self) -> Result<ConnectionNumber, Trouble> {
        self.0.open()
    }
    fn end_sending(&mut self, connection: ConnectionNumber) -> Result<(), Trouble> {
        self.0.end_sending(connection)
    }
    fn close(&mut self, connection: ConnectionNumber) -> Result<(), Trouble> {
        self.0.close(connection)
    }
    fn receive(&mut self, connection: ConnectionNumber) -> Result<Vec<u8>, Trouble> {
        self.0.receive(connection)
    }
    fn received(&mut self, connection: ConnectionNumber) -> Result<Vec<u8>, Trouble> {
        self.0.received(connection)
    }
    fn settle(&mut self) -> Result<(), Trouble> {
        self.0.settle()
    }
    fn advance(&mut self, milliseconds: u64) -> Result<(), Trouble> {
        self.0.advance(milliseconds)
    }
    fn restart(&mut self) -> Result<(), Trouble> {
        self.0.restart()
    }
    fn stop(&mut self) -> Result<(), Trouble> {
        self.0.stop()
    }
    fn operate(&mut self, operation: &Operation) -> Result<(), Trouble> {
        self.0.operate(operation)
    }
}
