//! `chatting-time tls`, the client with TLS, and certificates that cannot be served.

mod program;

use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use program::{Place, Ran, Server};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};

const TLS: [&str; 6] = [
    "--tls-listen",
    "127.0.0.1:0",
    "--tls-cert",
    "lab/certificate.pem",
    "--tls-key",
    "lab/key.pem",
];

/// A place with a key and a certificate in the folder `lab`.
fn lab() -> Place {
    let place = Place::new();
    place.run(&["tls", "self-signed", "--out", "lab"]).ok();
    place
}

fn connect(place: &Place, address: SocketAddr, arguments: &[&str]) -> Ran {
    let address = format!("localhost:{}", address.port());
    let ask = [
        "connect",
        &address,
        "--lang",
        "en",
        "-c",
        "auth messi surabaya",
    ];
    place.run(&[&ask, arguments].concat())
}

#[test]
fn the_printed_commands_serve_and_connect_as_they_stand() {
    let place = Place::new();
    let printed = place.run(&["tls", "self-signed", "--out", "a/lab"]).ok();
    let command = |title: &str| {
        let mut lines = printed.lines();
        let line = lines.find_map(|line| line.strip_prefix(title)).unwrap();
        let words = line.split_whitespace().skip(1).map(str::to_owned);
        words.collect::<Vec<_>>()
    };
    let serve = command("serve ").join(" ").replace(":8890", ":0");
    let serve: Vec<_> = serve.split(' ').skip(1).collect();
    let server = place.serve(&serve);
    let address = format!("localhost:{}", server.tls_address().port());
    let connect = command("talk to it ").join(" ");
    let connect = connect.replace("localhost:8890", &address) + " -c help";
    place.run(&connect.split(' ').collect::<Vec<_>>()).ok();
}

/// The command for an encrypted conversation that a server shows at its start, without the program's own name.
fn shown_command(server: &Server) -> &str {
    let mut lines = server.announced.lines();
    let line = lines.find_map(|line| line.strip_prefix("or with TLS   "));
    line.expect("it is shown").split_once(' ').unwrap().1
}

#[test]
fn what_the_server_shows_at_its_start_connects_as_it_stands() {
    let place = lab();
    let server = place.serve(&TLS);
    let port = server.tls_address().port();
    assert_eq!(
        shown_command(&server),
        format!("connect --tls --ca lab/certificate.pem 127.0.0.1:{port}")
    );
    let connect = format!("{} -c help", shown_command(&server));
    place.run(&connect.split(' ').collect::<Vec<_>>()).ok();
    server.stop();
    assert!(
        !place.serve(&[]).announced.contains("TLS"),
        "nothing is said where there is none"
    );
}

#[test]
fn the_command_at_the_start_has_a_name_that_the_certificate_is_for() {
    let place = Place::new();
    fs::create_dir(place.path("lab")).unwrap();
    for (names, expected) in [
        (["localhost"], "localhost:PORT"),
        (
            ["*.example"],
            "NAME:PORT   (a NAME that the certificate is for)",
        ),
    ] {
        write_pair(&place.path("lab"), |parameters| {
            let names = CertificateParams::new(names.map(str::to_owned)).unwrap();
            parameters.subject_alt_names = names.subject_alt_names;
        });
        let server = place.serve(&TLS);
        let port = server.tls_address().port().to_string();
        let expected = expected.replace("PORT", &port);
        assert_eq!(
            shown_command(&server),
            format!("connect --tls --ca lab/certificate.pem {expected}")
        );
    }
}

#[test]
fn the_command_at_the_start_gives_clients_no_certificate_that_an_authority_has_signed() {
    let place = Place::new();
    fs::create_dir(place.path("lab")).unwrap();
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let subject = &mut authority.distinguished_name;
    subject.push(DnType::CommonName, "an authority");
    let key = KeyPair::generate().unwrap();
    let root = authority.self_signed(&key).unwrap();
    let issuer = Issuer::new(authority, key);
    let own_key = KeyPair::generate().unwrap();
    let own = CertificateParams::new(["localhost".to_owned()]).unwrap();
    let own = own.signed_by(&own_key, &issuer).unwrap();
    let chain = own.pem() + &root.pem();
    place.write("lab/certificate.pem", chain);
    place.write("lab/key.pem", own_key.serialize_pem());
    let server = place.serve(&TLS);
    let port = server.tls_address().port();
    let expected = format!("connect --tls localhost:{port}");
    assert_eq!(shown_command(&server), expected);
}

