//! The guide's checklist, filled from what a scan measured. An item is done only when its evidence is in the scan;
//! nothing here is an estimate of how far along somebody feels. Data only; `markdown` writes it.

use std::path::Path;

use super::summary::{Summary, fix_level, is_broken};
use super::{Mode, View, count, path_text};
use crate::finding::{Finding, Kind};
use crate::readiness::effort_text;
use crate::rule::RuleSet;
use crate::scan::{FileOutcome, Outcome};

/// One of the guide's five phases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phase {
    /// As the guide calls it.
    pub title: &'static str,
    /// In an order that no scan changes.
    pub items: Vec<Item>,
}

/// One box of the checklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Ticked.
    pub done: bool,
    /// What is to be achieved.
    pub text: &'static str,
    /// What was measured, whether ticked or not.
    pub evidence: String,
}

/// An old attribute that this code base uses, and the page that says what replaces it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapped {
    /// The rule's name.
    pub rule: String,
    /// What the rule moves away from.
    pub old: Vec<String>,
    /// What to do instead: the title of the rule's page.
    pub instead: String,
    /// Open sites.
    pub open: usize,
    /// Sites fixed in this run.
    pub fixed: usize,
}

/// What each item of the migration phase waits for.
const MIGRATION: [(&str, u8); 12] = [
    ("Configuration migrated", 2),
    ("Context management migrated", 3),
    ("Analytics migrated", 4),
    ("Tools migrated", 5),
    ("Custom components migrated", 10),
    ("Provider switching migrated", 6),
    ("Streaming migrated", 7),
    ("Error handling migrated", 8),
    ("Sessions migrated", 9),
    ("Basic chat migrated", 1),
    ("Common patterns migrated", 11),
    ("Other internals replaced", 0),
];

/// The five phases, filled from a run.
pub fn phases(outcome: &Outcome, view: &View) -> Vec<Phase> {
    let facts = Facts::of(outcome, view);
    vec![
        Phase { title: "Assessment", items: facts.assessment(outcome) },
        Phase { title: "Planning", items: facts.planning(outcome) },
        Phase { title: "Migration", items: facts.migration() },
        Phase { title: "Testing", items: unticked(&TESTING, "no verdict in a scan") },
        Phase { title: "Deployment", items: unticked(&DEPLOYMENT, "yours to tick") },
    ]
}

const TESTING: [&str; 4] = ["Unit tests pass", "Integration tests pass", "Overhead measured", "Backward compatibility verified"];
const DEPLOYMENT: [&str; 4] = ["Deployed to staging", "Smoke tests pass", "Monitoring in place", "Deployed to production"];

