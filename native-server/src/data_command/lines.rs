//! The events that the lines of an export stand for, one after the other.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _};

use chatting_time_core::Event;
use sha2::{Digest as _, Sha256};

use super::contents::Contents;
use super::importer::{Importer, Latest};
use super::input::Input;
use crate::user::Failure;

/// Longest line, in bytes: the longest text that a message may be configured to have, every byte of it escaped as six, and
/// the names around it.
const LINE_BYTES: u64 = 100 << 20;

/// Some programs begin a file of UTF-8 with it.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads an export once.
pub(super) struct Lines<'a> {
    input: &'a Input<'a>,
    file: BufReader<File>,
    importer: Importer,
    digest: Sha256,
    line: Vec<u8>,
    number: u64,
    has_ended: bool,
}

/// What an export was, known at its end.
#[derive(Clone, Copy)]
pub(super) struct Summary {
    pub(super) contents: Contents,
    pub(super) latest: Latest,
    /// SHA-256 of all its bytes.
    pub(super) digest: [u8; 32],
}

impl<'a> Lines<'a> {
    pub(super) fn new(input: &'a Input<'a>, file: File) -> Self {
        Self {
            input,
            file: BufReader::with_capacity(1 << 18, file),
            importer: Importer::new(),
            digest: Sha256::new(),
            line: Vec::new(),
            number: 0,
            has_ended: false,
        }
    }

    /// What is wrong with the line that was read last.
    pub(super) fn refuse(&self, problem: impl std::fmt::Display) -> Failure {
        Failure(format!("{}:{}: {problem}", self.input, self.number))
    }

    /// What was read, once there is no event left.
    pub(super) fn finish(self) -> Result<Summary, Failure> {
        let place = format!("{}:{}", self.input, self.number);
        let (contents, latest) = self
            .importer
            .finish()
            .map_err(|problem| Failure(format!("{place}: {problem}")))?;
        Ok(Summary {
            contents,
            latest,
            digest: self.digest.finalize().into(),
        })
    }

    /// The next event, without a word of what was read before it that stands for none.
    fn read(&mut self) -> Result<Option<Event>, Failure> {
        while !self.has_ended {
            self.number += 1;
            self.line.clear();
            let mut bounded = (&mut self.file).take(LINE_BYTES + 1);
            let read = bounded.read_until(b'\n', &mut self.line);
            read.map_err(|error| cannot_read(self.input, &error))?;
            self.digest.update(&self.line);
            if self.line.is_empty() {
                self.has_ended = true;
                break;
            }
            if self.line.len() as u64 > LINE_BYTES {
                return Err(self.refuse(format!("longer than {LINE_BYTES} bytes")));
            }
            let line = match self.number {
                1 => self
                    .line
                    .strip_prefix(BYTE_ORDER_MARK)
                    .unwrap_or(&self.line),
                _ => &self.line,
            };
            match self.importer.take(line) {
                Ok(Some(event)) => return Ok(Some(event)),
                Ok(None) => {}
                Err(problem) => return Err(self.refuse(problem)),
            }
        }
        Ok(None)
    }
}

impl Iterator for Lines<'_> {
    type Item = Result<Event, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

pub(super) fn cannot_read(input: &Input<'_>, error: &io::Error) -> Failure {
    Failure(format!("cannot read {input}: {error}"))
}
