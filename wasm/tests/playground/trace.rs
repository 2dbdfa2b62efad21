//! The trace as a table, and what belongs together in it.

use chatting_time_wasm::{
    Config, Direction, Exchange, History, Input, TraceFilter, TraceRow, TraceView, What,
};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn everything() -> TraceFilter {
    TraceFilter {
        view: TraceView::Everything,
        client: None,
        direction: None,
        text: None,
    }
}

fn enter(history: &mut History, client: u32, line: &str) {
    let line = line.to_owned();
    history.apply(&Input::Enter { client, line }).unwrap();
    while let Some(milliseconds) = history.moment().next_due {
        history.apply(&Input::Advance { milliseconds }).unwrap();
    }
}

/// Messi writes to Lineker, who reads it.
fn played() -> History {
    let mut history = History::new(7, Config::default()).unwrap();
    enter(&mut history, 0, "auth messi surabaya");
    enter(&mut history, 1, "auth lineker surabaya");
    enter(&mut history, 0, "send lineker halo");
    enter(&mut history, 1, "inbox");
    history
}

/// The number of the last observation of which this holds.
fn last(history: &mut History, is_meant: impl Fn(&What) -> bool) -> u32 {
    let rows = history.rows(&everything(), 0, 1_000).rows;
    let mut rows = rows.into_iter().rev();
    rows.find(|row| is_meant(&row.observation.what))
        .unwrap()
        .number
}

#[test]
fn a_table_shows_what_its_filter_lets_through() {
    let mut history = played();
    let rows = |history: &mut History, filter: &TraceFilter| -> Vec<TraceRow> {
        let window = history.rows(filter, 0, 1_000);
        assert_eq!(window.total as usize, window.rows.len());
        window.rows
    };
    let all = rows(&mut history, &everything());
    assert_eq!(all.len() as u32, history.moment().observations);
    let view = |view| TraceFilter {
        view,
        ..everything()
    };
    let pieces = rows(&mut history, &view(TraceView::Pieces));
    let is_piece = |row: &&TraceRow| {
        matches!(
            row.observation.what,
            What::Written { .. } | What::Arrived { .. }
        )
    };
    assert_eq!(pieces.iter().filter(is_piece).count(), 16);
    assert_eq!(pieces.len(), 16 + 2, "with both connections");
    let messages = rows(&mut history, &view(TraceView::Messages));
    assert_eq!(messages.len(), 4 * 4 + 2);
    let client = Some(1);
    let lineker = rows(
        &mut history,
        &TraceFilter {
            client,
            ..everything()
        },
    );
    assert!(lineker.iter().all(|row| row.client == client));
    assert!(lineker.iter().any(|row| row.connection == Some(1)));
    let direction = Some(Direction::ToServer);
    let to_server = rows(
        &mut history,
        &TraceFilter {
            direction,
            ..view(TraceView::Pieces)
        },
    );
    assert_eq!(to_server.len(), 8);
    let text = Some("HALO".to_owned());
    let halo = rows(
        &mut history,
        &TraceFilter {
            text,
            ..view(TraceView::Pieces)
        },
    );
    assert_eq!(halo.len(), 4);
}

#[test]
fn a_window_holds_a_part_of_the_table_up_to_the_present_instant() {
    let mut history = played();
    let total = history.rows(&everything(), 0, 0).total;
    let window = history.rows(&everything(), 5, 3);
    assert_eq!(
        window.rows.iter().map(|row| row.number).collect::<Vec<_>>(),
        [5, 6, 7]
    );
    assert!(history.rows(&everything(), total, 5).rows.is_empty());
    assert!(
        history
            .rows(&everything(), u32::MAX, u32::MAX)
            .rows
            .is_empty()
    );
    history.seek(2).unwrap();
    let earlier = history.rows(&everything(), 0, 1_000);
    assert_eq!(earlier.total, history.moment().observations);
    assert!(earlier.total < total);
    assert!(history.detail(total - 1).is_none());
}

#[test]
fn a_row_holds_the_first_bytes_and_the_detail_all_of_them() {
    let mut history = History::new(7, Config::default()).unwrap();
    enter(&mut history, 0, &"x".repeat(1_000));
    let written = last(&mut history, |what| {
        matches!(
            what,
            What::Written {
                direction: Direction::ToServer,
                ..
            }
        )
    });
    let detail = history.detail(written).unwrap();
    assert_eq!(detail.row.length, Some(1_002));
    assert_eq!(detail.row.observation.what.bytes().unwrap().len(), 400);
    assert_eq!(detail.bytes.unwrap().len(), 1_002);
    assert_eq!(
        history.trace(written, 1)[0].what.bytes().unwrap().len(),
        1_002
    );
}

