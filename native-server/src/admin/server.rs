//! The server's side.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::UnixStream;
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tracing::{info, warn};

use super::{AdminListener, REQUEST_BYTES, Request, Response, UserSummary, encode, parse};
use crate::engine::{AdminError, Engine};
use chatting_time_core::AdminCommand;

/// Requests at a time; each may take [`REQUEST_BYTES`] of memory.
const CONVERSATIONS: usize = 4;

/// How long a client may take to send its request, and to take the response.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long to wait before accepting again when the operating system had nothing to give.
const SHORTAGE_PAUSE: Duration = Duration::from_millis(50);

/// Answers administrators for as long as the runtime lives.
pub async fn serve(engine: Arc<Engine>, listener: AdminListener) {
    let conversations = Arc::new(Semaphore::new(CONVERSATIONS));
    let mut is_short = false;
    loop {
        let permit = conversations.clone().acquire_owned().await;
        let permit = permit.expect("the semaphore is never closed");
        match listener.0.accept().await {
            Ok((stream, _)) => {
                is_short = false;
                let engine = engine.clone();
                tokio::spawn(async move {
                    let _permit = permit;
                    if let Err(error) = converse(&engine, stream).await {
                        warn!("a conversation with an administrator broke: {error}");
                    }
                });
            }
            Err(error) => {
                if !std::mem::replace(&mut is_short, true) {
                    warn!("cannot accept an administrator: {error}");
                }
                sleep(SHORTAGE_PAUSE).await;
            }
        }
    }
}

async fn converse(engine: &Engine, mut stream: UnixStream) -> io::Result<()> {
    let mut line = Vec::new();
    let mut bounded = BufReader::new((&mut stream).take(REQUEST_BYTES as u64 + 1));
    timeout(PATIENCE, bounded.read_until(b'\n', &mut line)).await??;
    if line.is_empty() {
        // Somebody only looked whether a server is there.
        return Ok(());
    }
    let response = match parse(&line) {
        _ if line.len() > REQUEST_BYTES => {
            Response::NotUnderstood(format!("a request of more than {REQUEST_BYTES} bytes"))
        }
        Ok(request) => answer(engine, request).await,
        Err(problem) => Response::NotUnderstood(problem),
    };
    timeout(PATIENCE, stream.write_all(&encode(response))).await?
}

async fn answer(engine: &Engine, request: Request) -> Response {
    let answered = match request {
        Request::ListUsers => {
            let users = engine.once_durable(Engine::users).await;
            users.map(|users| Response::Users(users.iter().map(UserSummary::from).collect()))
        }
        Request::DurableSequence => Ok(Response::DurableSequence(engine.durable_sequence())),
        Request::ListSessions(username) => {
            let sessions = engine.once_durable(|engine| engine.sessions(username));
            sessions.await.and_then(|sessions| {
                sessions
                    .map(Response::Sessions)
                    .map_err(AdminError::Refused)
            })
        }
        Request::EndSessions(username, id) => {
            let ended = engine.end_sessions(&username, id).await;
            ended.map(|count| {
                info!("sessions of {username} ended: {count}");
                Response::Ended(count)
            })
        }
        Request::Administer(command) => engine.administer(&command).await.map(|()| {
            log(&command);
            Response::Done
        }),
    };
    answered.unwrap_or_else(|error| match error {
        AdminError::Refused(refusal) => Response::Refused(refusal),
        AdminError::StorageUnavailable | AdminError::NatsUnavailable(_) => {
            Response::StorageUnavailable
        }
        AdminError::Importing | AdminError::Interrupted { .. } => {
            unreachable!("in a data folder everything is added at once, and it is filled while nobody holds it")
        }
    })
}

fn log(command: &AdminCommand) {
    match command {
        AdminCommand::AddUsers(users) => info!("users added: {}", users.len()),
        AdminCommand::ChangePassword { username, .. } => info!("password of {username} changed"),
        AdminCommand::RemoveUser { username } => info!("user {username} removed"),
    }
}
