//! How the server is, as whoever looks from outside needs to know it.

use std::sync::{Arc, OnceLock};

use crate::serve::Service;
use crate::settings::{Settings, StoreAddress};

/// The server from its start to its end. Holds nothing of its own: it asks whoever knows.
pub(crate) struct Status {
    is_in_nats: bool,
    service: OnceLock<Arc<Service>>,
}

/// Whether clients should be sent here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Readiness {
    /// The journal is being read; nobody listens for clients yet.
    Recovering,
    /// NATS cannot be used yet, where everything is kept; nobody listens for clients.
    Connecting,
    /// Nothing can be made durable: all but `help` is refused.
    StorageRefusing,
    /// NATS does not keep what it is told: all but `help` is refused.
    NatsRefusing,
    /// The server was told to stop.
    Stopping,
    Ready,
}

impl Status {
    /// A server that begins.
    pub(super) fn new(settings: &Settings) -> Self {
        Self {
            is_in_nats: settings.store != StoreAddress::Data,
            service: OnceLock::new(),
        }
    }

    /// Clients are served from now on.
    pub(crate) fn serving(&self, service: Arc<Service>) {
        // Once in the life of a process.
        let _ = self.service.set(service);
    }

    /// What serves clients, once it does.
    pub(crate) fn service(&self) -> Option<&Service> {
        self.service.get().map(|service| &**service)
    }

    pub(crate) fn is_ready(&self) -> bool {
        self.readiness() == Readiness::Ready
    }

    pub(super) fn readiness(&self) -> Readiness {
        match self.service.get() {
            None if self.is_in_nats => Readiness::Connecting,
            None => Readiness::Recovering,
            Some(service) if service.stopping.is_cancelled() => Readiness::Stopping,
            Some(service) if service.store.is_serving() => Readiness::Ready,
            Some(_) if self.is_in_nats => Readiness::NatsRefusing,
            Some(_) => Readiness::StorageRefusing,
        }
    }
}
