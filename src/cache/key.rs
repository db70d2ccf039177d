//! What an entry depends on: the program, the rules, the settings, and every file as the system describes it. Reads no
//! file of the project.

use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::rule::RuleSet;
use crate::scan::{Options, Walked};

/// The ending of an entry's name.
pub(super) const ENDING: &str = "scan";

/// Coarser clocks of file systems are rare.
const RESOLUTION: Duration = Duration::from_secs(2);

/// Under which name an outcome is kept.
pub(super) struct Key {
    /// The name of its file.
    pub name: String,
    /// When the youngest file changed.
    youngest: SystemTime,
}

impl Key {
    /// Whether every file was at rest when the scan began.
    pub fn settled(&self, began: SystemTime) -> bool {
        began.duration_since(self.youngest).is_ok_and(|rest| rest > RESOLUTION)
    }
}

/// The key of a scan; `None` where a file cannot be described.
pub(super) fn of(given: &[PathBuf], walked: &Walked, rules: &RuleSet, options: &Options, said: &str) -> Option<Key> {
    let rest = walked.rest(given, options);
    let mut hasher = Sha256::new();
    let mut part = |text: &[u8]| {
        hasher.update(text.len().to_le_bytes());
        hasher.update(text);
    };
    part(program().as_bytes());
    part(std::env::current_dir().ok()?.as_os_str().as_encoded_bytes());
    part(options.words().as_bytes());
    part(said.as_bytes());
    rules.pages().for_each(|page| part(page.text.as_bytes()));
    for path in given {
        part(path.as_os_str().as_encoded_bytes());
        part(surroundings(path).as_bytes());
    }
    let excluded = (walked.excluded, rest.map(|rest| rest.excluded));
    part(format!("{:?} {:?} {:?} {excluded:?}", walked.whole, walked.skipped, walked.failed).as_bytes());
    let others = rest.map_or(&[][..], |rest| &rest.files);
    let files = walked.files.par_iter().chain(others.par_iter().map(|(file, _)| file));
    let described: Option<Vec<(Vec<u8>, SystemTime)>> = files.map(|path| described(path)).collect();
    let described = described?;
    described.iter().for_each(|(text, _)| part(text));
    let youngest = described.iter().map(|(_, changed)| *changed).max()?;
    let name: String = hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Some(Key { name: format!("{name}.{ENDING}"), youngest })
}

/// The version, and which build of it.
fn program() -> String {
    let built = std::env::current_exe().and_then(std::fs::metadata).map(|exe| (exe.len(), exe.modified().ok()));
    format!("{} {built:?}", env!("CARGO_PKG_VERSION"))
}

/// Which folders above a path are packages: they name its modules.
fn surroundings(path: &Path) -> String {
    let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    real.ancestors()
        .map(|folder| if folder.join("__init__.py").exists() || folder.join("__init__.pyi").exists() { 'p' } else { '.' })
        .collect()
}

/// Path, length, and the times and number that the system gives a file.
fn described(path: &Path) -> Option<(Vec<u8>, SystemTime)> {
    let metadata = std::fs::metadata(path).ok()?;
    let modified = metadata.modified().ok()?;
    let nanoseconds = modified.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_nanos();
    let mut text = path.as_os_str().as_encoded_bytes().to_vec();
    text.push(0);
    text.extend(metadata.len().to_le_bytes());
    text.extend(nanoseconds.to_le_bytes());
    text.extend(node(&metadata));
    Some((text, modified))
}

/// What changes even where somebody sets length and time back.
#[cfg(unix)]
fn node(metadata: &Metadata) -> Vec<u8> {
    use std::os::unix::fs::MetadataExt;
    [metadata.ino().to_le_bytes(), metadata.ctime().to_le_bytes(), metadata.ctime_nsec().to_le_bytes()].concat()
}

#[cfg(not(unix))]
fn node(_: &Metadata) -> Vec<u8> {
    Vec::new()
}
