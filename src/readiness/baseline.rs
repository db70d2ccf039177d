//! The debts that a project has agreed to live with for now. An entry knows its site by rule, file and code, so that it
//! survives moved lines; a file that went away hands its entries to the one that now has the same code. Pure: text in,
//! text out.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::finding::{Finding, Level};
use crate::scan::{FileOutcome, Outcome};
use crate::source::one_line;

/// Goes up when an older tool could misread the file.
const VERSION: u32 = 1;

/// The rule of a file that names `victor` and does not parse.
pub const NOT_PARSED: &str = "not-parsed";

/// The rule of a Python file that names `victor` and could not be read as text.
pub const NOT_READ: &str = "not-read";

/// Longer code is cut; what is left tells sites apart well enough.
const LONGEST_CODE: usize = 240;

/// What the file says of one debt, or of several that look the same in one file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The file, relative to the folder of the baseline, with `/`.
    pub path: String,
    /// The rule that found it.
    pub rule: String,
    /// The code, on one line.
    pub code: String,
    /// How many look like this in the file.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub count: usize,
    /// Who takes care of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Why it may stay for now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The last day on which it may stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Date>,
}

fn one() -> usize {
    1
}

// The form that serde asks for.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_one(count: &usize) -> bool {
    *count == 1
}

/// The file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    version: u32,
    /// Sorted by file, rule and code.
    pub entries: Vec<Entry>,
}

/// An open site as the baseline sees it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Debt {
    /// As in [`Entry`].
    pub path: String,
    /// Its line, from 1.
    pub line: usize,
    /// As in [`Entry`].
    pub rule: String,
    /// As in [`Entry`].
    pub code: String,
    /// Its last line.
    pub last: usize,
    /// How heavy it is; a file that does not parse is as heavy as can be.
    pub level: Level,
    /// A flag would fix it.
    pub fixable: bool,
}

impl Debt {
    /// A file of which nobody knows what it holds.
    #[must_use]
    pub fn of_file(path: String, line: usize, rule: &str) -> Self {
        let (rule, code) = (rule.to_owned(), String::new());
        Debt { path, line, last: line, rule, code, level: Level::Manual, fixable: false }
    }

    /// What a whole file holds is not known.
    #[must_use]
    pub fn is_hidden(&self) -> bool {
        matches!(self.rule.as_str(), NOT_PARSED | NOT_READ)
    }
}

/// Debts beside a baseline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Those that no entry knows.
    pub new: Vec<Debt>,
    /// Those that an entry knows.
    pub known: Vec<Debt>,
    /// Entries, or parts of their counts, that have no site any more.
    pub gone: Vec<Entry>,
    /// Entries past their last day that still have a site.
    pub expired: Vec<Entry>,
    /// The entries that are left when the gone ones are dropped, in files as they are called now.
    pub left: Vec<Entry>,
}

