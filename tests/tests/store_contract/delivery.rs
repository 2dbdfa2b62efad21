//! Messages and mailboxes.

use std::collections::BTreeMap;
use std::time::Duration;

use chatting_time_core::Limits;

use super::client::{code, texts};
use super::place::Place;

pub(crate) fn limits() -> Limits {
    Limits {
        mailbox_messages: 200,
        inbox_messages: 120,
        inbox_bytes: 4096,
        message_text_bytes: 3000,
        ..Limits::default()
    }
}

pub(crate) async fn what_was_confirmed_does_not_come_again(place: &impl Place) {
    let (mut ani, mut budi) = (place.log_in("ani").await, place.log_in("budi").await);
    ani.send("budi", "one").await;
    assert_eq!(budi.take().await, ["one"]);
    assert!(budi.take().await.is_empty());
    let mut again = place.log_in("budi").await;
    assert!(again.take().await.is_empty());
}

pub(crate) async fn what_was_given_back_comes_again_in_order(place: &impl Place) {
    let (mut ani, mut budi) = (place.log_in("ani").await, place.log_in("budi").await);
    ani.send("budi", "one").await;
    ani.send("budi", "two").await;
    assert_eq!(budi.look().await, ["one", "two"]);
    budi.give_back().await;
    ani.send("budi", "three").await;
    let mut again = place.log_in("budi").await;
    assert_eq!(again.take().await, ["one", "two", "three"]);
}

pub(crate) async fn a_connection_that_is_gone_gives_back_what_it_was_told(place: &impl Place) {
    let (mut ani, mut budi) = (place.log_in("ani").await, place.log_in("budi").await);
    ani.send("budi", "one").await;
    assert_eq!(budi.look().await, ["one"]);
    budi.leave().await;
    let mut again = place.log_in("budi").await;
    assert_eq!(again.take().await, ["one"]);
}

pub(crate) async fn who_asks_while_another_is_told_waits_for_the_outcome(place: &impl Place) {
    let (mut ani, mut budi) = (place.log_in("ani").await, place.log_in("budi").await);
    let mut other = place.log_in("budi").await;
    ani.send("budi", "one").await;
    assert_eq!(budi.look().await, ["one"]);
    let waits = other.take_within(Duration::from_millis(100)).await;
    assert!(waits.is_none(), "{waits:?}");
    let mut other = place.log_in("budi").await;
    let (taken, ()) = tokio::join!(other.take(), budi.confirm());
    assert!(taken.is_empty());

    ani.send("budi", "two").await;
    assert_eq!(budi.look().await, ["two"]);
    let (taken, ()) = tokio::join!(other.take(), budi.give_back());
    assert_eq!(taken, ["two"]);
}

pub(crate) async fn what_comes_while_somebody_is_told_stays(place: &impl Place) {
    let (mut ani, mut budi) = (place.log_in("ani").await, place.log_in("budi").await);
    ani.send("budi", "one").await;
    assert_eq!(budi.look().await, ["one"]);
    ani.send("budi", "two").await;
    budi.confirm().await;
    assert_eq!(budi.take().await, ["two"]);
}

pub(crate) async fn messages_keep_the_order_of_each_sender(place: &impl Place) {
    let (mut ani, mut budi) = (place.log_in("ani").await, place.log_in("budi").await);
    let mut here = place.log_in("ani").await;
    for number in 0..10 {
        ani.send("budi", &format!("{number}")).await;
        here.send("budi", &format!("{number}'")).await;
        budi.send("budi", &format!("{number}\"")).await;
    }
    let reply = budi.ask("inbox").await;
    let of = |sender: &str| {
        let messages = reply["messages"][sender].as_array().unwrap();
        let texts = messages
            .iter()
            .map(|message| message["msg"].as_str().unwrap());
        texts.map(|text| text.trim().to_owned()).collect::<Vec<_>>()
    };
    let (of_ani, of_budi) = (of("ani"), of("budi"));
    let expected = (0..10).flat_map(|number| [format!("{number}"), format!("{number}'")]);
    assert_eq!(of_ani, expected.collect::<Vec<_>>());
    let expected = (0..10).map(|number| format!("{number}\""));
    assert_eq!(of_budi, expected.collect::<Vec<_>>());
}