#[test]
fn the_key_is_for_its_owner_alone() {
    let place = lab();
    let mode = |name| fs::metadata(place.path(name)).unwrap().permissions().mode();
    assert_eq!(mode("lab/key.pem") & 0o777, 0o600);
}

#[test]
fn no_file_is_replaced() {
    let place = lab();
    let key = fs::read(place.path("lab/key.pem")).unwrap();
    let again = ["tls", "self-signed", "--out", "lab"];
    let said = place.run(&again).refused(1);
    assert!(said.contains("lab/key.pem is there already"), "{said}");
    assert_eq!(fs::read(place.path("lab/key.pem")).unwrap(), key);
    fs::remove_file(place.path("lab/key.pem")).unwrap();
    let said = place.run(&again).refused(1);
    assert!(
        said.contains("lab/certificate.pem is there already"),
        "{said}"
    );
    assert!(
        !place.path("lab/key.pem").exists(),
        "no key without its certificate"
    );
}

#[test]
fn a_file_in_the_place_of_the_folder_is_named() {
    let place = lab();
    for out in ["lab/key.pem", "lab/key.pem/lab"] {
        let said = place.run(&["tls", "self-signed", "--out", out]).refused(1);
        let expected = "lab/key.pem is a file; --out takes the folder";
        assert!(said.contains(expected), "{said}");
    }
    let too_long = "lab/".repeat(2_000);
    let made = place.run(&["tls", "self-signed", "--out", &too_long]);
    let said = made.refused(1);
    assert!(said.contains("choose another folder with --out"), "{said}");
}

#[test]
fn a_name_that_is_given_twice_is_in_the_certificate_once() {
    let place = Place::new();
    let names = [
        "--name=LAB.example",
        "--name=lab.example",
        "--name=Localhost",
    ];
    let make = ["tls", "self-signed", "--out", "lab"];
    let printed = place.run(&[&make[..], &names].concat()).ok();
    let expected = "localhost, 127.0.0.1, [::1], lab.example, for";
    assert!(printed.contains(expected), "{printed}");
}

#[test]
fn what_can_be_no_name_is_refused() {
    let place = Place::new();
    for name in ["", "a b", "lab.example:8890", "https://lab.example"] {
        let made = place.run(&["tls", "self-signed", "--out", "lab", "--name", name]);
        let said = made.refused(2);
        assert!(
            said.contains("must be a name such as lab.example"),
            "{said}"
        );
    }
    assert!(!place.path("lab").exists());
}

#[test]
fn a_certificate_holds_for_the_names_that_were_given_too() {
    let place = Place::new();
    let names = [
        "--name",
        "lab.example",
        "--name",
        "192.0.2.7",
        "--name",
        "2001:db8::7",
    ];
    let make = ["tls", "self-signed", "--out", "lab"];
    let printed = place.run(&[&make[..], &names].concat()).ok();
    assert!(printed.contains("lab.example:8890"), "{printed}");
    let server = place.serve(&TLS);
    let trusting = ["--tls", "--ca", "lab/certificate.pem", "--tls-name"];
    for name in [
        "lab.example",
        "192.0.2.7",
        "2001:db8::7",
        "::1",
        "localhost",
    ] {
        let named = [&trusting[..], &[name]].concat();
        connect(&place, server.tls_address(), &named).ok();
    }
    let named = [&trusting[..], &["other.example"]].concat();
    let said = connect(&place, server.tls_address(), &named).refused(2);
    assert!(said.contains("is not for the name other.example"), "{said}");
    assert!(said.contains("--tls-name"), "{said}");
}

