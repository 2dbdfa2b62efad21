//! How much the page is given at a time: as much as the bound, and no more.

use chatting_time_wasm::{
    Config, Direction, History, Input, Observation, Overheard, TraceFilter, TraceView, What, bounds,
};

use crate::scene::{LINEKER, MESSI, Scene, ToServer};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn type_text(scene: &mut Scene, text: String) {
    let bytes = text.into_bytes().into();
    scene.apply(Input::Type {
        client: MESSI,
        bytes,
    });
}

#[test]
fn a_table_is_given_in_windows() {
    let mut history = History::new(7, Config::default()).unwrap();
    let bytes = "list\n".repeat(1_000).into_bytes().into();
    let client = MESSI;
    history.apply(&Input::Type { client, bytes }).unwrap();
    let milliseconds = 1_000;
    history.apply(&Input::Advance { milliseconds }).unwrap();
    let filter = TraceFilter {
        view: TraceView::Everything,
        client: None,
        direction: None,
        text: None,
    };
    for (wanted, given) in [
        (bounds::ROWS - 1, bounds::ROWS - 1),
        (bounds::ROWS, bounds::ROWS),
        (bounds::ROWS + 1, bounds::ROWS),
        (u32::MAX, bounds::ROWS),
    ] {
        let rows = history.rows(&filter, 1, wanted);
        assert_eq!(rows.rows.len() as u32, given);
        assert_eq!(rows.total, history.moment().observations);
    }
}

#[test]
fn a_connection_shows_so_many_pieces_and_the_beginning_of_each() {
    let mut scene = Scene::new();
    scene.stall(MESSI, ToServer, true);
    for length in [bounds::PREVIEW_BYTES, bounds::PREVIEW_BYTES + 1] {
        type_text(&mut scene, "x".repeat(length));
        let in_flight = scene.connection(MESSI).in_flight;
        let last = in_flight.last().unwrap();
        assert_eq!(last.length as usize, length);
        assert_eq!(last.bytes.len(), bounds::PREVIEW_BYTES);
    }
    for pieces in [bounds::SHOWN_PIECES, bounds::SHOWN_PIECES + 1] {
        while scene.count(|what| matches!(what, What::Written { .. })) < pieces {
            type_text(&mut scene, "x".to_owned());
        }
        let in_flight = scene.connection(MESSI).in_flight;
        assert_eq!(in_flight.len(), bounds::SHOWN_PIECES);
    }
}

#[test]
fn an_unfinished_line_shows_its_beginning() {
    let mut scene = Scene::new();
    for (length, byte) in [
        (bounds::PREVIEW_BYTES, "y"),
        (bounds::PREVIEW_BYTES + 1, "z"),
    ] {
        let before = scene
            .client(MESSI)
            .connection
            .map(|_| scene.connection(MESSI));
        let before = before.map_or(0, |one| one.unfinished_length as usize);
        type_text(&mut scene, byte.repeat(length - before));
        scene.settle();
        let connection = scene.connection(MESSI);
        assert_eq!(connection.unfinished_length as usize, length);
        let shown = "y".repeat(bounds::PREVIEW_BYTES);
        assert_eq!(connection.unfinished_line.escaped(), shown);
    }
}

#[test]
fn a_card_shows_the_beginning_of_a_long_text() {
    let mut scene = Scene::new();
    let mut shown = |length: usize| {
        type_text(&mut scene, "x".repeat(length));
        scene.client(MESSI).dialogue.pop().unwrap().text.clone()
    };
    let longest = "x".repeat(bounds::SHOWN_BYTES);
    assert_eq!(shown(bounds::SHOWN_BYTES), longest);
    assert_eq!(shown(bounds::SHOWN_BYTES + 1), longest + "…");
}

