//! Where the other files of a project catch an exception: what they call or read there, by name. Files are read for it only
//! when somebody asks, and only those that name the exception.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use super::guarded::{PROBES, guarded};
use crate::python::Parsed;
use crate::source::Source;

/// Where a name is met: file and line.
type Places = HashMap<String, (PathBuf, usize)>;

/// The files of a project, and what was found in them so far, by the exception.
#[derive(Default)]
pub(crate) struct Catching<'s> {
    sources: Vec<&'s Source>,
    known: Mutex<HashMap<String, Arc<Places>>>,
}

impl<'s> Catching<'s> {
    pub fn new(sources: impl Iterator<Item = &'s Source>) -> Self {
        Catching { sources: sources.collect(), known: Mutex::default() }
    }

    /// Where another file than this one calls or reads a name while it catches an exception; under [`PROBES`], where it asks
    /// whether there is an attribute of that name.
    pub fn place(&self, exception: &str, name: &str, own: &Source) -> Option<(PathBuf, usize)> {
        let mut known = self.known.lock().ok()?;
        let places = known.entry(exception.to_owned()).or_insert_with(|| Arc::new(self.places(exception)));
        places.get(name).filter(|(path, _)| *path != own.path).cloned()
    }

    fn places(&self, exception: &str) -> Places {
        let word = if exception == PROBES { "attr(" } else { exception };
        let mut places = Places::new();
        for source in self.sources.iter().filter(|source| source.text.contains(word)) {
            let found = if exception == PROBES { probes(&source.text) } else { caught(source, exception) };
            for (name, line) in found {
                places.entry(name).or_insert_with(|| (source.path.clone(), line));
            }
        }
        places
    }
}

fn caught(source: &Source, exception: &str) -> Vec<(String, usize)> {
    let Some(parsed) = Parsed::of(source) else { return Vec::new() };
    let line = |start: usize| parsed.lines.line_col(start).0;
    guarded(&parsed.syntax, &line).remove(exception).into_iter().flatten().collect()
}

/// The strings in calls of `getattr` and `hasattr`, told by the text alone.
fn probes(text: &str) -> Vec<(String, usize)> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        for (at, _) in line.match_indices("attr(") {
            let parts = line[at..].split(['"', '\'']).skip(1).step_by(2);
            found.extend(parts.filter(|part| part.chars().all(is_word)).map(|part| (part.to_owned(), number)));
        }
    }
    found
}
