//! The streams and buckets in JetStream: made by the first server that starts, checked by every later one.

use std::error::Error as _;
use std::time::Duration;

use async_nats::jetstream::context::{
    CreateStreamError, CreateStreamErrorKind, GetStreamError, GetStreamErrorKind, KeyValueError,
};
use async_nats::jetstream::kv::Store;
use async_nats::jetstream::stream::{Config, DiscardPolicy, StorageType, Stream};
use async_nats::jetstream::{Context, ErrorCode};
use chatting_time_core::Limits;
use futures_util::future::try_join_all;
use tokio::time::timeout;

use super::bucket::PATIENCE;
use super::connecting::no_jetstream;
use super::error::error_text;
use super::subjects::{PARTITIONS, mailboxes_of, stream_of};
use super::{ClusterOptions, StoreError};

/// How long the one who reads a mailbox may take to hand it over before another may try.
pub(super) const LEASE: Duration = Duration::from_secs(45);
/// Within this time a message that is offered again is known to be the same.
const DUPLICATE_WINDOW: Duration = Duration::from_secs(120);
/// How old an entry of who is online may get before it no longer counts.
pub(super) const PRESENCE_AGE: Duration = Duration::from_secs(60);

/// The buckets that are in memory, and how old what is in them may get.
const IN_MEMORY: [(&str, Duration); 2] = [("chat_drains", LEASE), ("chat_presence", PRESENCE_AGE)];
/// How long a stream may take to be made before it is asked for once more.
const MAKING: Duration = Duration::from_millis(500);

pub(super) const USERS: &str = "chat_users";
pub(super) const SESSIONS: &str = "chat_sessions";
pub(super) const TOKENS: &str = "chat_tokens";

/// Everything that there is in JetStream.
pub(super) struct Layout {
    pub(super) users: Store,
    pub(super) sessions: Store,
    pub(super) tokens: Store,
    pub(super) drains: Store,
    pub(super) presence: Store,
    /// By partition.
    pub(super) mailboxes: Vec<Stream<()>>,
}

impl Layout {
    /// Finds everything, and makes what there is not. What is there and is not as it has to be stays as it is, and is an error.
    pub(super) async fn open(
        context: &Context,
        options: &ClusterOptions,
        limits: &Limits,
    ) -> Result<Self, StoreError> {
        let replicas = options.replicas;
        let bucket = async |name: &str, max_age: Duration, storage: StorageType| {
            if let Some(replicas) = replicas {
                find_or_make(context, bucket_config(name, max_age, storage, replicas)).await?;
            }
            find_bucket(context, name).await
        };
        let mailbox = async |partition: u32| {
            if let Some(replicas) = replicas {
                let mut config = mailbox_config(partition, replicas, limits);
                config.max_age = options.message_lifetime;
                let share = options.message_bytes / u64::from(PARTITIONS);
                // A server of NATS that has no more room at all gives up JetStream, and nobody could read what is there.
                config.max_bytes = i64::try_from(share).unwrap_or(i64::MAX);
                find_or_make(context, config).await?;
            }
            let stream = context.get_stream_no_info(stream_of(partition)).await;
            stream.map_err(|error| StoreError::Failed(error_text(&error)))
        };
        let age = Duration::from_millis(limits.session_lifetime);
        let forever = Duration::ZERO;
        let (file, memory) = (StorageType::File, StorageType::Memory);
        let [drains, presence] = IN_MEMORY;
        // All at once: each is made by servers that first have to agree who leads it.
        let (users, sessions, tokens, drains, presence, mailboxes) = tokio::try_join!(
            bucket(USERS, forever, file),
            bucket(SESSIONS, age, file),
            bucket(TOKENS, age, file),
            bucket(drains.0, drains.1, memory),
            bucket(presence.0, presence.1, memory),
            try_join_all((0..PARTITIONS).map(mailbox)),
        )?;
        Ok(Self {
            users,
            sessions,
            tokens,
            drains,
            presence,
            mailboxes,
        })
    }
}

/// Makes what is kept in memory where it is no more: a server of NATS that has no others forgets it when it starts again.
pub(super) async fn make_again(context: &Context, replicas: usize) -> Result<(), StoreError> {
    let make = |(name, max_age)| {
        find_or_make(
            context,
            bucket_config(name, max_age, StorageType::Memory, replicas),
        )
    };
    try_join_all(IN_MEMORY.map(make)).await.map(drop)
}

/// A bucket that a server has made.
pub(super) async fn find_bucket(context: &Context, name: &str) -> Result<Store, StoreError> {
    let store = context.get_key_value(name).await;
    store.map_err(|error| not_there(&error))
}

