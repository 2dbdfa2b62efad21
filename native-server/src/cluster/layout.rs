//! The streams and buckets in JetStream: made by the first server that starts, checked by every later one.

use std::error::Error;
use std::time::Duration;

use async_nats::jetstream::context::{
    CreateStreamError, CreateStreamErrorKind, GetStreamError, GetStreamErrorKind, KeyValueError,
};
use async_nats::jetstream::kv::Store;
use async_nats::jetstream::stream::{Config, DiscardPolicy, StorageType, Stream};
use async_nats::jetstream::{Context, ErrorCode};
use chatting_time_core::Limits;
use futures_util::future::{join_all, try_join_all};
use tokio::time::{sleep, timeout};

use super::bucket::PATIENCE;
use super::connecting::no_jetstream;
use super::error::error_text;
use super::subjects::{PARTITIONS, mailboxes_of, stream_of};
use super::{ClusterOptions, StoreError};
use crate::settings::show_time;

/// How long the one who reads a mailbox may take to hand it over before another may try.
pub(super) const LEASE: Duration = Duration::from_secs(45);
/// Within this time a message that is offered again is known to be the same.
const DUPLICATE_WINDOW: Duration = Duration::from_secs(120);
/// How old an entry of who is online may get before it no longer counts.
pub(super) const PRESENCE_AGE: Duration = Duration::from_secs(60);

