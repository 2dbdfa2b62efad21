//! Sizes and times as people write them.

use std::time::Duration;

use chatting_time_core::limits::Unit;

const BYTES: &[(&str, u64)] = &[
    ("TiB", 1 << 40),
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("B", 1),
];

const MILLISECONDS: &[(&str, u64)] = &[
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1_000),
    ("ms", 1),
];

/// Reads `64KiB`, `64 KiB`, `65536`; `30s`, `250ms`; `12`. `None` for anything else. A time
/// needs its unit, for a bare number has been taken for seconds and for milliseconds alike.
pub(super) fn parse(text: &str, unit: Unit) -> Option<u64> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, suffix) = text.split_at(digits);
    let number: u64 = number.parse().ok()?;
    let suffix = suffix.trim_start();
    if suffix.is_empty() {
        return (unit != Unit::Milliseconds || number == 0).then_some(number);
    }
    let (_, factor) = units(unit)
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(suffix))?;
    number.checked_mul(*factor)
}

/// Reads a time such as `30s`.
pub(crate) fn parse_time(text: &str) -> Option<Duration> {
    parse(text, Unit::Milliseconds).map(Duration::from_millis)
}

/// Writes what [`parse`] reads, in the largest unit that needs no fraction.
pub(super) fn show(value: u64, unit: Unit) -> String {
    let fits = |(_, factor): &&(&str, u64)| value != 0 && value.is_multiple_of(*factor);
    match (units(unit).iter().find(fits), unit) {
        (Some((name, factor)), _) => format!("{}{name}", value / factor),
        (None, Unit::Milliseconds) => "0s".into(),
        (None, _) => value.to_string(),
    }
}

/// The same for a time in milliseconds.
pub(crate) fn show_time(milliseconds: u64) -> String {
    show(milliseconds, Unit::Milliseconds)
}

/// How a value is written, for the words "must be ...".
pub(super) fn expected(unit: Unit) -> &'static str {
    match unit {
        Unit::Count => "a number",
        Unit::Bytes => "a size, such as 512B, 64KiB or 16MiB",
        Unit::Milliseconds => "a time, such as 250ms, 30s, 5m, 1h or 7d",
    }
}

fn units(unit: Unit) -> &'static [(&'static str, u64)] {
    match unit {
        Unit::Count => &[],
        Unit::Bytes => BYTES,
        Unit::Milliseconds => MILLISECONDS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_times_are_read_as_people_write_them() {
        for (text, unit, value) in [
            ("64KiB", Unit::Bytes, 65_536),
            ("64 KiB", Unit::Bytes, 65_536),
            ("64kib", Unit::Bytes, 65_536),
            ("65536", Unit::Bytes, 65_536),
            ("1B", Unit::Bytes, 1),
            ("30s", Unit::Milliseconds, 30_000),
            ("250ms", Unit::Milliseconds, 250),
            ("1h", Unit::Milliseconds, 3_600_000),
            ("7 d", Unit::Milliseconds, 604_800_000),
            ("0", Unit::Milliseconds, 0),
            ("12", Unit::Count, 12),
        ] {
            assert_eq!(parse(text, unit), Some(value), "{text}");
        }
    }

    #[test]
    fn what_is_no_size_or_time_is_refused() {
        for (text, unit) in [
            ("", Unit::Count),
            ("KiB", Unit::Bytes),
            ("64KB", Unit::Bytes),
            ("-1", Unit::Bytes),
            ("1.5MiB", Unit::Bytes),
            ("16777216TiB", Unit::Bytes),
            ("18446744073709551616", Unit::Count),
            ("12KiB", Unit::Count),
            ("30", Unit::Milliseconds),
            ("1h30m", Unit::Milliseconds),
        ] {
            assert_eq!(parse(text, unit), None, "{text}");
        }
    }

    #[test]
    fn every_value_prints_back_as_something_that_reads_as_itself() {
        let mut value: u64 = 1;
        for unit in [Unit::Count, Unit::Bytes, Unit::Milliseconds] {
            for _ in 0..200 {
                value = value.wrapping_mul(6_364_136_223_846_793_005) % (1 << 50);
                for value in [value, value << 10, value.min(86_400) * 1_000, 0, u64::MAX] {
                    assert_eq!(parse(&show(value, unit), unit), Some(value));
                }
                value += 1;
            }
        }
        assert_eq!(show(65_536, Unit::Bytes), "64KiB");
        assert_eq!(show(604_800_000, Unit::Milliseconds), "7d");
        assert_eq!(show(90_000, Unit::Milliseconds), "90s");
    }
}
