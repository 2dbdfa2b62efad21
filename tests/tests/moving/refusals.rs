//! Imports that would mix, lose or double something are refused before they write anything.

use crate::lines::{Amount, assert_same, export};
use crate::place::Place;

const AMOUNT: Amount = Amount {
    users: 5,
    sessions: 3,
    messages: 40,
};

#[test]
fn an_import_is_for_a_cluster_without_users() {
    let place = Place::new(1, &[]);
    let store = place.nats.store();
    let add = ["user", "add", "ani", "--store", &store];
    place.run_with_input(&add, "surabaya\n").ok();
    place.write("one", &export(&AMOUNT, 1));
    let refused = place.run_in_nats(&["import", "one"]).refused();
    assert!(
        refused.contains("there are users already, such as ani"),
        "{refused}"
    );
    // Without a trace.
    let exported = place.run_in_nats(&["export"]).ok();
    assert!(
        exported.ends_with("\"users\":1,\"sessions\":0,\"messages\":0}\n"),
        "{exported}"
    );
    place.run_in_nats(&["user", "remove", "ani", "--yes"]).ok();
    place.run_in_nats(&["import", "one"]).ok();
    // And there are users now.
    place.write("other", &export(&AMOUNT, 2));
    let refused = place.run_in_nats(&["import", "other"]).refused();
    assert!(refused.contains("there are users already"), "{refused}");
}

#[test]
fn a_mailbox_that_would_be_too_full_is_named_and_nothing_is_imported() {
    let place = Place::new(1, &["--mailbox-messages", "10"]);
    let amount = Amount {
        users: 2,
        messages: 40,
        ..AMOUNT
    };
    place.write("one", &export(&amount, 1));
    let refused = place.run_in_nats(&["import", "one"]).refused();
    assert!(refused.contains("mark has "), "{refused}");
    assert!(refused.contains("import has "), "{refused}");
    assert!(refused.contains("a mailbox there holds 10"), "{refused}");
    let exported = place.run_in_nats(&["export"]).ok();
    assert!(
        exported.ends_with("\"users\":0,\"sessions\":0,\"messages\":0}\n"),
        "{exported}"
    );
}

#[test]
fn messages_for_which_there_is_too_little_room_are_told_and_nothing_is_imported() {
    let place = Place::new(1, &["--store-message-bytes", "8MiB"]);
    let amount = Amount {
        users: 1,
        messages: 40,
        ..AMOUNT
    };
    let much = export(&amount, 1).replace("message ", &"x".repeat(50_000));
    place.write("much", &much);
    let refused = place.run_in_nats(&["import", "much"]).refused();
    for words in ["it holds 1048576; nothing was imported", "raise max_bytes"] {
        assert!(refused.contains(words), "{refused}");
    }
    let exported = place.run_in_nats(&["export"]).ok();
    assert!(exported.ends_with("\"messages\":0}\n"), "{exported}");
}

#[test]
fn what_is_no_message_keeps_an_export_only_where_somebody_would_be_handed_it() {
    let place = Place::new(1, &[]);
    place.write("one", &export(&AMOUNT, 1));
    place.run_in_nats(&["import", "one"]).ok();
    let nats = &place.nats.servers()[0];
    nats.publish("chat.mail.0.nobody", "no message").unwrap();
    nats.publish("chat.mail.0.NOBODY", "no message").unwrap();
    assert_same(
        &place.run_in_nats(&["export", "--sessions"]).ok(),
        &export(&AMOUNT, 1),
    );
    nats.publish("chat.mail.0.mark", "no message").unwrap();
    let refused = place.run_in_nats(&["export"]).refused();
    assert!(
        refused.contains("chat_mail_0 at ") && refused.contains("nats stream rmm"),
        "{refused}"
    );
}

#[test]
fn a_line_that_is_wrong_is_named_and_nothing_is_imported() {
    let place = Place::new(1, &[]);
    let one = export(&AMOUNT, 1);
    let (but_end, _) = one.trim_end().rsplit_once('\n').unwrap();
    place.write("one", but_end);
    let refused = place.run_in_nats(&["import", "one"]).refused();
    assert!(
        refused.contains("one:") && refused.contains("the file is cut off; nothing was imported"),
        "{refused}"
    );
    // Larger than NATS takes.
    let large = one.replacen("message 1 ", &"x".repeat(1 << 20), 1);
    place.write("large", &large);
    let refused = place.run_in_nats(&["import", "large"]).refused();
    assert!(
        refused.contains("large:") && refused.contains("raise max_payload"),
        "{refused}"
    );
    place.write("one", &one);
    place.run_in_nats(&["import", "one"]).ok();
}

#[test]
fn what_no_server_has_prepared_is_refused_with_what_to_do() {
    let place = Place::unprepared();
    place.write("one", &export(&AMOUNT, 1));
    for arguments in [&["import", "one"][..], &["export", "two"]] {
        let refused = place.run_in_nats(arguments).refused();
        assert!(refused.contains("start a server on it first"), "{refused}");
    }
    assert!(!place.path("two").exists());
    for arguments in [["backup", "two"], ["restore", "one"]] {
        let refused = place.run_in_nats(&arguments).refused();
        assert!(refused.contains("data folders only"), "{refused}");
    }
}
