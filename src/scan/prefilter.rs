//! The look at a file before it is parsed: can it matter at all, and which files of the project does it import. Text
//! search only; a file that names nothing of ours costs a few passes over its bytes.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use super::parts;
use super::words::{self, Sought};
use crate::project::{Glance, Import, imports};
use crate::python::modules::{FileId, Modules};
use crate::source::{Form, LoadError, Overlay, Source, shown};

/// What one file says before parsing.
#[derive(Default)]
pub struct Seen {
    /// The file, where it can hold a finding of its own, whatever it imports.
    pub source: Option<Source>,
    /// It has the word `victor`.
    pub names_victor: bool,
    /// What the index of the project needs to know before parsing.
    pub glance: Glance,
    /// The words of its imports.
    words: HashSet<u64>,
}

/// What all files together say.
#[derive(Default)]
pub struct Facts {
    /// Some file imports `victor`.
    pub imports_victor: bool,
    /// The project has the bridge from a release to the guide, or imports it.
    pub bridged: bool,
    /// Some file can see what a rule names beyond Victor.
    pub sees_named: bool,
    /// Every word that stands in an import of any file; their hashes, because there are many.
    words: HashSet<u64>,
}

impl Facts {
    /// Adds one file's words.
    pub fn add(&mut self, seen: &mut Seen) {
        self.imports_victor |= seen.glance.victor;
        self.sees_named |= seen.glance.named;
        let words = std::mem::take(&mut seen.words);
        if self.words.len() < words.len() {
            let fewer = std::mem::replace(&mut self.words, words);
            self.words.extend(fewer);
        } else {
            self.words.extend(words);
        }
    }

    /// Whether some file takes a name from a module of the project that is called so, by itself or with all others.
    pub fn takes(&self, module: &str, name: &str) -> bool {
        [name, STAR].into_iter().any(|name| self.words.contains(&taken(module, name)))
    }

    /// Whether a name stands in an import of any file.
    pub fn imports(&self, name: &str) -> bool {
        self.words.contains(&hash(name))
    }
}

/// What takes all names of a module.
const STAR: &str = "*";

/// `from module import name`, by the last part of the module's name, as a number.
fn taken(module: &str, name: &str) -> u64 {
    hash(module).rotate_left(1) ^ hash(name)
}

fn hash(word: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    word.hash(&mut hasher);
    hasher.finish()
}

/// Reads a file into a buffer that is used again, and looks at it.
///
/// # Errors
/// The file cannot be read or is not text.
pub fn load(
    (path, form): (&Path, Option<Form>),
    overlay: &Overlay,
    (file, modules): (FileId, &Modules),
    sought: &Sought<'_>,
    buffer: &mut Vec<u8>,
) -> Result<Seen, LoadError> {
    if form.is_some() {
        let source = overlay.load_as(form, path, &shown(path))?;
        return Ok(of_document(source, file, modules, sought));
    }
    let (mut seen, keep) = glance(&overlay.peek(path, buffer)?, file, modules, sought);
    if keep {
        seen.source = Some(overlay.load(path, &shown(path))?);
    }
    Ok(seen)
}

/// Looks at a document, whose code is known only when all of it was read. Prose says nothing about the project around it.
fn of_document(source: Source, file: FileId, modules: &Modules, sought: &Sought<'_>) -> Seen {
    let Some(document) = source.document.clone() else { return Seen::default() };
    let (mut seen, keep) = glance(&source.text, file, modules, sought);
    let hides = parts::hidden(&document, true).is_some();
    seen.names_victor |= parts::hidden(&document, false).is_some();
    // What rules of the user look for counts in prose, which says nothing to the files around it.
    let own = document.form().is_prose() && sought.is_in(&source.text);
    seen.names_victor |= own;
    if document.form().is_prose() {
        (seen.glance, seen.words) = Default::default();
    }
    seen.source = Some(source).filter(|_| keep || own || hides);
    seen
}

/// Looks at a text that is the whole project.
#[must_use]
pub fn look(source: Source, sought: &Sought<'_>) -> Seen {
    let modules = Modules::new(std::iter::once(source.path.as_path()));
    let (mut seen, _) = glance(&source.text, 0, &modules, sought);
    seen.names_victor |= source.document.as_ref().is_some_and(|document| parts::hidden(document, false).is_some());
    seen.source = Some(source);
    seen
}

/// What a text says, and whether it can hold a finding of its own.
fn glance(text: &str, file: FileId, modules: &Modules, sought: &Sought<'_>) -> (Seen, bool) {
    let found = words::find(text);
    let roots = sought.names.roots();
    let mut seen = Seen { names_victor: found.victor, ..Seen::default() };
    let own = sought.is_in(text);
    seen.glance.telling = found.telling || own;
    let alone = found.alone || sought.alone && own;
    seen.glance.named = sought
        .names
        .paths
        .iter()
        .any(|path| path.match_indices('.').any(|(end, _)| modules.is_module(file, &path[..end])) || modules.is_module(file, path));
    for import in imports(text) {
        seen.glance.victor |= found.victor && import.is_of("victor");
        seen.glance.named |= roots.iter().any(|root| import.is_of(root));
        seen.words.extend(import.words().map(hash));
        let before = seen.glance.imports.len();
        targets(import, file, modules, &mut seen.glance.imports);
        if seen.glance.imports.len() > before {
            // Of the project: who takes what from whom.
            let module = import.module.rsplit('.').next().unwrap_or_default();
            seen.words.extend(import.names().chain(import.is_star().then_some(STAR)).map(|name| taken(module, name)));
        }
    }
    (seen, alone)
}

/// The files that an import may mean; `from a import b` may mean `a.b`.
fn targets(import: Import<'_>, file: FileId, modules: &Modules, into: &mut Vec<FileId>) {
    let module = import.module;
    let relative = module.starts_with('.');
    match (module, relative) {
        ("", _) => return import.names().for_each(|name| into.extend(modules.resolve(name, file))),
        (_, true) => into.extend(modules.relative(module, file)),
        (_, false) => into.extend(modules.resolve(module, file)),
    }
    for name in import.names().filter(|name| modules.has(name)) {
        match relative {
            true if module.ends_with('.') => into.extend(modules.relative(&format!("{module}{name}"), file)),
            true => into.extend(modules.relative(&format!("{module}.{name}"), file)),
            false => into.extend(modules.resolve(&format!("{module}.{name}"), file)),
        }
    }
}
