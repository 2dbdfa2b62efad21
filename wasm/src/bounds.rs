//! Every bound of the playground that is none of the protocol. Those of the protocol are core's, as far as a browser's tab
//! can hold to them.

use chatting_time_core::limits::Limit;

/// Most clients in a scene.
pub const CLIENTS: usize = 6;
/// Longest name of a client, in characters.
pub const CLIENT_NAME_CHARACTERS: usize = 32;
/// Longest name of a branch, in characters.
pub const BRANCH_NAME_CHARACTERS: usize = 40;
/// Longest line entered or bytes typed by one input, and most that a client holds back while its operating system takes
/// no more, in bytes.
pub const TYPED_BYTES: usize = 1 << 20;
/// Most requests of one client without a reply.
pub const UNANSWERED: usize = 10_000;
/// Longest text in what an operator does, in bytes.
pub const OPERATOR_TEXT_BYTES: usize = 1 << 10;
/// Most accounts.
pub const USERS: usize = 250;
/// Where the clock ends, in milliseconds: some 278 years, longer than any bound of the protocol and exact in JavaScript.
pub const TIME: u64 = 1 << 43;
/// Longest latency, jitter and wait for joining, in milliseconds.
pub const DELAY: u32 = 60_000;
/// What an operating system holds of one direction: written and not yet arrived; and arrived and not yet read. In bytes.
pub const BUFFER_BYTES: usize = 64 << 10;
/// Most pieces that one write is cut into. Pieces wanted smaller than that become as much larger as it takes.
pub const PIECES_OF_A_WRITE: usize = 1_024;
/// Most pieces under way in one direction. A write beyond them joins the last piece, as a busy operating system does.
pub const PIECES_UNDER_WAY: usize = 4_096;
/// Most connections that one end or the other has not let go of.
pub const CONNECTIONS: usize = 64;
/// Observations after which an input lets nothing more happen. Whatever is due goes on with the next `advance`; until
/// then the clock stands still.
pub const OBSERVATIONS_OF_AN_INPUT: usize = 20_000;
/// Memory of observations, in bytes, after which it does the same. What happens at once is carried out whole, so one input
/// may bring about as much more as the longest reply and what goes with it: some 64 MiB in a scene that is configured to
/// the utmost, 8 MiB in one that is not.
pub const OBSERVED_BYTES_OF_AN_INPUT: usize = 16 << 20;
/// Lines that a client's card keeps.
pub const DIALOGUE_LINES: usize = 200;
/// Longest text shown on it, in bytes.
pub const SHOWN_BYTES: usize = 16 << 10;
/// Most inputs of a scenario, all branches together.
pub const INPUTS: usize = 100_000;
/// Most branches.
pub const BRANCHES: usize = 100;
/// Most memory of all that was done and observed, in bytes.
pub const TRACE_BYTES: usize = 512 << 20;
/// Most work that it may be to play all branches of a scenario once: inputs, observations, and events recovered by
/// restarts of the server. Some seconds in a browser.
pub const WORK: u64 = 4_000_000;
/// Most snapshots of the simulation that a history keeps.
pub const SNAPSHOTS: usize = 128;
/// Most memory of them, in bytes, without what they share.
pub const SNAPSHOT_BYTES: usize = 128 << 20;
/// Most bytes that an eavesdropper keeps.
pub const OVERHEARD_BYTES: usize = 16 << 20;
/// Most secrets that an eavesdropper lists.
pub const LEAKS: usize = 10_000;
/// Bytes that neighbouring pieces make one passage of, and most of them that are shown.
pub const PASSAGE_BYTES: usize = 4 << 10;
/// Bytes of one observation or piece that a row or a moment shows.
pub const PREVIEW_BYTES: usize = 400;
/// Most rows of a trace, or passages overheard, that the page is given at a time.
pub const ROWS: u32 = 1_000;
/// Most messages of a mailbox that a moment shows.
pub const SHOWN_MESSAGES: usize = 100;
/// Most sessions that a moment shows.
pub const SHOWN_SESSIONS: usize = 500;
/// Most pieces under way on a connection that a moment shows.
pub const SHOWN_PIECES: usize = 100;
/// Longest request line that a scene may be configured to take, in bytes.
pub const LINE_BYTES: u64 = 1 << 20;
/// Most text in one inbox reply, and most replies that wait on one connection, that a scene may be configured to allow, in
/// bytes.
pub const REPLY_BYTES: u64 = 4 << 20;
/// Most messages in one inbox reply that a scene may be configured to allow.
pub const INBOX_MESSAGES: u64 = 10_000;

/// Whether a bound of the protocol means anything in a scene, and so may be configured there. Password checks take no time
/// in it, so there is never more than one, and none waits.
pub fn is_in_force(limit: &Limit) -> bool {
    !matches!(limit.field, "password_checks" | "password_checks_waiting")
}

/// The largest value of a bound of the protocol in a scene: core's, but for those that a tab could not hold to.
pub fn maximum(limit: &Limit) -> u64 {
    let most = match limit.field {
        "line_bytes" => LINE_BYTES,
        "inbox_bytes" | "pending_reply_bytes" => REPLY_BYTES,
        "inbox_messages" => INBOX_MESSAGES,
        _ => u64::MAX,
    };
    limit.maximum.min(most)
}
