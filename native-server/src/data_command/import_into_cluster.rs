//! Imports into NATS, and carries on what was begun there.

use std::fs::File;
use std::io::{self, Seek as _};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use chatting_time_core::{Event, Timestamp};
use tokio::runtime::Builder;
use tokio::time::sleep;

use super::import::nothing_imported;
use super::input::Input;
use super::interruption::{Unfinished, lock, stop_when_interrupted};
use super::lines::{Lines, Summary, cannot_read};
use super::progress::Progress;
use crate::cluster::{
    BEGIN_AGAIN, Bounds, ClusterOptions, GIVE_UP_AFTER, MoveError, Moved, Moving, Survey, Surveyed,
};
use crate::screen::utc;
use crate::settings::Settings;
use crate::user::{Failure, report};

/// The pauses between attempts.
const SHORTEST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(3);

pub(super) fn import_into_cluster(
    input: &Input<'_>,
    settings: &Settings,
    addresses: &[String],
) -> Result<(), Failure> {
    let reached = Arc::new(Mutex::new(Reached::Nothing));
    stop_when_interrupted(reached.clone())
        .map_err(|error| Failure(format!("cannot wait for signals: {error}")))?;
    let export = Export::open(input).map_err(nothing_imported)?;
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let store = &settings.store;
    let imported = runtime.block_on(async {
        let options = ClusterOptions::of_command(settings, addresses)?;
        let moving = Moving::open(&options).await?;
        let bounds = moving.bounds().await?;
        let (surveyed, summary) = export.survey(bounds).map_err(nothing_imported)?;
        let before = fill(&moving, &export, &surveyed, &summary, &reached).await?;
        Ok::<_, Failure>((before, summary))
    });
    let (before, summary) = imported?;
    if let Some(at) = before {
        return report(&format!(
            "{input} was imported into {store} already, at {}; nothing was done",
            utc(at)
        ));
    }
    report(&format!("imported {} into {store}", summary.contents))
}

/// Makes as many attempts as it takes, as long as each gets further than the one before. When it was done before, if it was.
async fn fill(
    moving: &Moving,
    export: &Export<'_>,
    surveyed: &Surveyed,
    summary: &Summary,
    reached: &Mutex<Reached>,
) -> Result<Option<Timestamp>, Failure> {
    let mut progress = Progress::new();
    let mut furthest = Moved::Messages(0);
    let mut moved_at = Instant::now();
    let mut pause = SHORTEST_PAUSE;
    let mut has_begun = false;
    loop {
        let attempt = async {
            let begun = moving.begin(summary.digest).await?;
            if let Some(at) = begun.done() {
                return Ok((!has_begun).then_some(at));
            }
            has_begun = true;
            *lock(reached) = Reached::Something;
            let events = || export.events(summary);
            let mut moved = |moved: Moved| {
                if moved > furthest {
                    furthest = moved;
                    moved_at = Instant::now();
                }
                progress.at(InWords(moved, summary));
            };
            moving.fill(begun, surveyed, events, &mut moved).await?;
            Ok(None)
        };
        match attempt.await {
            Ok(before) => {
                *lock(reached) = Reached::Everything;
                return Ok(before);
            }
            Err(MoveError::Final(failure)) => return Err(failure),
            Err(MoveError::Unavailable(problem)) if moved_at.elapsed() > GIVE_UP_AFTER => {
                let Reached::Nothing = *lock(reached) else {
                    return Err(Failure(format!(
                        "{problem}; {CARRY_ON} once NATS answers again"
                    )));
                };
                return Err(nothing_imported(problem.into()));
            }
            Err(MoveError::Unavailable(problem)) => {
                progress.at(format_args!("{problem}; trying again"));
                if moved_at.elapsed() < pause {
                    pause = SHORTEST_PAUSE;
                }
                sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
    }
}

const CARRY_ON: &str = "what was imported stays, and the same command carries on from there";

/// An export that can be read more than once.
struct Export<'a> {
    input: &'a Input<'a>,
    file: File,
}

impl<'a> Export<'a> {
    fn open(input: &'a Input<'a>) -> Result<Self, Failure> {
        let cannot = |error: io::Error| cannot_read(input, &error);
        let mut file = input.open().map_err(cannot)?;
        let kind = file.metadata().map_err(cannot)?.file_type();
        if !kind.is_file() && !kind.is_dir() {
            // It is read three times. Nobody else can open this one, and it goes with the process.
            let keep = |mut pipe: File| {
                let mut kept = tempfile::tempfile()?;
                io::copy(&mut pipe, &mut kept)?;
                Ok(kept)
            };
            file = keep(file).map_err(|error: io::Error| {
                Failure(format!(
                    "cannot keep in {} what comes from {input}: {error}",
                    std::env::temp_dir().display()
                ))
            })?;
        }
        Ok(Self { input, file })
    }

    /// Looks through all of it before anything is written.
    fn survey(&self, bounds: Bounds) -> Result<(Surveyed, Summary), Failure> {
        let mut progress = Progress::new();
        let mut survey = Survey::new(bounds);
        let mut lines = self.lines()?;
        let mut events = 0_u64;
        while let Some(event) = lines.next() {
            let fits = survey.take(&event?);
            fits.map_err(|problem| lines.refuse(problem))?;
            events += 1;
            progress.at(format_args!("looked through {events} events"));
        }
        let summary = lines.finish()?;
        Ok((survey.finish()?, summary))
    }

    /// The same events again.
    fn events(&self, summary: &Summary) -> Result<Again<'_>, Failure> {
        Ok(Again {
            lines: Some(self.lines()?),
            digest: summary.digest,
        })
    }

    fn lines(&self) -> Result<Lines<'_>, Failure> {
        let rewound = self.file.try_clone().and_then(|mut file| {
            file.rewind()?;
            Ok(file)
        });
        let file = rewound.map_err(|error| cannot_read(self.input, &error))?;
        Ok(Lines::new(self.input, file))
    }
}

/// The events of an export that was looked through before; a failure where it is no longer the same.
struct Again<'a> {
    lines: Option<Lines<'a>>,
    digest: [u8; 32],
}

impl Iterator for Again<'_> {
    type Item = Result<Event, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        let changed = |Failure(problem)| {
            Failure(format!(
                "{problem}; it was changed while it was imported: {BEGIN_AGAIN}"
            ))
        };
        match self.lines.as_mut()?.next() {
            Some(event) => Some(event.map_err(changed)),
            None => match self.lines.take()?.finish() {
                Ok(summary) if summary.digest == self.digest => None,
                Ok(_) => Some(Err(changed(Failure::from("it is not the same any more")))),
                Err(failure) => Some(Err(changed(failure))),
            },
        }
    }
}

/// How far it is, for whoever is told to stop in the middle.
#[derive(Clone, Copy)]
enum Reached {
    Nothing,
    Something,
    Everything,
}

impl Unfinished for Reached {
    fn stop(&mut self) -> String {
        match self {
            Self::Nothing => "stopped before it was done; nothing was imported".into(),
            Self::Something => format!("stopped before it was done; {CARRY_ON}"),
            Self::Everything => "stopped at the very end: everything is imported".into(),
        }
    }
}

/// How far it is, to read.
struct InWords<'a>(Moved, &'a Summary);

impl std::fmt::Display for InWords<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self(moved, Summary { contents, .. }) = self;
        let (count, all, what) = match moved {
            Moved::Messages(count) => (count, contents.messages, "messages"),
            Moved::Sessions(count) => (count, contents.sessions, "sessions"),
            Moved::Users(count) => (count, contents.users, "users"),
        };
        write!(formatter, "imported {count} of {all} {what}")
    }
}
