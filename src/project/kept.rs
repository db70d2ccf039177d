//! Parsed files that are needed again soon, as far as there is room for them.

use std::collections::{HashMap, HashSet};
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
    /// Bytes that are left.
    room: usize,
}

impl<'s> Kept<'s> {
    /// Places for as many of the files, in their order, as there is room for.
    pub(super) fn new(files: impl Iterator<Item = FileId>, sources: &'s HashMap<FileId, &'s Source>) -> Self {
        let mut kept = Kept { sources, places: HashMap::new(), room: ROOM };
        files.for_each(|file| kept.place(file));
        kept
    }

    /// Makes a place for a file, if there is room.
    fn place(&mut self, file: FileId) {
        let size = self.size(file);
        if size <= self.room && !self.places.contains_key(&file) {
            self.room -= size;
            self.places.insert(file, OnceLock::new());
        }
    }

    /// Gives the places to these files, because they are needed again and again.
    pub(super) fn prefer(&mut self, files: &[FileId]) {
        let new: usize = files.iter().filter(|file| !self.places.contains_key(file)).map(|&file| self.size(file)).sum();
        if new > self.room {
            let wanted: HashSet<FileId> = files.iter().copied().collect();
            self.places.retain(|file, _| wanted.contains(file));
            self.room = ROOM - self.places.keys().map(|&file| self.size(file)).sum::<usize>();
        }
        files.iter().for_each(|&file| self.place(file));
    }

    fn size(&self, file: FileId) -> usize {
        self.sources.get(&file).map_or(0, |source| source.text.len())
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
