//! The page that Prometheus reads.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{
    DescriptorEncoder, EncodeLabelSet, MetricEncoder, NoLabelSet, text,
};
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::Registry;

use super::histogram::{Histogram, Snapshot};
use super::plain_text::plain_text;
use super::process::Process;
use crate::admin_http::Status;
use crate::engine::{Engine, StorageLevel};
use crate::serve::Service;
use crate::store::Store;

/// How the page is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    OpenMetrics,
    PlainText,
}

/// All that is counted, as it is now. Blocks for a moment.
pub(crate) fn page(status: &Arc<Status>, form: Form) -> String {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(Scrape {
        status: status.clone(),
    }));
    let mut page = String::new();
    text::encode(&mut page, &registry).expect("a text can be written to");
    match form {
        Form::OpenMetrics => page,
        Form::PlainText => plain_text(&page),
    }
}

struct Scrape {
    status: Arc<Status>,
}

impl fmt::Debug for Scrape {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Scrape")
    }
}

impl Collector for Scrape {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let mut page = Page(encoder);
        page.server(&self.status)?;
        // Before the journal is read there is nothing to tell of.
        if let Some(service) = self.status.service() {
            page.connections(service)?;
            page.requests(service)?;
            match &service.store {
                Store::Embedded(engine) => {
                    page.journal(engine)?;
                    page.storage(engine)?;
                    page.state(engine)?;
                }
                Store::Cluster(cluster) => page.store(cluster)?,
            }
        }
        page.process(&Process::now())
    }
}

/// The page as it is written.
pub(super) struct Page<'a>(DescriptorEncoder<'a>);

