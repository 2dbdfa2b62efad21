//! What can't be done is refused, and changes nothing.

use chatting_time_core::limits::LIMITS;
use chatting_time_wasm::{
    Account, Administration, Config, ConnectionState, ErrorCode, Input, Network, Simulation, What,
    bounds,
};

use crate::scene::{LINEKER, MESSI, Scene, ToClient, ToServer};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Refused for this reason, and everything is as it was.
fn refused(scene: &mut Scene, input: Input, code: ErrorCode) {
    let state = |scene: &Scene| {
        let simulation = &scene.simulation;
        (
            (simulation.step(), simulation.time(), simulation.hash()),
            simulation.client_views(),
            simulation.connection_views(),
            simulation.server_view(),
        )
    };
    let before = state(scene);
    let shown = format!("{input:?}");
    let error = scene.try_apply(input).map(|_| ()).unwrap_err();
    assert_eq!(error.code, code, "{shown}");
    assert_eq!(state(scene), before, "{shown}");
}

#[test]
fn whoever_is_not_there_can_do_nothing() {
    let mut scene = Scene::new();
    let client = 2;
    for input in [
        Input::Connect { client },
        Input::Enter {
            client,
            line: "help".to_owned(),
        },
        Input::Type {
            client,
            bytes: b"x"[..].into(),
        },
        Input::EndSending { client },
        Input::Close { client },
        Input::Reset { client: u32::MAX },
        Input::SetNetwork {
            client,
            direction: ToServer,
            network: Network::default(),
        },
        Input::LoseReply { client },
        Input::SetReader {
            client,
            reader: Default::default(),
        },
    ] {
        refused(&mut scene, input, ErrorCode::NoSuchClient);
    }
}

#[test]
fn there_are_at_most_six_clients() {
    let mut scene = Scene::new();
    let add = |name: &str| Input::AddClient {
        name: name.to_owned(),
    };
    for name in ["", "  ", "a\nb", &"x".repeat(33)] {
        refused(&mut scene, add(name), ErrorCode::BadName);
    }
    scene.apply(add(&"é".repeat(32)));
    for _ in 3..bounds::CLIENTS {
        scene.apply(add("x"));
    }
    refused(&mut scene, add("x"), ErrorCode::TooManyClients);
}

#[test]
fn without_a_connection_there_is_none_to_be_ended() {
    let mut scene = Scene::new();
    for _ in 0..2 {
        for input in [
            Input::EndSending { client: MESSI },
            Input::Close { client: MESSI },
            Input::Reset { client: MESSI },
        ] {
            refused(&mut scene, input, ErrorCode::NotConnected);
        }
        scene.connect(MESSI);
        scene.apply(Input::EndSending { client: MESSI });
        refused(
            &mut scene,
            Input::EndSending { client: MESSI },
            ErrorCode::NotConnected,
        );
        scene.apply(Input::Close { client: MESSI });
    }
}

#[test]
fn only_what_is_under_way_can_be_delivered() {
    let mut scene = Scene::new();
    let deliver = |connection, bytes| Input::Deliver {
        connection,
        direction: ToServer,
        bytes,
    };
    refused(&mut scene, deliver(0, 1), ErrorCode::NoSuchConnection);
    scene.enter(MESSI, "help");
    for bytes in [0, 7, u32::MAX] {
        refused(&mut scene, deliver(0, bytes), ErrorCode::NothingUnderWay);
    }
    scene.apply(deliver(0, 6));
    refused(&mut scene, deliver(0, 1), ErrorCode::NothingUnderWay);
}

#[test]
fn the_end_of_a_stream_is_delivered_once_it_is_all_that_is_left() {
    let mut scene = Scene::new();
    scene.stall(MESSI, ToServer, true);
    scene.enter(MESSI, "help");
    scene.apply(Input::EndSending { client: MESSI });
    let deliver = |bytes| Input::Deliver {
        connection: 0,
        direction: ToServer,
        bytes,
    };
    refused(&mut scene, deliver(0), ErrorCode::NothingUnderWay);
    scene.apply(deliver(6));
    assert_eq!(
        scene.count(|what| matches!(what, What::EndArrived { .. })),
        0
    );
    refused(&mut scene, deliver(1), ErrorCode::NothingUnderWay);
    scene.apply(deliver(0));
    assert_eq!(
        scene.count(|what| matches!(what, What::EndArrived { .. })),
        1
    );
    refused(&mut scene, deliver(0), ErrorCode::NothingUnderWay);
    scene.settle();
    assert_eq!(scene.client(MESSI).state, ConnectionState::Closed);
}

