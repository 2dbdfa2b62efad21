//! The HTTP side of the server: the playground's files, and the WebSocket `/ws`, which carries
//! the protocol.
//!
//! The page works from files alone; only its screen *Real server* talks to this server, over
//! `/ws`. A connection that became a WebSocket is a client like any other: it is counted,
//! bounded and served where those of TCP are. Until then it is a plain one, and everything about
//! those is bounded here: how many there are, in all and from one address, how long a request may
//! take to come, how long a response may wait for its reader. Nobody who is slow on purpose takes
//! a place of the chat. Whoever takes all places here makes newcomers wait until those times are
//! over, and nobody who is connected.

mod answer;
mod connection;
mod files;
mod handshake;
mod host;
mod notice;
mod own_words;
mod patient_stream;
mod respond;
mod room;

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tracing::debug;

use crate::metrics::{Refused, Transport};
use crate::serve::{Listener, Service, prepare, turn_away};
use crate::settings::Settings;
pub(crate) use answer::{Answer, content, with};
pub(crate) use connection::{Times, talk};
pub(crate) use host::Hosts;
pub(crate) use notice::STRANGE_ADMIN_HOST;
pub(crate) use respond::{READING, check, protected};
pub(crate) use room::{Place, Room, most_connections};

/// Serves HTTP on these addresses until the server stops. `most_connections` are there at a time.
pub(crate) fn serve(
    listeners: Vec<Listener>,
    most_connections: usize,
    settings: &Settings,
    service: &Arc<Service>,
) {
    let room = Room::new(most_connections, "HTTP connections");
    for listener in listeners {
        let listened_on = match listener.tls {
            None => settings.http.as_ref(),
            Some(_) => settings.https.as_ref(),
        };
        let hosts = Arc::new(Hosts::of(&listener, listened_on, settings));
        tokio::spawn(accept(listener, hosts, room.clone(), service.clone()));
    }
}

async fn accept(listener: Listener, hosts: Arc<Hosts>, room: Room, service: Arc<Service>) {
    let metrics = &service.connection_metrics;
    let turned_away = || metrics.refused(Transport::WebSocket, Refused::Files);
    let next = async || {
        let place = room.place().await;
        let (stream, peer) = listener.next(turned_away).await;
        (stream, peer, place)
    };
    loop {
        let (stream, peer, place) = tokio::select! {
            accepted = next() => accepted,
            () = service.stopping.cancelled() => return,
        };
        let Some(place) = room.give(place, peer.ip()) else {
            refuse(stream, peer, listener.tls.as_ref(), &service);
            continue;
        };
        if let Err(error) = prepare(&stream) {
            debug!(%peer, "an HTTP connection broke as it was accepted: {error}");
            continue;
        }
        let served = connection::serve(
            stream,
            listener.tls.clone(),
            peer,
            hosts.clone(),
            place,
            service.clone(),
        );
        service.connections.spawn(served);
    }
}

fn refuse(stream: TcpStream, peer: SocketAddr, tls: Option<&TlsAcceptor>, service: &Arc<Service>) {
    debug!(%peer, "HTTP connection refused: too many from its address");
    turn_away(stream, peer, tls, respond::too_many(), service);
}
