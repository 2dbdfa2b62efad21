//! What a server has of NATS JetStream, where everything is kept there.

use std::fmt;
use std::time::Duration;

use super::page::Page;
use super::{Counter, Histogram};
use crate::cluster::Cluster;

/// What is counted of what JetStream is asked.
#[derive(Debug)]
pub(crate) struct StoreMetrics {
    fetch_times: Histogram,
    write_times: Histogram,
    conflicts: Counter,
}

impl Default for StoreMetrics {
    fn default() -> Self {
        Self {
            fetch_times: Histogram::of_times(),
            write_times: Histogram::of_times(),
            conflicts: Counter::default(),
        }
    }
}

impl StoreMetrics {
    /// What a decision looks at was fetched, or could not be.
    pub(crate) fn fetched(&self, time: Duration) {
        self.fetch_times.took(time);
    }

    /// What was decided was written, or could not be.
    pub(crate) fn wrote(&self, time: Duration) {
        self.write_times.took(time);
    }

    /// Somebody else had written there meanwhile.
    pub(crate) fn conflicted(&self) {
        self.conflicts.add(1);
    }
}

impl Page<'_> {
    pub(super) fn store(&mut self, cluster: &Cluster) -> fmt::Result {
        let store = cluster.metrics();
        self.gauge(
            "chatting_time_store_connected",
            "1 when a server of NATS is connected.",
            u64::from(cluster.is_connected()),
        )?;
        self.counter(
            "chatting_time_store_reconnects",
            "How often the connection to NATS was lost and made anew.",
            cluster.reconnects(),
        )?;
        if let Some(age) = cluster.age_of_knowledge() {
            self.seconds(
                "chatting_time_store_knowledge_age_seconds",
                "How old what is known of users and sessions may be. Beyond store-staleness requests are refused.",
                age,
            )?;
        }
        self.histograms(
            "chatting_time_store_duration_seconds",
            "How long it took to fetch what a request needs, from NATS or from memory, and to write what came of it to NATS.",
            [
                ([("operation", "fetch")], &store.fetch_times),
                ([("operation", "write")], &store.write_times),
            ],
        )?;
        self.counter(
            "chatting_time_store_conflicts",
            "Requests that were decided again because another server had written to the same place.",
            store.conflicts.get(),
        )?;
        self.gauge(
            "chatting_time_users_online_here",
            "Users who are online through this server; some may be so through others as well.",
            cluster.online_here(),
        )
    }
}
