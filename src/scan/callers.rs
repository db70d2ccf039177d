//! What is known of who calls the functions of a project, which decides how far a chain of coroutines may go.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;

use super::outcome::Outcome;
use crate::project::{Boundary, Planned};
use crate::python::modules::FileId;
use crate::source::{Source, path_text};

/// What is known of who calls the functions of a project.
#[derive(Default)]
pub(super) struct Callers {
    /// Why some may be missing.
    pub missing: Option<String>,
    /// The files that may change, as people see them, where those are not all that is known.
    pub fence: Option<BTreeSet<PathBuf>>,
}

impl Callers {
    /// What is known of callers: `asked` are the files of a part of a project of which the rest was read, with the number of all
    /// files that could not be.
    pub fn of(outcome: &Outcome, (asked, unknown): (Option<&BTreeSet<PathBuf>>, usize), excluded: usize) -> Self {
        let missing = match &outcome.part {
            Some(root) if asked.is_none() => {
                Some(format!("only a part of the project is scanned; scan `{}`, so that all callers are known", root.display()))
            }
            _ if unknown > 0 => Some(format!("files of the project cannot be read, and may call ({unknown})")),
            _ if excluded > 0 => Some(format!("files are excluded by the configuration, and may call ({excluded}); --isolated scans all")),
            _ => None,
        };
        Self { missing, fence: asked.cloned() }
    }

    /// Stops a chain that would change another file.
    pub fn fenced(&self, planned: Planned, sources: &HashMap<FileId, &Source>) -> Result<Planned, Boundary> {
        let Some(inside) = &self.fence else { return Ok(planned) };
        let paths = planned.files().filter_map(|file| sources.get(&file).map(|source| &source.path));
        let Some(path) = paths.filter(|path| !inside.contains(*path)).min() else { return Ok(planned) };
        let reason = format!("{} must change with it and is not among what is scanned; name it too", path_text(path));
        Err(Boundary { reason, steps: planned.steps })
    }
}
