//! Listening sockets that a service manager opened and passed on (sd_listen_fds(3)): the server may then start when the first
//! client comes, and be restarted while clients wait. Whether one may be listened on is not decided here.

use std::env;
use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener};

use listenfd::ListenFd;
use socket2::SockRef;

/// The settings in whose place a socket can be passed, which are the names that it can have.
const NAMES: &[&str] = &["listen", "tls-listen", "http", "https", "admin-http"];

/// What this process was passed and nobody has taken yet.
pub(super) struct PassedSockets {
    sockets: Vec<(&'static str, (SocketAddr, TcpListener))>,
}

/// Why a passed socket cannot be used.
#[derive(Debug)]
pub(super) enum PassedSocketError {
    /// It is not named after a setting.
    Name(String),
    /// It takes no TCP connections.
    Kind(&'static str, io::Error),
}

impl fmt::Display for PassedSocketError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => write!(
                formatter,
                "the service manager passed a socket named \"{name}\", and nobody knows what it is for: say \
                 FileDescriptorName= one of {} in its socket unit",
                NAMES.join(", ")
            ),
            Self::Kind(name, error) => write!(
                formatter,
                "the service manager passed as \"{name}\" what is no listening TCP socket ({error}): say \
                 ListenStream=ADDRESS:PORT and Accept=no in its socket unit"
            ),
        }
    }
}

impl PassedSockets {
    /// Takes all that this process was passed, and takes the word of it out of the environment: only while there are
    /// no other threads.
    pub(super) fn take() -> Result<Self, PassedSocketError> {
        let names = env::var("LISTEN_FDNAMES").unwrap_or_default();
        let mut names = names.split(':').filter(|name| !name.is_empty());
        let mut passed = ListenFd::from_env();
        let mut sockets = Vec::new();
        for index in 0..passed.len() {
            // Whoever gives no names has one purpose in mind.
            let given = names.next().unwrap_or("listen");
            let name = NAMES
                .iter()
                .find(|name| **name == given)
                .ok_or_else(|| PassedSocketError::Name(given.to_owned()))?;
            let socket = listening(&mut passed, index);
            sockets.push((
                *name,
                socket.map_err(|error| PassedSocketError::Kind(name, error))?,
            ));
        }
        Ok(Self { sockets })
    }

    /// Takes those for a setting, each with its address.
    pub(super) fn named(&mut self, setting: &str) -> Vec<(SocketAddr, TcpListener)> {
        let taken = self.sockets.extract_if(.., |(name, _)| *name == setting);
        taken.map(|(_, socket)| socket).collect()
    }
}

fn listening(passed: &mut ListenFd, index: usize) -> io::Result<(SocketAddr, TcpListener)> {
    let socket = passed.take_tcp_listener(index)?;
    let socket = socket.ok_or_else(|| io::Error::other("it was taken before"))?;
    if !SockRef::from(&socket).is_listener()? {
        return Err(io::Error::other("it does not listen"));
    }
    socket.set_nonblocking(true)?;
    Ok((socket.local_addr()?, socket))
}