impl Page<'_> {
    fn server(&mut self, status: &Status) -> fmt::Result {
        self.gauges(
            "chatting_time_build_info",
            "1, with the version of the program.",
            [([("version", env!("CARGO_PKG_VERSION"))], 1)],
        )?;
        self.gauge(
            "chatting_time_ready",
            "1 when clients are served, 0 when /readyz says why not.",
            u64::from(status.is_ready()),
        )
    }

    fn connections(&mut self, service: &Service) -> fmt::Result {
        let connections = &service.connection_metrics;
        self.gauges(
            "chatting_time_connections",
            "Connections of clients at this moment, with those in their TLS handshake.",
            connections
                .transports()
                .map(|(transport, _, now)| ([("transport", transport)], now)),
        )?;
        self.gauge(
            "chatting_time_connections_limit",
            "Connections that there may be at a time.",
            service.most_connections(),
        )?;
        if let Some(expiry) = service.certificate_expiry() {
            self.gauge(
                "chatting_time_tls_certificate_expiry_timestamp_seconds",
                "When the certificate in force is no longer valid, in seconds since 1970.",
                expiry,
            )?;
        }
        self.counters(
            "chatting_time_connections_accepted",
            "Connections of clients that were served.",
            connections
                .transports()
                .map(|(transport, accepted, _)| ([("transport", transport)], accepted)),
        )?;
        self.counters(
            "chatting_time_connections_refused",
            "Connections of clients that were not served: too many, no file left, or a TLS handshake that failed (websocket: on the way to one).",
            connections.refusals().map(|(transport, reason, count)| {
                ([("transport", transport), ("reason", reason)], count)
            }),
        )?;
        self.counters(
            "chatting_time_connections_closed",
            "Connections of clients that ended, by why they did.",
            connections
                .ends()
                .map(|(reason, count)| ([("reason", reason)], count)),
        )
    }

    fn requests(&mut self, service: &Service) -> fmt::Result {
        let requests = &service.request_metrics;
        self.counters(
            "chatting_time_requests",
            "Requests that were answered; the command none is a line that is no well-formed command.",
            requests
                .commands()
                .map(|(command, answered, _)| ([("command", command)], answered.get())),
        )?;
        self.counters(
            "chatting_time_refusals",
            "Requests that were refused, by the code of the refusal.",
            requests
                .refusals()
                .map(|(command, code, count)| ([("command", command), ("code", code)], count)),
        )?;
        self.histograms(
            "chatting_time_request_duration_seconds",
            "From a request being complete to the operating system having its reply.",
            requests
                .commands()
                .map(|(command, _, times)| ([("command", command)], times)),
        )?;
        let (waiting, running) = service.password_checks();
        self.gauges(
            "chatting_time_password_checks",
            "Password checks that wait for a processor, and that are under way.",
            [
                ([("stage", "waiting")], waiting),
                ([("stage", "running")], running),
            ],
        )
    }

    fn journal(&mut self, engine: &Engine) -> fmt::Result {
        let journal = engine.journal_metrics();
        self.histogram(
            "chatting_time_journal_batch_events",
            "Events that became durable together.",
            &journal.batch_events,
        )?;
        self.histogram(
            "chatting_time_journal_batch_bytes",
            "Bytes of events that became durable together.",
            &journal.batch_bytes,
        )?;
        self.histogram(
            "chatting_time_journal_sync_duration_seconds",
            "From beginning to write a batch to its being durable.",
            &journal.commit_times,
        )?;
        self.counter(
            "chatting_time_journal_failed_writes",
            "Batches that could not be made durable, so that everything was refused until the storage worked again.",
            journal.failed_writes.get(),
        )?;
        let size = engine.journal_size();
        self.gauge(
            "chatting_time_journal_sealed_segments",
            "Segments that wait for the next snapshot.",
            size.sealed_segments,
        )?;
        self.gauge(
            "chatting_time_journal_sealed_bytes",
            "Bytes of events in segments that wait for the next snapshot.",
            size.sealed_bytes,
        )?;
        self.gauge(
            "chatting_time_journal_snapshot_bytes",
            "Bytes of the last snapshot.",
            size.snapshot_bytes,
        )?;
        self.counters(
            "chatting_time_journal_snapshots",
            "Snapshots that were made, or could not be made.",
            [
                ([("outcome", "made")], journal.folds.get()),
                ([("outcome", "failed")], journal.failed_folds.get()),
            ],
        )?;
        self.histogram(
            "chatting_time_journal_snapshot_duration_seconds",
            "How long a snapshot took, made or not.",
            &journal.fold_times,
        )
    }

    fn storage(&mut self, engine: &Engine) -> fmt::Result {
        let storage = engine.storage();
        self.gauge(
            "chatting_time_disk_free_bytes",
            "Free on the disk of the data folder, when the server looked last.",
            storage.free,
        )?;
        self.gauge(
            "chatting_time_data_bytes",
            "What the data folder takes of it.",
            storage.used,
        )?;
        self.gauge(
            "chatting_time_disk_space_low",
            "1 when less is free than disk-space-warning-bytes, or there is too little room for more.",
            u64::from(storage.level != StorageLevel::Enough),
        )?;
        self.gauge(
            "chatting_time_growth_refused",
            "1 when messages and users are refused since there is too little room.",
            u64::from(storage.level.refuses_growth()),
        )
    }

    fn state(&mut self, engine: &Engine) -> fmt::Result {
        let totals = engine.totals();
        self.gauge("chatting_time_users", "Users.", totals.users as u64)?;
        self.gauge(
            "chatting_time_users_online",
            "Users whom list names.",
            totals.online as u64,
        )?;
        self.gauge(
            "chatting_time_sessions",
            "Sessions, some of which may have died of age a moment ago.",
            totals.sessions as u64,
        )?;
        self.gauge(
            "chatting_time_mailboxes",
            "Mailboxes that are not empty.",
            totals.mailboxes,
        )?;
        self.gauge(
            "chatting_time_undelivered_messages",
            "Messages that wait for their reader.",
            totals.undelivered.messages,
        )?;
        self.gauge(
            "chatting_time_undelivered_bytes",
            "Bytes of text in messages that wait for their reader.",
            totals.undelivered.text_bytes,
        )?;
        self.counter(
            "chatting_time_expired_messages",
            "Messages that were removed because they had waited too long.",
            engine.expired_messages(),
        )
    }

    /// Without what the system does not tell.
    fn process(&mut self, process: &Process) -> fmt::Result {
        if let Some(seconds) = process.cpu_seconds {
            let mut cpu = self.family(
                "process_cpu_seconds",
                "Time that processors spent on this process.",
                MetricType::Counter,
            )?;
            cpu.encode_counter::<NoLabelSet, _, f64>(&seconds, None)?;
        }
        if let Some(seconds) = process.start_time_seconds {
            let mut start = self.family(
                "process_start_time_seconds",
                "When this process started, in seconds since 1970.",
                MetricType::Gauge,
            )?;
            start.encode_gauge(&seconds)?;
        }
        for (name, help, value) in [
            (
                "process_resident_memory_bytes",
                "Memory that this process has in use.",
                process.resident_memory_bytes,
            ),
            (
                "process_virtual_memory_bytes",
                "Memory that this process has addresses for.",
                process.virtual_memory_bytes,
            ),
            (
                "process_open_fds",
                "Files and connections that this process has open.",
                process.open_files,
            ),
            (
                "process_max_fds",
                "Files and connections that this process may have open.",
                process.most_open_files,
            ),
            (
                "process_threads",
                "Threads of this process.",
                process.threads,
            ),
        ] {
            if let Some(value) = value {
                self.gauge(name, help, value)?;
            }
        }
        Ok(())
    }

    pub(super) fn gauge(&mut self, name: &str, help: &str, value: u64) -> fmt::Result {
        let mut metric = self.family(name, help, MetricType::Gauge)?;
        metric.encode_gauge(&value)
    }

    pub(super) fn counter(&mut self, name: &str, help: &str, value: u64) -> fmt::Result {
        let mut metric = self.family(name, help, MetricType::Counter)?;
        metric.encode_counter::<NoLabelSet, _, f64>(&value, None)
    }

    pub(super) fn seconds(&mut self, name: &str, help: &str, value: Duration) -> fmt::Result {
        let mut metric = self.family(name, help, MetricType::Gauge)?;
        metric.encode_gauge(&value.as_secs_f64())
    }

    fn histogram(&mut self, name: &str, help: &str, histogram: &Histogram) -> fmt::Result {
        let mut metric = self.family(name, help, MetricType::Histogram)?;
        encode_histogram(&mut metric, histogram)
    }

    /// One value for each set of labels.
    fn gauges<L: EncodeLabelSet>(
        &mut self,
        name: &str,
        help: &str,
        values: impl IntoIterator<Item = (L, u64)>,
    ) -> fmt::Result {
        let mut metric = self.family(name, help, MetricType::Gauge)?;
        for (labels, value) in values {
            metric.encode_family(&labels)?.encode_gauge(&value)?;
        }
        Ok(())
    }

    fn counters<L: EncodeLabelSet>(
        &mut self,
        name: &str,
        help: &str,
        values: impl IntoIterator<Item = (L, u64)>,
    ) -> fmt::Result {
        let mut metric = self.family(name, help, MetricType::Counter)?;
        for (labels, value) in values {
            let mut one = metric.encode_family(&labels)?;
            one.encode_counter::<NoLabelSet, _, f64>(&value, None)?;
        }
        Ok(())
    }

    pub(super) fn histograms<'h, L: EncodeLabelSet>(
        &mut self,
        name: &str,
        help: &str,
        values: impl IntoIterator<Item = (L, &'h Histogram)>,
    ) -> fmt::Result {
        let mut metric = self.family(name, help, MetricType::Histogram)?;
        for (labels, histogram) in values {
            let mut one = metric.encode_family(&labels)?;
            encode_histogram(&mut one, histogram)?;
        }
        Ok(())
    }

    fn family<'p>(
        &'p mut self,
        name: &'p str,
        help: &str,
        kind: MetricType,
    ) -> Result<MetricEncoder<'p>, fmt::Error> {
        self.0.encode_descriptor(name, help, None, kind)
    }
}

fn encode_histogram(metric: &mut MetricEncoder<'_>, histogram: &Histogram) -> fmt::Result {
    let Snapshot {
        sum,
        count,
        buckets,
    } = histogram.snapshot();
    metric.encode_histogram::<NoLabelSet>(sum, count, &buckets, None)
}
