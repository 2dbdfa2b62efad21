//! How the connection to NATS and what is known from it fare.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use async_nats::connection::State;
use async_nats::jetstream;
use tokio::time::{Interval, MissedTickBehavior, interval, sleep, timeout};
use tracing::{debug, error};

use super::bucket::PATIENCE;
use super::{Cluster, StoreError, layout};
use crate::metrics::StoreMetrics;

/// Between two looks whether all is there, while something fails.
const IN_TROUBLE_EVERY: Duration = Duration::from_secs(2);
/// Between two looks whether all is well.
const LOOK_EVERY: Duration = Duration::from_millis(500);

impl Cluster {
    /// Whether requests are carried out: JetStream has a majority and answers in time.
    pub fn is_serving(&self) -> bool {
        self.users.is_serving() && self.sessions.is_serving()
    }

    /// Returns when requests can be carried out.
    ///
    /// # Errors
    /// When that takes too long.
    pub async fn wait_until_serving(&self) -> Result<(), StoreError> {
        let serving = async {
            while !self.is_serving() {
                sleep(Duration::from_millis(10)).await;
            }
        };
        let waited = timeout(PATIENCE, serving).await;
        waited.map_err(|_| StoreError::Failed(self.what_is_wrong().to_owned()))
    }

    /// Tells in the log, as long as the value lives, when requests cannot be carried out and when they can again, and makes
    /// again what a server of NATS has forgotten that was started anew.
    pub fn watch_over(self: &Arc<Self>) {
        tokio::spawn(tell_trouble(Arc::downgrade(self)));
        tokio::spawn(keep_complete(Arc::downgrade(self)));
    }

    /// Makes again what is kept in memory, and finds what of the rest is there no more.
    async fn complete(&self) -> Option<Vec<String>> {
        let Some(replicas) = self.replicas else {
            return Some(Vec::new());
        };
        let context = jetstream::new(self.client.clone());
        let completing = async {
            layout::make_again(&context, replicas).await?;
            layout::missing(&context).await
        };
        match timeout(PATIENCE, completing).await {
            Ok(Ok(missing)) => Some(missing),
            Ok(Err(problem)) => {
                debug!("what is kept in NATS cannot be looked through: {problem}");
                None
            }
            Err(_) => None,
        }
    }

    fn what_is_wrong(&self) -> &'static str {
        match self.is_connected() {
            true => {
                "JetStream of NATS does not bring back in time what is written to it: look whether most of its servers run, and how \
                 busy they are"
            }
            false => "no server of NATS is connected",
        }
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.client.connection_state() == State::Connected
    }

    /// How often the connection to NATS was made anew.
    pub(crate) fn reconnects(&self) -> u64 {
        let connects = self.client.statistics().connects.load(Ordering::Relaxed);
        connects.saturating_sub(1)
    }

    /// How old what is known of users and sessions may be at this moment; `None` before anything is known.
    pub(crate) fn age_of_knowledge(&self) -> Option<Duration> {
        let users = self.users.age_of_proof()?;
        Some(users.max(self.sessions.age_of_proof()?))
    }

    /// Users who are online through this server.
    pub(crate) fn online_here(&self) -> u64 {
        self.presence.online_here(self.now())
    }

    pub(crate) fn metrics(&self) -> &StoreMetrics {
        &self.metrics
    }
}

async fn tell_trouble(cluster: Weak<Cluster>) {
    let mut ticks = looks();
    loop {
        ticks.tick().await;
        let Some(cluster) = cluster.upgrade() else {
            break;
        };
        let wrong = (!cluster.is_serving()).then(|| cluster.what_is_wrong());
        cluster.trouble.look(wrong);
    }
}

async fn keep_complete(cluster: Weak<Cluster>) {
    let mut ticks = looks();
    let mut seen = 0;
    let mut looked = Instant::now();
    let mut found = Vec::new();
    let mut told = Vec::new();
    loop {
        ticks.tick().await;
        let Some(cluster) = cluster.upgrade() else {
            break;
        };
        let reconnects = cluster.reconnects();
        // Somebody may also remove it.
        let is_due = cluster.trouble.is_there() && looked.elapsed() >= IN_TROUBLE_EVERY;
        if reconnects == seen && !is_due {
            continue;
        }
        looked = Instant::now();
        let Some(missing) = cluster.complete().await else {
            continue;
        };
        seen = reconnects;
        // One that leads since a moment may not know of all of them yet.
        let is_so = std::mem::replace(&mut found, missing.clone()) == missing;
        if is_so && missing != told {
            told.clone_from(&missing);
            let holding = None;
            if !missing.is_empty() {
                error!("{}", StoreError::Lost { missing, holding });
            }
        }
    }
}

fn looks() -> Interval {
    let mut ticks = interval(LOOK_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}
