//! The trace as a table: which observations a filter lets through, and windows of them.

use serde::Serialize;
use tsify::Tsify;

use super::History;
use crate::bounds::{PREVIEW_BYTES, ROWS};
use crate::{Bytes, Direction, Observation, What};

/// Which observations a table shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct TraceFilter {
    /// The kinds.
    pub view: TraceView,
    /// Those of one client and its connections.
    #[tsify(optional)]
    pub client: Option<u32>,
    /// Those that go one way.
    #[tsify(optional)]
    pub direction: Option<Direction>,
    /// Those that hold this text; ASCII letters in either case.
    #[tsify(optional)]
    pub text: Option<String>,
}

/// The kinds of observations that a table shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub enum TraceView {
    /// What TCP does: writes, pieces, and the life of connections.
    Pieces,
    /// What programs say: requests, replies, and the life of connections.
    Messages,
    /// All of them.
    Everything,
}

/// A window of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct TraceRows {
    /// How many rows the whole table has.
    pub total: u32,
    /// Those of the window.
    pub rows: Vec<TraceRow>,
}

/// One observation as a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct TraceRow {
    /// Its number.
    pub number: u32,
    /// Whose it is, or whose connection.
    #[tsify(optional)]
    pub client: Option<u32>,
    /// On which connection.
    #[tsify(optional)]
    pub connection: Option<u32>,
    /// Which way it goes.
    #[tsify(optional)]
    pub direction: Option<Direction>,
    /// How many bytes there are in all.
    #[tsify(optional)]
    pub length: Option<u32>,
    /// The observation, with the first 400 of its bytes.
    pub observation: Observation,
}

/// One observation, whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct ObservationDetail {
    /// As it stands in tables.
    pub row: TraceRow,
    /// All of its bytes.
    #[tsify(optional, type = "Uint8Array")]
    #[serde(serialize_with = "as_bytes", skip_serializing_if = "Option::is_none")]
    pub bytes: Option<Bytes>,
    /// The later observations that it led to, as far as they happened already.
    pub effects: Vec<u32>,
}

/// The numbers that a filter lets through, as far as they were looked for.
pub(super) struct Matches {
    branch: usize,
    filter: TraceFilter,
    numbers: Vec<u32>,
    searched: u32,
}

impl History {
    /// A window of the filtered trace up to the present instant.
    pub fn rows(&mut self, filter: &TraceFilter, from: u32, count: u32) -> TraceRows {
        let numbers = self.matching(filter);
        let total = numbers.len();
        let from = total.min(from as usize);
        let to = total.min(from + count.min(ROWS) as usize);
        let window = numbers[from..to].to_vec();
        TraceRows {
            total: total as u32,
            rows: window
                .into_iter()
                .filter_map(|number| self.row(number))
                .collect(),
        }
    }

    /// At which place of the filtered trace an observation stands, or the next one behind it that is there.
    pub fn row_of(&mut self, filter: &TraceFilter, observation: u32) -> Option<u32> {
        let numbers = self.matching(filter);
        let place = numbers.partition_point(|number| *number < observation);
        (place < numbers.len()).then_some(place as u32)
    }

    /// One observation, whole.
    pub fn detail(&self, number: u32) -> Option<ObservationDetail> {
        let observation = self.observation(number)?;
        Some(ObservationDetail {
            row: self.row(number)?,
            bytes: observation.what.bytes().cloned(),
            effects: self.effects(number).collect(),
        })
    }

    /// A part of the whole trace up to the present instant.
    pub fn trace(&self, from: u32, count: u32) -> Vec<Observation> {
        let to = from.saturating_add(count).min(self.present.observations());
        let numbers = from..to;
        numbers
            .filter_map(|number| self.observation(number).cloned())
            .collect()
    }

    fn row(&self, number: u32) -> Option<TraceRow> {
        let observation = self.observation(number)?;
        let what = &observation.what;
        Some(TraceRow {
            number,
            client: self.client_at(what),
            connection: what.connection(),
            direction: what.direction(),
            length: what.bytes().map(|bytes| bytes.len() as u32),
            observation: Observation {
                what: what.preview(PREVIEW_BYTES),
                ..observation.clone()
            },
        })
    }

    /// The numbers that the filter lets through, up to the present instant.
    fn matching(&mut self, filter: &TraceFilter) -> &[u32] {
        let known = self.matches.take();
        let known = known.filter(|known| known.branch == self.branch && known.filter == *filter);
        let mut matches = known.unwrap_or_else(|| Matches {
            branch: self.branch,
            filter: filter.clone(),
            numbers: Vec::new(),
            searched: 0,
        });
        let end = self.present.observations();
        let wanted = filter.text.as_ref().map(|text| text.to_ascii_lowercase());
        for number in matches.searched..end {
            let observation = self.observation(number);
            if observation.is_some_and(|one| self.lets_through(filter, wanted.as_deref(), one)) {
                matches.numbers.push(number);
            }
        }
        matches.searched = matches.searched.max(end);
        let matches = self.matches.insert(matches);
        let count = matches.numbers.partition_point(|number| *number < end);
        &matches.numbers[..count]
    }

    fn lets_through(
        &self,
        filter: &TraceFilter,
        text: Option<&str>,
        observation: &Observation,
    ) -> bool {
        let what = &observation.what;
        let is_of_view = match filter.view {
            TraceView::Everything => true,
            TraceView::Pieces => what.is_piece() || what.is_life(),
            TraceView::Messages => what.is_message() || what.is_life(),
        };
        is_of_view
            && (filter.client.is_none() || self.client_at(what) == filter.client)
            && (filter.direction.is_none() || what.direction() == filter.direction)
            && text.is_none_or(|text| {
                text.is_empty() || what.text().to_ascii_lowercase().contains(text)
            })
    }

    fn client_at(&self, what: &What) -> Option<u32> {
        let of_connection = || self.client_of(what.connection()?);
        what.client().or_else(of_connection)
    }
}

fn as_bytes<S: serde::Serializer>(bytes: &Option<Bytes>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_bytes(bytes.as_deref().unwrap_or_default())
}