impl Baseline {
    /// Reads the text of a file.
    ///
    /// # Errors
    /// What is wrong with it, with the line where the reader knows it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = |error: serde_json::Error| format!("line {}: {error}", error.line());
        let baseline: Self = serde_json::from_str(text).map_err(wrong)?;
        if baseline.version != VERSION {
            return Err(format!("its version is {}, and this program knows version {VERSION}", baseline.version));
        }
        Ok(baseline)
    }

    /// The text of a file with these entries.
    #[must_use]
    pub fn text(mut entries: Vec<Entry>) -> String {
        entries.sort();
        let baseline = Self { version: VERSION, entries };
        // Nothing in it can fail to be written.
        serde_json::to_string_pretty(&baseline).unwrap_or_default() + "\n"
    }

    /// Entries for debts; those that look like an old entry keep what it says.
    #[must_use]
    pub fn entries(debts: &[Debt], old: &[Entry]) -> Vec<Entry> {
        let mut counts: BTreeMap<(&str, &str, &str), usize> = BTreeMap::new();
        for debt in debts {
            *counts.entry((&debt.path, &debt.rule, &debt.code)).or_default() += 1;
        }
        let known: HashMap<_, _> =
            old.iter().map(|entry| ((entry.path.as_str(), entry.rule.as_str(), entry.code.as_str()), entry)).collect();
        let entry = |(key, count): ((&str, &str, &str), usize)| {
            let (owner, reason, expires) =
                known.get(&key).map_or((None, None, None), |old| (old.owner.clone(), old.reason.clone(), old.expires));
            Entry { path: key.0.to_owned(), rule: key.1.to_owned(), code: key.2.to_owned(), count, owner, reason, expires }
        };
        counts.into_iter().map(entry).collect()
    }

    /// The entries of which a run says nothing: their file is there and was not looked at, or their rule did not run. For `seen`
    /// and `ran` see [`Baseline::compare`].
    pub fn beyond(&self, seen: &dyn Fn(&str) -> Option<bool>, ran: &dyn Fn(&str) -> bool) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| !ran(&entry.rule) || seen(&entry.path) == Some(false))
    }

    /// Compares debts with the entries. `seen` says of a path whether this run looked at it (`Some(true)`), whether it
    /// is there and was not looked at (`Some(false)`), or whether it is gone (`None`). Entries of rules that did not run
    /// stay as they are.
    #[must_use]
    pub fn compare(&self, debts: &[Debt], seen: &dyn Fn(&str) -> Option<bool>, ran: &dyn Fn(&str) -> bool, today: Date) -> Compared {
        let mut compared = Compared::default();
        let mut waiting = Waiting::new();
        for debt in debts {
            waiting.entry((debt.rule.clone(), debt.code.clone())).or_default().push(debt.clone());
        }
        let (mut homeless, mut left) = (Vec::new(), Vec::new());
        for entry in &self.entries {
            match seen(&entry.path) {
                _ if !ran(&entry.rule) => left.push(entry.clone()),
                Some(false) => left.push(entry.clone()),
                Some(true) => {
                    let found = take(&mut waiting, entry, |debt| debt.path == entry.path);
                    settle(&mut compared, &mut left, entry, found);
                }
                None => homeless.push(entry),
            }
        }
        // A file that went away was perhaps renamed: its debts may be found in files that know them not yet.
        for entry in homeless {
            let found = take(&mut waiting, entry, |_| true);
            settle(&mut compared, &mut left, entry, found);
        }
        compared.new = waiting.into_values().flatten().collect();
        compared.new.sort();
        let has_expired = |entry: &&Entry| entry.expires.is_some_and(|day| day < today);
        compared.expired = left.iter().filter(has_expired).cloned().collect();
        compared.left = left;
        compared
    }
}

/// Debts that no entry has taken yet, by rule and code.
type Waiting = HashMap<(String, String), Vec<Debt>>;

/// Takes as many waiting debts as the entry counts.
fn take(waiting: &mut Waiting, entry: &Entry, may: impl Fn(&Debt) -> bool) -> Vec<Debt> {
    let mut found = Vec::new();
    if let Some(same) = waiting.get_mut(&(entry.rule.clone(), entry.code.clone())) {
        same.retain(|debt| {
            let taken = found.len() < entry.count && may(debt);
            if taken {
                found.push(debt.clone());
            }
            !taken
        });
    }
    found
}

fn settle(compared: &mut Compared, left: &mut Vec<Entry>, entry: &Entry, found: Vec<Debt>) {
    if found.len() < entry.count {
        compared.gone.push(Entry { count: entry.count - found.len(), ..entry.clone() });
    }
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for debt in &found {
        *places.entry(&debt.path).or_default() += 1;
    }
    left.extend(places.into_iter().map(|(path, count)| Entry { path: path.to_owned(), count, ..entry.clone() }));
    compared.known.extend(found);
}

/// The debts of a run: what is due, and files that hide it. `name` gives a path as the baseline writes it.
#[must_use]
pub fn debts(outcome: &Outcome, name: &dyn Fn(&std::path::Path) -> String) -> Vec<Debt> {
    let mut debts = Vec::new();
    for file in &outcome.files {
        let path = name(&file.source.path);
        let in_file = file.in_file();
        let line = |byte: usize| in_file.spot(byte).line;
        let due = file.findings.iter().filter(|finding| finding.is_due());
        debts.extend(due.map(|finding| {
            let (line, last) = (line(finding.span.start), line(finding.span.end.saturating_sub(1)));
            let (level, fixable) = (finding.level, finding.fix.is_some());
            Debt { path: path.clone(), line, last, rule: finding.rule.clone(), code: code(file, finding), level, fixable }
        }));
        if let (Some(line), true) = (file.syntax_error, file.names_victor) {
            debts.push(Debt::of_file(path, line, NOT_PARSED));
        }
    }
    debts.sort();
    debts
}

/// The code of a site on one line.
fn code(file: &FileOutcome, finding: &Finding) -> String {
    one_line(file.text().get(finding.span.clone()).unwrap_or("")).chars().take(LONGEST_CODE).collect()
}
