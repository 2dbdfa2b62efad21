//! The HTTP side of the real server: pages, the WebSocket, and clients that mean no good.

mod bounds;
mod pages;
mod site;
mod startup;
mod websocket;
