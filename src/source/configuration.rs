//! What a project's configuration files say about who runs its functions: pytest's mode for coroutines, and entry points.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::regular;

/// The texts of the configuration files in the folders above any of the files, with their paths.
#[must_use]
pub fn configuration<'p>(files: impl Iterator<Item = &'p Path>) -> Vec<(PathBuf, String)> {
    let mut folders: BTreeSet<PathBuf> = BTreeSet::new();
    for file in files {
        let file = std::path::absolute(file).unwrap_or_else(|_| file.to_path_buf());
        for folder in file.ancestors().skip(1) {
            if !folders.insert(folder.to_path_buf()) {
                break;
            }
        }
    }
    let names = ["pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg", "setup.py"];
    let paths = folders.iter().flat_map(|folder| names.iter().map(move |name| folder.join(name)));
    paths.filter_map(|path| regular::read_text(&path).ok().map(|text| (path, text))).collect()
}

/// Every `module:function` that a text names, as entry points are written.
#[must_use]
pub fn entries(text: &str) -> Vec<String> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | ':');
    let words = text.split(|c: char| !is_part(c));
    let is_entry = |word: &&str| {
        word.split_once(':').is_some_and(|(module, name)| {
            let dotted =
                |part: &str| !part.is_empty() && part.split('.').all(|name| name.starts_with(|c: char| c.is_alphabetic() || c == '_'));
            dotted(module) && dotted(name)
        })
    };
    words.filter(is_entry).map(str::to_owned).collect()
}

/// Whether a configuration says `asyncio_mode = auto`.
#[must_use]
pub fn says_auto(text: &str) -> bool {
    text.lines().any(|line| {
        let line: String = line.chars().filter(|c| !c.is_whitespace() && !matches!(c, '"' | '\'')).collect();
        line.starts_with("asyncio_mode=auto")
    })
}

#[cfg(test)]
mod tests {
    use super::{entries, says_auto};

    #[test]
    fn the_setting_is_read_in_every_spelling() {
        assert!(says_auto("[tool.pytest.ini_options]\nasyncio_mode = \"auto\"\n"));
        assert!(says_auto("[pytest]\nasyncio_mode=auto\n"));
        assert!(!says_auto("# asyncio_mode = auto\nasyncio_mode = strict\n"));
    }

    #[test]
    fn entry_points_are_read_in_every_spelling() {
        assert_eq!(entries("[project.scripts]\nharbour = \"harbour.cli:main\"\nurl = \"https://x.y:80/z\"\n"), ["harbour.cli:main"]);
        assert_eq!(entries("console_scripts =\n  run=app.run:start\n"), ["app.run:start"]);
    }
}
