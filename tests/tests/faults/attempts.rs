//! Guessing passwords.

use std::net::Ipv4Addr;
use std::time::Instant;

use chatting_time_core::PasswordCost;
use chatting_time_tests::server::PATIENCE;

use crate::service::Service;
use chatting_time_tests::client::{Client, PASSWORD, code};

const HERE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 1);
const ELSEWHERE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

fn client_from(address: Ipv4Addr, service: &Service) -> Client {
    Client::connect_from(address, service.address())
}

#[test]
fn guesses_at_an_account_are_bounded_where_they_come_from_and_nowhere_else() {
    let service = Service::start(&["ani", "budi"], &["--login-attempts-account", "3"]);
    let mut guesser = client_from(HERE, &service);
    for _ in 0..3 {
        assert_eq!(code(&guesser.ask("auth ani salah")), "wrong_password");
    }
    let mut same = client_from(HERE, &service);
    for password in ["salah", PASSWORD] {
        let reply = same.ask(format!("auth ANI {password}"));
        assert_eq!(code(&reply), "too_many_attempts");
        let seconds = reply["retry_after"].as_u64().unwrap();
        assert!((1..=20).contains(&seconds), "{reply}");
        let message = format!("Terlalu Banyak Percobaan, Coba Lagi dalam {seconds} Detik");
        assert_eq!(reply["message"], *message);
    }
    client_from(ELSEWHERE, &service).log_in("ani");
    same.log_in("budi");
    service.wait_for_log("too many failed logins");
    assert_eq!(
        service.printed().matches("too many failed logins").count(),
        1
    );
}

#[test]
fn guesses_at_an_account_from_many_addresses_are_told_and_lock_nobody_out() {
    const LINE: &str = "wrong passwords for one account from 10 addresses";
    for flags in [&[][..], &["--login-refusal-uniform"]] {
        let service = Service::start(&["ani", "budi"], flags);
        for last in 1..=20 {
            let mut guesser = client_from(Ipv4Addr::new(127, 0, 1, last), &service);
            guesser.ask("auth ani salah");
            guesser.ask("auth siapa salah");
            if last < 10 {
                guesser.ask("auth budi salah");
            }
        }
        service.wait_for_log(LINE);
        let printed = service.printed();
        let lines: Vec<_> = printed.lines().filter(|line| line.contains(LINE)).collect();
        assert!(
            matches!(lines[..], [line] if line.contains("user=ani")),
            "{lines:?}"
        );
        client_from(ELSEWHERE, &service).log_in("ani");
    }
}

#[test]
fn guesses_from_an_address_are_bounded_whoever_they_are_for() {
    let flags = ["--login-attempts-address", "4"];
    let service = Service::start(&["ani", "budi"], &flags);
    let mut guesser = client_from(HERE, &service);
    assert_eq!(code(&guesser.ask("auth ani salah")), "wrong_password");
    assert_eq!(code(&guesser.ask("auth budi \u{1}")), "wrong_password");
    assert_eq!(code(&guesser.ask("auth siapa salah")), "user_not_found");
    assert_eq!(code(&guesser.ask("auth ... salah")), "user_not_found");
    for user in ["ani", "budi", "siapa", "..."] {
        let reply = guesser.ask(format!("auth {user} {PASSWORD}"));
        assert_eq!(code(&reply), "too_many_attempts", "{user}");
    }
    assert_eq!(code(&guesser.ask("auth ani")), "bad_parameters");
    assert_eq!(code(&guesser.ask("help")), "");
    client_from(ELSEWHERE, &service).log_in("ani");
}

