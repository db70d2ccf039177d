//! The modules of a project, as programs in the sandbox import them: texts by name. Another text in the place of one file
//! makes another world.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::path::{Path, PathBuf};

use crate::runtime::bridge::Face;
use crate::runtime::sandbox::Program;
use crate::source::Source;
use crate::surface::{self, Side};

/// More text than this is not given to a program; what is left out is a stand-in there.
const MOST: usize = 4 << 20;

/// All files of a project that can be imported by a name.
#[derive(Debug, Default)]
pub struct World {
    entries: Vec<Entry>,
    places: HashMap<PathBuf, usize>,
    /// Places by the last word of the name.
    words: HashMap<String, Vec<usize>>,
}

#[derive(Debug)]
struct Entry {
    path: PathBuf,
    name: String,
    /// The folder from which it is imported.
    root: PathBuf,
    text: String,
}

impl World {
    /// The world of some files.
    #[must_use]
    pub fn new<'s>(sources: impl Iterator<Item = &'s Source>) -> Self {
        let mut world = Self::default();
        for source in sources {
            let Some(name) = name(source) else { continue };
            let Some(root) = std::path::absolute(&source.path).ok().and_then(|path| import_root(&name, &path)) else { continue };
            let last = name.rsplit('.').next().unwrap_or(&name).to_owned();
            world.words.entry(last).or_default().push(world.entries.len());
            world.places.insert(source.path.clone(), world.entries.len());
            world.entries.push(Entry { path: source.path.clone(), name, root, text: source.text.clone() });
        }
        world
    }

    /// What a file and some others may import, themselves first; `None` where the file cannot be imported by a name.
    ///
    /// Modules of its own folder come before those of the same name elsewhere.
    #[must_use]
    pub fn around(&self, path: &Path, others: &BTreeSet<&Path>) -> Option<Modules> {
        let place = |path: &Path| self.places.get(path).copied();
        let own = place(path)?;
        let root = &self.entries[own].root;
        let (mut modules, mut room) = (Modules::default(), MOST);
        let mut open: VecDeque<usize> = std::iter::once(own).chain(others.iter().filter_map(|path| place(path))).collect();
        while let Some(at) = open.pop_front() {
            let entry = &self.entries[at];
            if modules.texts.contains_key(&entry.name) {
                continue;
            }
            let Some(left) = room.checked_sub(entry.text.len()) else { continue };
            room = left;
            modules.names.insert(entry.path.clone(), entry.name.clone());
            modules.texts.insert(entry.name.clone(), entry.text.clone());
            let mut found: BTreeSet<(bool, usize)> = BTreeSet::new();
            for word in words(&entry.text).chain(entry.name.split('.')) {
                let places = self.words.get(word).into_iter().flatten();
                found.extend(places.map(|&place| (self.entries[place].root != *root, place)));
            }
            open.extend(found.into_iter().map(|(_, place)| place));
        }
        Some(modules)
    }

    /// The folders from which the modules are imported.
    #[must_use]
    pub fn roots(&self) -> BTreeSet<&Path> {
        self.entries.iter().map(|entry| entry.root.as_path()).collect()
    }

    /// What `victor` has to be for all files, with other texts for some.
    #[must_use]
    pub fn face(&self, texts: &[(&Path, &str)]) -> Face {
        let new: HashMap<&Path, &str> = texts.iter().copied().collect();
        face(self.entries.iter().map(|entry| new.get(entry.path.as_path()).copied().unwrap_or(&entry.text)))
    }
}

/// The words of a text that could be names, each once.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let all: HashSet<&str> = text.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    all.into_iter()
}

/// The folder from which a module of that name is imported.
#[must_use]
pub fn import_root(name: &str, file: &Path) -> Option<PathBuf> {
    let package = usize::from(file.ends_with("__init__.py"));
    file.ancestors().nth(name.split('.').count() + package).map(Path::to_owned)
}

