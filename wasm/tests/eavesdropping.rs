//! What an eavesdropper hears: every byte that arrives, and the secrets in it.

use chatting_time_wasm::{
    Bytes, Config, Direction, History, Input, Leak, LeakKind, Network, Passage,
};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;
#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

const MESSI: u32 = 0;
const LINEKER: u32 = 1;

fn scene() -> History {
    History::new(7, Config::default()).unwrap()
}

/// Applies an input and lets everything arrive.
fn apply(history: &mut History, input: Input) {
    history.apply(&input).unwrap();
    while let Some(milliseconds) = history.moment().next_due {
        history.apply(&Input::Advance { milliseconds }).unwrap();
    }
}

fn enter(history: &mut History, client: u32, line: &str) {
    let line = line.to_owned();
    apply(history, Input::Enter { client, line });
}

fn type_bytes(history: &mut History, client: u32, bytes: &[u8]) {
    let bytes = Bytes::from(bytes);
    apply(history, Input::Type { client, bytes });
}

fn leaks(history: &mut History) -> Vec<Leak> {
    history.overheard().leaks(None, 0, 1_000).leaks
}

/// Kind, text, about and client of each.
fn told(leaks: &[Leak]) -> Vec<(LeakKind, String, Option<&str>, u32)> {
    let told = |leak: &Leak| (leak.kind, leak.text.escaped());
    leaks
        .iter()
        .map(|leak| {
            let (kind, text) = told(leak);
            (kind, text, leak.about.as_deref(), leak.client)
        })
        .collect()
}

fn passages(history: &mut History) -> Vec<Passage> {
    history.overheard().passages(0, 1_000).passages
}

fn text(passage: &Passage) -> String {
    let parts = passage.parts.iter();
    parts.map(|part| part.bytes.escaped()).collect()
}

fn secrets(passage: &Passage) -> Vec<(LeakKind, String)> {
    let parts = passage.parts.iter();
    parts
        .filter_map(|part| Some((part.secret?, part.bytes.escaped())))
        .collect()
}

#[test]
fn a_login_a_message_and_an_inbox_give_everything_away() {
    let mut history = scene();
    enter(&mut history, MESSI, "auth messi surabaya");
    enter(&mut history, MESSI, "send lineker halo");
    enter(&mut history, LINEKER, "auth lineker surabaya");
    enter(&mut history, LINEKER, "inbox");

    let token = |client: usize| history.moment().clients[client].token.clone().unwrap();
    let (messi, lineker) = (token(0), token(1));
    let leaks = leaks(&mut history);
    let secret = |kind, text: &str, about, client| (kind, text.to_owned(), Some(about), client);
    assert_eq!(
        told(&leaks),
        [
            secret(LeakKind::Password, "surabaya", "messi", MESSI),
            secret(LeakKind::Token, &messi, "messi", MESSI),
            secret(LeakKind::MessageText, "halo ", "lineker", MESSI),
            secret(LeakKind::Password, "surabaya", "lineker", LINEKER),
            secret(LeakKind::Token, &lineker, "lineker", LINEKER),
            secret(
                LeakKind::MessageText,
                r" halo \r\n",
                "Lionel Messi",
                LINEKER
            ),
        ]
    );
    assert!(leaks[0].accepted && leaks[3].accepted);
    assert_eq!((leaks[1].times, leaks[4].times), (2, 2), "login and use");
}

#[test]
fn passages_hold_what_arrived_in_order_and_mark_the_secrets() {
    let mut history = scene();
    enter(&mut history, MESSI, "auth messi surabaya");
    let passages = passages(&mut history);
    assert_eq!(passages.len(), 2);
    let [request, reply] = [&passages[0], &passages[1]];
    assert_eq!(text(request), r"auth messi surabaya\r\n");
    assert_eq!(
        secrets(request),
        [(LeakKind::Password, "surabaya".to_owned())]
    );
    assert_eq!(
        (
            request.client,
            request.direction,
            request.from,
            request.length
        ),
        (MESSI, Direction::ToServer, 20, 21)
    );
    assert_eq!((reply.direction, reply.from), (Direction::ToClient, 40));
    let token = history.moment().clients[0].token.clone().unwrap();
    assert_eq!(secrets(reply), [(LeakKind::Token, token)]);
}

