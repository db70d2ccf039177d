//! The numbers of a run, counted once for every format. No words for people; those are in the formats.

use crate::finding::{Kind, Level};
use crate::readiness::Readiness;
use crate::scan::{FileOutcome, Outcome};

/// What a run comes to. A site is a finding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files read, those without a site included.
    pub files_scanned: usize,
    /// Sites by their class, and the number that comes of it.
    pub readiness: Readiness,
    /// Sites that are left, ready ones included.
    pub sites: usize,
    /// Sites by [`Level`], in its order.
    pub by_level: [usize; 4],
    /// Sites by [`Kind`], in its order.
    pub by_kind: [usize; 3],
    /// The sites of each Example (the index).
    pub by_example: [Readiness; 12],
    /// Open sites that `--fix` would change.
    pub fixable_safe: usize,
    /// Open sites that only `--fix --unsafe-fixes` would change.
    pub fixable_unsafe: usize,
    /// Compatible sites with a newer spelling.
    pub modernizable: usize,
    /// Fixes that were applied, by [`Level`]; `None` are those of `--modernize`.
    pub applied: [usize; 4],
    /// Files with a syntax error that name `victor`.
    pub broken: usize,
    /// Open sites and broken files together.
    pub open: usize,
    /// Those that no comment keeps quiet; the exit code asks for zero.
    pub due: usize,
}

impl Summary {
    /// Counts a run.
    pub fn of(outcome: &Outcome) -> Self {
        let mut summary = Summary { files_scanned: outcome.scanned, ..Summary::default() };
        for file in &outcome.files {
            summary.add(file);
        }
        summary.open = summary.open_sites() + summary.broken;
        summary.due = summary.open - summary.readiness.suppressed;
        summary
    }

    fn add(&mut self, file: &FileOutcome) {
        self.broken += usize::from(is_broken(file));
        for applied in &file.applied {
            self.applied[applied.level as usize] += 1;
        }
        for finding in &file.findings {
            self.readiness.add(finding);
            self.sites += 1;
            self.by_level[finding.level as usize] += 1;
            self.by_kind[finding.kind as usize] += 1;
            self.by_example[usize::from(finding.example.min(11))].add(finding);
            match fix_level(finding) {
                Some(_) if !finding.is_open() => self.modernizable += 1,
                Some(Level::Safe) => self.fixable_safe += 1,
                Some(Level::Review) => self.fixable_unsafe += 1,
                _ => {}
            }
        }
    }

    /// Sites that somebody still has to do something about.
    pub fn open_sites(&self) -> usize {
        self.readiness.open()
    }

    /// Open sites of one Example.
    pub fn open_of(&self, example: u8) -> usize {
        self.by_example[usize::from(example.min(11))].open()
    }

    /// Fixes that were applied, of every level.
    pub fn applied_total(&self) -> usize {
        self.applied.iter().sum()
    }

    /// Sites of one [`Kind`].
    pub fn of_kind(&self, kind: Kind) -> usize {
        self.by_kind[kind as usize]
    }
}

/// The level at which a fix would be applied; a manual site's suggestion never is.
pub fn fix_level(finding: &crate::finding::Finding) -> Option<Level> {
    let fix = finding.fix.as_ref()?;
    let level = fix.level.max(finding.level);
    (level != Level::Manual).then_some(level)
}

/// A syntax error may hide a use, where the file names `victor`.
pub fn is_broken(file: &FileOutcome) -> bool {
    file.syntax_error.is_some() && file.names_victor
}

#[cfg(test)]
mod tests {
    use super::Summary;
    use crate::readiness::Readiness;
    use crate::report::sample;

    #[test]
    fn every_site_is_counted_once_per_account() {
        let summary = Summary::of(&sample::outcome());
        assert_eq!((summary.files_scanned, summary.sites, summary.open), (7, 6, 6));
        assert_eq!(summary.by_level, [1, 2, 1, 2]);
        assert_eq!(summary.by_kind, [4, 1, 1]);
        assert_eq!(summary.by_example.iter().map(Readiness::sites).sum::<usize>(), 6);
        assert_eq!((summary.fixable_safe, summary.fixable_unsafe, summary.modernizable), (2, 1, 1));
        assert_eq!((summary.applied, summary.broken), ([0, 1, 0, 0], 1));
        assert_eq!((summary.open_of(2), summary.open_of(1), summary.open_of(0)), (2, 0, 1));
    }

    #[test]
    fn a_broken_file_that_does_not_name_victor_is_not_open() {
        let mut outcome = sample::outcome();
        for file in &mut outcome.files {
            file.findings.clear();
            file.names_victor = false;
        }
        assert_eq!(Summary::of(&outcome).open, 0);
    }
}
