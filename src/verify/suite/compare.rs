//! Two runs of the same tests: what is new, test by test.

use std::collections::BTreeMap;
use std::path::Path;

use super::{Came, Ran};
use crate::python::Syntax;
use crate::source::Lines;
use crate::verify::coverage::ran;

/// What two runs say, test by test.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Tests that ended as before, failures left out.
    pub same: usize,
    /// Tests that fail now and did not, with the first line that says why.
    pub failing: BTreeMap<String, String>,
    /// Tests that failed before; nobody can blame the edits for them.
    pub failed_before: BTreeMap<String, String>,
    /// Warnings that are new, by test.
    pub warning: BTreeMap<String, Vec<String>>,
    /// Tests that are not there any more, or are skipped now.
    pub gone: Vec<String>,
}

impl Compared {
    /// Compares them.
    #[must_use]
    pub fn new(before: &Ran, after: &Ran) -> Self {
        let mut compared = Compared::default();
        for (test, old) in &before.tests {
            match (old, after.tests.get(test)) {
                (Came::Failed(why), _) => drop(compared.failed_before.insert(test.clone(), why.clone())),
                (_, Some(Came::Failed(why))) => drop(compared.failing.insert(test.clone(), why.clone())),
                (Came::Passed, None | Some(Came::Skipped)) | (Came::Skipped, None) => compared.gone.push(test.clone()),
                _ => compared.same += 1,
            }
        }
        // A file that cannot be collected any more is a test of its own.
        for (test, came) in after.tests.iter().filter(|(test, _)| !before.tests.contains_key(*test)) {
            if let Came::Failed(why) = came {
                compared.failing.insert(test.clone(), why.clone());
            }
        }
        for (test, warnings) in &after.warnings {
            let new = warnings.iter().filter(|warning| before.warnings.get(test).is_none_or(|old| !old.contains(*warning)));
            let new: Vec<String> = new.cloned().collect();
            if !new.is_empty() {
                compared.warning.insert(test.clone(), new);
            }
        }
        compared
    }

    /// Whether the new code does to the tests what the old did.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.failing.is_empty() && self.gone.is_empty()
    }
}

/// How many of a file's changed lines ran, and how many there are that can.
#[must_use]
pub fn reached(before: &str, after: &str, executed: &std::collections::BTreeSet<u32>) -> (usize, usize) {
    let Some(syntax) = Syntax::parse(after) else { return (0, 0) };
    let lines = Lines::new(after);
    let (old, new): (Vec<&str>, Vec<&str>) = (before.split_inclusive('\n').collect(), after.split_inclusive('\n').collect());
    let ops = similar::capture_diff_slices(similar::Algorithm::Patience, &old, &new);
    let changed = ops.iter().filter(|op| !matches!(op, similar::DiffOp::Equal { .. })).flat_map(similar::DiffOp::new_range);
    let starts: Vec<usize> = new.iter().scan(0, |at, line| Some(std::mem::replace(at, *at + line.len()))).collect();
    let byte = |line: usize| starts[line] + new[line].len() - new[line].trim_start().len();
    let known: Vec<bool> = changed.filter_map(|line| ran(&syntax, &lines, byte(line), executed)).collect();
    (known.iter().filter(|ran| **ran).count(), known.len())
}

/// The same over all files: before, after, and what ran.
#[must_use]
pub fn reached_in(files: &[(&Path, &str, &str)], run: &Ran) -> Option<(usize, usize)> {
    let lines = run.lines.as_ref()?;
    let none = std::collections::BTreeSet::new();
    let each = files.iter().map(|(path, before, after)| reached(before, after, lines.get(*path).unwrap_or(&none)));
    Some(each.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(tests: &[(&str, Came)], warnings: &[(&str, &str)]) -> Ran {
        let tests = tests.iter().map(|(name, came)| ((*name).to_owned(), came.clone())).collect();
        let warnings = warnings.iter().map(|(test, text)| ((*test).to_owned(), [(*text).to_owned()].into())).collect();
        Ran { tests, warnings, ..Ran::default() }
    }

    #[test]
    fn what_failed_before_is_told_from_what_fails_now() {
        let failed = |why: &str| Came::Failed(why.to_owned());
        let before = run(&[("a", Came::Passed), ("b", failed("old")), ("c", Came::Passed), ("d", Came::Skipped)], &[("a", "w")]);
        let after = run(
            &[("a", failed("new")), ("b", failed("other")), ("d", Came::Skipped), ("e.py", failed("import"))],
            &[("a", "w"), ("d", "x")],
        );
        let compared = Compared::new(&before, &after);
        assert_eq!(compared.failing, [("a".to_owned(), "new".to_owned()), ("e.py".to_owned(), "import".to_owned())].into());
        assert_eq!((compared.failed_before.len(), compared.gone.clone(), compared.same), (1, vec!["c".to_owned()], 1));
        assert_eq!(compared.warning, [("d".to_owned(), vec!["x".to_owned()])].into());
        assert!(!compared.holds());
    }

    #[test]
    fn only_changed_lines_that_can_run_are_counted() {
        let before = "import a\n\n\ndef f(o):\n    return o._model\n\n\ndef g(o):\n    return o._model\n";
        let after = before.replace("o._model", "o.model").replace("import a\n", "import a\n# said\n");
        assert_eq!(reached(before, &after, &[1, 5, 6].into()), (1, 2));
    }
}
