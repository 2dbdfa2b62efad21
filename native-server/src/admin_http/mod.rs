//! The HTTP side for operators, on an address of its own: metrics for Prometheus, and health for
//! whatever restarts the server or sends it clients.
//!
//! It answers from before the journal is read until the process is gone, and whatever the chat is
//! doing: with room and files of its own, and not through what serves clients. Nothing here
//! changes anything.

mod respond;
mod status;

use std::net::SocketAddr;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use tracing::debug;

use crate::http::{Hosts, Place, Room, Times, talk};
use crate::serve::{Listener, Stream, prepare};
use crate::settings::Settings;
use respond::respond;

pub(crate) use status::Status;

/// Connections at a time. Further ones wait until they are accepted.
pub(crate) const MOST_CONNECTIONS: usize = 16;

/// Answers on these addresses as long as the process lives. The status that is returned is the one
/// that they tell.
pub(crate) fn serve(listeners: Vec<Listener>, settings: &Settings) -> Arc<Status> {
    let status = Arc::new(Status::new(settings));
    let room = Room::new(MOST_CONNECTIONS, "connections for metrics");
    for listener in listeners {
        let hosts = Hosts::of(&listener, settings.admin_http.as_ref(), settings);
        let site = Arc::new(Site {
            hosts,
            times: Times::of(&settings.limits),
            status: status.clone(),
        });
        tokio::spawn(accept(listener, site, room.clone()));
    }
    status
}

/// What one address shows.
struct Site {
    hosts: Hosts,
    times: Times,
    status: Arc<Status>,
}

async fn accept(listener: Listener, site: Arc<Site>, room: Room) {
    loop {
        let place = room.place().await;
        let (stream, peer) = listener.next(|| {}).await;
        let Some(place) = room.give(place, peer.ip()) else {
            debug!(%peer, "connection for metrics refused: too many from its address");
            continue;
        };
        if let Err(error) = prepare(&stream) {
            debug!(%peer, "a connection for metrics broke as it was accepted: {error}");
            continue;
        }
        // Known before the next ones are there, who may be many at a time.
        let times = match place.is_crowded() {
            true => site.times.when_crowded(),
            false => site.times,
        };
        let answered = answer(Stream::Plain(stream), peer, site.clone(), times, place);
        tokio::spawn(answered);
    }
}

async fn answer(stream: Stream, peer: SocketAddr, site: Arc<Site>, times: Times, place: Place) {
    let answer = |request| respond(request, &site.hosts, &site.status);
    // While the server stops, it still tells that it does.
    let never = CancellationToken::new();
    talk(stream, peer, answer, times, &place, &never).await;
}
