//! What the network does to bytes: everything but losing them from the middle.

use chatting_time_wasm::{Endpoint, Input, Network, What, bounds};

use crate::scene::{LINEKER, MESSI, Scene, ToClient, ToServer};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn network() -> Network {
    Network::default()
}

#[test]
fn bytes_are_under_way_for_as_long_as_the_latency_says() {
    let mut scene = Scene::new();
    let latency = 500;
    scene.set_network(
        MESSI,
        ToServer,
        Network {
            latency,
            ..network()
        },
    );
    scene.ask(MESSI, "help");
    assert_eq!(scene.pieces(ToServer), [(500, "help\\r\\n".to_owned())]);
    assert_eq!(scene.pieces(ToClient)[0].0, 520);
}

#[test]
fn an_advance_passes_every_instant_at_which_something_happens() {
    let mut scene = Scene::new();
    scene.enter(MESSI, "help");
    scene.advance(10_000);
    let times = [ToServer, ToClient].map(|direction| scene.pieces(direction)[0].0);
    assert_eq!(times, [20, 40]);
    assert_eq!(scene.simulation.time(), 10_000);
}

#[test]
fn jitter_delays_by_chance_and_never_lets_bytes_overtake() {
    let mut scene = Scene::new();
    let jitter = 300;
    let shaky = Network {
        jitter,
        piece_bytes: Some(2),
        ..network()
    };
    scene.set_network(MESSI, ToServer, shaky);
    for number in 0..20 {
        scene.type_bytes(MESSI, &format!("{number:04}"));
        scene.advance(7);
    }
    scene.settle();
    let expected: Vec<String> = (0..20).map(|number| format!("{number:04}")).collect();
    assert_eq!(scene.arrived(ToServer).concat(), expected.concat());
    let times: Vec<u64> = scene
        .pieces(ToServer)
        .iter()
        .map(|(time, _)| *time)
        .collect();
    assert!(times.is_sorted());
    assert!(
        times.windows(2).any(|pair| pair[1] - pair[0] > 20),
        "{times:?}"
    );
}

#[test]
fn a_write_is_cut_into_pieces_of_the_wanted_size_one_millisecond_apart() {
    let mut scene = Scene::new();
    let small = Network {
        piece_bytes: Some(4),
        ..network()
    };
    scene.set_network(MESSI, ToServer, small);
    scene.type_bytes(MESSI, "help\\r\\nhe");
    scene.settle();
    let pieces = [(20, "help"), (21, "\\r\\nhe")];
    assert_eq!(
        scene.pieces(ToServer),
        pieces.map(|(time, text)| (time, text.to_owned()))
    );
}

#[test]
fn a_write_is_cut_behind_the_wanted_byte() {
    let mut scene = Scene::new();
    let split = Network {
        split_at: Some(5),
        ..network()
    };
    scene.set_network(MESSI, ToClient, split);
    scene.ask(MESSI, "list");
    let pieces = scene.arrived(ToClient);
    assert_eq!(pieces.len(), 2);
    assert_eq!(pieces[0], "{\"sta");
    assert_eq!(scene.answer(MESSI), "Error, Session Tidak Ditemukan");
}

#[test]
fn a_write_that_is_not_longer_than_the_cut_stays_whole() {
    let mut scene = Scene::new();
    scene.set_network(
        MESSI,
        ToServer,
        Network {
            split_at: Some(6),
            ..network()
        },
    );
    scene.ask(MESSI, "help");
    assert_eq!(scene.arrived(ToServer), ["help\\r\\n"]);
}

#[test]
fn writes_that_wait_for_others_arrive_as_one_piece() {
    let mut scene = Scene::new();
    scene.set_network(
        MESSI,
        ToServer,
        Network {
            join: Some(100),
            ..network()
        },
    );
    scene.enter(MESSI, "help");
    scene.advance(99);
    scene.enter(MESSI, "list");
    scene.advance(1);
    scene.enter(MESSI, "help");
    scene.settle();
    let pieces = [(120, "help\\r\\nlist\\r\\n"), (220, "help\\r\\n")];
    assert_eq!(
        scene.pieces(ToServer),
        pieces.map(|(time, text)| (time, text.to_owned()))
    );
    assert_eq!(scene.client(MESSI).unanswered, 0);
}