#[test]
fn a_secret_in_many_pieces_is_marked_in_each_and_leaks_with_the_last() {
    let mut history = scene();
    let network = Network {
        piece_bytes: Some(1),
        ..Network::default()
    };
    let direction = Direction::ToServer;
    apply(
        &mut history,
        Input::SetNetwork {
            client: MESSI,
            direction,
            network,
        },
    );
    type_bytes(&mut history, MESSI, b"auth messi surabaya");
    let heard = passages(&mut history);
    assert_eq!(heard.len(), 1);
    assert_eq!(heard[0].pieces, 19);
    let marked: String = secrets(&heard[0])
        .into_iter()
        .map(|(_, text)| text)
        .collect();
    assert_eq!(marked, "surabaya");
    let leak = &leaks(&mut history)[0];
    assert_eq!((leak.observation, leak.time), (heard[0].last, heard[0].to));
    assert!(!leak.accepted);
}

#[test]
fn half_a_token_is_none() {
    let mut history = scene();
    type_bytes(&mut history, MESSI, b"auth messi surabaya\r\n");
    let reply_bytes = passages(&mut history)[1].length;
    assert_eq!(leaks(&mut history).len(), 2);

    let mut history = scene();
    let network = Network {
        stalled: true,
        ..Network::default()
    };
    let direction = Direction::ToClient;
    apply(
        &mut history,
        Input::SetNetwork {
            client: MESSI,
            direction,
            network,
        },
    );
    type_bytes(&mut history, MESSI, b"auth messi surabaya\r\n");
    let bytes = reply_bytes / 2;
    apply(
        &mut history,
        Input::Deliver {
            connection: 0,
            direction,
            bytes,
        },
    );
    assert_eq!(passages(&mut history)[1].length, bytes);
    assert_eq!(leaks(&mut history).len(), 1, "the password alone");
}

#[test]
fn going_back_in_time_unhears_what_came_later() {
    let mut history = scene();
    enter(&mut history, MESSI, "auth messi surabaya");
    assert_eq!(leaks(&mut history).len(), 2);
    history.seek(0).unwrap();
    assert_eq!(passages(&mut history), []);
    assert_eq!(leaks(&mut history), []);
}

#[test]
fn a_stolen_token_works_on_another_connection_until_its_owner_logs_out() {
    let mut history = scene();
    enter(&mut history, MESSI, "auth messi surabaya");
    let stolen = leaks(&mut history)[1].text.escaped();
    enter(&mut history, LINEKER, &format!("inbox {stolen}"));
    assert_eq!(leaks(&mut history)[1].times, 2);
    enter(&mut history, MESSI, "logout");
    enter(&mut history, LINEKER, &format!("inbox {stolen}"));
    let reply = passages(&mut history).pop().unwrap();
    assert!(text(&reply).contains("session_not_found"), "{reply:?}");
}

#[test]
fn windows_give_what_is_asked_for_and_say_how_much_there_is() {
    let mut history = scene();
    for _ in 0..3 {
        enter(&mut history, MESSI, "auth messi surabaya");
    }
    let overheard = history.overheard();
    let window = overheard.passages(4, 10);
    assert_eq!((window.total, window.passages.len()), (6, 2));
    assert!(!window.is_full);
    let tokens = overheard.leaks(Some(LeakKind::Token), 1, 1);
    assert_eq!((tokens.total, tokens.leaks.len()), (3, 1));
    assert_eq!(overheard.leaks(Some(LeakKind::Password), 0, 10).total, 1);
}

#[test]
fn a_long_passage_is_counted_whole_and_shown_in_part() {
    let mut history = scene();
    type_bytes(&mut history, MESSI, &[b'x'; 10_000]);
    let [passage] = &passages(&mut history)[..] else {
        panic!("one passage");
    };
    assert_eq!((passage.length, passage.cut), (10_000, 10_000 - 4_096));
    assert_eq!(text(passage).len(), 4_096);
}
