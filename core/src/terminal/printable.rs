//! Text that somebody else wrote, made harmless for a terminal.

use alloc::string::String;
use alloc::vec::Vec;

use crate::json::write_characters;

/// `text` with every character that could move the cursor, end the line, start a control
/// sequence or reorder what is read written as an escape (`\u001b`, `\n`) instead.
pub fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if is_dangerous(character) {
            shown.push_str(&escape(character));
        } else {
            shown.push(character);
        }
    }
    shown
}

/// C0, DEL and C1; the marks, embeddings, overrides and isolates of bidirectional text; the line
/// and the paragraph separator.
fn is_dangerous(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}

fn escape(character: char) -> String {
    let mut escape = Vec::new();
    write_characters(&mut escape, character.encode_utf8(&mut [0; 4]));
    String::from_utf8(escape).expect("the encoding of the wire is ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn text_without_control_characters_stands_as_it_is() {
        let text = "User Tidak Ditemukan é 日本 עברית 😀 \\ \"";
        assert_eq!(printable(text), text);
    }

    #[test]
    fn c0_del_and_c1_are_escaped() {
        let codes = (0..0x20).chain(0x7f..0xa0);
        for code in codes.map(|code| char::from_u32(code).unwrap()) {
            let shown = printable(&String::from(code));
            assert!(
                shown.starts_with('\\') && shown.is_ascii(),
                "{code:?} {shown}"
            );
            assert!(!shown.chars().any(char::is_control), "{code:?}");
        }
        assert_eq!(printable("a\u{1b}[2J\r\nb"), "a\\u001b[2J\\r\\nb");
    }

    #[test]
    fn characters_that_reorder_or_break_lines_are_escaped() {
        assert_eq!(printable("\u{202e}gnp\u{2066}"), "\\u202egnp\\u2066");
        assert_eq!(printable("a\u{2028}b\u{200f}"), "a\\u2028b\\u200f");
    }
}
