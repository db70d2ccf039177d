//! Files that a scan cannot vouch for, for formats that know problems only: not used, not read, or not parsed where they name
//! `victor`.

use super::sites::{Site, fingerprint};
use super::summary::is_broken;
use super::{one_line, path_text};
use crate::readiness::baseline::{NOT_PARSED, NOT_READ};
use crate::scan::Outcome;

/// One of them.
pub(super) struct Unseen {
    /// As shown.
    pub path: String,
    /// The line at which it ended, from 1.
    pub line: usize,
    /// What stands in the place of a rule.
    pub rule: &'static str,
    /// What is wrong, for a person.
    pub message: String,
}

impl Unseen {
    /// It hides a use, as far as anybody can tell.
    pub fn is_grave(&self) -> bool {
        self.rule == NOT_PARSED
    }

    /// Stays as long as the file is not mended.
    pub fn fingerprint(&self) -> String {
        fingerprint(&[&self.path, self.rule])
    }
}

/// What such a format lists.
pub(super) enum Item<'i> {
    /// A site.
    Site(&'i Site<'i>),
    /// A file.
    Unseen(&'i Unseen),
}

/// Files before sites.
pub(super) fn items<'i>(unseen: &'i [Unseen], sites: &'i [Site<'i>]) -> Vec<Item<'i>> {
    unseen.iter().map(Item::Unseen).chain(sites.iter().map(Item::Site)).collect()
}

/// The files, those that were named and could not be used first. A folder that is left out as a whole is no such file.
pub(super) fn unseen(outcome: &Outcome) -> Vec<Unseen> {
    let of = |path: &std::path::Path, line: usize, rule, message| Unseen { path: path_text(path), line, rule, message };
    let failed = outcome.failed.iter().map(|(path, reason)| of(path, 1, NOT_READ, format!("not used: {}", one_line(reason))));
    let files = outcome.skipped.iter().filter(|skipped| skipped.path.extension().is_some());
    let skipped = files.map(|skipped| of(&skipped.path, 1, NOT_READ, format!("not read: {}", one_line(&skipped.reason))));
    let broken = outcome.files.iter().filter(|file| is_broken(file)).filter_map(|file| Some((file, file.syntax_error?)));
    let message = || "names victor and does not parse; repair it and scan again".to_owned();
    failed.chain(skipped).chain(broken.map(|(file, line)| of(&file.source.path, line, NOT_PARSED, message()))).collect()
}