fn face<'t>(mut texts: impl Iterator<Item = &'t str>) -> Face {
    let seen = texts.try_fold((false, false), |(old, new), text| {
        let seen = (old || reaches(text, Side::Legacy), new || reaches(text, Side::Coordinator));
        if seen == (true, true) { Err(seen) } else { Ok(seen) }
    });
    match seen.unwrap_or_else(|both| both) {
        (true, true) => Face::Both,
        (false, true) => Face::Coordinator,
        _ => Face::Legacy,
    }
}

/// The files that one program may import, by name.
#[derive(Clone, Debug, Default)]
pub struct Modules {
    names: BTreeMap<PathBuf, String>,
    texts: BTreeMap<String, String>,
}

impl Modules {
    /// The name under which a file is imported.
    #[must_use]
    pub fn name(&self, path: &Path) -> Option<&str> {
        self.names.get(path).map(String::as_str)
    }

    /// The text of a file.
    #[must_use]
    pub fn text(&self, path: &Path) -> Option<&str> {
        self.texts.get(self.name(path)?).map(String::as_str)
    }

    /// The same modules with other texts for some files.
    #[must_use]
    pub fn with(&self, texts: &[(&Path, &str)]) -> Self {
        let mut other = self.clone();
        for (path, text) in texts {
            if let Some(name) = self.names.get(*path) {
                other.texts.insert(name.clone(), (*text).to_owned());
            }
        }
        other
    }

    /// The names.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.texts.keys().map(String::as_str)
    }

    /// The file that the interpreter says a module's lines are in.
    #[must_use]
    pub fn file(&self, name: &str) -> String {
        Program::file(&self.texts, name)
    }

    /// A program that may import them.
    #[must_use]
    pub fn program(&self, text: String) -> Program {
        let paths = self.names.iter().map(|(path, name)| (name.clone(), path.clone())).collect();
        Program { text, modules: self.texts.clone(), paths, ..Program::default() }
    }

    /// What `victor` has to be for these texts.
    #[must_use]
    pub fn face(&self) -> Face {
        face(self.texts.values().map(String::as_str))
    }
}

/// The dotted name of a file's module.
fn name(source: &Source) -> Option<String> {
    let name = source.module.as_deref()?;
    let is_word =
        |word: &str| word.starts_with(|c: char| c.is_alphabetic() || c == '_') && word.chars().all(|c| c.is_alphanumeric() || c == '_');
    name.split('.').all(is_word).then(|| name.to_owned())
}

/// Whether a program reaches for a member of the orchestrator that only one side has.
#[must_use]
pub fn reaches(text: &str, side: Side) -> bool {
    let members = surface::class(surface::ORCHESTRATOR).map_or(&[][..], |class| class.members);
    members.iter().filter(|member| member.side == side).any(|member| {
        text.match_indices(member.name).any(|(at, _)| {
            let rest = text.get(at + member.name.len()..).unwrap_or("");
            text.get(..at).is_some_and(|before| before.ends_with('.')) && !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_')
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_sees_what_it_may_import_by_name_and_its_own_folder_first() {
        let source = |path: &str, module: &str, text: &str| Source { module: Some(module.to_owned()), ..Source::from_text(path, text) };
        let sources = [
            source("p/__init__.py", "p", ""),
            source("p/a.py", "p.a", "import shared\nprint(orch._model)"),
            source("my file.py", "my file", ""),
            source("x/shared.py", "shared", "orch._config_coordinator"),
            source("shared.py", "shared", ""),
            source("alone.py", "alone", "orch._config_coordinator"),
        ];
        let world = World::new(sources.iter());
        assert!(world.around(Path::new("my file.py"), &BTreeSet::new()).is_none());
        let modules = world.around(Path::new("p/a.py"), &BTreeSet::new()).expect("a module");
        assert_eq!(modules.all().collect::<Vec<_>>(), ["p", "p.a", "shared"]);
        assert_eq!(modules.text(Path::new("shared.py")), Some(""), "its own folder comes first");
        assert_eq!((modules.file("p").as_str(), modules.file("p.a").as_str()), ("p/__init__.py", "p/a.py"));
        assert_eq!((modules.face(), world.face(&[])), (Face::Legacy, Face::Both));
        assert_eq!(modules.with(&[(Path::new("p/a.py"), "orch._config_coordinator")]).face(), Face::Coordinator);
    }
}
