//! Cuts a server's byte stream into replies, for clients.

use alloc::vec::Vec;

use crate::limits::REPLY_BYTES;
use crate::reply::TERMINATOR;

/// What came from a server and was not taken yet.
#[derive(Clone)]
pub struct ReplyBuffer {
    bytes: Vec<u8>,
    /// No terminator begins in front of this.
    searched: usize,
    bound: usize,
}

/// Why a byte stream can't be one of replies. Nothing behind it can be read either.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// A reply begins with `{`, and this does not.
    NoReply,
    /// More than the bound has come without a terminator.
    TooLong {
        /// The bound, in bytes.
        bound: usize,
    },
}

impl Default for ReplyBuffer {
    /// Bounded by [`REPLY_BYTES`].
    fn default() -> Self {
        Self::with_bound(REPLY_BYTES)
    }
}

impl ReplyBuffer {
    /// Holds a reply of at most `bound` bytes with its terminator.
    pub fn with_bound(bound: usize) -> Self {
        Self {
            bytes: Vec::new(),
            searched: 0,
            bound,
        }
    }

    /// Takes in what came. Take replies before pushing more: only then does the bound hold.
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// What came and was not taken yet.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The next complete reply with its terminator, in the order of arrival. `None` when the
    /// rest of it has not come yet.
    ///
    /// # Errors
    ///
    /// When what came can't become a reply any more, however much follows.
    pub fn take(&mut self) -> Result<Option<Vec<u8>>, Unreadable> {
        match self.bytes.first() {
            None => return Ok(None),
            Some(b'{') => {}
            // Said at once: a server of another protocol may never send our terminator.
            Some(_) => return Err(Unreadable::NoReply),
        }
        // No reply has a CR anywhere else.
        let rest = &self.bytes[self.searched..];
        let found = memchr::memchr_iter(b'\r', rest).find(|at| rest[*at..].starts_with(TERMINATOR));
        let end = found.map(|offset| self.searched + offset + TERMINATOR.len());
        if end.unwrap_or(self.bytes.len()) > self.bound {
            return Err(Unreadable::TooLong { bound: self.bound });
        }
        let Some(end) = end else {
            self.searched = (self.bytes.len() + 1).saturating_sub(TERMINATOR.len());
            return Ok(None);
        };
        self.searched = 0;
        let rest = self.bytes.split_off(end);
        Ok(Some(core::mem::replace(&mut self.bytes, rest)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn replies_come_out_whole_however_the_stream_was_cut() {
        let stream = b"{\"a\": 1}\r\n\r\n{}\r\n\r\n{\"b\": \"\\r\\n\"}\r\n\r\n";
        for piece in 1..=stream.len() {
            let mut buffer = ReplyBuffer::default();
            let mut replies = Vec::new();
            for bytes in stream.chunks(piece) {
                buffer.push(bytes);
                while let Some(reply) = buffer.take().unwrap() {
                    replies.push(reply);
                }
            }
            let expected: [&[u8]; 3] = [
                b"{\"a\": 1}\r\n\r\n",
                b"{}\r\n\r\n",
                b"{\"b\": \"\\r\\n\"}\r\n\r\n",
            ];
            assert_eq!(replies, expected, "pieces of {piece}");
        }
    }

    #[test]
    fn a_reply_may_be_as_long_as_the_bound_and_no_longer() {
        let mut buffer = ReplyBuffer::with_bound(8);
        buffer.push(b"{12}\r\n\r\n");
        assert_eq!(buffer.take(), Ok(Some(b"{12}\r\n\r\n".to_vec())));
        buffer.push(b"{123}\r\n\r\n");
        assert_eq!(buffer.take(), Err(Unreadable::TooLong { bound: 8 }));
    }

    #[test]
    fn a_reply_without_end_is_refused_as_soon_as_it_is_too_long() {
        let mut buffer = ReplyBuffer::with_bound(8);
        buffer.push(b"{1234567");
        assert_eq!(buffer.take(), Ok(None));
        buffer.push(b"8");
        assert_eq!(buffer.take(), Err(Unreadable::TooLong { bound: 8 }));
    }

    #[test]
    fn what_does_not_begin_like_a_reply_is_refused_at_its_first_byte() {
        let mut buffer = ReplyBuffer::default();
        buffer.push(b"S");
        assert_eq!(buffer.take(), Err(Unreadable::NoReply));
    }
}
