//! Whatever bytes come, in whatever pieces.

use chatting_time_tests::host::Host;
use chatting_time_tests::memory::MemoryHost;
use chatting_time_tests::script::Setup;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

/// Small, so that over-long lines are common.
const LINE_BYTES: usize = 512;

proptest! {
    #[test]
    fn every_line_gets_one_reply_and_pieces_do_not_matter(
        soup in soup(),
        cuts in vec(any::<Index>(), 0..12),
    ) {
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(soup.len() + 1)).collect();
        cuts.sort_unstable();
        let mut pieces = Vec::new();
        let mut start = 0;
        for cut in cuts {
            pieces.push(&soup[start..cut]);
            start = cut;
        }
        pieces.push(&soup[start..]);

        let whole = replies(&[&soup]);
        prop_assert_eq!(&replies(&pieces), &whole);
        prop_assert!(whole.is_ascii());
        prop_assert_eq!(ends(&whole), lines(&soup));
    }
}

/// What comes back on a fresh server.
fn replies(pieces: &[&[u8]]) -> Vec<u8> {
    let setup = Setup {
        limits: vec![("line_bytes".into(), LINE_BYTES as u64)],
        ..Setup::default()
    };
    let mut host = MemoryHost::new(&setup, 0).unwrap();
    let connection = host.open().unwrap();
    for piece in pieces {
        host.send(connection, piece).unwrap();
    }
    host.received(connection).unwrap()
}

fn ends(replies: &[u8]) -> usize {
    replies
        .windows(4)
        .filter(|window| window == b"\r\n\r\n")
        .count()
}

/// Complete lines, and a last one that is too long already.
fn lines(soup: &[u8]) -> usize {
    let last = soup
        .rsplit(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let complete = soup.iter().filter(|byte| **byte == b'\n').count();
    complete + usize::from(last.len() >= LINE_BYTES)
}

/// Pieces of requests, line ends and bytes that belong nowhere.
fn soup() -> impl Strategy<Value = Vec<u8>> {
    let known = prop::sample::select(vec![
        "auth messi surabaya\r\n",
        "auth lineker surabaya\n",
        "auth messi salah\n",
        "send lineker ",
        "send messi halo 😀\r\n",
        "inbox\n",
        "list\r\n",
        "logout\n",
        "help\n",
        " ",
        "\r",
        "\n",
        "\r\n",
        "d1f9020d-065f-4db0-a8d1-85c41fa9c5f1",
    ]);
    let piece = prop_oneof![
        6 => known.prop_map(|text| text.as_bytes().to_vec()),
        2 => vec(any::<u8>(), 0..20),
        1 => (LINE_BYTES - 3..LINE_BYTES + 3).prop_map(|length| vec![b'x'; length]),
    ];
    vec(piece, 0..20).prop_map(|pieces| pieces.concat())
}
