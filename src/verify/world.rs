//! The modules of a project, as programs in the sandbox import them: texts by name. Another text in the place of one file
//! makes another world.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::runtime::bridge::Face;
use crate::runtime::sandbox::Program;
use crate::source::Source;
use crate::surface::{self, Side};

/// More text than this is not given to a program; what is left out is a stand-in there.
const MOST: usize = 4 << 20;

/// The files of a project by the names under which they are imported.
#[derive(Clone, Debug, Default)]
pub struct World {
    names: BTreeMap<PathBuf, String>,
    texts: BTreeMap<String, String>,
    /// Bytes that did not fit.
    pub left_out: usize,
}

impl World {
    /// The world of some files, those that come first before the others.
    #[must_use]
    pub fn new<'s>(sources: impl Iterator<Item = &'s Source>) -> Self {
        let mut world = Self::default();
        let mut room = MOST;
        for source in sources {
            match (room.checked_sub(source.text.len()), name(source)) {
                (Some(left), Some(name)) if !world.texts.contains_key(&name) => {
                    room = left;
                    world.names.insert(source.path.clone(), name.clone());
                    world.texts.insert(name, source.text.clone());
                }
                _ => world.left_out += source.text.len(),
            }
        }
        world
    }

    /// The name under which a file is imported.
    #[must_use]
    pub fn name(&self, path: &Path) -> Option<&str> {
        self.names.get(path).map(String::as_str)
    }

    /// The same world with other texts for some files.
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

    /// All modules.
    #[must_use]
    pub fn modules(&self) -> &BTreeMap<String, String> {
        &self.texts
    }

    /// The file that the interpreter says a module's lines are in.
    #[must_use]
    pub fn file(&self, name: &str) -> String {
        Program::file(&self.texts, name)
    }

    /// The files, and the names under which they are imported.
    pub fn paths(&self) -> impl Iterator<Item = (&Path, &str)> {
        self.names.iter().map(|(path, name)| (path.as_path(), name.as_str()))
    }

    /// What `victor` has to be for these texts.
    #[must_use]
    pub fn face(&self) -> Face {
        let reaches = |side| self.texts.values().any(|text| reaches(text, side));
        match (reaches(Side::Legacy), reaches(Side::Coordinator)) {
            (true, true) => Face::Both,
            (false, true) => Face::Coordinator,
            _ => Face::Legacy,
        }
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
    fn a_world_knows_its_files_by_name_and_what_victor_has_to_be() {
        let source = |path: &str, module: &str, text: &str| Source { module: Some(module.to_owned()), ..Source::from_text(path, text) };
        let sources =
            [source("p/__init__.py", "p", ""), source("p/a.py", "p.a", "print(orch._model)"), source("my file.py", "my file", "")];
        let world = World::new(sources.iter());
        assert_eq!((world.name(Path::new("p/a.py")), world.name(Path::new("my file.py"))), (Some("p.a"), None));
        assert_eq!((world.file("p").as_str(), world.file("p.a").as_str()), ("p/__init__.py", "p/a.py"));
        assert_eq!(world.face(), Face::Legacy);
        assert_eq!(world.with(&[(Path::new("p/a.py"), "orch._config_coordinator")]).face(), Face::Coordinator);
    }
}
