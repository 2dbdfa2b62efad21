//! Which stretches of a text are secrets, for whoever shows a dialogue where others can look on.

use alloc::vec::Vec;

use super::Terminal;
use crate::command::confidential_in_mistyped;
use crate::secrets::SecretKind;
use crate::token::Token;

/// A stretch of a text. Together the parts are the whole text.
#[derive(Clone, Copy, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub enum Part<'text> {
    /// Anybody may see it.
    Plain(&'text str),
    /// A token: whoever sees it can use the session.
    Token(&'text str),
    /// A password and whatever stands behind it.
    Password(&'text str),
}

/// Where the password of a line begins, in bytes; the line is as it was typed or as it goes on
/// the wire. `None` when there is none.
///
/// A word that is no command may be a mistyped `auth`, so what stands where a password would
/// counts as one.
pub fn password_in(line: &str) -> Option<usize> {
    let found = confidential_in_mistyped(line)?;
    let is_there = found.kind == SecretKind::Password && !found.text.trim_end().is_empty();
    is_there.then(|| found.text.as_ptr().addr() - line.as_ptr().addr())
}

impl Terminal {
    /// The parts of a line, as it was typed or as it goes on the wire.
    pub fn parts_of_line<'text>(&self, line: &'text str) -> Vec<Part<'text>> {
        let (shown, password) = line.split_at(password_in(line).unwrap_or(line.len()));
        let mut parts = self.parts_of_text(shown);
        if !password.is_empty() {
            parts.push(Part::Password(password));
        }
        parts
    }

    /// The parts of a prompt, of a text that [`Terminal::reply`] gave, or of a reply itself.
    pub fn parts_of_text<'text>(&self, text: &'text str) -> Vec<Part<'text>> {
        let mut parts = Vec::new();
        let mut plain_from = 0;
        let mut position = 0;
        while position < text.len() {
            let Some(length) = self.token_at(text, position) else {
                position += 1;
                continue;
            };
            if plain_from < position {
                parts.push(Part::Plain(&text[plain_from..position]));
            }
            parts.push(Part::Token(&text[position..position + length]));
            position += length;
            plain_from = position;
        }
        if plain_from < text.len() {
            parts.push(Part::Plain(&text[plain_from..]));
        }
        parts
    }

    /// The length of the token that begins at `start`: one of the usual shape, or the terminal's
    /// own, whatever shape that has.
    fn token_at(&self, text: &str, start: usize) -> Option<usize> {
        let rest = text.get(start..)?;
        let usual = rest.get(..Token::TEXT_BYTES);
        let own = self.token().filter(|token| rest.starts_with(token));
        let token = own.or(usual.filter(|token| Token::is_shape_of(token)));
        token.map(str::len)
    }
}

#[cfg(test)]
mod tests {
    use super::Part::{Password, Plain, Token};
    use super::*;
    use crate::terminal::Language;
    use alloc::vec;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    const TOKEN: &str = "d1f9020d-065f-4db0-a8d1-85c41fa9c5f1";

    fn logged_in_with(token: &str) -> Terminal {
        let mut terminal = Terminal::new(Language::Indonesian);
        let request = terminal.enter("auth messi surabaya").request.unwrap();
        let reply = alloc::format!("{{\"status\": \"OK\", \"tokenid\": \"{token}\"}}");
        terminal.reply(request, reply.as_bytes());
        terminal
    }

    #[test]
    fn what_follows_the_username_of_a_login_is_a_password() {
        let terminal = Terminal::new(Language::Indonesian);
        for (line, shown, password) in [
            ("auth messi surabaya", "auth messi ", "surabaya"),
            ("  AUTH  messi   surabaya ", "  AUTH  messi   ", "surabaya "),
            ("auth messi sura baya", "auth messi ", "sura baya"),
            ("auth messi surabaya\r\n", "auth messi ", "surabaya\r\n"),
        ] {
            let expected = vec![Plain(shown), Password(password)];
            assert!(terminal.parts_of_line(line) == expected, "{line:?}");
        }
    }

    #[test]
    fn what_may_be_a_mistyped_login_hides_what_may_be_the_password() {
        assert_eq!(password_in("auht messi surabaya"), Some(11));
        assert_eq!(password_in("messi surabaya"), None);
    }

    #[test]
    fn other_lines_hold_no_password() {
        for line in [
            "",
            " ",
            "auth",
            "auth ",
            "auth messi",
            "auth messi \r\n",
            "send lineker auth messi surabaya",
            "LIST of all",
            "help me please",
        ] {
            assert_eq!(password_in(line), None, "{line:?}");
        }
    }

    #[test]
    fn tokens_are_found_wherever_they_stand() {
        let terminal = Terminal::new(Language::Indonesian);
        let upper = TOKEN.to_ascii_uppercase();
        for (before, token, after) in [
            ("Command ", TOKEN, ":"),
            ("{\"status\": \"OK\", \"tokenid\": \"", TOKEN, "\"}"),
            ("é", &upper, "f0"),
        ] {
            let text = [before, token, after].concat();
            let expected = vec![Plain(before), Token(token), Plain(after)];
            assert!(terminal.parts_of_text(&text) == expected, "{text}");
        }
        let two = [TOKEN, TOKEN].concat();
        assert!(terminal.parts_of_text(&two) == vec![Token(TOKEN), Token(TOKEN)]);
        let none = "0d1f9020-065f-4db0-a8d1-85c41fa9c5fz - - - é-é-é-é";
        assert!(terminal.parts_of_text(none) == vec![Plain(none)]);
    }

    #[test]
    fn the_terminals_own_token_is_one_whatever_its_shape() {
        let terminal = logged_in_with("t:1");
        let expected = vec![Plain("inbox "), Token("t:1"), Plain(" "), Token(TOKEN)];
        let line = alloc::format!("inbox t:1 {TOKEN}");
        assert!(terminal.parts_of_line(&line) == expected);
    }
}
