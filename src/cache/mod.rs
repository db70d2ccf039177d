//! What a scan found, kept for the next one: where no file, rule or setting has changed since, nothing is read again.
//! Safe to delete at any time; what is damaged, or was written while files were changing, counts as not there.

mod entry;
mod key;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use sha2::{Digest, Sha256};

use crate::rule::RuleSet;
use crate::scan::{self, Options, Outcome};
use crate::source::Overlay;

/// Smaller projects are scanned as fast as their entry would be read.
const LEAST: usize = 200;

/// Entries that are kept; the oldest go.
const KEPT: usize = 24;

/// A larger entry is not written, in bytes.
const MOST: usize = 64 << 20;

/// The environment's word for another folder; empty for none.
pub const VARIABLE: &str = "VICTOR_MIGRATE_CACHE_DIR";

/// The folder of all entries.
#[derive(Clone, Debug)]
pub struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// The cache of this user; `None` where the system has no place for one, or the environment names none.
    #[must_use]
    pub fn of_user() -> Option<Self> {
        let folder = match std::env::var_os(VARIABLE) {
            Some(folder) if folder.is_empty() => return None,
            Some(folder) => PathBuf::from(folder),
            None => dirs::cache_dir()?.join("victor-migrate"),
        };
        Some(Self { folder })
    }

    /// Looks at files and folders, or remembers what was seen of them. `said` is what the settings say.
    #[must_use]
    pub fn run(
        &self,
        given: &[PathBuf],
        rules: &RuleSet,
        options: &Options,
        said: &str,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Outcome {
        let began = SystemTime::now();
        let walked = scan::walk(given, options);
        if walked.files.len() < LEAST || !options.only_looks() {
            return scan::run_on(given, walked, &Overlay::default(), rules, options, progress);
        }
        let Some(key) = key::of(given, &walked, rules, options, said) else {
            return scan::run_on(given, walked, &Overlay::default(), rules, options, progress);
        };
        let path = self.folder.join(&key.name);
        if let Some(outcome) = fs::read(&path).ok().and_then(|text| entry::outcome(&text)) {
            // What is used is young, so that it is not the first to go.
            let _ = fs::File::options().append(true).open(&path).and_then(|file| file.set_modified(began));
            return Outcome { remembered: true, ..outcome };
        }
        let outcome = scan::run_on(given, walked, &Overlay::default(), rules, options, progress);
        // A file that changes within the resolution of the clock looks unchanged afterwards.
        if outcome.failed.is_empty() && key.settled(began) {
            let _ = self.write(&path, &outcome);
        }
        outcome
    }

    fn write(&self, path: &Path, outcome: &Outcome) -> std::io::Result<()> {
        let text = entry::written(outcome)?;
        if text.len() > MOST {
            return Ok(());
        }
        fs::create_dir_all(&self.folder)?;
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        file.write_all(&text)?;
        file.persist(path).map_err(|error| error.error)?;
        self.prune()
    }

    /// Takes the oldest entries away.
    fn prune(&self) -> std::io::Result<()> {
        let entries = fs::read_dir(&self.folder)?.filter_map(Result::ok);
        let ours = entries.filter(|entry| entry.path().extension().is_some_and(|ending| ending == key::ENDING));
        let mut all: Vec<(SystemTime, PathBuf)> =
            ours.filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path()))).collect();
        all.sort();
        all.iter().take(all.len().saturating_sub(KEPT)).try_for_each(|(_, path)| fs::remove_file(path))
    }
}

/// The digest of bytes, in hexadecimal digits.
fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
