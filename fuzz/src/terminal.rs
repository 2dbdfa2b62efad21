//! The terminal dialogue.

use chatting_time_core::terminal::{Language, Terminal};

/// Lines that are typed and what a server answers take turns. Whatever both say, a request is one line, and nothing that is
/// shown controls the terminal that shows it.
pub fn terminal(input: &[u8]) {
    for language in [Language::Indonesian, Language::English] {
        let mut terminal = Terminal::new(language);
        let mut turns = input.split(|byte| *byte == b'\n');
        while let Some(typed) = turns.next() {
            let step = terminal.enter(&String::from_utf8_lossy(typed));
            check_shown(&step.text);
            let Some(request) = step.request else {
                continue;
            };
            let is_one_line = request.bytes().iter().position(|byte| *byte == b'\n');
            assert_eq!(is_one_line, Some(request.bytes().len() - 1));
            let reply = turns.next().unwrap_or_default();
            check_shown(&(terminal.unasked(reply).unwrap_or_default() + "\n"));
            check_shown(&terminal.reply(request, reply).text);
            check_shown(&(terminal.prompt() + "\n"));
        }
    }
}

/// Whole lines without a control character.
fn check_shown(text: &str) {
    assert!(text.is_empty() || text.ends_with('\n'), "{text:?}");
    let controls = |character: char| character.is_control() && character != '\n';
    assert!(!text.contains(controls), "{text:?}");
}
