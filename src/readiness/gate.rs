//! The gate: what a run must keep to, and whether it does. Every check says what it saw, and the command that shows or
//! mends it. Pure; the numbers are those of every report.

use super::baseline::{Compared, Debt};
use super::{Class, Readiness};
use crate::finding::Level;

/// What a run must keep to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Thresholds {
    /// Least readiness, in percent.
    pub min_readiness: Option<usize>,
    /// Most open sites of class manual, known debts included.
    pub max_manual: Option<usize>,
    /// Most unresolved sites, known debts included.
    pub max_unresolved: Option<usize>,
    /// Most dynamic sites, known debts included.
    pub max_dynamic: Option<usize>,
    /// Lightest level of a new open site that fails; `None` for never.
    pub fail_on: Option<Level>,
    /// Where `fail_on` asks for nothing: new files that name `victor` and were not understood fail all the same.
    pub understood: bool,
}

/// One check that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Its name, that of its flag.
    pub name: &'static str,
    /// It holds.
    pub passed: bool,
    /// The number it allows.
    pub limit: usize,
    /// The number that is.
    pub actual: usize,
    /// What was seen, for a person.
    pub message: String,
    /// What shows or mends it; empty where it passed.
    pub command: String,
}

/// What the gate says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// All checks that were made, in the order of the flags.
    pub checks: Vec<Check>,
    /// The new debts that fail.
    pub new: Vec<Debt>,
    /// Entries of the baseline without a site.
    pub gone: usize,
    /// Debts that the baseline knows.
    pub known: usize,
}

impl Verdict {
    /// Every check holds.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.checks.iter().all(|check| check.passed)
    }
}

/// Judges a run. `target` is what a person writes after `victor-migrate scan` to see the same files; `touched` says
/// whether a change that is asked about touches a debt.
#[must_use]
pub fn judge(
    readiness: &Readiness,
    compared: &Compared,
    thresholds: &Thresholds,
    target: &str,
    touched: &dyn Fn(&Debt) -> bool,
) -> Verdict {
    let scan = format!("victor-migrate scan{target}");
    let mut checks = Vec::new();
    if let Some(limit) = thresholds.min_readiness {
        let actual = readiness.percent();
        let message = format!("readiness is {actual} %, at least {limit} % is asked for");
        checks.push(check("min-readiness", actual >= limit, limit, actual, message, format!("{scan} --by package")));
    }
    for (name, class, limit) in [
        ("max-manual", Class::Manual, thresholds.max_manual),
        ("max-unresolved", Class::Unresolved, thresholds.max_unresolved),
        ("max-dynamic", Class::Dynamic, thresholds.max_dynamic),
    ] {
        let Some(limit) = limit else { continue };
        let actual = readiness.get(class);
        let sites = if actual == 1 { "site is" } else { "sites are" };
        let message = format!("{actual} open {sites} {}, at most {limit} may be", class.word());
        checks.push(check(name, actual <= limit, limit, actual, message, scan.clone()));
    }
    let fails = |debt: &&Debt| thresholds.fail_on.is_some_and(|level| debt.level >= level) && touched(debt);
    let mut new: Vec<Debt> = compared.new.iter().filter(fails).cloned().collect();
    if thresholds.fail_on.is_some() {
        let message = match new.len() {
            1 => "1 open site is new".to_owned(),
            many => format!("{many} open sites are new"),
        };
        let fixable = |level: Level| new.iter().any(|debt| debt.fixable && debt.level <= level);
        let command = match (fixable(Level::Safe), fixable(Level::Review)) {
            (true, _) => format!("{scan} --fix"),
            // What a person looks at first.
            (false, true) => format!("{scan} --diff --unsafe-fixes"),
            (false, false) => scan.clone(),
        };
        checks.push(check("fail-on", new.is_empty(), 0, new.len(), message, command));
    }
    let hidden: Vec<Debt> = compared.new.iter().filter(|debt| debt.is_hidden() && touched(debt)).cloned().collect();
    if thresholds.fail_on.is_none() && thresholds.understood && !hidden.is_empty() {
        let message = match hidden.len() {
            1 => "1 file that names victor was not understood".to_owned(),
            many => format!("{many} files that name victor were not understood"),
        };
        checks.push(check("not-understood", false, 0, hidden.len(), message, scan.clone()));
        new = hidden;
    }
    let expired: usize = compared.expired.iter().map(|entry| entry.count).sum();
    if expired > 0 {
        let message = format!("{expired} known debts are past the day on which they expire");
        checks.push(check("expires", false, 0, expired, message, scan));
    }
    Verdict { checks, new, gone: compared.gone.iter().map(|entry| entry.count).sum(), known: compared.known.len() }
}

fn check(name: &'static str, passed: bool, limit: usize, actual: usize, message: String, command: String) -> Check {
    Check { name, passed, limit, actual, message, command: if passed { String::new() } else { command } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn debt(level: Level) -> Debt {
        let (path, rule, code) = ("a.py".to_owned(), "r".to_owned(), "c".to_owned());
        Debt { path, line: 1, last: 1, rule, code, level, fixable: level == Level::Safe }
    }

    #[test]
    fn a_threshold_holds_up_to_its_number() {
        let readiness = Readiness::of(&sample::outcome());
        let judged = |thresholds: Thresholds| judge(&readiness, &Compared::default(), &thresholds, "", &|_| true).passed();
        assert!(judged(Thresholds { min_readiness: Some(16), ..Thresholds::default() }));
        assert!(!judged(Thresholds { min_readiness: Some(17), ..Thresholds::default() }));
        assert!(judged(Thresholds { max_unresolved: Some(1), ..Thresholds::default() }));
        assert!(!judged(Thresholds { max_unresolved: Some(0), ..Thresholds::default() }));
        assert!(judged(Thresholds { max_dynamic: Some(1), ..Thresholds::default() }));
        assert!(!judged(Thresholds { max_dynamic: Some(0), ..Thresholds::default() }));
        assert!(judged(Thresholds { max_manual: Some(0), ..Thresholds::default() }), "unresolved and dynamic are counted for themselves");
    }

    #[test]
    fn only_new_sites_that_are_heavy_enough_and_touched_fail() {
        let compared = Compared { new: vec![debt(Level::Safe), debt(Level::Manual)], ..Compared::default() };
        let judged = |fail_on, touched: bool| {
            let thresholds = Thresholds { fail_on, ..Thresholds::default() };
            judge(&Readiness::default(), &compared, &thresholds, " src", &|_| touched)
        };
        assert_eq!(judged(Some(Level::Safe), true).new.len(), 2);
        assert_eq!(judged(Some(Level::Safe), true).checks[0].command, "victor-migrate scan src --fix");
        assert_eq!(judged(Some(Level::Manual), true).checks[0].command, "victor-migrate scan src");
        let review = Compared { new: vec![Debt { fixable: true, ..debt(Level::Review) }], ..Compared::default() };
        let thresholds = Thresholds { fail_on: Some(Level::Safe), ..Thresholds::default() };
        let verdict = judge(&Readiness::default(), &review, &thresholds, " src", &|_| true);
        assert_eq!(verdict.checks[0].command, "victor-migrate scan src --diff --unsafe-fixes");
        assert!(judged(Some(Level::Safe), false).passed() && judged(None, true).passed());
    }
}