#[test]
fn bytes_are_delivered_only_where_there_is_room_for_them() {
    let mut scene = Scene::new();
    scene.stall(MESSI, ToClient, true);
    let line = format!("{}\n", "x".repeat(100));
    let bytes = line.repeat(bounds::UNANSWERED).into_bytes();
    scene.apply(Input::Type {
        client: MESSI,
        bytes: bytes.into(),
    });
    scene.settle();
    let deliver = Input::Deliver {
        connection: 0,
        direction: ToServer,
        bytes: 1,
    };
    while scene.try_apply(deliver.clone()).is_ok() {}
    let in_flight = scene.connection(MESSI).in_flight;
    assert!(in_flight.iter().any(|piece| piece.direction == ToServer));
    refused(&mut scene, deliver, ErrorCode::NothingUnderWay);
}

#[test]
fn the_clock_ends_where_javascript_still_counts_exactly() {
    let mut scene = Scene::new();
    let advance = |milliseconds| Input::Advance { milliseconds };
    for milliseconds in [bounds::TIME + 1, u64::MAX] {
        refused(&mut scene, advance(milliseconds), ErrorCode::OutOfRange);
    }
    scene.ask(MESSI, "auth messi surabaya");
    let rest = bounds::TIME - scene.simulation.time();
    scene.apply(advance(rest));
    assert_eq!(scene.simulation.time(), bounds::TIME);
    refused(&mut scene, advance(1), ErrorCode::OutOfRange);
    scene.enter(MESSI, "list");
}

#[test]
fn a_network_has_delays_and_sizes_within_bounds() {
    let mut scene = Scene::new();
    let good = Network::default;
    let long = bounds::DELAY + 1;
    for network in [
        Network {
            latency: long,
            ..good()
        },
        Network {
            jitter: long,
            ..good()
        },
        Network {
            join: Some(long),
            ..good()
        },
        Network {
            piece_bytes: Some(0),
            ..good()
        },
        Network {
            split_at: Some(0),
            ..good()
        },
    ] {
        let input = Input::SetNetwork {
            client: MESSI,
            direction: ToClient,
            network,
        };
        refused(&mut scene, input, ErrorCode::OutOfRange);
    }
    let longest = bounds::DELAY;
    scene.set_network(
        MESSI,
        ToClient,
        Network {
            latency: longest,
            jitter: longest,
            piece_bytes: Some(1),
            split_at: Some(1),
            join: Some(longest),
            stalled: false,
        },
    );
}

#[test]
fn what_is_typed_is_bounded_and_so_is_what_waits_to_be_written() {
    let mut scene = Scene::new();
    let client = MESSI;
    let typed = |length| Input::Type {
        client,
        bytes: vec![b'x'; length].into(),
    };
    refused(&mut scene, typed(0), ErrorCode::OutOfRange);
    refused(
        &mut scene,
        typed(bounds::TYPED_BYTES + 1),
        ErrorCode::OutOfRange,
    );
    let line = "x".repeat(bounds::TYPED_BYTES + 1);
    refused(
        &mut scene,
        Input::Enter { client, line },
        ErrorCode::OutOfRange,
    );
    scene.stall(MESSI, ToServer, true);
    scene.apply(typed(bounds::TYPED_BYTES));
    scene.apply(typed(bounds::BUFFER_BYTES));
    refused(&mut scene, typed(1), ErrorCode::TooMuchWaiting);
    scene.stall(MESSI, ToServer, false);
    scene.settle();
    assert_eq!(scene.codes(), ["line_too_long"]);
}

