//! Publishes to JetStream, patiently.

use std::error::Error;
use std::time::Duration;

use async_nats::jetstream::context::{PublishError, PublishErrorKind};
use tokio::time::error::Elapsed;
use tokio::time::{sleep, timeout};

use super::bucket::PATIENCE;

/// Between two attempts that nobody heard.
const PAUSE: Duration = Duration::from_millis(50);

/// What comes of publishing something within [`PATIENCE`]. Where a stream has no leader at the moment that is told at once,
/// nothing was written, and it is published again.
pub(super) async fn until_heard<P, T, E>(publish: impl Fn() -> P) -> Result<Result<T, E>, Elapsed>
where
    P: Future<Output = Result<T, E>>,
    E: Error + 'static,
{
    let heard = async {
        loop {
            match publish().await {
                Err(error) if is_unheard(&error) => sleep(PAUSE).await,
                done => return done,
            }
        }
    };
    timeout(PATIENCE, heard).await
}

fn is_unheard(error: &(dyn Error + 'static)) -> bool {
    let kind = error.downcast_ref::<PublishError>().map(PublishError::kind);
    kind == Some(PublishErrorKind::StreamNotFound) || error.source().is_some_and(is_unheard)
}