#[test]
fn joined_pieces_keep_to_the_size_of_pieces() {
    let mut scene = Scene::new();
    let joining = Network {
        join: Some(50),
        piece_bytes: Some(8),
        ..network()
    };
    scene.set_network(MESSI, ToServer, joining);
    scene.type_bytes(MESSI, "12345");
    scene.type_bytes(MESSI, "67890");
    scene.settle();
    assert_eq!(scene.arrived(ToServer), ["12345678", "90"]);
}

#[test]
fn nothing_arrives_while_a_direction_is_stalled_and_everything_in_order_afterwards() {
    let mut scene = Scene::new();
    scene.stall(MESSI, ToServer, true);
    scene.enter(MESSI, "help");
    scene.enter(MESSI, "list");
    assert_eq!(scene.simulation.next_due(), None);
    scene.advance(60_000);
    assert!(scene.arrived(ToServer).is_empty());
    scene.stall(MESSI, ToServer, false);
    assert_eq!(scene.arrived(ToServer), ["help\\r\\n", "list\\r\\n"]);
}

#[test]
fn a_stall_of_one_direction_or_client_holds_up_no_other() {
    let mut scene = Scene::new();
    scene.stall(MESSI, ToClient, true);
    scene.ask(LINEKER, "help");
    scene.ask(MESSI, "help");
    assert_eq!(scene.client(LINEKER).unanswered, 0);
    assert_eq!(scene.client(MESSI).unanswered, 1);
    assert_eq!(scene.arrived(ToServer).len(), 2);
}

#[test]
fn exactly_so_many_bytes_are_delivered_through_a_stall() {
    let mut scene = Scene::new();
    scene.stall(MESSI, ToServer, true);
    scene.enter(MESSI, "help");
    scene.enter(MESSI, "list");
    for bytes in [2, 6] {
        scene.deliver(MESSI, ToServer, bytes);
    }
    assert_eq!(scene.arrived(ToServer), ["he", "lp\\r\\nli"]);
    assert_eq!(scene.connection(MESSI).unfinished_line.escaped(), "li");
}

#[test]
fn a_write_of_many_bytes_is_cut_into_a_bounded_number_of_pieces() {
    let mut scene = Scene::new();
    scene.set_network(
        MESSI,
        ToServer,
        Network {
            piece_bytes: Some(1),
            ..network()
        },
    );
    let bytes = vec![b'x'; 64 << 10].into();
    scene.apply(Input::Type {
        client: MESSI,
        bytes,
    });
    assert_eq!(scene.connection(MESSI).in_flight.len(), 100);
    scene.settle();
    let pieces = scene.arrived(ToServer);
    assert_eq!(pieces.len(), 1_024);
    assert!(pieces.iter().all(|piece| piece.len() == 64));
}

#[test]
fn pieces_as_small_as_wanted_are_made_up_to_the_bound_and_larger_ones_beyond() {
    let most = bounds::PIECES_OF_A_WRITE;
    for (length, expected) in [(most, most), (most + 1, most / 2 + 1)] {
        let mut scene = Scene::new();
        let piece_bytes = Some(1);
        scene.set_network(
            MESSI,
            ToServer,
            Network {
                piece_bytes,
                ..network()
            },
        );
        let bytes = vec![b'x'; length].into();
        let client = MESSI;
        scene.apply(Input::Type { client, bytes });
        scene.settle();
        assert_eq!(scene.arrived(ToServer).len(), expected);
    }
}

#[test]
fn an_operating_system_takes_so_many_bytes_and_the_rest_waits_in_the_program() {
    let mut scene = Scene::new();
    scene.stall(MESSI, ToServer, true);
    for length in [bounds::BUFFER_BYTES, 1] {
        let bytes = vec![b'x'; length].into();
        let client = MESSI;
        scene.apply(Input::Type { client, bytes });
        let in_flight = scene.connection(MESSI).in_flight;
        let held: u32 = in_flight.iter().map(|piece| piece.length).sum();
        assert_eq!(held as usize, bounds::BUFFER_BYTES);
    }
    scene.stall(MESSI, ToServer, false);
    scene.settle();
    let arrived =
        scene.count(|what| matches!(what, What::Arrived { bytes, .. } if bytes.len() == 1));
    assert_eq!(arrived, 1);
}