fn unticked(texts: &[&'static str], evidence: &str) -> Vec<Item> {
    texts.iter().map(|text| item(false, text, evidence)).collect()
}

fn item(done: bool, text: &'static str, evidence: impl Into<String>) -> Item {
    Item { done, text, evidence: evidence.into() }
}

/// Least and most minutes that the open sites of the given Examples cost a person.
pub fn effort(outcome: &Outcome, wanted: impl Fn(&Finding) -> bool) -> (u64, u64) {
    open(outcome)
        .filter(|(_, finding)| wanted(finding))
        .fold((0, 0), |(least, most), (_, finding)| (least + u64::from(finding.effort.0), most + u64::from(finding.effort.1)))
}

/// The open findings, each with its file, in report order.
pub fn open(outcome: &Outcome) -> impl Iterator<Item = (&FileOutcome, &Finding)> {
    let all = outcome.files.iter().flat_map(|file| file.findings.iter().map(move |finding| (file, finding)));
    all.filter(|(_, finding)| finding.is_open())
}

/// The old attributes met in this code base, by Example and rule.
pub fn mapping(outcome: &Outcome, rules: &RuleSet) -> Vec<Mapped> {
    let mut mapped: Vec<(u8, Mapped)> = rules
        .pages()
        .filter(|page| !page.replaces.is_empty())
        .map(|page| {
            let fixed = outcome.files.iter().flat_map(|file| &file.applied).filter(|applied| applied.rule == page.name);
            let row = Mapped {
                rule: page.name.clone(),
                old: page.replaces.clone(),
                instead: page.title.clone(),
                open: open(outcome).filter(|(_, finding)| finding.rule == page.name).count(),
                fixed: fixed.count(),
            };
            (page.example, row)
        })
        .filter(|(_, row)| row.open + row.fixed > 0)
        .collect();
    mapped.sort_by(|(a, left), (b, right)| (a.wrapping_sub(1), &left.rule).cmp(&(b.wrapping_sub(1), &right.rule)));
    mapped.into_iter().map(|(_, row)| row).collect()
}

/// What the items have in common.
struct Facts {
    summary: Summary,
    /// Why absence of findings would prove nothing; empty when it would.
    gaps: Vec<String>,
}

impl Facts {
    fn of(outcome: &Outcome, view: &View) -> Self {
        let summary = Summary::of(outcome);
        let unread = outcome.skipped.iter().filter(|skipped| is_python(&skipped.path)).count();
        let broken = outcome.files.iter().filter(|file| is_broken(file)).count();
        let mut gaps = Vec::new();
        if outcome.scanned == 0 {
            gaps.push("no file was scanned".to_owned());
        }
        if view.limited {
            gaps.push("only some rules ran".to_owned());
        }
        if view.mode == Mode::Preview {
            gaps.push("the fixes were shown and not written".to_owned());
        }
        for (number, what) in [(outcome.failed.len(), "path"), (unread, "file")] {
            if number > 0 {
                gaps.push(format!("{} could not be used", count(number, what)));
            }
        }
        if broken > 0 {
            gaps.push(format!("{} that cannot be parsed", count(broken, "file")));
        }
        Facts { summary, gaps }
    }

    /// `done` holds only where the scan saw everything.
    fn item(&self, done: bool, text: &'static str, evidence: String) -> Item {
        let gaps = if self.gaps.is_empty() { String::new() } else { format!(" ({})", self.gaps.join("; ")) };
        item(done && self.gaps.is_empty(), text, evidence + &gaps)
    }

    fn assessment(&self, outcome: &Outcome) -> Vec<Item> {
        let files = outcome.files.iter().filter(|file| !file.findings.is_empty()).count();
        let custom = &self.summary.by_example[10];
        let accesses = format!(
            "{} open in {} scanned, {} unresolved, {} dynamic",
            count(self.summary.open_sites(), "site"),
            count(self.summary.files_scanned, "file"),
            self.summary.of_kind(Kind::Unresolved),
            self.summary.of_kind(Kind::Dynamic),
        );
        let subclasses = format!("{}, listed under Example 10", count(custom.sites(), "place"));
        let components = format!("{} to redo by injection", count(custom.open(), "place"));
        vec![
            self.item(true, "Internal attribute access identified", accesses),
            self.item(true, "Subclasses that change the orchestrator listed", subclasses),
            self.item(true, "Custom components documented", components),
            self.item(true, "Integration points identified", format!("{} that use the orchestrator", count(files, "file"))),
        ]
    }

    fn planning(&self, outcome: &Outcome) -> Vec<Item> {
        let all = self.summary.open_sites();
        let with = |has: &dyn Fn(&Finding) -> bool| open(outcome).filter(|(_, finding)| has(finding)).count();
        let mapped = with(&|finding| finding.example != 0);
        let planned = with(&|finding| finding.next.is_some() || fix_level(finding).is_some());
        let estimated = with(&|finding| finding.effort.1 > 0);
        let share = |some: usize, what: &str| format!("{some} of {} {what}", count(all, "open site"));
        let effort = format!("{}; {}", share(estimated, "with an estimate"), effort_text(effort(outcome, |_| true)));
        let mut tests: Vec<&Path> = open(outcome).map(|(file, _)| file.source.path.as_path()).collect();
        tests.retain(|path| is_test(path));
        tests.dedup();
        vec![
            self.item(mapped == all, "Old attributes mapped to coordinators", share(mapped, "with a counterpart")),
            self.item(planned == all, "Plan for each component", share(planned, "with a fix or a next step")),
            self.item(estimated == all, "Effort estimated", effort),
            self.item(true, "Tests that use internals identified", count(tests.len(), "test file")),
        ]
    }

    fn migration(&self) -> Vec<Item> {
        let left = |example| self.summary.open_of(example);
        let items = MIGRATION.iter();
        items.map(|&(text, example)| self.item(left(example) == 0, text, format!("{} left", count(left(example), "site")))).collect()
    }
}

fn is_python(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "py" || extension == "pyi")
}

/// By pytest's conventions for names and folders.
pub fn is_test(path: &Path) -> bool {
    let text = path_text(path);
    let (folders, name) = text.rsplit_once('/').unwrap_or(("", &text));
    let named = name.starts_with("test_") || name.ends_with("_test.py") || name == "conftest.py";
    named || folders.split('/').any(|folder| folder == "tests" || folder == "test")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Item, effort, is_test, phases};
    use crate::report::{View, sample};
    use crate::scan::Outcome;

    fn items(outcome: &Outcome, view: &View) -> Vec<Item> {
        phases(outcome, view).into_iter().flat_map(|phase| phase.items).collect()
    }

    /// The sample without what kept the scan from seeing everything.
    fn seen() -> Outcome {
        let mut outcome = sample::outcome();
        (outcome.failed, outcome.skipped) = (Vec::new(), Vec::new());
        outcome.files.retain(|file| file.syntax_error.is_none());
        outcome
    }

    #[test]
    fn nothing_is_ticked_where_the_scan_could_not_look() {
        let limited = View { limited: true, ..View::default() };
        assert!(items(&sample::outcome(), &View::default()).iter().all(|item| !item.done));
        assert!(items(&Outcome::default(), &View::default()).iter().all(|item| !item.done));
        assert!(items(&seen(), &limited).iter().all(|item| !item.done));
    }

    #[test]
    fn a_part_is_ticked_when_none_of_its_sites_is_left() {
        let items = items(&seen(), &View::default());
        let done = |text: &str| items.iter().find(|item| item.text == text).expect("an item").done;
        assert!(done("Internal attribute access identified") && done("Context management migrated") && done("Effort estimated"));
        assert!(done("Basic chat migrated"), "a compatible site is no work");
        assert!(!done("Configuration migrated") && !done("Other internals replaced") && !done("Plan for each component"));
        assert!(!done("Unit tests pass") && !done("Deployed to production"));
    }

    #[test]
    fn effort_is_summed_over_open_sites() {
        assert_eq!(effort(&seen(), |_| true), (10, 250));
    }

    #[test]
    fn tests_are_known_by_name_and_folder() {
        for path in ["tests/helper.py", "a/test/b.py", "test_a.py", "a/b_test.py", "conftest.py"] {
            assert!(is_test(Path::new(path)), "{path}");
        }
        assert!(!is_test(Path::new("contest.py")) && !is_test(Path::new("latest/a.py")));
    }
}