#[test]
fn a_thousand_guesses_at_once_are_no_more_than_one_after_the_other() {
    const AT_ONCE: usize = 500;
    const MOST: usize = 4;
    let most = MOST.to_string();
    for flag in ["--login-attempts-account", "--login-attempts-address"] {
        // Slow to check, so that many are under way.
        let cost = PasswordCost::new(1024, 1, 1).unwrap();
        let service = Service::start_with_cost(&["ani"], cost, &[flag, &most]);
        let begin = Instant::now();
        let mut clients: Vec<Client> = (0..AT_ONCE).map(|_| service.client()).collect();
        for client in &mut clients {
            client.send("auth ani salah\r\nauth ani keliru\r\n");
        }
        let mut replies = Vec::new();
        for client in &mut clients {
            replies.extend([client.reply(), client.reply()]);
        }
        let looked_at = replies
            .iter()
            .filter(|reply| code(reply) == "wrong_password");
        let refused = replies
            .iter()
            .filter(|reply| code(reply) == "too_many_attempts");
        let (looked_at, refused) = (looked_at.count(), refused.count());
        // One more for each quarter of a minute that all this took.
        let paid_back = begin.elapsed().as_secs() as usize / (60 / MOST);
        assert!(
            (MOST..=MOST + paid_back).contains(&looked_at),
            "{looked_at} were looked at"
        );
        assert_eq!(looked_at + refused, 2 * AT_ONCE);
    }
}

#[test]
fn who_has_guessed_too_often_is_looked_at_again_when_the_time_is_over() {
    let service = Service::start(&["ani"], &["--login-attempts-account", "60"]);
    let mut client = service.client();
    let begin = Instant::now();
    while code(&client.ask("auth ani salah")) == "wrong_password" {
        assert!(begin.elapsed() < PATIENCE, "guesses are never too many");
    }
    loop {
        match code(&client.ask(format!("auth ani {PASSWORD}"))) {
            "" => return,
            code => assert_eq!(code, "too_many_attempts"),
        }
        assert!(begin.elapsed() < PATIENCE, "the time is never over");
    }
}

#[test]
fn a_right_password_costs_nothing() {
    let flags = ["--login-attempts-account=1", "--login-attempts-address=1"];
    let service = Service::start(&["ani"], &flags);
    let mut clients: Vec<Client> = (0..50).map(|_| service.client()).collect();
    for client in &mut clients {
        client.send(format!("auth ani {PASSWORD}\r\nauth ani {PASSWORD}\r\n"));
    }
    for client in &mut clients {
        assert_eq!([code(&client.reply()), code(&client.reply())], ["", ""]);
    }
}

#[test]
fn without_a_bound_everybody_may_guess() {
    let flags = ["--login-attempts-account=0", "--login-attempts-address=0"];
    let service = Service::start(&["ani"], &flags);
    let mut client = service.client();
    for _ in 0..200 {
        assert_eq!(code(&client.ask("auth ani salah")), "wrong_password");
    }
}

#[test]
fn one_refusal_for_names_and_passwords_says_nothing_about_who_there_is() {
    let flags = ["--login-refusal-uniform", "--login-attempts-account", "3"];
    let service = Service::start(&["ani"], &flags);
    let mut client = service.client();
    client.send("auth ani salah\r\n");
    let expected = client.next_bytes().unwrap();
    assert!(String::from_utf8_lossy(&expected).contains("wrong_password"));
    for attempt in ["ani \u{1}", "siapa salah", "siapa \u{1}", "... salah"] {
        client.send(format!("auth {attempt}\r\n"));
        assert_eq!(client.next_bytes().unwrap(), expected, "{attempt}");
    }
    for name in ["ani", "siapa"] {
        client.ask(format!("auth {name} salah"));
        let reply = client.ask(format!("auth {name} salah"));
        assert_eq!(code(&reply), "too_many_attempts", "{name}");
    }
    let mut ani = client_from(ELSEWHERE, &service);
    ani.log_in("ani");
    assert_eq!(code(&ani.ask("send siapa halo")), "user_not_found");
}

#[test]
fn one_refusal_for_names_and_passwords_takes_a_check_for_either() {
    const MEMORY: u64 = 64 << 20;
    for (attempt, is_uniform) in [
        ("siapa salah", true),
        ("ani \u{1}", true),
        ("siapa salah", false),
    ] {
        let flags = [
            "--password-memory-bytes=64MiB",
            "--password-checks=1",
            "--login-refusal-uniform",
        ];
        let flags = &flags[..if is_uniform { 3 } else { 2 }];
        let service = Service::start(&["ani"], flags);
        let mut client = service.client();
        assert!(service.memory() < MEMORY);
        assert_ne!(code(&client.ask(format!("auth {attempt}"))), "");
        // What a check works in is kept for the next one.
        assert_eq!(service.memory() > MEMORY, is_uniform, "{attempt}");
    }
}