#[test]
fn an_observation_is_found_in_the_table_or_the_next_behind_it() {
    let mut history = played();
    let messages = TraceFilter {
        view: TraceView::Messages,
        ..everything()
    };
    let rows = history.rows(&messages, 0, 1_000).rows;
    let (third, fourth) = (rows[2].number, rows[3].number);
    assert_eq!(history.row_of(&messages, third), Some(2));
    assert_eq!(history.row_of(&messages, third + 1), Some(3));
    assert_eq!(history.row_of(&messages, fourth), Some(3));
    assert_eq!(history.row_of(&messages, u32::MAX), None);
}

#[test]
fn every_branch_has_a_table_of_its_own() {
    let mut history = played();
    let steps = history.moment().steps;
    history.seek(3).unwrap();
    enter(&mut history, 0, "help");
    let here = history.rows(&everything(), 0, 1_000);
    assert_eq!(here.total, history.moment().observations);
    history.enter_branch(0).unwrap();
    let there = history.rows(&everything(), 0, 1_000);
    assert_eq!(history.moment().steps, steps);
    let common = here
        .rows
        .iter()
        .zip(&there.rows)
        .take_while(|(one, other)| one == other);
    let forked = history
        .trace(0, u32::MAX)
        .iter()
        .filter(|one| one.step <= 3)
        .count();
    assert_eq!(common.count(), forked);
}

#[test]
fn an_exchange_is_found_from_any_of_its_observations() {
    let mut history = played();
    let request = last(
        &mut history,
        |what| matches!(what, What::Request { command: Some(command), .. } if command == "send"),
    );
    let exchange = history.exchange(request).unwrap();
    let reply = exchange.reply.unwrap();
    assert!(exchange.request_bytes.ends_with(b" lineker halo \r\n"));
    assert_eq!(exchange.request_raw, exchange.request_bytes);
    assert!(
        exchange
            .reply_bytes
            .as_ref()
            .unwrap()
            .ends_with(b"Sent\"}\r\n\r\n")
    );
    assert_eq!(
        (exchange.client, exchange.connection, exchange.pieces.len()),
        (0, 0, 2)
    );
    let exchanges: Vec<Option<Exchange>> = history
        .related(request)
        .iter()
        .map(|number| history.exchange(*number))
        .collect();
    assert!(exchanges.len() >= 10);
    assert!(
        exchanges
            .iter()
            .all(|other| other.as_ref() == Some(&exchange)),
        "{exchanges:#?}"
    );
    assert!(history.related(request).contains(&reply));
}

#[test]
fn what_is_related_ends_with_the_exchange_and_what_it_changed() {
    let mut history = played();
    let accepted = last(
        &mut history,
        |what| matches!(what, What::StateChanged { event, .. } if event == "messageAccepted"),
    );
    let inbox = last(
        &mut history,
        |what| matches!(what, What::Request { command: Some(command), .. } if command == "inbox"),
    );
    let related = history.related(inbox);
    assert!(related.is_sorted());
    let reply = history.exchange(inbox).unwrap().reply.unwrap();
    assert!(
        history.related(reply).contains(&accepted),
        "a reply shows where its messages came from"
    );
    let send = history.exchange(accepted).unwrap();
    assert!(!history.related(reply).contains(&send.request));
    assert!(!history.related(send.request).contains(&reply));
    assert!(
        history.related(accepted).contains(&reply),
        "a message shows who got it"
    );
}

#[test]
fn replies_that_came_in_one_piece_are_told_apart() {
    let mut history = History::new(7, Config::default()).unwrap();
    let bytes = b"help\nlist\n"[..].into();
    history.apply(&Input::Type { client: 0, bytes }).unwrap();
    history
        .apply(&Input::Advance { milliseconds: 100 })
        .unwrap();
    let list = last(
        &mut history,
        |what| matches!(what, What::Request { command: Some(command), .. } if command == "list"),
    );
    let read = last(&mut history, |what| matches!(what, What::ReplyRead { .. }));
    let related = history.related(list);
    let reads = related.iter().filter(|number| {
        matches!(
            history.observation(**number).unwrap().what,
            What::ReplyRead { .. }
        )
    });
    assert_eq!(reads.copied().collect::<Vec<_>>(), [read]);
    assert_eq!(history.exchange(read).unwrap().request, list);
    assert!(history.related(u32::MAX).is_empty());
    assert!(history.exchange(u32::MAX).is_none());
}
