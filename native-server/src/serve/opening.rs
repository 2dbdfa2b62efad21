//! Opens the chat state, wherever it is kept.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chatting_time_core::Limits;
use tokio::task::spawn_blocking;
use tokio::time::sleep;
use tracing::{info, warn};

use super::start_error::StartError;
use crate::admin::{self, AdminListener};
use crate::cluster::{Access, Cluster, ClusterOptions, StoreError};
use crate::engine::Engine;
use crate::journal::{FolderLock, Options, RealDisk, Recovery};
use crate::settings::{Settings, StoreAddress};
use crate::store::Store;

/// What is waited between two attempts to use NATS, at first and at most.
const PAUSES: [Duration; 2] = [Duration::from_millis(500), Duration::from_secs(5)];
/// What keeps it from being used is told again after so long.
const SAY_AGAIN: Duration = Duration::from_secs(60);

/// The state, and what belongs to it.
pub(super) struct Opened {
    pub(super) store: Store,
    pub(super) admin_socket: Option<AdminListener>,
    /// Nobody has kept anything there yet.
    pub(super) is_new: bool,
    pub(super) has_users: bool,
}

/// Opens it, however long that takes.
pub(super) async fn open_store(settings: &Settings) -> Result<Opened, StartError> {
    let limits = Arc::new(settings.limits.clone());
    match &settings.store {
        StoreAddress::Data => open_data(settings, limits).await,
        StoreAddress::Nats(addresses) => {
            let opened = open_cluster(settings, addresses.clone(), limits).await;
            opened.map_err(StartError::Store)
        }
    }
}

async fn open_cluster(
    settings: &Settings,
    addresses: Vec<String>,
    limits: Arc<Limits>,
) -> Result<Opened, StoreError> {
    let options = ClusterOptions {
        addresses,
        access: Access::of(settings),
        replicas: usize::try_from(settings.store_replicas).ok(),
        message_lifetime: Duration::from_millis(settings.message_lifetime),
        message_bytes: settings.store_message_bytes,
        staleness: Duration::from_millis(settings.store_staleness),
    };
    let mut retrying = Retrying::default();
    let begin = async || Cluster::begin(&options, limits.clone()).await;
    let cluster = retrying.until_done(begin).await?;
    let serving = async || cluster.wait_until_serving().await;
    retrying.until_done(serving).await?;
    let is_new = retrying.until_done(async || cluster.is_new().await).await?;
    retrying.done();
    cluster.watch_over();
    Ok(Opened {
        store: Store::Cluster(cluster),
        admin_socket: None,
        is_new,
        has_users: !is_new,
    })
}

/// Tries again what waiting may help with, ever more slowly, and says once a minute what the matter is, or when it is
/// another.
#[derive(Default)]
struct Retrying {
    pause: Option<Duration>,
    began: Option<Instant>,
    said: Option<(String, Instant)>,
}

impl Retrying {
    async fn until_done<T>(
        &mut self,
        attempt: impl AsyncFn() -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let [first, most] = PAUSES;
        loop {
            let error = match attempt().await {
                Ok(done) => return Ok(done),
                Err(error) if error.is_for_good() => return Err(error),
                Err(error) => error,
            };
            self.say(error.to_string());
            let pause = self.pause.map_or(first, |pause| (pause * 2).min(most));
            self.pause = Some(pause);
            sleep(pause).await;
        }
    }

    fn say(&mut self, problem: String) {
        let now = Instant::now();
        self.began.get_or_insert(now);
        let is_said = |(said, at): &(String, Instant)| {
            *said == problem && now.saturating_duration_since(*at) < SAY_AGAIN
        };
        if !self.said.as_ref().is_some_and(is_said) {
            warn!("{problem}; trying again until that works");
            self.said = Some((problem, now));
        }
    }

    fn done(&self) {
        if let Some(began) = self.began {
            info!(
                "NATS can be used, after {:.1} s",
                began.elapsed().as_secs_f32()
            );
        }
    }
}

async fn open_data(settings: &Settings, limits: Arc<Limits>) -> Result<Opened, StartError> {
    let lock = FolderLock::acquire(&settings.data)?;
    let admin_socket = admin::bind(&settings.data).map_err(StartError::AdminSocket)?;
    let options = Options {
        segment_bytes: settings.journal_segment_bytes,
        fold_after_bytes: settings.snapshot_journal_bytes,
        ..Options::default()
    };
    let folder = settings.data.clone();
    let opening =
        spawn_blocking(move || Engine::open(&folder, lock, Arc::new(RealDisk), options, limits));
    let (engine, recovery) = opening
        .await
        .map_err(|error| StartError::System("read the journal", error.into()))??;
    report(&recovery);
    engine.watch_storage(settings.storage_bounds());
    if settings.message_lifetime > 0 {
        engine.keep_messages_for(settings.message_lifetime);
    }
    Ok(Opened {
        has_users: engine.totals().users > 0,
        store: Store::Embedded(engine),
        admin_socket: Some(admin_socket),
        is_new: recovery.last_sequence == 0,
    })
}

fn report(recovery: &Recovery) {
    if let Some(torn) = &recovery.torn_tail {
        warn!(
            "{}: cut {} bytes at offset {} that a crash left unfinished; nothing acknowledged was in them",
            torn.path.display(),
            torn.bytes,
            torn.offset
        );
    }
}
