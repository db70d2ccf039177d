//! Readiness by parts: files, packages, Examples, owners. The parts of one kind add up to the whole.

use std::collections::BTreeMap;

use super::Readiness;
use crate::rule::example::{example_name, example_title};
use crate::scan::{FileOutcome, Outcome};
use crate::source::path_text;

/// What the parts are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum By {
    /// The guide's Examples
    #[default]
    Example,
    /// Folders
    Package,
    /// Files
    File,
    /// The owners that CODEOWNERS names
    Owner,
}

/// One part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its name.
    pub name: String,
    /// Its own number.
    pub readiness: Readiness,
}

/// What an owner is called where CODEOWNERS names none.
pub const NOBODY: &str = "(no owner)";

/// The parts that have sites: Examples in their order, the others with the most open sites first.
#[must_use]
pub fn parts(outcome: &Outcome, by: By) -> Vec<Part> {
    let mut parts: BTreeMap<(u8, String), Readiness> = BTreeMap::new();
    for file in &outcome.files {
        for finding in &file.findings {
            let key = match by {
                // The rest, 0, comes last.
                By::Example => (finding.example.wrapping_sub(1), example(finding.example)),
                By::Package => (0, package(file)),
                By::File => (0, path_text(&file.source.path)),
                By::Owner => (0, if file.owner.is_empty() { NOBODY.to_owned() } else { file.owner.clone() }),
            };
            parts.entry(key).or_default().add(finding);
        }
    }
    let mut parts: Vec<Part> = parts.into_iter().map(|((_, name), readiness)| Part { name, readiness }).collect();
    if by != By::Example {
        parts.sort_by(|a, b| b.readiness.open().cmp(&a.readiness.open()).then_with(|| a.name.cmp(&b.name)));
    }
    parts
}

fn example(example: u8) -> String {
    match example {
        1..=10 => format!("{}: {}", example_name(example), example_title(example)),
        _ => example_name(example),
    }
}

/// The folder of a file.
fn package(file: &FileOutcome) -> String {
    let path = path_text(&file.source.path);
    path.rsplit_once('/').map_or_else(|| ".".to_owned(), |(folder, _)| folder.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn the_parts_of_every_kind_add_up_to_the_whole() {
        let outcome = sample::outcome();
        let whole = Readiness::of(&outcome);
        for by in [By::Example, By::Package, By::File, By::Owner] {
            let parts = parts(&outcome, by);
            assert_eq!(parts.iter().map(|part| part.readiness.sites()).sum::<usize>(), whole.sites(), "{by:?}");
            assert_eq!(parts.iter().map(|part| part.readiness.open()).sum::<usize>(), whole.open(), "{by:?}");
        }
        let names = |by| parts(&outcome, by).into_iter().map(|part| part.name).collect::<Vec<_>>();
        assert_eq!(names(By::Package), ["src", "tests"]);
        assert_eq!(names(By::Owner), [NOBODY]);
        assert_eq!(names(By::Example).last().map(String::as_str), Some("Other internals"));
    }
}