#[test]
fn a_server_that_nobody_vouches_for_is_not_talked_to() {
    let place = lab();
    place.run(&["tls", "self-signed", "--out", "other"]).ok();
    let server = place.serve(&TLS);
    let other = ["--tls", "--ca", "other/certificate.pem"];
    let said = connect(&place, server.tls_address(), &other).refused(2);
    assert!(said.contains("nobody who is trusted vouches for"), "{said}");
    assert!(said.contains("--ca FILE"), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
}

#[test]
fn without_ca_whom_this_computer_trusts_is_trusted() {
    let place = lab();
    place.run(&["tls", "self-signed", "--out", "other"]).ok();
    fs::write(place.path("empty"), "").unwrap();
    let server = place.serve(&TLS);
    let address = format!("localhost:{}", server.tls_address().port());
    let ask = ["connect", &address, "--lang", "en", "--tls", "-c", "help"];
    let trusting = |file: &str| {
        let mut command = place.command(&ask);
        command
            .env("SSL_CERT_FILE", file)
            .env_remove("SSL_CERT_DIR");
        Ran::from(command.output().unwrap())
    };
    trusting("lab/certificate.pem").ok();
    let said = trusting("other/certificate.pem").refused(2);
    assert!(said.contains("nobody who is trusted vouches for"), "{said}");
    let said = trusting("empty").refused(2);
    assert!(said.contains("knows nobody who vouches"), "{said}");
    assert!(said.contains("--ca FILE"), "{said}");
}

#[test]
fn who_speaks_no_tls_is_told_apart() {
    let place = lab();
    let server = place.serve(&TLS);
    let trusting = ["--tls", "--ca", "lab/certificate.pem"];
    let said = connect(&place, server.address, &trusting).refused(2);
    assert!(said.contains("TLS"), "{said}");
    let said = connect(&place, server.tls_address(), &[]).refused(2);
    assert!(said.contains("connect with --tls"), "{said}");
}

#[test]
fn an_expired_certificate_is_served_with_a_warning_and_refused_by_the_client() {
    let place = Place::new();
    fs::create_dir(place.path("lab")).unwrap();
    write_pair(&place.path("lab"), |parameters| {
        parameters.not_before = rcgen::date_time_ymd(2020, 1, 1);
        parameters.not_after = rcgen::date_time_ymd(2020, 2, 1);
    });
    let config = place.run(&[&["config"], &TLS[..]].concat());
    let warning = "lab/certificate.pem: it has expired, ";
    assert!(config.stderr.contains(warning), "{}", config.stderr);
    config.ok();
    let server = place.serve(&TLS);
    let trusting = ["--tls", "--ca", "lab/certificate.pem"];
    let said = connect(&place, server.tls_address(), &trusting).refused(2);
    assert!(said.contains("has expired"), "{said}");
    let logged = server.kill();
    assert!(logged.contains(warning), "{logged}");
}

#[test]
fn a_certificate_of_the_future_is_served_with_a_warning_that_speaks_of_the_clock() {
    let place = Place::new();
    fs::create_dir(place.path("lab")).unwrap();
    write_pair(&place.path("lab"), |parameters| {
        parameters.not_before = rcgen::date_time_ymd(3000, 1, 1);
    });
    let server = place.serve(&TLS);
    let trusting = ["--tls", "--ca", "lab/certificate.pem"];
    let said = connect(&place, server.tls_address(), &trusting).refused(2);
    assert!(said.contains("not valid yet; check the clock"), "{said}");
    let logged = server.kill();
    assert!(
        logged.contains("check the clock of this machine"),
        "{logged}"
    );
}

/// A key and a certificate with some parameters of its own.
fn write_pair(folder: &Path, change: impl FnOnce(&mut CertificateParams)) {
    let mut parameters = CertificateParams::new(["localhost".to_owned()]).unwrap();
    parameters
        .distinguished_name
        .push(DnType::CommonName, "lab");
    change(&mut parameters);
    let key = KeyPair::generate().unwrap();
    let certificate = parameters.self_signed(&key).unwrap();
    fs::write(folder.join("certificate.pem"), certificate.pem()).unwrap();
    fs::write(folder.join("key.pem"), key.serialize_pem()).unwrap();
}

#[test]
fn files_that_cannot_be_served_are_named_with_what_is_wrong_and_what_to_do() {
    let place = lab();
    place.run(&["tls", "self-signed", "--out", "other"]).ok();
    let certificate = fs::read_to_string(place.path("lab/certificate.pem")).unwrap();
    let key = fs::read_to_string(place.path("lab/key.pem")).unwrap();
    let broken = certificate.replacen("MII", "!!!", 1);
    assert_ne!(broken, certificate);
    place.write("broken.pem", broken);
    // Text of the right form around bytes that are no certificate.
    place.write(
        "hollow.pem",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    );
    place.write(
        "hollow-key.pem",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    );
    place.write(
        "encrypted.pem",
        key.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY"),
    );
    let header = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n";
    place.write(
        "old-encrypted.pem",
        format!("{header}DEK-Info: AES-128-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n"),
    );
    place.write("binary.der", [0x30, 0x82, 1, 2, 0xff]);
    place.write("empty.pem", "");
    place.write("long.pem", "-----BEGIN ".repeat(100_000));
    let (good, good_key) = ("lab/certificate.pem", "lab/key.pem");
    for (certificate, key, parts) in [
        (
            "none.pem",
            good_key,
            ["cannot read none.pem", "check the path"],
        ),
        (good, "none.pem", ["cannot read none.pem", "check the path"]),
        ("lab", good_key, ["lab is not a file", "name the file"]),
        (
            good_key,
            good_key,
            ["lab/key.pem holds no certificate", "name the file"],
        ),
        (
            good,
            good,
            ["lab/certificate.pem holds no private key", "name the file"],
        ),
        (
            "binary.der",
            good_key,
            ["binary.der is not PEM", "convert it"],
        ),
        (
            "empty.pem",
            good_key,
            ["empty.pem is not PEM", "convert it"],
        ),
        (
            "long.pem",
            good_key,
            ["long.pem is longer than", "another file"],
        ),
        (
            "broken.pem",
            good_key,
            ["certificate number 1 in broken.pem is damaged", "again"],
        ),
        (
            "hollow.pem",
            good_key,
            ["certificate number 1 in hollow.pem is damaged", "again"],
        ),
        (
            good,
            "hollow-key.pem",
            ["the key in hollow-key.pem cannot be used", "ECDSA"],
        ),
        (
            good,
            "encrypted.pem",
            ["the key in encrypted.pem is encrypted", "openssl pkey"],
        ),
        (
            good,
            "old-encrypted.pem",
            ["the key in old-encrypted.pem is encrypted", "openssl pkey"],
        ),
        (
            good,
            "other/key.pem",
            [
                "the key in other/key.pem does not belong to",
                "lab/certificate.pem",
            ],
        ),
    ] {
        let serve = ["serve", "--listen", "127.0.0.1:0", "--http", "off"];
        let tls = [
            "--tls-listen",
            "127.0.0.1:0",
            "--tls-cert",
            certificate,
            "--tls-key",
            key,
        ];
        let said = place.run(&[&serve[..], &tls].concat()).refused(1);
        for part in parts {
            assert!(said.contains(part), "{said:?} lacks {part:?}");
        }
        assert_eq!(said.lines().count(), 1, "{said}");
        let config = place.run(&[&["config"], &tls[..]].concat());
        assert_eq!(config.refused(1), said, "it is known before the start");
        assert!(!place.data().exists(), "nothing was begun");
    }
    let said = connect(
        &place,
        SocketAddr::from(([127, 0, 0, 1], 1)),
        &["--tls", "--ca", good_key],
    );
    let said = said.refused(2);
    assert!(
        said.contains("given with --ca: lab/key.pem holds no certificate"),
        "{said}"
    );
}

#[test]
fn addresses_for_tls_a_certificate_and_its_key_go_together() {
    let place = Place::new();
    let (listen, certificate, key) = (&TLS[..2], &TLS[2..4], &TLS[4..]);
    for (given, parts) in [
        (
            listen.to_vec(),
            ["--tls-listen needs a certificate", "tls self-signed"],
        ),
        (
            [listen, certificate].concat(),
            ["--tls-cert", "needs tls-key"],
        ),
        ([listen, key].concat(), ["--tls-key", "needs tls-cert"]),
        (
            vec!["--https", "127.0.0.1:0"],
            ["--https needs a certificate", "tls self-signed"],
        ),
        (
            [certificate, key].concat(),
            ["--tls-cert", "no use without an address"],
        ),
        (
            ["--tls-cert", ""].to_vec(),
            ["--tls-cert", "must name a file"],
        ),
    ] {
        let ran = place.run(&[&["config"], &given[..]].concat());
        let code = ran.code;
        let said = ran.refused(code.unwrap());
        assert_ne!(code, Some(0));
        for part in parts {
            assert!(said.contains(part), "{said:?} lacks {part:?}");
        }
    }
}

#[test]
fn encrypted_addresses_may_be_reached_by_others_without_consent() {
    let place = lab();
    let tls = [&["--tls-listen", "0.0.0.0:0"], &TLS[2..]].concat();
    place.run(&[&["config"], &tls[..]].concat()).ok();
    let server = place.serve(&tls);
    let trusting = ["--tls", "--ca", "lab/certificate.pem"];
    let reply = connect(&place, server.tls_address(), &trusting);
    // Accounts whose password everybody knows are not made there.
    assert!(reply.stdout.contains("Error"), "{}", reply.stdout);
}

#[test]
fn a_certificate_that_expires_soon_is_served_with_a_warning() {
    let place = Place::new();
    fs::create_dir(place.path("lab")).unwrap();
    let now = std::time::SystemTime::now();
    write_pair(&place.path("lab"), |parameters| {
        parameters.not_after = (now + std::time::Duration::from_secs(5 * 86_400 + 3_600)).into();
    });
    let server = place.serve(&TLS);
    let trusting = ["--tls", "--ca", "lab/certificate.pem"];
    connect(&place, server.tls_address(), &trusting).ok();
    let logged = server.kill();
    assert!(
        logged.contains("will refuse the certificate in lab/certificate.pem: it expires in 5 days"),
        "{logged}"
    );
}

#[test]
fn the_certificate_of_an_issuer_is_told_apart_by_server_and_client() {
    let place = Place::new();
    fs::create_dir(place.path("lab")).unwrap();
    write_pair(&place.path("lab"), |parameters| {
        parameters.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    });
    let server = place.serve(&TLS);
    let trusting = ["--tls", "--ca", "lab/certificate.pem"];
    let said = connect(&place, server.tls_address(), &trusting).refused(2);
    assert!(said.contains("one of an issuer (CA:TRUE)"), "{said}");
    let logged = server.kill();
    assert!(logged.contains("one of an issuer (CA:TRUE)"), "{logged}");
}

#[test]
fn a_certificate_without_a_name_is_served_with_a_warning() {
    let place = Place::new();
    fs::create_dir(place.path("lab")).unwrap();
    write_pair(&place.path("lab"), |parameters| {
        parameters.subject_alt_names.clear();
    });
    let config = place.run(&[&["config"], &TLS[..]].concat());
    let warning = "lab/certificate.pem: there is no name in it that clients look at";
    assert!(config.stderr.contains(warning), "{}", config.stderr);
    config.ok();
}

#[test]
fn files_of_text_may_begin_as_some_editors_write_them() {
    let place = lab();
    for name in ["lab/certificate.pem", "lab/key.pem"] {
        let text = fs::read_to_string(place.path(name)).unwrap();
        fs::remove_file(place.path(name)).unwrap();
        place.write(name, format!("\u{feff}{text}"));
    }
    let server = place.serve(&TLS);
    let trusting = ["--tls", "--ca", "lab/certificate.pem"];
    connect(&place, server.tls_address(), &trusting).ok();
}

#[test]
fn a_certificate_that_is_cut_off_is_said_to_be() {
    let place = lab();
    let text = fs::read_to_string(place.path("lab/certificate.pem")).unwrap();
    place.write("cut.pem", &text[..text.len() / 2]);
    let flags = ["serve", "--listen", "127.0.0.1:0", "--http", "off"];
    let tls = [
        "--tls-listen",
        "127.0.0.1:0",
        "--tls-cert",
        "cut.pem",
        "--tls-key",
        "lab/key.pem",
    ];
    let said = place.run(&[&flags[..], &tls].concat()).refused(1);
    assert!(
        said.contains("certificate number 1 in cut.pem is damaged (it is cut off)"),
        "{said}"
    );
}

#[test]
fn a_chain_is_looked_at_to_its_end_and_a_key_that_others_can_read_is_told() {
    let place = lab();
    let own = fs::read_to_string(place.path("lab/certificate.pem")).unwrap();
    let junk = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    place.write("chain.pem", format!("{own}{junk}"));
    let flags = ["serve", "--listen", "127.0.0.1:0", "--http", "off"];
    let files = ["--tls-cert", "chain.pem", "--tls-key", "lab/key.pem"];
    let arguments = [&flags[..], &["--tls-listen", "127.0.0.1:0"], &files].concat();
    let said = place.run(&arguments).refused(1);
    assert!(
        said.contains("certificate number 2 in chain.pem is damaged"),
        "{said}"
    );

    let logged = place.serve(&TLS).kill();
    assert!(!logged.contains("can read the key"), "{logged}");
    let key = place.path("lab/key.pem");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let logged = place.serve(&TLS).kill();
    assert!(
        logged.contains("others than its owner can read the key in lab/key.pem"),
        "{logged}"
    );
}

#[test]
fn printed_commands_can_be_typed_wherever_the_files_and_the_program_are() {
    let place = Place::new();
    let printed = place
        .run(&["tls", "self-signed", "--out", "the lab's"])
        .ok();
    let words = r"--ca 'the lab'\''s/certificate.pem' ";
    assert!(printed.contains(words), "{printed}");
    let program = place.path("the program");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_chatting-time"), &program).unwrap();
    let out = place.path("out");
    let made = std::process::Command::new(&program)
        .args(["tls", "self-signed", "--out"])
        .arg(&out)
        .output()
        .unwrap();
    let printed = String::from_utf8(made.stdout).unwrap();
    let words = format!("talk to it    '{}' connect ", program.display());
    assert!(printed.contains(&words), "{printed}");
}
