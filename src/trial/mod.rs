//! The samples of a rule's page, tried: what the rule finds in them beside what its author says it should. Runs no code of a
//! sample; that is `verify`'s part.

mod judge;

use std::fmt::Write;

pub use judge::{judge, rule};

/// What came of one sample, in the words of ast-grep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Word {
    /// Nothing is found where nothing should be.
    Validated,
    /// What should be found is found, and becomes what it should.
    Reported,
    /// Something is found, or changed, that should not be.
    Noisy,
    /// Something is not found, or not changed, that should be.
    Missing,
}

impl Word {
    /// All of them, the good ones first.
    pub const ALL: [Self; 4] = [Self::Validated, Self::Reported, Self::Noisy, Self::Missing];

    /// For a report.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Validated => "validated",
            Self::Reported => "reported",
            Self::Noisy => "noisy",
            Self::Missing => "missing",
        }
    }

    /// Whether the sample holds.
    #[must_use]
    pub fn holds(self) -> bool {
        matches!(self, Self::Validated | Self::Reported)
    }
}

/// One sample that was tried.
#[derive(Clone, Debug)]
pub struct Trial {
    /// The rule.
    pub rule: String,
    /// Its page.
    pub file: String,
    /// The line of the page at which the program begins, from 1.
    pub line: usize,
    /// The heading above it.
    pub title: String,
    /// `before`, `keep` or `report`.
    pub role: &'static str,
    /// What came of it; the worst, where there are several.
    pub word: Word,
    /// What is wrong, one thing a line; empty where it holds.
    pub why: Vec<String>,
    /// From the text that should have come out to the one that did, as a diff; empty where they are the same.
    pub diff: String,
}

/// The lines that differ, with three around them.
fn diff(wanted: &str, got: &str) -> String {
    let diff = similar::TextDiff::from_lines(wanted, got);
    let mut text = String::new();
    // Writing into a string cannot fail.
    let _ = write!(text, "{}", diff.unified_diff().header("as the page says", "as it came out"));
    text
}