/// The buckets that are in memory, and how old what is in them may get.
const IN_MEMORY: [(&str, Duration); 2] = [("chat_drains", LEASE), ("chat_presence", PRESENCE_AGE)];
/// What is missing for so long is lost.
const SETTLING: Duration = Duration::from_secs(2);
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
    /// Makes what there is not, where it says with how many replicas, and finds everything. What is there and is not as it has
    /// to be stays as it is, and is an error.
    pub(super) async fn open(
        context: &Context,
        options: &ClusterOptions,
        limits: &Limits,
    ) -> Result<Self, StoreError> {
        if let Some(replicas) = options.replicas {
            make(context, &all(options, replicas, limits)).await?;
        }
        let bucket = async |name: &str| find_bucket(context, name).await;
        let mailbox = async |partition: u32| {
            let stream = context.get_stream_no_info(stream_of(partition)).await;
            stream.map_err(|error| StoreError::Failed(error_text(&error)))
        };
        let [drains, presence] = IN_MEMORY;
        let (users, sessions, tokens, drains, presence, mailboxes) = tokio::try_join!(
            bucket(USERS),
            bucket(SESSIONS),
            bucket(TOKENS),
            bucket(drains.0),
            bucket(presence.0),
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

/// All that there has to be.
fn all(options: &ClusterOptions, replicas: usize, limits: &Limits) -> Vec<Config> {
    let age = Duration::from_millis(limits.session_lifetime);
    let on_disk = [(USERS, Duration::ZERO), (SESSIONS, age), (TOKENS, age)];
    let on_disk = on_disk.map(|bucket| (bucket, StorageType::File));
    let in_memory = IN_MEMORY.map(|bucket| (bucket, StorageType::Memory));
    let buckets = on_disk.into_iter().chain(in_memory);
    let buckets =
        buckets.map(|((name, max_age), storage)| bucket_config(name, max_age, storage, replicas));
    let mailboxes = (0..PARTITIONS).map(|partition| {
        let mut config = mailbox_config(partition, replicas, limits);
        config.max_age = options.message_lifetime;
        let share = options.message_bytes / u64::from(PARTITIONS);
        // A server of NATS that has no more room at all gives up JetStream, and nobody could read what is there.
        config.max_bytes = i64::try_from(share).unwrap_or(i64::MAX);
        config
    });
    buckets.chain(mailboxes).collect()
}

/// Makes what there is not, all at once: each is made by servers that first have to agree who leads it.
async fn make(context: &Context, wanted: &[Config]) -> Result<(), StoreError> {
    check_nothing_is_lost(context).await?;
    let making = wanted
        .iter()
        .map(|config| find_or_make(context, config.clone()));
    let mut different = Vec::new();
    let mut failed = None;
    for made in join_all(making).await {
        match made {
            Ok(()) => {}
            Err(StoreError::Differs(stream)) => different.extend(stream),
            Err(error) => failed = Some(error),
        }
    }
    match failed {
        _ if !different.is_empty() => Err(StoreError::Differs(different)),
        Some(error) => Err(error),
        None => Ok(()),
    }
}

/// What was made together is there together. Made anew alone, a part that is lost would not fit the others, and nobody would
/// hear that it is lost.
async fn check_nothing_is_lost(context: &Context) -> Result<(), StoreError> {
    let found = on_disk(context).await?;
    let holds = found.iter().find(|(name, messages)| {
        // Marks are written where nothing else is.
        let marks = [USERS, SESSIONS].map(stream_of_bucket).contains(name);
        messages.is_some_and(|messages| messages > u64::from(marks))
    });
    let is_complete = found.iter().all(|(_, messages)| messages.is_some());
    let (Some((holding, _)), false) = (holds, is_complete) else {
        return Ok(());
    };
    // Another server that makes all of it at this moment writes only when everything is there, and a server of NATS that leads
    // since a moment may not know of all of it yet.
    sleep(SETTLING).await;
    let missing = missing(context).await?;
    match missing.is_empty() {
        true => Ok(()),
        false => Err(StoreError::Lost {
            missing,
            holding: Some(holding.clone()),
        }),
    }
}

/// Which of those that are on disks are there no more.
pub(super) async fn missing(context: &Context) -> Result<Vec<String>, StoreError> {
    let found = on_disk(context).await?.into_iter();
    let missing = found.filter(|(_, messages)| messages.is_none());
    Ok(missing.map(|(name, _)| name).collect())
}

/// The streams that have to be on disks, with how much is in each; `None` where there is none of that name.
async fn on_disk(context: &Context) -> Result<Vec<(String, Option<u64>)>, StoreError> {
    let buckets = [USERS, SESSIONS, TOKENS].map(stream_of_bucket);
    let names = buckets.into_iter().chain((0..PARTITIONS).map(stream_of));
    try_join_all(
        names.map(async |name| match context.get_stream(&name).await {
            Ok(stream) => Ok((name, Some(stream.cached_info().state.messages))),
            Err(error) => match error.kind() {
                GetStreamErrorKind::JetStream(error)
                    if error.error_code() == ErrorCode::STREAM_NOT_FOUND =>
                {
                    Ok((name, None))
                }
                kind => Err(unusable(Some(kind), &error)),
            },
        }),
    )
    .await
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
        name: stream_of_bucket(name),
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
    let found = found.cached_info();
    let differences = differences(&wanted, &found.config);
    // What was made for too much and never used may have been what kept the rest from being made.
    if let [(MAX_BYTES, ..)] = differences[..]
        && found.state.last_sequence == 0
        && context.update_stream(wanted).await.is_ok()
    {
        return Ok(());
    }
    if !differences.is_empty() {
        let differences = differences
            .into_iter()
            .map(|(what, wanted, found)| format!("{what} is {found}, not {wanted}"));
        return Err(StoreError::Differs(vec![(name, differences.collect())]));
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
        kind => unusable(kind, error),
    }
}

fn unusable(kind: Option<GetStreamErrorKind>, error: &(dyn Error + 'static)) -> StoreError {
    match kind {
        Some(GetStreamErrorKind::JetStream(error)) => StoreError::of_jetstream("be used", &error),
        _ => StoreError::Failed(format!(
            "JetStream of NATS cannot be used: {}",
            error_text(error)
        )),
    }
}

fn stream_of_bucket(bucket: &str) -> String {
    format!("KV_{bucket}")
}

/// What differs and matters: its name, what is wanted and what was found.
fn differences(wanted: &Config, found: &Config) -> Vec<(&'static str, String, String)> {
    let pairs = what_matters(wanted).into_iter().zip(what_matters(found));
    let pairs = pairs.map(|((what, wanted), (_, found))| (what, wanted, found));
    pairs.filter(|(_, wanted, found)| wanted != found).collect()
}

const MAX_BYTES: &str = "max_bytes";

/// By the names that NATS has for it.
fn what_matters(config: &Config) -> [(&'static str, String); 13] {
    // No bound is written in several ways.
    let bound = |number: i64| number.max(0).to_string();
    let time = |time: Duration| match time.is_zero() {
        true => "0".to_owned(),
        false => show_time(u64::try_from(time.as_millis()).unwrap_or(u64::MAX)),
    };
    [
        (
            "max_msgs_per_subject",
            config.max_messages_per_subject.to_string(),
        ),
        (MAX_BYTES, bound(config.max_bytes)),
        ("num_replicas", config.num_replicas.to_string()),
        ("subjects", config.subjects.join(" ")),
        ("max_age", time(config.max_age)),
        ("discard", format!("{:?}", config.discard)),
        (
            "discard_new_per_subject",
            config.discard_new_per_subject.to_string(),
        ),
        ("storage", format!("{:?}", config.storage)),
        // In retention by interest what nobody listens to is not kept at all.
        ("retention", format!("{:?}", config.retention)),
        ("duplicate_window", time(config.duplicate_window)),
        ("max_msgs", bound(config.max_messages)),
        ("max_msg_size", bound(config.max_message_size.into())),
        ("allow_direct", config.allow_direct.to_string()),
    ]
}
