//! Who owns which file, as a CODEOWNERS file says: the last line that matches a path decides. Reads that one file.

use std::path::{Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::scan::Outcome;
use crate::source::regular;

/// Where hosts look for the file, in their order.
const PLACES: [&str; 4] = [".github/CODEOWNERS", ".gitlab/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

/// The lines of one CODEOWNERS file.
#[derive(Debug, Default)]
pub struct Owners {
    root: PathBuf,
    lines: Vec<(Gitignore, String)>,
}

impl Owners {
    /// The file of the repository that a path is in; nobody where there is none.
    #[must_use]
    pub fn find(start: &Path) -> Self {
        let real = std::fs::canonicalize(start).unwrap_or_else(|_| start.to_path_buf());
        let found = real.ancestors().find_map(|root| {
            let text = PLACES.iter().find_map(|place| regular::read_text(&root.join(place)).ok())?;
            Some(Self::parse(root, &text))
        });
        found.unwrap_or_default()
    }

    /// Reads the text of a file that speaks of the paths below `root`. Lines that are no pattern are left out: GitLab's
    /// sections, comments.
    #[must_use]
    pub fn parse(root: &Path, text: &str) -> Self {
        let line = |line: &str| {
            let line = line.split(" #").next().unwrap_or("").trim();
            if line.is_empty() || line.starts_with(['#', '[', '^', '!']) {
                return None;
            }
            let mut words = line.split_whitespace();
            let pattern = words.next()?;
            let mut builder = GitignoreBuilder::new(root);
            builder.add_line(None, pattern).ok()?;
            Some((builder.build().ok()?, words.collect::<Vec<_>>().join(" ")))
        };
        Self { root: root.to_path_buf(), lines: text.lines().filter_map(line).collect() }
    }

    /// The owners of a file, with a blank between several; empty for nobody.
    #[must_use]
    pub fn of(&self, path: &Path) -> &str {
        let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        let Ok(below) = real.strip_prefix(&self.root) else { return "" };
        let mut lines = self.lines.iter().rev();
        lines.find(|(pattern, _)| pattern.matched_path_or_any_parents(below, false).is_ignore()).map_or("", |(_, owners)| owners)
    }

    /// Writes its owner into every file of a run.
    pub fn assign(&self, outcome: &mut Outcome) {
        for file in outcome.files.iter_mut().filter(|_| !self.lines.is_empty()) {
            self.of(&file.source.path).clone_into(&mut file.owner);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_that_matches_decides() {
        let root = Path::new("/nowhere/at/all");
        let owners = Owners::parse(
            root,
            "# who\n*  @all\n/src/ @core @more # both\n*.md @docs\ntests/ @qa\n[Section]\n/src/free.py\nsrc/**/deep.py @deep\n",
        );
        let of = |path: &str| owners.of(&root.join(path)).to_owned();
        assert_eq!(of("a.py"), "@all");
        assert_eq!(of("src/a.py"), "@core @more");
        assert_eq!(of("src/x/deep.py"), "@deep");
        assert_eq!(of("lib/tests/test_a.py"), "@qa");
        assert_eq!(of("src/free.py"), "", "a line without owners takes them away");
        assert_eq!(owners.of(Path::new("/elsewhere/a.py")), "");
    }
}
