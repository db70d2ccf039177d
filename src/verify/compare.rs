//! Whether two runs look the same to a person. Exact types, exact order; what differs by design is left out by the record.

use crate::runtime::sandbox::Ended;
use crate::runtime::sandbox::record::{Raised, Run};

/// What two runs say about a rewrite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nobody can tell.
    Equal,
    /// They differ, as the rule declares.
    Declared,
    /// They differ.
    Changed(Difference),
    /// Nothing is known; why.
    Unproven(String),
}

/// The first thing that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Where: `stdout`, `record`, a global, …
    pub what: String,
    /// Before.
    pub old: String,
    /// After.
    pub new: String,
}

/// An exception that a rule declares to become another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Declared<'r> {
    /// Its class before.
    pub old: &'r str,
    /// Its class after.
    pub new: &'r str,
}

/// Compares the runs of both sides, each seen twice.
#[must_use]
pub fn judge(before: [&Run; 2], after: [&Run; 2], declared: Option<Declared<'_>>) -> Verdict {
    for (side, [first, second]) in [("before", before), ("after", after)] {
        if first.ended != Ended::Normally {
            return Verdict::Unproven(format!("{side}: {:?}", first.ended));
        }
        if let Some(difference) = difference(first, second, None) {
            return Verdict::Unproven(format!("{side}: not deterministic in {}", difference.what));
        }
    }
    match (difference(before[0], after[0], None), declared) {
        (None, _) => Verdict::Equal,
        (Some(_), Some(declared)) if difference(before[0], after[0], Some(declared)).is_none() => Verdict::Declared,
        (Some(found), _) => Verdict::Changed(found),
    }
}

/// The first difference of two runs.
#[must_use]
pub fn difference(before: &Run, after: &Run, declared: Option<Declared<'_>>) -> Option<Difference> {
    let differ = |what: &str, old: String, new: String| (old != new).then(|| Difference { what: what.to_owned(), old, new });
    let record = |run: &Run| -> Vec<String> {
        run.record.iter().filter(|entry| entry.compared).map(|entry| format!("{} {}", entry.kind, entry.told)).collect()
    };
    let (old, new) = (record(before), record(after));
    for at in 0..old.len().max(new.len()) {
        let entry = |list: &[String]| list.get(at).cloned().unwrap_or_else(|| "nothing".to_owned());
        if let Some(found) = differ(&format!("record, entry {}", at + 1), entry(&old), entry(&new)) {
            return Some(found);
        }
    }
    let renamed = |text: &str| declared.map_or_else(|| text.to_owned(), |declared| text.replace(declared.old, declared.new));
    let raised =
        |run: &Run, rename: bool| run.exception.as_ref().map_or_else(|| "none".to_owned(), |raised| shown(raised, rename, declared));
    differ("stdout", if declared.is_some() { renamed(&before.stdout) } else { before.stdout.clone() }, after.stdout.clone())
        .or_else(|| differ("stderr", before.stderr.clone(), after.stderr.clone()))
        .or_else(|| differ("exception", raised(before, true), raised(after, false)))
        .or_else(|| differ("logs", format!("{:?}", before.logs), format!("{:?}", after.logs)))
        .or_else(|| differ("warnings", warned(before), warned(after)))
        .or_else(|| differ("calls of missing libraries", format!("{:?}", before.standins), format!("{:?}", after.standins)))
        .or_else(|| differ("files", format!("{:?}", before.files), format!("{:?}", after.files)))
        .or_else(|| globals(before, after))
}

/// Class and message; with a declared exception only the class counts.
fn shown(raised: &Raised, rename: bool, declared: Option<Declared<'_>>) -> String {
    match declared {
        Some(declared) if rename && raised.class == declared.old => declared.new.to_owned(),
        Some(declared) if raised.class == declared.new => raised.class.clone(),
        _ => format!("{}: {}", raised.class, raised.message),
    }
}

fn warned(run: &Run) -> String {
    run.warnings.iter().map(|warning| format!("{}: {}\n", warning.category, warning.message)).collect()
}

/// Globals that both sides have; a rewrite may import more.
fn globals(before: &Run, after: &Run) -> Option<Difference> {
    before.globals.iter().find_map(|old| {
        let new = after.globals.iter().find(|new| new.name == old.name)?;
        (old.value != new.value).then(|| Difference {
            what: format!("global `{}`", old.name),
            old: old.value.clone(),
            new: new.value.clone(),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(stdout: &str) -> Run {
        Run { stdout: stdout.to_owned(), ..Run::lost(Ended::Normally) }
    }

    #[test]
    fn a_program_that_disagrees_with_itself_proves_nothing() {
        let (one, two) = (run("1"), run("2"));
        assert!(matches!(judge([&one, &two], [&one, &one], None), Verdict::Unproven(why) if why.contains("not deterministic")));
        assert_eq!(judge([&one, &one], [&one, &one], None), Verdict::Equal);
        assert!(matches!(judge([&one, &one], [&two, &two], None), Verdict::Changed(found) if found.what == "stdout"));
    }

    #[test]
    fn a_declared_exception_is_told_from_an_undeclared_one() {
        let raised = |class: &str| {
            let raised = Raised {
                class: class.to_owned(),
                message: class.to_owned(),
                lines: vec![],
                notes: vec![],
                group: vec![],
                cause: None,
                explicit: false,
            };
            Run { exception: Some(raised), ..run("") }
        };
        let (old, new) = (raised("AttributeError"), raised("KeyError"));
        let declared = Some(Declared { old: "AttributeError", new: "KeyError" });
        assert_eq!(judge([&old, &old], [&new, &new], declared), Verdict::Declared);
        assert!(matches!(judge([&old, &old], [&new, &new], None), Verdict::Changed(_)));
        let other = raised("ValueError");
        assert!(matches!(judge([&old, &old], [&other, &other], declared), Verdict::Changed(_)));
    }
}
