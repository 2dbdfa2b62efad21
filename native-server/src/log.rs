//! The log, on standard error: what happens, for people or for programs, and never a secret.

use std::io::{self, IsTerminal as _};
use std::panic::{self, PanicHookInfo};
use std::thread;

use tracing::{Level, Metadata, error};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, registry};

use crate::settings::LogFormat;

/// Where the lines of the client of NATS come from.
const NATS_CLIENT: &str = "async_nats";

/// Begins to write those lines that the filter lets through, and panics among them.
pub(crate) fn start(filter: &str, format: LogFormat) {
    // Errors are written whatever else is meant, unless they are what the filter is about. What the client of NATS tells, we
    // tell in our own words, so that takes asking for it by name.
    let filter = EnvFilter::new(format!("error,{NATS_CLIENT}=off,{filter}"));
    let chosen = registry().with(filter).with(filter_fn(shows_no_secret));
    let log = tracing_subscriber::fmt::layer()
        // Complaining that nobody reads the log, where nobody reads, would end in a panic.
        .log_internal_errors(false)
        .with_writer(io::stderr);
    match format {
        LogFormat::Text => chosen
            .with(log.with_ansi(io::stderr().is_terminal()))
            .init(),
        LogFormat::Json => chosen.with(log.json().flatten_event(true)).init(),
    }
    panic::set_hook(Box::new(tell_panic));
}

/// In detail the client of NATS tells all that JetStream answers, in base64: what people write to each other among it.
fn shows_no_secret(line: &Metadata<'_>) -> bool {
    *line.level() <= Level::INFO || !line.target().starts_with(NATS_CLIENT)
}

/// Without what the panic says: that may quote what a client sent. Where it happened tells whoever
/// can do something about it.
fn tell_panic(panic: &PanicHookInfo<'_>) {
    let thread = thread::current();
    let thread = thread.name().unwrap_or("unnamed");
    match panic.location() {
        Some(location) => error!(thread, %location, "panicked"),
        None => error!(thread, "panicked"),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[test]
    fn a_panic_is_told_by_its_place_and_not_by_what_it_says() {
        let written = Written::default();
        let writer = written.clone();
        let log = tracing_subscriber::fmt()
            .json()
            .flatten_event(true)
            .with_writer(move || writer.clone())
            .finish();
        let before = panic::take_hook();
        panic::set_hook(Box::new(tell_panic));
        tracing::subscriber::with_default(log, || {
            let panicked = panic::catch_unwind(|| panic!("auth messi surabaya"));
            assert!(panicked.is_err());
        });
        panic::set_hook(before);
        let written = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
        let line: serde_json::Value = serde_json::from_str(&written).unwrap();
        assert_eq!(line["message"], "panicked");
        assert!(line["location"].as_str().unwrap().contains(file!()));
        assert!(!written.contains("surabaya"), "{written}");
    }

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
}
