//! Every bound of the service, in one place (PROTOCOL.md, section "Bounds").
//!
//! The table [`LIMITS`] is generated together with the struct, so that flags,
//! environment variables, configuration keys, help and documentation all come
//! from here. Bounds of the grammar itself (the length of a username, say) are
//! constants: two servers that differ in them would not speak one protocol.

/// Longest username, in bytes.
pub const USERNAME_BYTES: usize = 32;
/// Longest display name (`nama`) or country (`negara`), in bytes.
pub const NAME_BYTES: usize = 128;
/// Longest password, in bytes.
pub const PASSWORD_BYTES: usize = 128;
/// Longest reply that a client takes in, in bytes: room for the most text that an inbox reply may
/// be configured to hold, every byte of it escaped as six, and for the names around it. A client
/// that gave up earlier would lose messages that were handed over.
pub const REPLY_BYTES: usize = 512 << 20;

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;
const SECOND: u64 = 1_000;
const HOUR: u64 = 3_600 * SECOND;
const DAY: u64 = 24 * HOUR;

/// What a bound counts, and so how a person writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A number of things.
    Count,
    /// A size in bytes; people may write `64 KiB`.
    Bytes,
    /// A time in milliseconds; people may write `30s`, `1h`, `7d`.
    Milliseconds,
}

/// One row of [`LIMITS`].
pub struct Limit {
    /// The field of [`Limits`], as written there.
    pub field: &'static str,
    /// What is bounded, for help texts.
    pub summary: &'static str,
    /// What the number counts.
    pub unit: Unit,
    /// The value that holds when nobody says otherwise.
    pub default: u64,
    /// The smallest value that leaves a working service.
    pub minimum: u64,
    /// The largest value the implementation can hold to.
    pub maximum: u64,
    /// Reads the bound.
    pub get: fn(&Limits) -> u64,
    /// Changes the bound. The caller has checked `minimum` and `maximum`.
    pub set: fn(&mut Limits, u64),
}

macro_rules! limits {
    ($($(#[doc = $summary:literal])+ $field:ident: $unit:ident = $default:expr, $minimum:expr => $maximum:expr;)+) => {
        /// The configurable bounds. [`Limits::default`] is what PROTOCOL.md promises.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct Limits {
            $($(#[doc = $summary])+ pub $field: u64,)+
        }

        impl Default for Limits {
            fn default() -> Self {
                Self { $($field: $default,)+ }
            }
        }

        /// Every field of [`Limits`], in order.
        pub const LIMITS: &[Limit] = &[$(Limit {
            field: stringify!($field),
            summary: concat!($($summary),+),
            unit: Unit::$unit,
            default: $default,
            minimum: $minimum,
            maximum: $maximum,
            get: |limits| limits.$field,
            set: |limits, value| limits.$field = value,
        }),+];
    };
}

limits! {
    /// Longest request line with its terminator, in bytes.
    line_bytes: Bytes = 64 * KIB, 512 => 16 * MIB;
    /// Longest text of one message, in bytes.
    message_text_bytes: Bytes = 60 * KIB, 1 => 16 * MIB;
    /// Most undelivered messages in one mailbox.
    mailbox_messages: Count = 10_000, 1 => u32::MAX as u64;
    /// Most undelivered text in one mailbox, in bytes.
    mailbox_bytes: Bytes = 16 * MIB, 1 => 1 << 40;
    /// Most messages in one inbox reply.
    inbox_messages: Count = 1_000, 1 => 1_000_000;
    /// Most text in one inbox reply, in bytes; one message always fits.
    inbox_bytes: Bytes = MIB, 1 => 64 * MIB;
    /// Most names in one list reply.
    list_names: Count = 1_000, 1 => 1_000_000;
    /// Most live sessions of one user; one more ends the one longest unused.
    user_sessions: Count = 64, 1 => 1_000;
    /// How long a session lives unused, in milliseconds.
    session_idle: Milliseconds = 7 * DAY, SECOND => 36_500 * DAY;
    /// How long a session lives in all, in milliseconds.
    session_lifetime: Milliseconds = 90 * DAY, SECOND => 36_500 * DAY;
    /// How often the last use of a session is recorded at most, in milliseconds.
    session_use_recording: Milliseconds = HOUR, SECOND => DAY;
    /// How long after its last use a session without a connection counts as online, in milliseconds.
    presence_window: Milliseconds = 60 * SECOND, 0 => DAY;
    /// How long a client may take to finish a line it has begun, in milliseconds.
    line_time: Milliseconds = 30 * SECOND, 10 => DAY;
    /// How long a client may take no byte of a reply that waits for it, in milliseconds.
    reply_time: Milliseconds = 30 * SECOND, 10 => DAY;
    /// Replies that may wait to be written on one connection before no further line of it runs, in bytes.
    pending_reply_bytes: Bytes = 256 * KIB, 1 => 64 * MIB;
    /// Most open connections; 0 is what the limit of open files allows.
    connections: Count = 0, 0 => u32::MAX as u64;
    /// Most open connections from one address; 0 is no bound of its own.
    address_connections: Count = 0, 0 => u32::MAX as u64;
    /// Most password checks at a time; 0 is one for each processor.
    password_checks: Count = 0, 0 => 1_024;
    /// Most logins waiting for a password check; one more is refused as busy.
    password_checks_waiting: Count = 1_000, 0 => 1_000_000;
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn every_default_is_within_its_own_range() {
        for limit in LIMITS {
            assert!(
                (limit.minimum..=limit.maximum).contains(&limit.default),
                "{}",
                limit.field
            );
        }
    }

    #[test]
    fn a_row_reads_and_writes_its_own_field() {
        for limit in LIMITS {
            let mut limits = Limits::default();
            assert_eq!((limit.get)(&limits), limit.default);
            (limit.set)(&mut limits, 7);
            assert_eq!((limit.get)(&limits), 7, "{}", limit.field);
            (limit.set)(&mut limits, limit.default);
            assert_eq!(limits, Limits::default());
        }
    }
}
