//! Whether a project has the bridge for the release it runs with: by the release that a written module names, not by its
//! file name. Nothing is imported.

use std::path::{Path, PathBuf};

use super::{MODULE, Seal, of};
use crate::releases::is_same;
use crate::source::{regular, root, shown};

/// What a project has of a bridge.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Presence {
    /// The guide's coordinators are there at run time.
    pub bridged: bool,
    /// What a person should hear of it; empty where it is plain.
    pub note: String,
}

impl Presence {
    /// For a release. `files` are those of the project that have the module's name, `imported` says whether some file imports
    /// it, and `given` what is scanned.
    #[must_use]
    pub fn of(release: &str, files: &[PathBuf], imported: bool, given: &[PathBuf]) -> Self {
        let note = |note: String| Presence { bridged: false, note };
        if of(release).is_err() {
            return Self::default();
        }
        if files.is_empty() {
            let note = if imported {
                format!("{MODULE} is imported, not among the scanned files, and taken for its bridge")
            } else {
                String::new()
            };
            return Presence { bridged: imported, note };
        }
        let mut notes = Vec::new();
        for file in files {
            let name = shown(file).display().to_string();
            match written_for(file) {
                Some(own) if !is_same(&own, release) => notes.push(format!("{name} is for {own}")),
                Some(_) if imported || is_at_the_top(file, given) => return Presence { bridged: true, note: String::new() },
                Some(_) => notes.push(format!("{name} is imported by nothing")),
                None => notes.push(format!("{name} is no bridge")),
            }
        }
        note(notes.join("; "))
    }
}

/// Whether a file is a bridge just as it was written. Its way to the release's orchestrator is nobody's to migrate; once
/// somebody changed it, it is theirs.
#[must_use]
pub fn is_as_written(file: &Path) -> bool {
    written_for(file).is_some() && regular::read_text(file).is_ok_and(|text| Seal::of(&text) == Seal::Whole)
}

/// `0.9.5` of the line `RELEASE = "0.9.5"` of a written module, edited or not.
fn written_for(file: &Path) -> Option<String> {
    let text = regular::read_text(file).ok()?;
    let release = text.lines().find_map(|line| line.strip_prefix("RELEASE = \"")?.strip_suffix('"'))?;
    Some(release.to_owned())
}

/// Where a script finds a module without a word: in the project's folder, its `src`, and what is scanned.
fn is_at_the_top(file: &Path, given: &[PathBuf]) -> bool {
    let real = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let project = root::marked(given);
    let places = [project.clone(), project.join("src")].into_iter().chain(given.iter().map(|path| real(path)));
    let file = real(file);
    let folder = file.parent();
    places.into_iter().any(|place| folder == Some(place.as_path()) || file == place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_counts_by_the_release_it_names() {
        let dir = tempfile::tempdir().expect("a folder");
        let given = [dir.path().to_path_buf()];
        let file = dir.path().join("victor_coordinators.py");
        let judged = |text: &str, release: &str| {
            std::fs::write(&file, text).expect("written");
            Presence::of(release, std::slice::from_ref(&file), true, &given)
        };
        let whole = super::super::generate(of("0.9.5").expect("known"));
        assert!(judged(&whole, "0.9.5").bridged && judged(&format!("{whole}# mine\n"), "0.9.5").bridged);
        assert!(judged(&whole, "0.6.0").note.ends_with("victor_coordinators.py is for 0.9.5"));
        assert!(judged("", "0.9.5").note.ends_with("is no bridge"));
        assert_eq!(judged(&whole, "0.4.0"), Presence::default(), "no release without a bridge is bridged");
    }
}