#[test]
fn requests_without_a_reply_are_bounded() {
    let mut scene = Scene::new();
    let client = MESSI;
    let typed = |lines| Input::Type {
        client,
        bytes: "\n".repeat(lines).into_bytes().into(),
    };
    let line = "list".to_owned();
    let entered = Input::Enter { client, line };
    refused(
        &mut scene,
        typed(bounds::UNANSWERED + 1),
        ErrorCode::TooMuchWaiting,
    );
    scene.stall(MESSI, ToServer, true);
    scene.apply(typed(bounds::UNANSWERED - 1));
    scene.apply(entered.clone());
    for input in [typed(1), entered.clone()] {
        refused(&mut scene, input, ErrorCode::TooMuchWaiting);
    }
    assert!(scene.simulation.own_bytes() < 128 << 10);
    // Bytes that end no line are no requests, and nothing waits on another connection.
    scene.type_bytes(MESSI, "x");
    scene.connect(MESSI);
    scene.apply(entered);
    assert_eq!(scene.client(MESSI).unanswered, 1);
}

#[test]
fn connections_that_are_not_over_are_bounded() {
    let mut scene = Scene::new();
    scene.stall(MESSI, ToServer, true);
    for _ in 0..bounds::CONNECTIONS {
        scene.connect(MESSI);
    }
    refused(
        &mut scene,
        Input::Connect { client: MESSI },
        ErrorCode::TooManyConnections,
    );
    scene.apply(Input::Close { client: MESSI });
    let line = "help".to_owned();
    refused(
        &mut scene,
        Input::Enter {
            client: MESSI,
            line,
        },
        ErrorCode::TooManyConnections,
    );
    scene.stall(MESSI, ToServer, false);
    scene.settle();
    scene.connect(MESSI);
}

/// Why the latest thing that the operator wanted was refused.
fn refusal(scene: &Scene) -> Option<String> {
    let mut trace = scene.trace.iter().rev();
    trace.find_map(|one| match &one.what {
        What::Administered { refusal, .. } => Some(refusal.clone()),
        _ => None,
    })?
}

#[test]
fn an_operator_writes_texts_of_bounded_length_and_a_bounded_number_of_accounts() {
    let mut scene = Scene::new();
    let username = "x".repeat(bounds::OPERATOR_TEXT_BYTES + 1);
    let change = Administration::RemoveUser { username };
    refused(
        &mut scene,
        Input::Administrate { change },
        ErrorCode::OutOfRange,
    );
    let longest = "x".repeat(bounds::OPERATOR_TEXT_BYTES);
    scene.administrate(Administration::RemoveUser { username: longest });
    assert_eq!(refusal(&scene).as_deref(), Some("badUsername"));
    for number in 3..=bounds::USERS {
        let users = scene.simulation.server_view().users.len();
        assert_eq!(users, number);
        scene.administrate(Administration::AddUser {
            username: format!("u{number}"),
            name: "x".to_owned(),
            country: "x".to_owned(),
            password: "x".to_owned(),
        });
    }
    assert_eq!(refusal(&scene).as_deref(), Some("tooManyUsers"));
    assert_eq!(scene.simulation.server_view().users.len(), bounds::USERS);
}

#[test]
fn one_input_lets_only_so_much_happen_and_the_next_advance_goes_on() {
    let mut scene = Scene::new();
    for direction in [ToServer, ToClient] {
        let latency = 0;
        scene.set_network(
            MESSI,
            direction,
            Network {
                latency,
                ..Network::default()
            },
        );
    }
    let bytes = "list\n".repeat(bounds::UNANSWERED).into_bytes().into();
    let observed = scene
        .apply(Input::Type {
            client: MESSI,
            bytes,
        })
        .len();
    assert!(
        (bounds::OBSERVATIONS_OF_AN_INPUT..2 * bounds::OBSERVATIONS_OF_AN_INPUT)
            .contains(&observed)
    );
    assert_eq!(scene.simulation.next_due(), Some(0));
    let observed = scene.apply(Input::Advance {
        milliseconds: 1_000,
    });
    assert_eq!(observed[0].what, What::Advanced { milliseconds: 0 });
    scene.settle();
    assert_eq!(scene.codes().len(), bounds::UNANSWERED);
    assert_eq!(scene.simulation.time(), 0);
}

