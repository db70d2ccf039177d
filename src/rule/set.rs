//! Sets of pages: those built into the program, and those of a folder the user names. Not what a page means.

mod folder;

use rayon::prelude::*;

use super::page::{self, Page, Problem};

pub use super::page::parse_all;
pub use folder::load_dir;

/// The pages built into the program, as (`rules/…/name.md`, text), sorted by path.
pub fn embedded() -> &'static [(&'static str, &'static str)] {
    include!(concat!(env!("OUT_DIR"), "/rules.rs"))
}

/// Reads them. `build.rs` let no broken page through, and no two of one name.
///
/// # Errors
/// What is wrong with them, if that is not so.
pub fn parse_embedded() -> Result<Vec<Page>, Vec<Problem>> {
    let pages: Vec<Result<Page, Vec<Problem>>> = embedded().par_iter().map(|(file, text)| page::parse(file, text)).collect();
    let mut problems = Vec::new();
    let read = pages.into_iter().filter_map(|page| page.map_err(|more| problems.extend(more)).ok()).collect();
    if problems.is_empty() { Ok(read) } else { Err(problems) }
}

#[cfg(test)]
mod tests {
    use super::{embedded, load_dir, parse_all};

    #[test]
    fn every_built_in_page_is_read() {
        let pages = parse_all(embedded()).expect("build.rs let no broken page through");
        assert_eq!(pages.len(), embedded().len());
        assert!(embedded().is_sorted());
    }

    #[test]
    fn a_folder_is_read_in_order_and_without_its_readme() {
        let dir = tempfile::tempdir().expect("a folder");
        std::fs::create_dir_all(dir.path().join("02-b/.git")).expect("a folder");
        for name in ["z.md", "02-b/a.md", "README.md", "02-b/readme.MD", "notes.txt", "02-b/.git/x.md"] {
            std::fs::write(dir.path().join(name), name).expect("a file");
        }
        let pages = load_dir(dir.path()).expect("pages");
        let texts: Vec<&str> = pages.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts, ["02-b/a.md", "z.md"]);
    }

    #[test]
    fn a_folder_that_gives_no_pages_is_an_error_with_its_path() {
        let dir = tempfile::tempdir().expect("a folder");
        assert!(load_dir(dir.path()).expect_err("empty").contains("no .md page"));
        assert!(load_dir(&dir.path().join("gone")).expect_err("missing").contains("gone: "));
        std::fs::write(dir.path().join("a.md"), b"ok\n\xff").expect("a file");
        std::fs::write(dir.path().join("b.md"), b"\xff").expect("a file");
        let error = load_dir(dir.path()).expect_err("not UTF-8");
        assert!(error.contains("a.md:2: ") && error.contains("b.md:1: "), "{error}");
        assert!(load_dir(&dir.path().join("a.md")).expect_err("a file").contains("is no folder"));
    }
}