/// As the library makes a bucket, except that only the leader answers: another replica may be behind.
fn bucket_config(name: &str, max_age: Duration, storage: StorageType, replicas: usize) -> Config {
    Config {
        name: format!("KV_{name}"),
        subjects: vec![format!("$KV.{name}.>")],
        max_messages_per_subject: 1,
        max_age,
        storage,
        num_replicas: replicas,
        discard: DiscardPolicy::New,
        allow_rollup: true,
        deny_delete: true,
        duplicate_window: match max_age.is_zero() {
            true => DUPLICATE_WINDOW,
            false => DUPLICATE_WINDOW.min(max_age),
        },
        ..Config::default()
    }
}

fn mailbox_config(partition: u32, replicas: usize, limits: &Limits) -> Config {
    Config {
        name: stream_of(partition),
        subjects: vec![mailboxes_of(partition)],
        max_messages_per_subject: i64::try_from(limits.mailbox_messages).unwrap_or(i64::MAX),
        storage: StorageType::File,
        num_replicas: replicas,
        discard: DiscardPolicy::New,
        discard_new_per_subject: true,
        duplicate_window: DUPLICATE_WINDOW,
        ..Config::default()
    }
}

async fn find_or_make(context: &Context, wanted: Config) -> Result<(), StoreError> {
    let name = wanted.name.clone();
    // Making one that is there already and is the same changes nothing. What is asked while the servers agree on who leads
    // may never be answered.
    let mut patience = MAKING;
    let made = loop {
        match timeout(patience, context.create_stream(wanted.clone())).await {
            Ok(made) => break made,
            Err(_) if patience < PATIENCE => patience *= 2,
            Err(_) => {
                return Err(StoreError::Failed(
                    "JetStream of NATS takes too long to make what is to be kept there: look whether most of its servers run, and \
                     whether they have agreed on who leads"
                        .to_owned(),
                ));
            }
        }
    };
    let Err(error) = made else {
        return Ok(());
    };
    let Ok(found) = context.get_stream(&name).await else {
        return Err(not_made(&name, &error));
    };
    let differences = differences(&wanted, &found.cached_info().config);
    if !differences.is_empty() {
        return Err(StoreError::Differs { name, differences });
    }
    match error.kind() {
        CreateStreamErrorKind::JetStream(_) => Ok(()),
        _ => Err(not_made(&name, &error)),
    }
}

fn not_made(name: &str, error: &CreateStreamError) -> StoreError {
    match error.kind() {
        CreateStreamErrorKind::JetStream(error) => {
            StoreError::of_jetstream("make what is to be kept there", &error)
        }
        CreateStreamErrorKind::JetStreamUnavailable => no_jetstream(),
        _ => StoreError::Failed(format!(
            "JetStream of NATS cannot make {name}: {}",
            error_text(error)
        )),
    }
}

fn not_there(error: &KeyValueError) -> StoreError {
    let source = error
        .source()
        .and_then(|source| source.downcast_ref::<GetStreamError>());
    match source.map(GetStreamError::kind) {
        Some(GetStreamErrorKind::JetStream(error))
            if error.error_code() == ErrorCode::STREAM_NOT_FOUND =>
        {
            StoreError::Unfit(
                "nothing is kept in this NATS yet: start a server on it first (chatting-time serve --store …), or correct \
                 the address (store)"
                    .to_owned(),
            )
        }
        Some(GetStreamErrorKind::JetStream(error)) => StoreError::of_jetstream("be used", &error),
        _ => StoreError::Failed(format!("JetStream of NATS cannot be used: {}", error_text(error))),
    }
}

/// What differs and matters, in words.
fn differences(wanted: &Config, found: &Config) -> Vec<String> {
    let pairs = what_matters(wanted).into_iter().zip(what_matters(found));
    let differing = pairs.filter(|(wanted, found)| wanted != found);
    differing
        .map(|((what, wanted), (_, found))| format!("{what} is {found}, not {wanted}"))
        .collect()
}

/// By the names that NATS has for it.
fn what_matters(config: &Config) -> [(&'static str, String); 13] {
    // No bound is written in several ways.
    let bound = |number: i64| number.max(0).to_string();
    [
        (
            "max_msgs_per_subject",
            config.max_messages_per_subject.to_string(),
        ),
        ("max_bytes", config.max_bytes.to_string()),
        ("num_replicas", config.num_replicas.to_string()),
        ("subjects", config.subjects.join(" ")),
        ("max_age", format!("{:?}", config.max_age)),
        ("discard", format!("{:?}", config.discard)),
        (
            "discard_new_per_subject",
            config.discard_new_per_subject.to_string(),
        ),
        ("storage", format!("{:?}", config.storage)),
        // In retention by interest what nobody listens to is not kept at all.
        ("retention", format!("{:?}", config.retention)),
        ("duplicate_window", format!("{:?}", config.duplicate_window)),
        ("max_msgs", bound(config.max_messages)),
        ("max_msg_size", bound(config.max_message_size.into())),
        ("allow_direct", config.allow_direct.to_string()),
    ]
}
