//! The look at a file before it is parsed: can it matter at all, and what does it say about the project. Text
//! search only; a file that names nothing of ours costs one pass over its bytes.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use aho_corasick::AhoCorasick;

use crate::project::{Glance, imported_modules};
use crate::python::scope::absolute;
use crate::source::{self, LoadError, Source};
use crate::surface;

/// What one file says before parsing.
pub struct Seen {
    /// The file, where it can hold a finding.
    pub source: Option<Source>,
    /// Imports `victor`.
    imports_victor: bool,
    /// Names that its import lines mention.
    imported: HashSet<String>,
    /// What the index of the project needs to know before parsing.
    pub glance: Glance,
    /// The path it was read from.
    pub path: PathBuf,
}

/// What all files together say.
#[derive(Default)]
pub struct Facts {
    /// Some file imports `victor`.
    pub imports_victor: bool,
    /// Every name that stands in an import of any file.
    pub imported: HashSet<String>,
}

impl Facts {
    /// Adds one file's words.
    pub fn add(&mut self, seen: &Seen) {
        self.imports_victor |= seen.imports_victor;
        self.imported.extend(seen.imported.iter().cloned());
    }
}

/// Reads a file and looks at it.
///
/// # Errors
/// The file cannot be read or is not text.
pub fn load(path: &Path) -> Result<Seen, LoadError> {
    Source::load(path, &source::shown(path)).map(look)
}

fn telling() -> Option<&'static AhoCorasick> {
    static WORDS: OnceLock<Option<AhoCorasick>> = OnceLock::new();
    WORDS
        .get_or_init(|| {
            let own = surface::class(surface::ORCHESTRATOR).into_iter().flat_map(|class| class.members);
            let internals = own.filter(|member| member.side == surface::Side::Legacy).map(|member| member.name);
            AhoCorasick::new(internals.chain(["victor", "orchestrator", "orch."])).ok()
        })
        .as_ref()
}

/// Looks at a file's text.
#[must_use]
pub fn look(source: Source) -> Seen {
    let matters = telling().is_none_or(|words| words.is_match(&source.text));
    let glance = Glance { victor: false, telling: matters, imports: imports(&source) };
    let mut seen = Seen { source: None, imports_victor: false, imported: HashSet::new(), glance, path: source.path.clone() };
    for line in source.text.lines().map(str::trim_start).filter(|line| line.starts_with("import ") || line.starts_with("from ")) {
        let root = line.split_ascii_whitespace().nth(1).unwrap_or("");
        seen.imports_victor |= root == "victor" || root.starts_with("victor.") || line.contains(" victor.");
        if line.len() < 1000 {
            let words = line.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty());
            seen.imported.extend(words.map(str::to_owned));
        }
    }
    seen.glance.victor = seen.imports_victor;
    seen.source = matters.then_some(source);
    seen
}

/// The modules a text may import, under their full names.
fn imports(source: &Source) -> Vec<String> {
    let modules = imported_modules(&source.text).into_iter();
    modules.map(|module| absolute(&module, source.package())).collect()
}
