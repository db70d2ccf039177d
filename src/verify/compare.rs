//! Whether two runs look the same to a person. Exact types, exact order; what differs by design is left out by the record.

use crate::runtime::sandbox::Ended;
use crate::runtime::sandbox::record::{Raised, Run};
use crate::surface;

/// What two runs say about a rewrite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nobody can tell.
    Equal,
    /// They differ, as the rule declares; how.
    Declared(Difference),
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
            return Verdict::Unproven(format!("{side}: {}", first.ended));
        }
        if let Some(difference) = difference(first, second, None) {
            return Verdict::Unproven(format!("{side}: not deterministic in {}", difference.what));
        }
    }
    match difference(before[0], after[0], None) {
        None => Verdict::Equal,
        Some(found) if declared.is_some() && difference(before[0], after[0], declared).is_none() => Verdict::Declared(found),
        Some(found) => Verdict::Changed(found),
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
    let raised =
        |run: &Run, rename: bool| run.exception.as_ref().map_or_else(|| "none".to_owned(), |raised| shown(raised, rename, declared));
    let shown_on = |run: &Run| told(&without_addresses(&run.stdout), declared);
    differ("stdout", shown_on(before), shown_on(after))
        .or_else(|| differ("stderr", without_addresses(&before.stderr), without_addresses(&after.stderr)))
        .or_else(|| differ("exception", raised(before, true), raised(after, false)))
        .or_else(|| differ("logs", format!("{:?}", before.logs), format!("{:?}", after.logs)))
        .or_else(|| differ("warnings", warned(before), warned(after)))
        .or_else(|| differ("calls of missing libraries", used(before), used(after)))
        .or_else(|| differ("files", format!("{:?}", before.files), format!("{:?}", after.files)))
        .or_else(|| globals(before, after))
}

/// How libraries that are not there were used. A mark says how a test is run and nothing of what it does.
fn used(run: &Run) -> String {
    let marks = ["pytest", "pytest.mark.asyncio", "pytest.mark.anyio"];
    run.standins.iter().filter(|used| !marks.contains(&used.path.as_str())).map(|used| format!("{used:?}\n")).collect()
}

/// What both sides were called with where an orchestrator is needed, if all that can be told are the messages of the
/// `AttributeError`s that followed.
#[must_use]
pub fn misfit(difference: &Difference) -> Option<String> {
    let missing = |line: &str| {
        let (before, rest) = line.split_once(" raised AttributeError '")?;
        let (class, rest) = rest.split_once("' object has no attribute '")?;
        let ours = surface::class(class).is_some() || class == surface::ORCHESTRATOR;
        (!ours).then(|| (before.to_owned(), class.to_owned(), rest.split_once('\'').map_or(String::new(), |(_, rest)| rest.to_owned())))
    };
    if difference.what != "stdout" || difference.old.lines().count() != difference.new.lines().count() {
        return None;
    }
    let mut told = difference.old.lines().zip(difference.new.lines()).filter(|(old, new)| old != new).peekable();
    let first = told.peek().and_then(|(old, _)| missing(old)).map(|(_, class, _)| class)?;
    told.all(|(old, new)| missing(old).is_some_and(|seen| missing(new) == Some(seen))).then_some(first)
}

/// `<x object at 0x7f…>` without the number, on which no two runs agree.
fn without_addresses(text: &str) -> String {
    let mut pieces = text.split(" at 0x");
    let mut out = pieces.next().unwrap_or("").to_owned();
    pieces.for_each(|piece| out.push_str(piece.trim_start_matches(|c: char| c.is_ascii_hexdigit())));
    out
}

/// The output. What a driver tells of a declared exception (`… raised KeyError 'x'`) counts by its class alone.
fn told(stdout: &str, declared: Option<Declared<'_>>) -> String {
    let Some(declared) = declared else { return stdout.to_owned() };
    let line = |line: &str| {
        let cut = [declared.old, declared.new].into_iter().find_map(|class| line.find(&format!(" raised {class} ")));
        cut.map_or_else(|| line.to_owned(), |at| format!("{} raised {}", &line[..at], declared.new))
    };
    stdout.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// Class and message; with a declared exception only the class counts.
fn shown(raised: &Raised, rename: bool, declared: Option<Declared<'_>>) -> String {
    match declared {
        Some(declared) if rename && raised.class == declared.old => declared.new.to_owned(),
        Some(declared) if raised.class == declared.new => raised.class.clone(),
        _ => whole(raised),
    }
}

/// Class, message, notes, members of a group and the exceptions behind it.
fn whole(raised: &Raised) -> String {
    let mut text = format!("{}: {}", raised.class, raised.message);
    raised.notes.iter().for_each(|note| text.push_str(&format!(" [{note}]")));
    raised.group.iter().for_each(|member| text.push_str(&format!(" + ({})", whole(member))));
    if let Some(cause) = &raised.cause {
        text.push_str(if raised.explicit { " from " } else { " during " });
        text.push_str(&whole(cause));
    }
    text
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
    fn where_an_object_lies_in_memory_is_no_difference() {
        assert_eq!(difference(&run("<X object at 0x7f01>, 1"), &run("<X object at 0x7ffe>, 1"), None), None);
        assert!(difference(&run("<X object at 0x7f01>, 1"), &run("<X object at 0x7f01>, 2"), None).is_some());
    }

    #[test]
    fn an_object_that_is_no_orchestrator_proves_nothing_about_its_attributes() {
        let told = |old: &str, new: &str| Difference { what: "stdout".to_owned(), old: old.to_owned(), new: new.to_owned() };
        let raised = |class: &str, name: &str| format!("== plain\nf raised AttributeError '{class}' object has no attribute '{name}' \n");
        assert_eq!(misfit(&told(&raised("str", "_model"), &raised("str", "model"))), Some("str".to_owned()));
        assert_eq!(misfit(&told(&raised("str", "_model"), &raised("int", "model"))), None);
        assert_eq!(misfit(&told(&raised("AgentOrchestrator", "_model"), &raised("AgentOrchestrator", "modle"))), None);
        assert_eq!(misfit(&told("f -> 1\n", &raised("str", "model"))), None);
        let both = |name: &str, end: &str| format!("{}{end}\n", raised("str", name));
        assert_eq!(misfit(&told(&both("_model", "g -> 1"), &both("model", "g -> 2"))), None);
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
        assert!(matches!(judge([&old, &old], [&new, &new], declared), Verdict::Declared(_)));
        assert!(matches!(judge([&old, &old], [&new, &new], None), Verdict::Changed(_)));
        let other = raised("ValueError");
        assert!(matches!(judge([&old, &old], [&other, &other], declared), Verdict::Changed(_)));
    }
}
