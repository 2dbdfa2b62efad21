//! Sessions: which one a request is for, how they end, and how many there can be.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use chatting_time_core::state::SessionId;
use chatting_time_core::{Event, Token};

use crate::host::{
    Client, DAY, HOUR, Host, MINUTE, SENT, listed, session_not_found, texts, token, token_text,
    username,
};

fn logged_out(username: &str) -> String {
    let text = format!("User {username} berhasil Keluar");
    format!(r#"{{"status": "OK", "message": "{text}", "messages": "{text}"}}"#)
}

/// Whether the session of this token is found on a connection of its own.
fn is_live(host: &mut Host, token: &str) -> bool {
    let mut client = host.connect();
    let reply = host.ask(&mut client, &format!("list {token}"));
    host.state.detach(client.id);
    reply != session_not_found()
}

#[test]
fn without_a_token_the_bound_session_is_meant() {
    let mut host = Host::new();
    let mut client = host.connect();
    for line in ["send messi x", "inbox", "list", "logout"] {
        assert_eq!(host.ask(&mut client, line), session_not_found(), "{line}");
    }
    let mut messi = host.log_in("messi");
    for line in ["send messi x", "inbox", "list", "logout"] {
        assert!(host.ask(&mut messi, line).contains("OK"), "{line}");
    }
}

#[test]
fn a_token_works_on_any_connection_and_in_either_case() {
    let mut host = Host::new();
    let messi = host.log_in("messi");
    let mut other = host.connect();
    for token in [messi.token(), messi.token().to_uppercase()] {
        assert_eq!(host.ask(&mut other, &format!("send {token} messi x")), SENT);
    }
    // Using it bound nothing.
    assert_eq!(host.ask(&mut other, "list"), session_not_found());
}

#[test]
fn a_token_nobody_has_is_refused_by_every_command() {
    let mut host = Host::new();
    let mut messi = host.log_in("messi");
    let dead = token_text(token(99));
    for line in [
        format!("send {dead} messi x"),
        format!("inbox {dead}"),
        format!("list {dead}"),
        format!("logout {dead}"),
    ] {
        assert_eq!(host.ask(&mut messi, &line), session_not_found(), "{line}");
    }
}

#[test]
fn logging_out_ends_the_bound_session_and_clears_the_binding() {
    let mut host = Host::new();
    let mut messi = host.log_in("messi");
    let token = messi.token();
    assert_eq!(host.ask(&mut messi, "logout"), logged_out("messi"));
    assert!(messi.binding.is_none());
    assert_eq!(host.ask(&mut messi, "logout"), session_not_found());
    assert!(!is_live(&mut host, &token));
}

#[test]
fn logging_out_ends_that_session_only() {
    let mut host = Host::new();
    let [mut first, mut second, lineker] = host.log_in_all(["messi", "messi", "lineker"]);
    host.ask(&mut first, "logout");
    assert!(host.ask(&mut second, "list").contains("OK"));
    // A foreign session ends by its token, and one's own stays bound.
    let reply = host.ask(&mut second, &format!("logout {}", lineker.token()));
    assert_eq!(reply, logged_out("lineker"));
    assert_eq!(host.ask(&mut second, "list"), listed(&["messi"]));
}

#[test]
fn a_session_ended_from_elsewhere_is_dead_where_it_is_bound() {
    let mut host = Host::new();
    let mut messi = host.log_in("messi");
    let mut other = host.connect();
    host.ask(&mut other, &format!("logout {}", messi.token()));
    assert_eq!(host.ask(&mut messi, "list"), session_not_found());
}

#[test]
fn a_dropped_connection_does_not_end_its_session() {
    let mut host = Host::new();
    let messi = host.log_in("messi");
    host.state.detach(messi.id);
    host.wait(DAY);
    assert!(is_live(&mut host, &messi.token()));
}

#[test]
fn a_session_lives_until_seven_days_unused() {
    let mut host = Host::new();
    let messi = host.log_in("messi");
    host.wait(7 * DAY - 1);
    assert!(is_live(&mut host, &messi.token()));
    host.wait(7 * DAY - 1);
    assert!(is_live(&mut host, &messi.token()));
    host.wait(7 * DAY);
    assert!(!is_live(&mut host, &messi.token()));
}

#[test]
fn a_session_lives_ninety_days_in_all_however_much_it_is_used() {
    let mut host = Host::new();
    let messi = host.log_in("messi");
    for _ in 0..89 {
        host.wait(DAY);
        assert!(is_live(&mut host, &messi.token()));
    }
    host.wait(DAY - 1);
    assert!(is_live(&mut host, &messi.token()));
    host.wait(1);
    assert!(!is_live(&mut host, &messi.token()));
}

#[test]
fn a_refused_command_with_a_live_session_is_a_use_of_it_too() {
    let mut host = Host::new();
    let mut messi = host.log_in("messi");
    host.wait(7 * DAY - 1);
    host.ask(&mut messi, "send nobody x");
    host.wait(7 * DAY - 1);
    assert!(host.ask(&mut messi, "list").contains("OK"));
}

#[test]
fn the_last_use_is_recorded_at_most_hourly() {
    let mut host = Host::new();
    let mut messi = host.log_in("messi");
    let uses = |host: &Host| {
        let used = |event: &&Event| matches!(event, Event::SessionUsed { .. });
        host.journal.iter().filter(used).count()
    };
    host.wait(HOUR - 1);
    host.ask(&mut messi, "list");
    assert_eq!(uses(&host), 0);
    host.wait(1);
    host.ask(&mut messi, "list");
    assert_eq!(uses(&host), 1);
    host.wait(HOUR - 1);
    host.ask(&mut messi, "list");
    assert_eq!(uses(&host), 1);
    host.wait(1);
    host.ask(&mut messi, "list");
    assert_eq!(uses(&host), 2);
}

#[test]
fn a_restart_forgets_at_most_an_hour_of_the_last_use() {
    let mut host = Host::new();
    let mut messi = host.log_in("messi");
    let token = messi.token();
    host.wait(2 * HOUR);
    host.ask(&mut messi, "list");
    host.wait(HOUR - 1);
    host.ask(&mut messi, "list");
    let mut host = host.restart();
    host.wait(7 * DAY - HOUR);
    assert!(is_live(&mut host, &token));
}

/// 64 sessions of messi, opened a minute apart.
fn sixty_four_sessions(host: &mut Host) -> Vec<Client> {
    let open = |_| {
        host.wait(MINUTE);
        host.log_in("messi")
    };
    (0..64).map(open).collect()
}

#[test]
fn sixty_four_sessions_live_and_one_more_ends_the_one_longest_unused() {
    let mut host = Host::new();
    let mut clients = sixty_four_sessions(&mut host);
    assert_eq!(host.state.session_count(), 64);
    host.ask(&mut clients[0], "list");
    let other = host.log_in("lineker");
    host.wait(MINUTE);
    let latest = host.log_in("messi");
    assert_eq!(host.state.session_count(), 65);
    for (index, client) in clients.iter().enumerate() {
        assert_eq!(is_live(&mut host, &client.token()), index != 1, "{index}");
    }
    assert!(is_live(&mut host, &latest.token()));
    assert!(is_live(&mut host, &other.token()));
}

#[test]
fn of_sessions_unused_equally_long_the_oldest_ends() {
    let mut host = Host::new();
    let mut clients = sixty_four_sessions(&mut host);
    for client in clients.iter_mut().rev() {
        host.ask(client, "list");
    }
    host.log_in("messi");
    assert!(!is_live(&mut host, &clients[0].token()));
    assert!(is_live(&mut host, &clients[1].token()));
}

#[test]
fn sessions_dead_of_age_make_room_before_any_live_one() {
    let mut host = Host::new();
    let mut clients = sixty_four_sessions(&mut host);
    host.wait(DAY);
    host.ask(&mut clients[5], "list");
    host.wait(6 * DAY - 40 * MINUTE);
    // The first 24 died, but for the one just used; all of them go.
    host.log_in("messi");
    assert_eq!(host.state.session_count(), 64 - 23 + 1);
    assert!(is_live(&mut host, &clients[5].token()));
    assert!(is_live(&mut host, &clients[24].token()));
}

#[test]
fn of_sessions_opened_at_the_same_moment_the_first_makes_room() {
    let mut host = Host::with_limits(|limits| limits.user_sessions = 2);
    // Whose token comes first says nothing.
    let [first, second] = [0x22, 0x21].map(|byte| {
        let token = Token::from_random([byte; 16]);
        host.state.apply(&Event::SessionOpened {
            token,
            username: username("messi"),
            at: host.now,
        });
        token_text(token)
    });
    host.log_in("messi");
    assert!(!is_live(&mut host, &first));
    assert!(is_live(&mut host, &second));
}

#[test]
fn a_session_that_died_of_age_makes_room_though_it_was_used_a_moment_ago() {
    let mut host = Host::with_limits(|limits| {
        limits.user_sessions = 2;
        limits.session_lifetime = 2 * HOUR;
    });
    let mut old = host.log_in("messi");
    host.wait(HOUR);
    let young = host.log_in("messi");
    host.wait(HOUR - 1);
    assert!(host.ask(&mut old, "list").contains("OK"));
    host.wait(1);
    host.log_in("messi");
    assert_eq!(host.state.session_count(), 2);
    assert!(is_live(&mut host, &young.token()));
}

#[test]
fn a_smaller_bound_of_sessions_ends_as_many_as_are_too_many() {
    let mut host = Host::new();
    sixty_four_sessions(&mut host);
    host.limits = std::sync::Arc::new(chatting_time_core::Limits {
        user_sessions: 1,
        ..chatting_time_core::Limits::default()
    });
    let latest = host.log_in("messi");
    assert_eq!(host.state.session_count(), 1);
    assert!(is_live(&mut host, &latest.token()));
}

#[test]
fn a_changed_password_ends_every_session_and_keeps_the_mailbox() {
    let mut host = Host::new();
    let [mut first, second, mut lineker] = host.log_in_all(["messi", "messi", "lineker"]);
    host.ask(&mut lineker, "send messi halo");
    host.change_password("messi", "jakarta");
    assert_eq!(host.ask(&mut first, "list"), session_not_found());
    assert!(!is_live(&mut host, &second.token()));
    assert_eq!(host.ask(&mut lineker, "list"), listed(&["lineker"]));
    assert!(
        host.ask(&mut first, "auth messi surabaya")
            .contains("ERROR")
    );
    assert!(host.ask(&mut first, "auth messi jakarta").contains("OK"));
    assert_eq!(texts(&host.ask(&mut first, "inbox")), ["halo"]);
}

#[test]
fn a_sweep_ends_the_sessions_that_died_and_no_other() {
    let mut host = Host::new();
    let mut clients = sixty_four_sessions(&mut host);
    host.log_in("lineker");
    assert_eq!(host.sweep(), 0);
    host.wait(7 * DAY - 1);
    host.ask(&mut clients[63], "list");
    assert_eq!(host.sweep(), 63);
    host.wait(1);
    assert_eq!(host.sweep(), 1);
    assert_eq!(host.state.session_count(), 1);
    assert_eq!(host.sweep(), 0);
}

#[test]
fn sweeps_of_a_few_accounts_come_round_to_all_of_them() {
    let mut host = Host::new();
    host.log_in_all(["messi", "lineker", "henderson"]);
    host.remove_user("lineker");
    host.wait(7 * DAY);
    let mut ended = 0;
    for _ in 0..16 {
        let events = host.state.sweep(host.now, &host.limits, 1);
        ended += events.len();
        for event in &events {
            host.state.apply(event);
        }
    }
    assert_eq!((ended, host.state.session_count()), (2, 0));
}

#[test]
fn an_operator_tells_sessions_apart_by_the_beginnings_of_their_tokens() {
    let mut host = Host::new();
    let open = |host: &mut Host, byte| {
        let token = Token::from_random([byte; 16]);
        host.state.apply(&Event::SessionOpened {
            token,
            username: username("messi"),
            at: host.now,
        });
        token
    };
    let [first, second] = [0x21, 0x22].map(|byte| open(&mut host, byte));
    host.now.0 += HOUR;
    let third = open(&mut host, 0x11);
    let ids = |host: &Host| -> Option<Vec<SessionId>> {
        let sessions = host
            .state
            .session_summaries(&username("messi"), host.now, &host.limits)?;
        Some(sessions.iter().map(|session| session.id).collect())
    };
    let expected = [first, second, third].map(|token| SessionId::of(&token));
    assert_eq!(ids(&host), Some(expected.to_vec()));
    assert_eq!(expected[1].to_string(), token_text(second)[..8]);
    assert_eq!(SessionId::parse("ABCDEF01"), SessionId::parse("abcdef01"));
    assert_eq!(SessionId::parse("22222222"), Some(expected[1]));
    for bad in ["", "1234567", "123456789", "+2345678", "1234567g"] {
        assert_eq!(SessionId::parse(bad), None, "{bad}");
    }

    let end = |host: &Host, name, id| {
        host.state
            .end_sessions(&username(name), id, host.now, &host.limits)
    };
    assert_eq!(end(&host, "pele", None), None);
    let nobodys = SessionId::parse("ffffffff");
    assert_eq!(end(&host, "messi", nobodys), Some(vec![]));
    let ended = |token| Event::SessionEnded { token };
    let events = end(&host, "messi", Some(expected[1])).unwrap();
    assert_eq!(events, [ended(second)]);
    host.state.apply(&events[0]);
    assert_eq!(ids(&host), Some(vec![expected[0], expected[2]]));
    assert_eq!(end(&host, "messi", Some(expected[1])), Some(vec![]));
    assert_eq!(
        end(&host, "messi", None),
        Some(vec![ended(first), ended(third)])
    );
    // What has died of age is none any more.
    host.now.0 += 7 * DAY;
    assert_eq!(ids(&host), Some(vec![]));
    assert_eq!(end(&host, "messi", None), Some(vec![]));
}
