//! What proves to NATS who the server is, and to the server that this is NATS.

use std::fs;
use std::net::Ipv4Addr;
use std::path::Path;

use chatting_time_tests::nats::{NatsCluster, NatsOptions};
use chatting_time_tests::server::run;
use nkeys::KeyPair;
use rcgen::{BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer};
use tempfile::TempDir;

use super::identity::signed;
use super::starting::{Starting, own_address};

const SECRET: &str = "kunci-nats-7731";

/// NATS with these lines in its configuration.
fn nats(more: &str) -> NatsCluster {
    let options = NatsOptions {
        more: more.to_owned(),
        ..NatsOptions::default()
    };
    NatsCluster::start_with(&options).unwrap()
}

/// NATS with TLS at an address of its own, which its certificate is for.
fn nats_with_tls(authority: &Authority, address: Ipv4Addr, more: &str) -> NatsCluster {
    authority.issue(
        "server",
        &address.to_string(),
        ExtendedKeyUsagePurpose::ServerAuth,
    );
    let [certificate, key] = ["server.pem", "server.key"].map(|name| authority.path(name));
    let options = NatsOptions {
        more: format!("tls {{ cert_file: {certificate:?}, key_file: {key:?}\n{more}\n}}"),
        addresses: vec![address],
        ..NatsOptions::default()
    };
    NatsCluster::start_with(&options).unwrap()
}

/// Serves with these flags, changes an account with them too, and stops.
#[track_caller]
fn assert_serves(store: &str, flags: &[&str]) {
    let store = ["--store", store];
    let all = [&store[..], flags, &["--store-replicas", "1"]].concat();
    let mut server = Starting::with(&all);
    server.wait_for("ready after");
    let data = tempfile::tempdir().unwrap();
    let add = [&["user", "add", "ani"], &store[..], flags].concat();
    run(&add, data.path(), "surabaya-1\n").unwrap();
    let listed = run(
        &[&["user", "list"], &store[..], flags].concat(),
        data.path(),
        "",
    )
    .unwrap();
    assert!(listed.contains("ani"), "{listed}");
    let (code, printed) = server.stop();
    assert_eq!(code, Some(0), "{printed:#?}");
    assert!(!printed.concat().contains(SECRET), "{printed:#?}");
}

#[test]
fn a_user_with_a_password_a_token_or_a_key_is_let_in() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("nats.txt");
    let flags = ["--store-credentials", file.to_str().unwrap()];
    let key = KeyPair::new_user();
    for (authorization, credentials) in [
        (
            format!("user: ani, password: \"{SECRET}\""),
            format!("ani:{SECRET}\n"),
        ),
        (format!("token: \"{SECRET}\""), SECRET.to_owned()),
        (
            format!("users: [{{ nkey: {} }}]", key.public_key()),
            key.seed().unwrap(),
        ),
    ] {
        let nats = nats(&format!("authorization {{ {authorization} }}"));
        fs::write(&file, credentials).unwrap();
        assert_serves(&nats.store(), &flags);
    }
}

#[test]
fn a_user_whom_an_account_has_signed_is_let_in() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("nats.creds");
    let (configuration, credentials) = signed();
    let nats = nats(&configuration);
    fs::write(&file, credentials).unwrap();
    assert_serves(
        &nats.store(),
        &["--store-credentials", file.to_str().unwrap()],
    );
}

#[test]
fn credentials_that_are_put_right_are_taken_without_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("nats.txt");
    let nats = nats(&format!(
        "authorization {{ user: ani, password: \"{SECRET}\" }}"
    ));
    fs::write(&file, "ani:salah\n").unwrap();
    let path = file.to_str().unwrap();
    let store = nats.store();
    let mut server = Starting::with(&[
        "--store",
        &store,
        "--store-replicas",
        "1",
        "--store-credentials",
        path,
    ]);
    server.wait_for("refuses the credentials in");
    fs::write(&file, format!("ani:{SECRET}\n")).unwrap();
    server.wait_for("ready after");
    let (_, printed) = server.stop();
    let printed = printed.join("\n");
    assert!(printed.contains(path), "{printed}");
    assert!(
        !printed.contains(SECRET) && !printed.contains("salah"),
        "{printed}"
    );
}