pub(crate) async fn a_long_mailbox_comes_in_order_and_as_much_at_a_time_as_may(place: &impl Place) {
    let (mut ani, mut budi) = (place.log_in("ani").await, place.log_in("budi").await);
    for number in 0..200 {
        ani.send("budi", &format!("{number}")).await;
        // Between them lie those of others, here many and there none.
        if number % 50 < 10 {
            for _ in 0..number % 10 {
                ani.send("ani", "x").await;
            }
        }
    }
    let mut told = Vec::new();
    for (count, remaining) in [(120, Some(80)), (80, None)] {
        let reply = budi.ask("inbox").await;
        assert_eq!(reply["remaining"].as_u64(), remaining, "{reply}");
        let texts = texts(&reply);
        assert_eq!(texts.len(), count);
        told.extend(texts);
        budi.confirm().await;
    }
    let expected = (0..200).map(|number| number.to_string());
    assert_eq!(told, expected.collect::<Vec<_>>());
    assert!(budi.take().await.is_empty());
}

pub(crate) async fn a_reply_ends_where_its_text_would_be_too_long(place: &impl Place) {
    let (mut ani, mut budi) = (place.log_in("ani").await, place.log_in("budi").await);
    for letter in ["a", "b", "c"] {
        ani.send("budi", &letter.repeat(2000)).await;
    }
    let reply = budi.ask("inbox").await;
    assert_eq!(texts(&reply), ["a".repeat(2000), "b".repeat(2000)]);
    assert_eq!(reply["remaining"], 1);
    budi.confirm().await;
    assert_eq!(budi.take().await, ["c".repeat(2000)]);
}

pub(crate) async fn a_full_mailbox_takes_messages_again_when_it_was_read(place: &impl Place) {
    let (mut ani, mut budi) = (place.log_in("ani").await, place.log_in("budi").await);
    for number in 0..200 {
        ani.send("budi", &format!("{number}")).await;
    }
    for _ in 0..2 {
        let mut other = place.log_in("ani").await;
        let reply = other.ask("send budi more").await;
        assert_eq!(code(&reply), "mailbox_full");
    }
    assert_eq!(budi.take().await.len(), 120);
    ani.send("budi", "more").await;
    let mut rest = budi.take().await;
    assert_eq!(rest.len(), 81);
    assert_eq!(rest.pop().unwrap(), "more");
}

pub(crate) async fn a_reader_who_stops_waiting_at_any_moment_keeps_nothing(place: &impl Place) {
    let mut ani = place.log_in("ani").await;
    for step in 0..40 {
        ani.send("budi", &format!("{step}")).await;
        let mut budi = place.log_in("budi").await;
        let taken = budi.take_within(Duration::from_micros(50 * step)).await;
        budi.leave().await;
        let mut again = place.log_in("budi").await;
        let rest = again.take().await;
        let told = taken.unwrap_or_default().into_iter().chain(rest);
        assert_eq!(told.collect::<Vec<_>>(), [step.to_string()]);
    }
}

pub(crate) async fn all_that_many_send_is_told_once(place: &impl Place) {
    const EACH: usize = 20;
    let mut senders = Vec::new();
    for _ in 0..8 {
        senders.push(place.log_in("ani").await);
    }
    let mut readers = [place.log_in("budi").await, place.log_in("budi").await];
    let sending = senders
        .iter_mut()
        .enumerate()
        .map(async |(sender, client)| {
            for number in 0..EACH {
                client.send("budi", &format!("{sender} {number}")).await;
            }
        });
    let reading = readers.iter_mut().map(async |client| {
        let mut told = Vec::new();
        for _ in 0..10 {
            told.extend(client.take().await);
        }
        told
    });
    let (_, told) = tokio::join!(
        futures_util::future::join_all(sending),
        futures_util::future::join_all(reading)
    );
    let rest = readers[0].take().await;
    let rest = [rest, readers[1].take().await].concat();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for text in told.into_iter().flatten().chain(rest) {
        *counts.entry(text).or_default() += 1;
    }
    assert_eq!(counts.len(), 8 * EACH);
    assert!(counts.values().all(|count| *count == 1), "{counts:?}");
}
