//! Where every use of an internal went: each is in one account, and files that hide uses count as one each.

use super::summary::{Summary, fix_level, is_broken};
use crate::finding::{Finding, Kind, Strength};
use crate::scan::Outcome;

/// The accounts, in the order in which they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Account {
    /// Rewritten in this run (with `--diff`: shown).
    Fixed,
    /// A fix waits for its flag.
    Fixable,
    /// Understood, and a person's.
    Manual,
    /// The receiver is an orchestrator by its name only.
    Likely,
    /// The receiver is not known; the name of the internal is telling.
    Unresolved,
    /// The name of the internal is computed or hidden.
    Dynamic,
    /// A comment keeps it quiet.
    Suppressed,
    /// A file that names `victor` and does not parse.
    NotParsed,
    /// A file or path that could not be read.
    NotRead,
}

/// All accounts, with their keys in JSON and their words for people.
pub const ACCOUNTS: [(Account, &str, &str); 9] = [
    (Account::Fixed, "fixed", "fixed"),
    (Account::Fixable, "fixable", "fixable"),
    (Account::Manual, "manual", "manual"),
    (Account::Likely, "likely", "likely"),
    (Account::Unresolved, "unresolved", "unresolved"),
    (Account::Dynamic, "dynamic", "dynamic"),
    (Account::Suppressed, "suppressed", "suppressed"),
    (Account::NotParsed, "not_parsed", "not parsed"),
    (Account::NotRead, "not_read", "not read"),
];

/// How many are in each account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Completeness([usize; 9]);

impl Completeness {
    /// Sorts a run into accounts.
    #[must_use]
    pub fn of(outcome: &Outcome) -> Self {
        let mut numbers = [0; 9];
        for file in &outcome.files {
            for finding in file.findings.iter().filter(|finding| finding.is_open()) {
                numbers[account(finding) as usize] += 1;
            }
            numbers[Account::NotParsed as usize] += usize::from(is_broken(file));
        }
        // What `--modernize` rewrote was compatible, not a use of an internal.
        let [_, open @ ..] = Summary::of(outcome).applied;
        numbers[Account::Fixed as usize] = open.iter().sum();
        // One that was read and could not be written is in the accounts of its sites.
        let unread = outcome.failed.iter().filter(|(path, _)| !outcome.looked.contains(path));
        numbers[Account::NotRead as usize] = outcome.skipped.len() + unread.count();
        Self(numbers)
    }

    /// One account.
    #[must_use]
    pub fn get(&self, account: Account) -> usize {
        self.0[account as usize]
    }

    /// All accounts together.
    #[must_use]
    pub fn total(&self) -> usize {
        self.0.iter().sum()
    }

    /// `12 = 7 fixed + 3 fixable + 2 manual`; `None` where there is nothing.
    #[must_use]
    pub fn told(&self) -> Option<String> {
        let parts: Vec<String> = ACCOUNTS
            .iter()
            .filter(|(account, ..)| self.get(*account) > 0)
            .map(|(account, _, words)| match account {
                Account::NotParsed | Account::NotRead => super::count(self.get(*account), "file") + " " + words,
                _ => format!("{} {words}", self.get(*account)),
            })
            .collect();
        (!parts.is_empty()).then(|| format!("{} = {}", self.total(), parts.join(" + ")))
    }
}

fn account(finding: &Finding) -> Account {
    if finding.suppressed.is_some() {
        return Account::Suppressed;
    }
    match (finding.kind, fix_level(finding), finding.strength) {
        (Kind::Unresolved, ..) => Account::Unresolved,
        (Kind::Dynamic, ..) => Account::Dynamic,
        (Kind::Use, Some(_), _) => Account::Fixable,
        (Kind::Use, None, Strength::Proven) => Account::Manual,
        (Kind::Use, None, _) => Account::Likely,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn the_accounts_add_up_to_all_open_sites_fixes_and_files_not_seen() {
        let outcome = sample::outcome();
        let (summary, accounts) = (Summary::of(&outcome), Completeness::of(&outcome));
        let seen = summary.open + summary.applied_total() + outcome.skipped.len() + outcome.failed.len();
        assert_eq!(accounts.total(), seen);
        assert_eq!(
            accounts.told().expect("some"),
            "9 = 1 fixed + 3 fixable + 1 unresolved + 1 dynamic + 1 file not parsed + 2 files not read"
        );
        assert_eq!(Completeness::of(&Outcome::default()).told(), None);
    }
}