#[test]
fn a_card_keeps_so_many_lines() {
    let mut scene = Scene::new();
    scene.stall(MESSI, ToServer, true);
    for (lines, first) in [
        (bounds::DIALOGUE_LINES, "1"),
        (bounds::DIALOGUE_LINES + 1, "2"),
    ] {
        let shown = scene.client(MESSI).dialogue.len();
        for number in shown + 1..=lines {
            type_text(&mut scene, number.to_string());
        }
        let dialogue = scene.client(MESSI).dialogue;
        assert_eq!(dialogue.len(), bounds::DIALOGUE_LINES);
        assert_eq!(dialogue[0].text, first);
    }
}

#[test]
fn a_mailbox_shows_so_many_messages_and_counts_all() {
    let mut scene = Scene::new();
    scene.log_in();
    for (more, count) in [
        (bounds::SHOWN_MESSAGES, bounds::SHOWN_MESSAGES),
        (1, bounds::SHOWN_MESSAGES + 1),
    ] {
        type_text(&mut scene, "send lineker x\n".repeat(more));
        scene.settle();
        let mailbox = scene.mailbox("lineker");
        assert_eq!(mailbox.count as usize, count);
        assert_eq!(mailbox.messages.len(), bounds::SHOWN_MESSAGES);
    }
}

#[test]
fn the_server_shows_so_many_sessions_and_counts_all() {
    let mut scene = Scene::with_limits(&[("user_sessions", 1_000)]);
    for (more, count) in [
        (bounds::SHOWN_SESSIONS, bounds::SHOWN_SESSIONS),
        (1, bounds::SHOWN_SESSIONS + 1),
    ] {
        type_text(&mut scene, "auth messi surabaya\n".repeat(more));
        scene.settle();
        let server = scene.simulation.server_view();
        assert_eq!(server.session_count as usize, count);
        assert_eq!(server.sessions.len(), bounds::SHOWN_SESSIONS);
    }
}

fn arrived(bytes: Vec<u8>) -> Observation {
    Observation {
        step: 1,
        time: 0,
        causes: Vec::new(),
        what: What::Arrived {
            connection: LINEKER,
            direction: Direction::ToServer,
            bytes: bytes.into(),
            sent: 0,
        },
    }
}

#[test]
fn an_eavesdropper_keeps_so_many_bytes_and_says_when_there_were_more() {
    let piece = arrived(vec![b'x'; bounds::OVERHEARD_BYTES / 16]);
    let last = arrived(b"x".to_vec());
    for (more, is_full) in [(0, false), (1, true)] {
        let pieces = std::iter::repeat_n(&piece, 16);
        let overheard = Overheard::of(pieces.chain(std::iter::repeat_n(&last, more)));
        let window = overheard.passages(0, bounds::ROWS);
        assert_eq!((window.is_full, window.passages.len()), (is_full, 16));
    }
}

#[test]
fn an_eavesdropper_lists_so_many_secrets_and_says_when_there_were_more() {
    for (more, is_full) in [(0, false), (1, true)] {
        let logins = (0..bounds::LEAKS + more).map(|number| format!("auth u p{number}\n"));
        let overheard =
            Overheard::of([&arrived(logins.collect::<String>().into_bytes())].into_iter());
        let leaks = overheard.leaks(None, 0, u32::MAX);
        assert_eq!(leaks.total as usize, bounds::LEAKS);
        assert_eq!(leaks.leaks.len(), bounds::ROWS as usize);
        assert_eq!(overheard.passages(0, 1).is_full, is_full);
    }
}

#[test]
fn a_passage_takes_in_what_follows_up_to_its_bound_and_shows_no_more() {
    let piece = |length: usize| arrived(vec![b'x'; length]);
    let told = |pieces: &[Observation]| {
        let passages = Overheard::of(pieces.iter())
            .passages(0, bounds::ROWS)
            .passages;
        let told = passages
            .into_iter()
            .map(|one| (one.length as usize, one.cut));
        told.collect::<Vec<_>>()
    };
    let most = bounds::PASSAGE_BYTES;
    assert_eq!(told(&[piece(most - 1), piece(1)]), [(most, 0)]);
    assert_eq!(told(&[piece(most), piece(1)]), [(most, 0), (1, 0)]);
    assert_eq!(told(&[piece(most + 1)]), [(most + 1, 1)]);
}
