//! What is written down of one run: its files, in the order of their blobs, and the digest of every blob, so that one that
//! was damaged since is not taken for what it was.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Change;

/// Goes up when an older tool could misread a record.
pub(super) const VERSION: u32 = 1;

/// How far a run came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Files are being written, or were when the run was interrupted.
    Begun,
    /// All files that could be written were.
    Done,
    /// It was taken back.
    Undone,
}

/// A run, as `undo --list` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Its name: the time in UTC, and a number where that is not enough.
    pub id: String,
    /// How far it came.
    pub state: State,
    /// Its files; none of a damaged record.
    pub paths: Vec<PathBuf>,
    /// Why its record cannot be understood.
    pub damaged: Option<String>,
    /// Their blobs.
    pub(super) blobs: Vec<Blobs>,
}

/// The old and the new bytes of a file in the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Blobs {
    /// What their names begin with.
    pub number: usize,
    /// Their digests; records of older versions have none.
    pub digests: Option<Digests>,
}

/// The digests of both blobs of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Digests {
    before: String,
    after: String,
}

impl Digests {
    /// Those of a change.
    pub fn of(change: &Change) -> Self {
        Self { before: digest(&change.before), after: digest(&change.after) }
    }

    /// Whether a blob has the bytes that it was written with.
    pub fn hold(&self, side: &str, bytes: &[u8]) -> bool {
        digest(bytes) == *if side == "before" { &self.before } else { &self.after }
    }
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The record as it stands on disk.
#[derive(Serialize, Deserialize)]
pub(super) struct Record {
    version: u32,
    /// In the order of the blobs.
    pub paths: Vec<String>,
    /// In the same order; not written by older versions.
    #[serde(default)]
    digests: Vec<Digests>,
}

impl Record {
    /// The record of a run.
    pub fn new(paths: Vec<String>, changes: &[Change]) -> Self {
        Self { version: VERSION, paths, digests: changes.iter().map(Digests::of).collect() }
    }

    /// Reads a record.
    ///
    /// # Errors
    /// Why it is none.
    pub fn read(text: &[u8]) -> Result<Self, String> {
        let record: Self = serde_json::from_slice(text).map_err(|error| error.to_string())?;
        if record.version != VERSION {
            return Err(format!("its version is {}, and this program knows version {VERSION}", record.version));
        }
        if !record.digests.is_empty() && record.digests.len() != record.paths.len() {
            return Err(format!("it has {} files and {} digests", record.paths.len(), record.digests.len()));
        }
        Ok(record)
    }

    /// The blobs of a file.
    pub fn blobs(&self, number: usize) -> Blobs {
        Blobs { number, digests: self.digests.get(number).cloned() }
    }
}
