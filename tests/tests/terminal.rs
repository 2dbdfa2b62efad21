//! The terminal client against replies that no server of this version gives.

use chatting_time_core::terminal::{AnswerKind, Language, Terminal};

#[test]
fn a_terminal_ignores_keys_and_codes_that_it_does_not_know() {
    let mut terminal = Terminal::new(Language::Indonesian);
    let mut answer = |line: &str, reply: &str| {
        let request = terminal.enter(line).request.unwrap();
        terminal.reply(request, reply.as_bytes())
    };
    let inbox = answer(
        "inbox",
        r#"{"status": "OK", "messages": {}, "later": [1, {"messages": {"x": []}}]}"#,
    );
    assert_eq!(
        (inbox.text.as_str(), inbox.kind),
        ("{}\n", AnswerKind::Accepted)
    );
    let refused = answer(
        "inbox",
        r#"{"status": "ERROR", "message": "Nanti Saja", "code": "later", "when": 3}"#,
    );
    assert_eq!(
        (refused.text.as_str(), refused.kind),
        ("Error, Nanti Saja\n", AnswerKind::Refused)
    );
}