#[test]
fn one_input_lets_only_so_many_bytes_be_observed_and_the_next_advance_goes_on() {
    let text = bounds::LINE_BYTES - 100;
    let mut scene = Scene::with_limits(&[
        ("line_bytes", bounds::LINE_BYTES),
        ("message_text_bytes", text),
        ("inbox_bytes", bounds::REPLY_BYTES),
    ]);
    scene.log_in();
    // Every byte of it takes six in the reply.
    let message = format!("send lineker {}\n", "\u{1}".repeat(text as usize));
    for _ in 0..bounds::REPLY_BYTES / text {
        let bytes = message.clone().into_bytes().into();
        scene.apply(Input::Type {
            client: MESSI,
            bytes,
        });
        scene.settle();
    }
    let latency = 0;
    let network = Network {
        latency,
        ..Network::default()
    };
    for direction in [ToServer, ToClient] {
        scene.set_network(LINEKER, direction, network.clone());
    }
    let reply = 6 * bounds::REPLY_BYTES as usize;
    let mut input = Input::Enter {
        client: LINEKER,
        line: "inbox".to_owned(),
    };
    loop {
        let observed = scene.apply(input).iter();
        let bytes = observed.filter_map(|one| Some(one.what.bytes()?.len()));
        assert!(bytes.sum::<usize>() < bounds::OBSERVED_BYTES_OF_AN_INPUT + reply);
        let Some(milliseconds) = scene.simulation.next_due() else {
            break;
        };
        assert_eq!(milliseconds, 0);
        input = Input::Advance { milliseconds };
    }
    let whole = |what: &What| matches!(what, What::ReplyRead { bytes, whole, .. } if bytes.len() > reply / 2 && *whole);
    assert_eq!(scene.count(whole), 1);
}

#[test]
fn a_scene_may_be_configured_up_to_what_a_tab_can_hold() {
    for limit in LIMITS.iter().filter(|limit| bounds::is_in_force(limit)) {
        let with = |value| {
            let limits = [(limit.field.to_owned(), value)].into_iter().collect();
            let config = Config {
                limits,
                ..Config::default()
            };
            Simulation::new(0, &config).is_ok()
        };
        let most = bounds::maximum(limit);
        let given = [limit.minimum, most, most + 1].map(with);
        assert_eq!(given, [true, true, false], "{}", limit.field);
        let less = limit.minimum.checked_sub(1);
        assert!(!less.is_some_and(with), "{}", limit.field);
    }
}

#[test]
fn a_scene_that_can_not_be_set_is_refused() {
    let account = |username: &str| Account {
        username: username.to_owned(),
        name: "x".to_owned(),
        country: "x".to_owned(),
        password: "x".to_owned(),
    };
    let limit = |field: &str, value| [(field.to_owned(), value)].into_iter().collect();
    for config in [
        Config {
            clients: Vec::new(),
            ..Config::default()
        },
        Config {
            clients: vec!["x".to_owned(); 7],
            ..Config::default()
        },
        Config {
            clients: vec![String::new()],
            ..Config::default()
        },
        Config {
            language: "xx".to_owned(),
            ..Config::default()
        },
        Config {
            accounts: vec![account("messi")],
            ..Config::default()
        },
        Config {
            accounts: vec![account("")],
            ..Config::default()
        },
        Config {
            accounts: vec![account("x"), account("x")],
            ..Config::default()
        },
        Config {
            limits: limit("line_bytes", 1),
            ..Config::default()
        },
        Config {
            limits: limit("line_byte", 1_000),
            ..Config::default()
        },
        Config {
            limits: limit("line_bytes", bounds::LINE_BYTES + 1),
            ..Config::default()
        },
        Config {
            limits: limit("inbox_bytes", bounds::REPLY_BYTES + 1),
            ..Config::default()
        },
        Config {
            limits: limit("pending_reply_bytes", bounds::REPLY_BYTES + 1),
            ..Config::default()
        },
        Config {
            limits: limit("inbox_messages", bounds::INBOX_MESSAGES + 1),
            ..Config::default()
        },
        // There is nothing that they could bound.
        Config {
            limits: limit("password_checks", 1),
            ..Config::default()
        },
        Config {
            limits: limit("password_checks_waiting", 1_000),
            ..Config::default()
        },
    ] {
        let error = Simulation::new(0, &config).map(|_| ()).unwrap_err();
        assert_eq!(error.code, ErrorCode::BadScenario, "{config:?}");
    }
}
