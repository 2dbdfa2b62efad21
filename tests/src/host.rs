//! What a runner asks of whatever serves the protocol.

use std::fmt;

use crate::script::{Need, Operation};

/// One connection of a host, by a number that the host gives.
pub type ConnectionNumber = usize;

/// A server with everything around it that a vector can ask for, freshly set up for one vector.
pub trait Host {
    /// Whether it can do this.
    fn can(&self, need: Need) -> bool;

    /// Opens a connection.
    fn open(&mut self) -> Result<ConnectionNumber, Trouble>;

    /// Sends bytes in one write.
    fn send(&mut self, connection: ConnectionNumber, bytes: &[u8]) -> Result<(), Trouble>;

    /// Ends the sending side; replies can still come.
    fn end_sending(&mut self, connection: ConnectionNumber) -> Result<(), Trouble>;

    /// Closes the connection altogether.
    fn close(&mut self, connection: ConnectionNumber) -> Result<(), Trouble>;

    /// Waits for further bytes and returns them; none once the server has closed. It is trouble
    /// when nothing comes within a time that no server needs.
    fn receive(&mut self, connection: ConnectionNumber) -> Result<Vec<u8>, Trouble>;

    /// What has come already and was not received yet.
    fn received(&mut self, connection: ConnectionNumber) -> Result<Vec<u8>, Trouble>;

    /// Returns once the server has taken in what was sent.
    fn settle(&mut self) -> Result<(), Trouble>;

    /// Advances the server's clock by so many milliseconds.
    fn advance(&mut self, milliseconds: u64) -> Result<(), Trouble>;

    /// Kills the server and starts it again on the same data; all connections are gone.
    fn restart(&mut self) -> Result<(), Trouble>;

    /// Asks the server to stop.
    fn stop(&mut self) -> Result<(), Trouble>;

    /// Changes an account.
    fn operate(&mut self, operation: &Operation) -> Result<(), Trouble>;
}

/// What went wrong around a vector, as opposed to a reply that is not the expected one.
#[derive(Clone, Debug)]
pub struct Trouble(pub String);

impl fmt::Display for Trouble {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Trouble {}

impl From<std::io::Error> for Trouble {
    fn from(error: std::io::Error) -> Self {
        Self(error.to_string())
    }
}