#[test]
fn pieces_under_way_are_bounded_and_no_byte_is_lost_beyond() {
    let mut scene = Scene::new();
    scene.stall(MESSI, ToServer, true);
    for _ in 0..5_000 {
        scene.type_bytes(MESSI, "x");
    }
    scene.stall(MESSI, ToServer, false);
    scene.settle();
    let pieces = scene.arrived(ToServer);
    assert_eq!((pieces.len(), pieces.concat().len()), (4_096, 5_000));
}

#[test]
fn who_has_ended_sending_still_gets_replies_and_then_the_server_closes() {
    let mut scene = Scene::new();
    scene.enter(MESSI, "help");
    scene.apply(Input::EndSending { client: MESSI });
    scene.settle();
    assert_eq!(scene.codes(), ["OK"]);
    assert_eq!(scene.client(MESSI).unanswered, 0);
    let closed =
        |by| move |what: &What| matches!(what, What::Closed { by: other, .. } if *other == by);
    assert_eq!(scene.time_of(closed(Endpoint::Server)), Some(20));
    assert_eq!(scene.time_of(closed(Endpoint::Client)), Some(40));
}

#[test]
fn a_reset_loses_what_is_under_way_in_both_directions() {
    let mut scene = Scene::new();
    scene.enter(MESSI, "list");
    scene.advance(20);
    scene.enter(MESSI, "help");
    scene.apply(Input::Reset { client: MESSI });
    let lost = |direction| {
        scene.count(
            |what| matches!(what, What::Lost { direction: other, .. } if *other == direction),
        )
    };
    assert_eq!((lost(ToServer), lost(ToClient)), (1, 1));
    scene.settle();
    assert!(scene.arrived(ToClient).is_empty());
    scene.ask(MESSI, "list");
    assert_eq!(scene.answer(MESSI), "Error, Session Tidak Ditemukan");
}

#[test]
fn replies_to_who_has_closed_are_lost_and_break_the_connection() {
    let mut scene = Scene::new();
    scene.enter(MESSI, "help");
    scene.apply(Input::Close { client: MESSI });
    scene.settle();
    assert_eq!(scene.codes(), ["OK"]);
    assert_eq!(scene.count(|what| matches!(what, What::Lost { .. })), 1);
    assert_eq!(scene.count(|what| matches!(what, What::BrokeOff { .. })), 1);
}

#[test]
fn a_new_connection_lets_go_of_the_one_before() {
    let mut scene = Scene::new();
    scene.connect(MESSI);
    let first = scene.connection(MESSI).connection;
    scene.connect(MESSI);
    assert_eq!(scene.connection(MESSI).connection, first + 1);
    assert_eq!(scene.simulation.connection_views().len(), 2);
    scene.settle();
    assert_eq!(scene.simulation.connection_views().len(), 1);
}

#[test]
fn a_lost_reply_has_taken_effect_and_a_retry_takes_it_again() {
    let mut scene = Scene::new();
    scene.log_in();
    scene.apply(Input::LoseReply { client: MESSI });
    scene.ask(MESSI, "send lineker halo");
    assert_eq!(scene.client(MESSI).unanswered, 0);
    assert_eq!(scene.mailbox("lineker").count, 1);
    let broken = |what: &What| {
        matches!(
            what,
            What::BrokeOff {
                by: Endpoint::Network,
                ..
            }
        )
    };
    assert_eq!(scene.count(broken), 1);
    scene.ask(MESSI, "send lineker halo");
    assert_eq!(scene.answer(MESSI), "Pesan Dikirimkan ke lineker");
    assert_eq!(scene.mailbox("lineker").count, 2);
}

#[test]
fn messages_in_a_lost_reply_are_lost_for_the_system_took_them() {
    let mut scene = Scene::new();
    scene.log_in();
    scene.ask(MESSI, "send lineker halo");
    scene.apply(Input::LoseReply { client: LINEKER });
    scene.ask(LINEKER, "inbox");
    assert_eq!(scene.mailbox("lineker").count, 0);
    scene.ask(LINEKER, "inbox");
    assert_eq!(scene.answer(LINEKER), "{}");
}