#[test]
fn credentials_that_are_changed_while_the_server_runs_are_told_and_taken() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("nats.txt");
    let mut nats = nats("authorization { user: ani, password: kunci-lama }");
    fs::write(&file, "ani:kunci-lama\n").unwrap();
    let store = nats.store();
    let mut server = Starting::with(&[
        "--store",
        &store,
        "--store-replicas",
        "1",
        "--store-credentials",
        file.to_str().unwrap(),
    ]);
    server.wait_for("ready after");
    let of_nats = &mut nats.servers_mut()[0];
    of_nats.kill().unwrap();
    let configuration = of_nats.log().with_extension("conf");
    let text = fs::read_to_string(&configuration).unwrap();
    fs::write(&configuration, text.replace("kunci-lama", SECRET)).unwrap();
    of_nats.start().unwrap();
    server.wait_for("NATS does not let us in again");
    fs::write(&file, format!("ani:{SECRET}\n")).unwrap();
    server.wait_for("connected to NATS again");
    let (_, printed) = server.stop();
    let told = printed
        .iter()
        .filter(|line| line.contains("does not let us in"));
    assert_eq!(told.count(), 1, "{printed:#?}");
    assert!(!printed.concat().contains(SECRET), "{printed:#?}");
}

#[test]
fn nats_is_met_over_tls_and_only_where_who_is_trusted_vouches_for_it() {
    let authority = Authority::new();
    let nats = nats_with_tls(&authority, own_address(), "");
    let ca = authority.path("ca.pem");
    for scheme in ["nats", "tls"] {
        let store = nats.store().replace("nats", scheme);
        let mut server = Starting::with(&["--store", &store]);
        server.wait_for("nobody who is trusted vouches for its certificate");
    }
    let store = nats.store().replace("nats", "tls");
    assert_serves(&store, &["--store-ca", &ca]);
}

#[test]
fn an_address_that_asks_for_tls_is_not_met_without() {
    let nats = nats("");
    let store = nats.store().replace("nats", "tls");
    let mut server = Starting::with(&["--store", &store]);
    server.wait_for("it speaks no TLS there");
    let complaint = run(&["user", "list", "--store", &store], Path::new("data"), "").unwrap_err();
    assert!(
        complaint.0.contains("it speaks no TLS there"),
        "{complaint}"
    );
}

#[test]
fn a_certificate_is_shown_to_nats_where_it_wants_one() {
    let authority = Authority::new();
    authority.issue("client", "chat", ExtendedKeyUsagePurpose::ClientAuth);
    let ca = authority.path("ca.pem");
    let verify = format!("ca_file: {ca:?}, verify: true");
    let nats = nats_with_tls(&authority, own_address(), &verify);
    let store = nats.store().replace("nats", "tls");
    let mut server = Starting::with(&["--store", &store, "--store-ca", &ca]);
    server.wait_for("it wants a certificate of ours");
    drop(server);
    let (certificate, key) = (authority.path("client.pem"), authority.path("client.key"));
    let own = ["--store-cert", &certificate, "--store-key", &key];
    assert_serves(&store, &[&["--store-ca", &ca], &own[..]].concat());
}

/// Who vouches for others.
struct Authority {
    folder: TempDir,
    issuer: Issuer<'static, rcgen::KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let key = rcgen::KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params.self_signed(&key).unwrap();
        fs::write(folder.path().join("ca.pem"), certificate.pem()).unwrap();
        let issuer = Issuer::new(params, key);
        Self { folder, issuer }
    }

    /// Makes a certificate for that subject, and its key.
    fn issue(&self, name: &str, subject: &str, purpose: ExtendedKeyUsagePurpose) {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![subject.to_owned()]).unwrap();
        params.extended_key_usages = vec![purpose];
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        fs::write(self.path(&format!("{name}.pem")), certificate.pem()).unwrap();
        fs::write(self.path(&format!("{name}.key")), key.serialize_pem()).unwrap();
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }
}
