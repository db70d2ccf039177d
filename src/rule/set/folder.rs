//! Reads the pages of a folder. Uses `std` only and no path of the crate, because `build.rs` includes this file.

use std::fs;
use std::path::Path;

/// Deeper than any sane folder of rules: links that go round.
const DEEPEST: usize = 16;

/// The `*.md` files below `dir` as (path, text), sorted; hidden files and `README.md` are no rules.
///
/// The error has one line for each file or folder that could not be read.
pub fn load_dir(dir: &Path) -> Result<Vec<(String, String)>, String> {
    if dir.exists() && !dir.is_dir() {
        return Err(format!("{}: is no folder; name the folder that holds the rule pages", dir.display()));
    }
    let (mut pages, mut errors) = (Vec::new(), Vec::new());
    walk(dir, 0, &mut pages, &mut errors);
    if pages.is_empty() && errors.is_empty() {
        errors.push(format!("{}: has no .md page; a rule is one Markdown file", dir.display()));
    }
    if !errors.is_empty() {
        return Err(errors.join("\n"));
    }
    pages.sort();
    Ok(pages)
}

fn walk(dir: &Path, depth: usize, pages: &mut Vec<(String, String)>, errors: &mut Vec<String>) {
    if depth > DEEPEST {
        return errors.push(format!("{}: lies too deep; is there a link to a folder above it?", dir.display()));
    }
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) => {
            return errors.push(format!("{}: cannot read the folder of rules: {error}", dir.display()));
        }
    };
    for entry in entries {
        let path = match entry {
            Ok(entry) => entry.path(),
            Err(error) => {
                errors.push(format!("{}: cannot list the folder of rules: {error}", dir.display()));
                continue;
            }
        };
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        if name.starts_with('.') || name == "readme.md" {
            continue;
        }
        if path.is_dir() {
            walk(&path, depth + 1, pages, errors);
        } else if name.ends_with(".md") {
            match page(&path) {
                Ok(text) => pages.push((path.display().to_string(), text)),
                Err(error) => errors.push(error),
            }
        }
    }
}

fn page(path: &Path) -> Result<String, String> {
    // A pipe would be waited for without end.
    if path.metadata().is_ok_and(|metadata| !metadata.is_file()) {
        return Err(format!("{}: is no regular file; put a page there, or take it away", path.display()));
    }
    let bytes = fs::read(path).map_err(|error| format!("{}: cannot read the page: {error}", path.display()))?;
    String::from_utf8(bytes).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = 1 + good.iter().filter(|&&byte| byte == b'\n').count();
        format!("{}:{line}: the page is not UTF-8; save it as UTF-8", path.display())
    })
}
