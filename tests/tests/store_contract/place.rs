//! Where the chat state is kept.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use chatting_time::cluster::{Access, Cluster, ClusterOptions};
use chatting_time::engine::{AdminError, Engine};
use chatting_time::journal::{FolderLock, Options, RealDisk};
use chatting_time::store::Store;
use chatting_time_core::{
    AdminCommand, Limits, Name, NewUser, Password, PasswordCost, PasswordHash, Username,
};
use chatting_time_tests::nats::NatsCluster;
use tempfile::TempDir;

use super::client::Client;

/// The password of everybody.
pub(crate) const PASSWORD: &str = "rahasia";

/// A chat state, by way of one server or of several.
pub(crate) trait Place: Sync {
    /// The one whose turn it is.
    fn store(&self) -> Arc<Store>;

    /// A new connection, to the server whose turn it is.
    fn client(&self) -> Client {
        Client::of(self.store())
    }

    /// The same of somebody who has logged in.
    async fn log_in(&self, username: &str) -> Client {
        let mut client = self.client();
        let reply = client.ask(&format!("auth {username} {PASSWORD}")).await;
        assert_eq!(reply["status"], "OK", "{reply}");
        client
    }

    async fn add(&self, username: &str) -> Result<(), AdminError> {
        let store = self.store();
        store
            .administer(&AdminCommand::AddUsers(vec![user(username)]))
            .await
    }

    async fn remove(&self, username: &str) -> Result<(), AdminError> {
        let username = Username::parse(username).unwrap();
        let store = self.store();
        store
            .administer(&AdminCommand::RemoveUser { username })
            .await
    }
}

/// In a data folder.
pub(crate) struct Embedded {
    store: Arc<Store>,
    engine: Arc<Engine>,
    _folder: TempDir,
}

impl Embedded {
    /// With the users ani and budi.
    pub(crate) async fn open(limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let lock = FolderLock::acquire(folder.path()).unwrap();
        let options = Options {
            segment_bytes: 1 << 20,
            ..Options::default()
        };
        let disk = Arc::new(RealDisk);
        let engine = Engine::open(folder.path(), lock, disk, options, Arc::new(limits));
        let engine = engine.unwrap().0;
        let embedded = Self {
            store: Arc::new(Store::Embedded(engine.clone())),
            engine,
            _folder: folder,
        };
        add_both(&embedded).await;
        embedded
    }
}

impl Place for Embedded {
    fn store(&self) -> Arc<Store> {
        self.store.clone()
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        self.engine.stop();
    }
}

/// In a NATS server, by way of two of ours.
pub(crate) struct Nats {
    stores: [Arc<Store>; 2],
    turn: AtomicUsize,
    _nats: NatsCluster,
}

impl Nats {
    /// With the users ani and budi.
    pub(crate) async fn open(limits: Limits) -> Self {
        let nats = tokio::task::spawn_blocking(|| NatsCluster::start(1));
        let nats = nats.await.unwrap().unwrap();
        let addresses = nats.store().replace("nats://", "");
        let options = ClusterOptions {
            addresses: vec![addresses],
            access: Access::default(),
            replicas: Some(1),
            message_lifetime: Duration::ZERO,
            // Nothing may be seen late, so that each case tells for certain.
            message_bytes: 64 << 20,
            staleness: Duration::ZERO,
        };
        let limits = Arc::new(limits);
        let open = async || {
            let cluster = Cluster::open(&options, limits.clone()).await.unwrap();
            Arc::new(Store::Cluster(cluster))
        };
        let nats = Self {
            stores: [open().await, open().await],
            turn: AtomicUsize::new(0),
            _nats: nats,
        };
        add_both(&nats).await;
        nats
    }
}

impl Place for Nats {
    fn store(&self) -> Arc<Store> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        self.stores[turn % 2].clone()
    }
}

async fn add_both(place: &impl Place) {
    for username in ["ani", "budi"] {
        place.add(username).await.unwrap();
    }
}

fn user(username: &str) -> NewUser {
    NewUser {
        username: Username::parse(username).unwrap(),
        name: Name::parse(username).unwrap(),
        country: Name::parse("Indonesia").unwrap(),
        password: hash(),
    }
}

/// Of [`PASSWORD`], at little cost.
pub(crate) fn hash() -> PasswordHash {
    let password = Password::parse(PASSWORD).unwrap();
    password.hash(PasswordCost::cheapest(), *b"salt of the test")
}
