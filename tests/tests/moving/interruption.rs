//! Imports that are stopped, killed or left alone by NATS.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::Child;

use chatting_time_tests::nats::NatsServer;
use chatting_time_tests::random::Random;
use rustix::process::{Pid, Signal, kill_process};

use crate::lines::{Amount, assert_same, export};
use crate::place::Place;

const AMOUNT: Amount = Amount {
    users: 1_500,
    sessions: 1_000,
    messages: 12_000,
};
/// What all of it is in NATS, about: sessions are two entries, and those of one user share one.
const MUCH: u64 = 12_000 + 1_000 + 700 + 1_500;

#[test]
fn an_import_that_is_killed_again_and_again_loses_and_doubles_nothing() {
    let mut place = Place::new(1, &[]);
    let one = export(&AMOUNT, 1);
    place.write("one", &one);
    let mut random = Random::new(1);
    let mut places: Vec<_> = (0..8).map(|_| random.below(MUCH)).collect();
    places.sort_unstable();
    let before = place.kept();
    for (round, much) in places.into_iter().enumerate() {
        let mut import = place.begin_import("one");
        let is_over = place.wait_for(before + much, &mut import);
        import.kill().unwrap();
        import.wait().unwrap();
        if is_over {
            let mut said = String::new();
            let mut stderr = import.stderr.take().unwrap();
            stderr.read_to_string(&mut said).unwrap();
            panic!("it was over before there were {much}: {said}");
        }
        // What JetStream remembers only for a while is forgotten.
        if round % 3 == 1 {
            let nats = &mut place.nats.servers_mut()[0];
            nats.kill().unwrap();
            nats.start().unwrap();
        }
    }
    place.run_in_nats(&["import", "one"]).ok();
    let exported = place.run_in_nats(&["export", "--sessions"]).ok();
    assert_same(&one, &exported);

    let said = place.run_in_nats(&["import", "one"]).ok();
    assert!(said.contains("was imported into nats://"), "{said}");
    assert!(said.contains("already, at"), "{said}");
    let again = place.run_in_nats(&["export", "--sessions"]).ok();
    assert_eq!(again, exported);
}

#[test]
fn whoever_interrupts_an_import_is_told_that_it_can_be_carried_on() {
    let place = Place::new(1, &[]);
    let one = export(&AMOUNT, 1);
    place.write("one", &one);
    let before = place.kept();
    let mut import = place.begin_import("one");
    assert!(!place.wait_for(before + 1_000, &mut import));
    kill_process(Pid::from_child(&import), Signal::INT).unwrap();
    assert_eq!(import.wait().unwrap().code(), Some(1));
    let mut said = String::new();
    let mut stderr = import.stderr.take().unwrap();
    stderr.read_to_string(&mut said).unwrap();
    assert!(
        said.contains("the same command carries on from there"),
        "{said}"
    );

    // Until it is, nobody adds users there, another export is not mixed into it, and nobody takes it for whole.
    let store = place.nats.store();
    let add = ["user", "add", "ani", "--store", &store];
    let refused = place.run_with_input(&add, "surabaya\n").refused();
    assert!(
        refused.contains("an import into it is not finished"),
        "{refused}"
    );
    place.write("other", &export(&AMOUNT, 2));
    let refused = place.run_in_nats(&["import", "other"]).refused();
    assert!(
        refused.contains("the import of another export has begun"),
        "{refused}"
    );
    let refused = place.run_in_nats(&["export"]).refused();
    assert!(
        refused.contains("an import into it is not finished"),
        "{refused}"
    );

    place.run_in_nats(&["import", "one"]).ok();
    assert_same(&one, &place.run_in_nats(&["export", "--sessions"]).ok());
    place.run_with_input(&add, "surabaya\n").ok();
}

#[test]
fn what_somebody_else_has_put_between_is_noticed() {
    let place = Place::new(1, &[]);
    place.write("one", &export(&AMOUNT, 1));
    let before = place.kept();
    let mut import = place.begin_import("one");
    assert!(!place.wait_for(before + 1_000, &mut import));
    import.kill().unwrap();
    import.wait().unwrap();
    let messi = "chat.mail.0.messi";
    let mut nats = TcpStream::connect(place.nats.servers()[0].address()).unwrap();
    write!(nats, "CONNECT {{}}\r\nPUB {messi} 4\r\nhalo\r\nPING\r\n").unwrap();
    let lines = BufReader::new(nats).lines().map_while(Result::ok);
    assert!(lines.into_iter().any(|line| line == "PONG"));
    let refused = place.run_in_nats(&["import", "one"]).refused();
    let what = "something that is not of this export was put into chat_mail_0";
    assert!(refused.contains(what), "{refused}");
}

#[test]
fn two_imports_of_the_same_export_at_once_do_no_harm() {
    let place = Place::new(1, &[]);
    let one = export(&AMOUNT, 1);
    place.write("one", &one);
    let imports = [place.begin_import("one"), place.begin_import("one")];
    imports.into_iter().for_each(assert_succeeds);
    assert_same(&one, &place.run_in_nats(&["export", "--sessions"]).ok());
}

#[test]
fn an_import_goes_on_by_itself_when_nats_has_died_and_come_back() {
    import_while(1, |nats| {
        nats[0].kill().unwrap();
        nats[0].start().unwrap();
    });
}

#[test]
fn an_import_goes_on_when_one_of_three_servers_of_nats_dies() {
    import_while(3, |nats| nats[2].kill().unwrap());
}

/// Does something to the servers of NATS when a third of an import is there, and all of it arrives.
fn import_while(servers: usize, happens: impl FnOnce(&mut [NatsServer])) {
    let mut place = Place::new(servers, &[]);
    let one = export(&AMOUNT, 1);
    place.write("one", &one);
    let before = place.kept();
    let mut import = place.begin_import("one");
    assert!(!place.wait_for(before + MUCH / 3, &mut import));
    happens(place.nats.servers_mut());
    assert_succeeds(import);
    assert_same(&one, &place.run_in_nats(&["export", "--sessions"]).ok());
}

fn assert_succeeds(import: Child) {
    let output = import.wait_with_output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
