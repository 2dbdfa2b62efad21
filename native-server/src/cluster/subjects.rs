//! The names of everything that stands in JetStream, and which user's each is.

use chatting_time_core::{Token, Username};
use sha2::{Digest, Sha256};

/// What a dot of a username becomes: in a subject a dot separates, and no username has this.
const DOT: char = '=';

/// Mailboxes are spread over this many streams, each with a leader of its own.
pub(super) const PARTITIONS: u32 = 8;

/// A username as one word of a subject, and as a key.
pub(super) fn word_of(username: &Username) -> String {
    username.as_str().replace('.', &DOT.to_string())
}

/// The user of a word.
pub(super) fn username_of(word: &str) -> Option<Username> {
    Username::parse(&word.replace(DOT, "."))
}

/// The stream in which a user's mailbox is. The same for ever: another one would hide what lies in the first.
pub(super) fn partition_of(username: &Username) -> u32 {
    crc32fast::hash(username.as_str().as_bytes()) % PARTITIONS
}

/// The subject of a user's mailbox.
pub(super) fn mailbox_of(username: &Username) -> String {
    format!("chat.mail.{}.{}", partition_of(username), word_of(username))
}

/// All mailboxes of a partition.
pub(super) fn mailboxes_of(partition: u32) -> String {
    format!("chat.mail.{partition}.*")
}

/// The stream of a partition.
pub(super) fn stream_of(partition: u32) -> String {
    format!("chat_mail_{partition}")
}

/// What stands for a token where others than its owner see it: nobody finds the token from this.
pub(super) fn key_of(token: &Token) -> String {
    let mut buffer = [0; Token::TEXT_BYTES];
    let digest = Sha256::digest(token.to_wire(&mut buffer).as_bytes());
    digest[..16]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_username_is_one_word_and_comes_back() {
        for name in ["a", "a.b-c_d", "x.y.z", "0"] {
            let username = Username::parse(name).unwrap();
            let word = word_of(&username);
            assert!(!word.contains('.'), "{word}");
            assert_eq!(username_of(&word), Some(username));
        }
    }

    #[test]
    fn a_user_s_partition_never_changes() {
        let partitions = ["messi", "henderson", "lineker", "a.b"]
            .map(|name| partition_of(&Username::parse(name).unwrap()));
        assert_eq!(partitions, [0, 5, 3, 5]);
    }
}
