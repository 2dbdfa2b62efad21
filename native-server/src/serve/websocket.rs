//! A connection that an HTTP request has made a WebSocket: served as any other from then on.

use std::net::SocketAddr;
use std::sync::Arc;

use chatting_time_core::{Refusal, Reply};
use tracing::debug;
use tungstenite::protocol::frame::coding::CloseCode;

use super::messages::Messages;
use super::stream::Stream;
use super::{Service, closing, connection_task};
use crate::http::Place;
use crate::metrics::Transport;

/// Serves the client until it leaves, is cut off, or the server stops. `early` is what came with
/// the request. `place` is its place among HTTP connections, which it gives up for one among
/// clients.
pub(crate) async fn serve_websocket(
    stream: Stream,
    early: &[u8],
    peer: SocketAddr,
    place: Place,
    service: Arc<Service>,
) {
    let mut messages = Box::new(Messages::new(service.store.limits().clone()));
    let _admitted = match service.admission.admit(peer.ip()) {
        Ok(admitted) => admitted,
        Err(reason) => {
            let metrics = &service.connection_metrics;
            metrics.refused(Transport::WebSocket, reason);
            debug!(%peer, "WebSocket refused: too many connections");
            messages.reply(&Reply::Refused(Refusal::ServerBusy));
            messages.close(CloseCode::Again);
            let last_word = messages.take_output();
            // On the heap, so that those that are admitted cost nothing for it.
            Box::pin(closing::close_after(stream, &last_word)).await;
            return;
        }
    };
    drop(place);
    messages.receive(early);
    connection_task::serve(stream, &peer, Some(messages), service).await;
}
