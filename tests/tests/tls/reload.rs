//! Certificates that change while the server runs.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use chatting_time_tests::tls::{Certificate, TlsConnection};
use rustix::process::Signal;

use crate::client::{Client, Service, code, replace};

const IN_FORCE: &str = " is in force";
const STAYS: &str = "ERROR chatting_time::tls::reload: the certificate stays as it was: ";

fn shown(client: &Client) -> Vec<u8> {
    client.connection.shown().unwrap().to_vec()
}

#[test]
fn a_new_certificate_is_taken_over_by_itself_and_no_connection_notices() {
    let service = Service::start(&[]);
    let mut old = service.client_of("messi");
    let new = service.renew();
    service.wait_for_log(IN_FORCE);
    let client = Client::connect(&service.server, &new);
    assert_ne!(shown(&client), shown(&old));
    assert_eq!(code(&old.ask("send lineker halo")), "");
}

#[test]
fn a_hangup_reads_the_files_again_and_no_connection_notices() {
    let mut service = Service::start(&[]);
    let mut client = service.client_of("messi");
    service.server.signal(Signal::HUP).unwrap();
    service.wait_for_log(IN_FORCE);
    assert_eq!(code(&client.ask("send lineker halo")), "");
    assert_eq!(code(&service.client().ask("help")), "");
}

#[test]
fn a_new_key_that_others_can_read_is_told() {
    let mut service = Service::start(&[]);
    let key = service.certificate.key_path();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    service.server.signal(Signal::HUP).unwrap();
    service.wait_for_log("others than its owner can read the key in");
}

#[test]
fn files_that_cannot_be_used_are_named_and_the_old_certificate_stays() {
    let mut service = Service::start(&[]);
    let mut client = service.client_of("messi");
    let key = service.certificate.key_path();
    let key = key.to_str().unwrap().to_owned();
    fs::write(&key, "no key").unwrap();
    service.wait_for_log(&format!("{STAYS}{key} is not PEM"));
    let other = Certificate::new().unwrap();
    replace(&other.key_path(), Path::new(&key));
    service.server.signal(Signal::HUP).unwrap();
    service.wait_for_log(&format!("{STAYS}the key in {key} does not belong to"));
    fs::remove_file(&key).unwrap();
    service.wait_for_log(&format!("{STAYS}cannot read {key}"));
    assert_eq!(code(&client.ask("send lineker halo")), "");
    assert_eq!(code(&service.client().ask("help")), "");
    replace(&other.path(), &service.certificate.path());
    replace(&other.key_path(), Path::new(&key));
    service.wait_for_log(IN_FORCE);
    let address = service.server.tls_address().unwrap();
    TlsConnection::connect(address, &other).unwrap();
}
