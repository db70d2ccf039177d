//! Parsed files that are needed again soon, as far as there is room for them.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::python::Parsed;
use crate::python::modules::FileId;
use crate::source::Source;

/// Bytes of text whose nodes and names are kept meanwhile, which take some ten times as much; other files are parsed again
/// whenever they are needed.
const ROOM: usize = 32 << 20;

/// The parsed files of a project.
pub(super) struct Kept<'s> {
    sources: &'s HashMap<FileId, &'s Source>,
    places: HashMap<FileId, OnceLock<Option<Parsed<'s>>>>,
}

impl<'s> Kept<'s> {
    /// Places for as many of the files, in their order, as there is room for.
    pub(super) fn new(files: impl Iterator<Item = FileId>, sources: &'s HashMap<FileId, &'s Source>) -> Self {
        let mut room = ROOM;
        let fits = |file: &FileId| {
            let left = room.checked_sub(sources.get(file).map_or(0, |source| source.text.len()));
            room = left.unwrap_or(room);
            left.is_some()
        };
        Kept { sources, places: files.filter(fits).map(|file| (file, OnceLock::new())).collect() }
    }

    /// Does something with a file, parsed where it can be; `None` where there is no such file.
    pub(super) fn with<T>(&self, file: FileId, then: impl FnOnce(&'s Source, Option<&Parsed<'s>>) -> T) -> Option<T> {
        let source = self.sources.get(&file).copied()?;
        match self.places.get(&file) {
            Some(place) => Some(then(source, place.get_or_init(|| Parsed::of(source)).as_ref())),
            None => Some(then(source, Parsed::of(source).as_ref())),
        }
    }
}
