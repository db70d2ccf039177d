//! What a run found and did, handed to `report`. Plain data; no decisions.

use std::borrow::Cow;
use std::path::PathBuf;

use super::near::NearMiss;
use crate::finding::Finding;
use crate::source::{InFile, Places, Skipped, Source};
use crate::suppress::Unused;
use crate::target::Target;

/// One fix that was applied.
#[derive(Clone, Debug)]
pub struct Applied {
    /// The finding it came from.
    pub rule: String,
    /// Its Example.
    pub example: u8,
    /// Its level, `Safe` or `Review` (or `None` for `--modernize`).
    pub level: crate::finding::Level,
    /// First byte of its site, in the text of its round.
    pub start: usize,
}

/// One scanned file.
#[derive(Clone, Debug)]
pub struct FileOutcome {
    /// The file as it was read.
    pub source: Source,
    /// The new text, where fixing was asked for and changed something.
    pub fixed: Option<String>,
    /// What was applied to get there, in the order of application.
    pub applied: Vec<Applied>,
    /// Findings of [`FileOutcome::text`], by position.
    pub findings: Vec<Finding>,
    /// Line (from 1) of the first syntax error, where the file has one; the rest was scanned.
    pub syntax_error: Option<usize>,
    /// Whether the text names `victor`, or a package of the user's rules, at all (decides if a syntax error counts as open).
    pub names_victor: bool,
    /// Its new text needs those of other files: all of them are written, or none.
    pub joined: bool,
    /// The file on disk, where `source` is one that was fixed in this run before its examples were looked at.
    pub before: Option<Box<Source>>,
    /// Its new text is written with that of the examples in it.
    pub carried: bool,
    /// Who owns it, as CODEOWNERS says; empty for nobody.
    pub owner: String,
    /// Our comments that keep nothing quiet.
    pub unused: Vec<Unused>,
    /// What is like something that the user's rules look for, where that was asked for.
    pub near: Vec<NearMiss>,
    /// Remarks about this file: a fix that was taken out, rounds that did not converge.
    pub notes: Vec<String>,
}

impl FileOutcome {
    /// A file about which nothing is said yet.
    #[must_use]
    pub fn of(source: Source) -> Self {
        Self {
            source,
            fixed: None,
            applied: Vec::new(),
            findings: Vec::new(),
            syntax_error: None,
            names_victor: false,
            joined: false,
            before: None,
            carried: false,
            owner: String::new(),
            unused: Vec::new(),
            near: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// The text that the findings refer to.
    pub fn text(&self) -> &str {
        self.fixed.as_deref().unwrap_or(&self.source.text)
    }

    /// Where the bytes of that text stand for a person.
    pub fn places(&self) -> Places<'_> {
        Places::new(&self.source, self.text())
    }

    /// Where they stand in the lines of the file.
    pub fn in_file(&self) -> InFile<'_> {
        InFile::new(self.now())
    }

    /// The file as it is after the run, or would be; as it was where that cannot be written.
    pub fn now(&self) -> Cow<'_, Source> {
        match &self.fixed {
            Some(text) => self.source.with_text(text).map_or(Cow::Borrowed(&self.source), Cow::Owned),
            None => Cow::Borrowed(&self.source),
        }
    }
}

/// What the code was judged against.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Against {
    /// `victor-ai 0.9.5`, or `the guide`.
    pub name: String,
    /// Where that was said, and what was assumed.
    pub why: String,
    /// The release that the code was written for, where two are compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
}

impl Against {
    /// What a target says of itself; nothing for a guide that nobody spoke of.
    #[must_use]
    pub fn of(target: &Target) -> Option<Self> {
        let from = target.from.as_ref().map(|from| format!("victor-ai {}", from.release));
        let said = target.release.is_some() || !target.why.is_empty();
        said.then(|| Against { name: target.name(), why: target.why.clone(), from })
    }

    /// One line for a person.
    #[must_use]
    pub fn told(&self) -> String {
        let from = self.from.as_ref().map(|from| format!(", for code written for {from}")).unwrap_or_default();
        format!("Target: {}{from} ({}).", self.name, self.why)
    }
}

/// A whole run.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Files with findings, fixes, syntax errors or notes; sorted by path.
    pub files: Vec<FileOutcome>,
    /// How many files were read and understood, those without findings included.
    pub scanned: usize,
    /// The files that were read, sorted.
    pub looked: Vec<PathBuf>,
    /// How many of them were parsed and looked into; the others have no word that could matter.
    pub looked_into: usize,
    /// Files that the configuration excludes.
    pub excluded: usize,
    /// The project's folder, where only a part of it was scanned: what the rest gives to that part is not known.
    pub part: Option<PathBuf>,
    /// All of it was known from an earlier run.
    pub remembered: bool,
    /// Files met and not read, each with its reason; sorted by path.
    pub skipped: Vec<Skipped>,
    /// Paths named by the user that could not be used, with the reason: the run ends with 2.
    pub failed: Vec<(PathBuf, String)>,
    /// What the code was judged against; none where nothing says anything, which is the guide.
    pub target: Option<Against>,
}
