//! What a project's configuration says to pytest; read only for the one setting that decides how tests may become
//! coroutines.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Whether `asyncio_mode = auto` is set for any of the files, in the configuration of a folder above it.
#[must_use]
pub fn is_auto<'p>(files: impl Iterator<Item = &'p Path>) -> bool {
    let mut folders: BTreeSet<PathBuf> = BTreeSet::new();
    for file in files {
        let file = std::path::absolute(file).unwrap_or_else(|_| file.to_path_buf());
        for folder in file.ancestors().skip(1) {
            if !folders.insert(folder.to_path_buf()) {
                break;
            }
        }
    }
    let names = ["pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg"];
    folders.iter().any(|folder| names.iter().any(|name| std::fs::read_to_string(folder.join(name)).is_ok_and(|text| says_auto(&text))))
}

fn says_auto(text: &str) -> bool {
    text.lines().any(|line| {
        let line: String = line.chars().filter(|c| !c.is_whitespace() && !matches!(c, '"' | '\'')).collect();
        line.starts_with("asyncio_mode=auto")
    })
}

#[cfg(test)]
mod tests {
    use super::says_auto;

    #[test]
    fn the_setting_is_read_in_every_spelling() {
        assert!(says_auto("[tool.pytest.ini_options]\nasyncio_mode = \"auto\"\n"));
        assert!(says_auto("[pytest]\nasyncio_mode=auto\n"));
        assert!(!says_auto("# asyncio_mode = auto\nasyncio_mode = strict\n"));
    }
}
