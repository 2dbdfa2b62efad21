//! Message texts that are hard to carry, and mailboxes that are full.

use crate::service::Service;
use chatting_time_tests::client::{Client, code, texts};

const TEXT_BYTES: usize = 60 << 10;

#[test]
fn texts_arrive_as_they_were_sent() {
    let service = Service::start(&["ani", "budi"], &[]);
    let mut ani = service.client_of("ani");
    let mut budi = service.client_of("budi");
    let long = "\u{1f600}".repeat(TEXT_BYTES / 4);
    let hard = [
        r#"he said "no""#,
        r"C:\new\table \u0041 \\",
        "a\rb",
        "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467} \u{1f1ee}\u{1f1e9}",
        "\u{5e9}\u{5dc}\u{5d5}\u{5dd} \u{202e}abc\u{202c} \u{645}\u{631}\u{62d}\u{628}\u{627}",
        "{\"status\": \"OK\"}",
        "",
        " ",
        "  two before, two after  ",
        "\u{2028}\u{2029}\u{feff}\u{fffd}\u{10ffff}",
        "' or 1=1; -- %s ${x} <b>&amp;",
        long.as_str(),
    ];
    for text in hard {
        assert_eq!(code(&ani.ask(format!("send budi {text}"))), "", "{text:?}");
    }
    let reply = budi.ask("inbox");
    assert_eq!(texts(&reply), hard);
    assert_eq!(reply["messages"]["ani"][0]["msg_to"], "BUDI");
    assert_eq!(texts(&budi.ask("inbox")), Vec::<String>::new());
}

#[test]
fn the_longest_text_is_taken_and_one_byte_more_is_not() {
    let service = Service::start(&["ani"], &[]);
    let mut ani = service.client_of("ani");
    let longest = "x".repeat(TEXT_BYTES);
    assert_eq!(code(&ani.ask(format!("send ani {longest}"))), "");
    assert_eq!(
        code(&ani.ask(format!("send ani {longest}x"))),
        "message_too_long"
    );
    assert_eq!(ani.take_texts(), [longest]);
}

#[test]
fn a_full_mailbox_takes_no_more_until_it_is_emptied() {
    let service = Service::start(&["ani", "budi"], &["--mailbox-messages", "3"]);
    let mut ani = service.client_of("ani");
    fill(&mut ani, &["1", "2", "3"]);
    assert_eq!(code(&ani.ask("send budi 4")), "mailbox_full");
    let mut budi = service.client_of("budi");
    assert_eq!(budi.take_texts(), ["1", "2", "3"]);
    // Whatever comes now is decided after the confirmation.
    budi.ask("inbox");
    fill(&mut ani, &["5", "6", "7"]);
    assert_eq!(code(&ani.ask("send budi 8")), "mailbox_full");
    assert_eq!(budi.take_texts(), ["5", "6", "7"]);
}

#[test]
fn a_mailbox_is_bounded_in_bytes_too() {
    let flags = ["--message-text-bytes", "10", "--mailbox-bytes", "20"];
    let service = Service::start(&["ani", "budi"], &flags);
    let mut ani = service.client_of("ani");
    fill(&mut ani, &["0123456789", "0123456789"]);
    assert_eq!(code(&ani.ask("send budi x")), "mailbox_full");
    assert_eq!(code(&ani.ask("send budi ")), "", "no text takes no room");
}

#[test]
fn what_does_not_fit_in_one_reply_comes_with_the_next() {
    let service = Service::start(&["ani", "budi"], &["--inbox-messages", "2"]);
    let mut ani = service.client_of("ani");
    fill(&mut ani, &["1", "2", "3", "4", "5"]);
    let mut budi = service.client_of("budi");
    budi.send("inbox\ninbox\ninbox\ninbox\n");
    for (expected, remaining) in [(2, Some(3)), (2, Some(1)), (1, None), (0, None)] {
        let reply = budi.reply();
        assert_eq!(texts(&reply).len(), expected);
        assert_eq!(reply["remaining"].as_u64(), remaining);
    }
}

fn fill(sender: &mut Client, texts: &[&str]) {
    for text in texts {
        assert_eq!(code(&sender.ask(format!("send budi {text}"))), "", "{text}");
    }
}
