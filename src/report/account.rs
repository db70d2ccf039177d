//! The end of the text report: the table of sites, what can be fixed, and all that was not understood. Without
//! findings; `--diff` prints it alone.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::completeness::Completeness;
use super::summary::{Summary, is_broken};
use super::{Mode, View, count, one_line, path_text, shortened};
use crate::finding::{Finding, Kind};
use crate::readiness::{CLASSES, Readiness, breakdown};
use crate::scan::Outcome;

/// Unresolved uses listed before the rest is only counted.
const MOST_UNRESOLVED: usize = 20;

/// Broken files named in a run without an account before the rest is only counted.
const MOST_BROKEN: usize = 20;

/// Parts listed before the rest is only counted.
const MOST_PARTS: usize = 40;

/// Writes the account of a run.
pub fn write(outcome: &Outcome, view: &View, out: &mut dyn Write) -> io::Result<()> {
    let summary = Summary::of(outcome);
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = table(outcome, &summary, view, &mut text)
        .and_then(|()| numbers(outcome, &summary, view, &mut text))
        .and_then(|()| completeness(outcome, &mut text))
        .and_then(|()| left_out(outcome, &mut text))
        .and_then(|()| unresolved(outcome, &mut text))
        .and_then(|()| unused(outcome, &mut text))
        .and_then(|()| notes(outcome, &mut text));
    text.push_str(&last_line(outcome, &summary, view));
    text.push('\n');
    out.write_all(text.as_bytes())
}

/// Writes what is open and is no finding in a source line, so that a run without an account names it all the same: files
/// that hide their uses, and uses whose receiver is not known.
///
/// # Errors
/// The writer's.
pub fn unseen(outcome: &Outcome, view: &View, out: &mut dyn Write) -> io::Result<()> {
    not_parsed(outcome, out)?;
    let mut text = String::new();
    if !view.explain {
        // Writing to a string cannot fail.
        let _ = unresolved(outcome, &mut text);
    }
    out.write_all(text.as_bytes())
}

/// Writes one line for each file that the parser could not make sense of and that names victor.
///
/// # Errors
/// The writer's.
pub fn not_parsed(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let mut broken = outcome.files.iter().filter(|file| is_broken(file));
    for file in broken.by_ref().take(MOST_BROKEN) {
        let (path, line) = (one_line(&path_text(&file.source.path)), file.syntax_error.unwrap_or(1));
        writeln!(out, "{path}:{line}: not parsed, and names victor: repair it and scan again")?;
    }
    match broken.count() {
        0 => Ok(()),
        more => writeln!(out, "and {} more not parsed (--format json lists all)", count(more, "file")),
    }
}

fn table(outcome: &Outcome, summary: &Summary, view: &View, text: &mut String) -> std::fmt::Result {
    if summary.sites == 0 {
        return Ok(());
    }
    let words: String = CLASSES[1..].iter().map(|(_, word)| format!("{word:>width$}", width = word.len().max(6) + 2)).collect();
    let parts = breakdown::parts(outcome, view.by);
    let width = parts.iter().map(|part| part.name.chars().count()).max().unwrap_or(0).clamp(30, 60);
    writeln!(text, "{:width$}{words}{:>8}{:>6}", "Sites", "ready", "%", width = width + 2)?;
    let mut row = |name: &str, one: &Readiness| {
        let numbers: String =
            CLASSES[1..].iter().map(|(class, word)| format!("{:>width$}", one.get(*class), width = word.len().max(6) + 2)).collect();
        writeln!(text, "  {:width$}{numbers}{:>8}{:>6}", one_line(name), one.ready(), one.percent())
    };
    parts.iter().take(MOST_PARTS).try_for_each(|part| row(&part.name, &part.readiness))?;
    row("total", &summary.readiness)?;
    if parts.len() > MOST_PARTS {
        writeln!(text, "  {} more in the total (--format json lists all)", parts.len() - MOST_PARTS)?;
    }
    text.push('\n');
    Ok(())
}

fn numbers(outcome: &Outcome, summary: &Summary, view: &View, text: &mut String) -> std::fmt::Result {
    if let Some(target) = &outcome.target {
        writeln!(text, "{}", one_line(&target.told()))?;
    }
    let changed = outcome.files.iter().any(|file| file.fixed.is_some());
    let excluded = outcome.excluded;
    let files = count(summary.files_scanned, "file");
    let Readiness { suppressed, .. } = summary.readiness;
    let quiet = if suppressed > 0 { format!(" ({suppressed} suppressed)") } else { String::new() };
    let (open, ready) = (summary.open_sites(), summary.readiness.ready());
    let excluded = if excluded > 0 { format!(", {excluded} excluded") } else { String::new() };
    writeln!(text, "{files} scanned{excluded}, {}: {ready} ready, {open} open{quiet}.", count(summary.sites, "site"))?;
    if summary.files_scanned > 0 {
        let some = if view.limited { " (only some rules ran)" } else { "" };
        writeln!(text, "Readiness{some}: {}.", summary.readiness.told())?;
    }
    let [modern, safe, review, _] = summary.applied;
    if summary.applied_total() > 0 {
        let done = if view.mode == Mode::Preview { "Would fix" } else { "Fixed" };
        write!(text, "{done} {}: {safe} safe, {review} review", count(summary.applied_total(), "site"))?;
        writeln!(text, "{}.", if modern > 0 { format!(", {modern} modernized") } else { String::new() })?;
    } else if view.mode == Mode::Fix && !changed {
        writeln!(text, "Nothing to fix: no file was changed.")?;
    }
    let fixable = [(summary.fixable_safe, "--fix"), (summary.fixable_unsafe, "--fix --unsafe-fixes")];
    for (sites, flags) in fixable {
        if sites > 0 {
            writeln!(text, "{} fixable with {flags}.", count(sites, "site"))?;
        }
    }
    if view.unsafe_fixes && view.mode == Mode::Look {
        writeln!(text, "Hint: --unsafe-fixes does nothing without --fix or --diff.")?;
    }
    Ok(())
}

/// Where everything went.
fn completeness(outcome: &Outcome, text: &mut String) -> std::fmt::Result {
    match Completeness::of(outcome).told() {
        Some(told) => writeln!(text, "Accounted for: {told}."),
        None => Ok(()),
    }
}

/// Files whose content, or a part of it, the scan cannot vouch for.
fn left_out(outcome: &Outcome, text: &mut String) -> std::fmt::Result {
    if !outcome.skipped.is_empty() {
        writeln!(text, "Skipped, not scanned ({}):", outcome.skipped.len())?;
        for skipped in &outcome.skipped {
            writeln!(text, "  {}: {}", one_line(&path_text(&skipped.path)), one_line(&skipped.reason))?;
        }
    }
    if !outcome.failed.is_empty() {
        writeln!(text, "Failed ({}):", outcome.failed.len())?;
        for (path, reason) in &outcome.failed {
            writeln!(text, "  {}: {}", one_line(&path_text(path)), one_line(reason))?;
        }
    }
    let broken = || outcome.files.iter().filter_map(|file| Some((file, file.syntax_error?)));
    if broken().next().is_some() {
        writeln!(text, "Syntax errors, the rest of the file was scanned ({}):", broken().count())?;
    }
    for (file, line) in broken() {
        let open = if file.names_victor { " names victor: repair it and scan again" } else { "" };
        writeln!(text, "  {}:{line}{open}", one_line(&path_text(&file.source.path)))?;
    }
    Ok(())
}

fn unresolved(outcome: &Outcome, text: &mut String) -> std::fmt::Result {
    let due = |finding: &&Finding| finding.kind == Kind::Unresolved && finding.is_due();
    let total = outcome.files.iter().flat_map(|file| &file.findings).filter(due).count();
    if total == 0 {
        return Ok(());
    }
    writeln!(text, "Unresolved, the receiver's type is not known ({total}):")?;
    let mut left = MOST_UNRESOLVED;
    for file in &outcome.files {
        if left == 0 {
            break;
        }
        let places = file.places();
        for finding in file.findings.iter().filter(due).take(left) {
            let name = file.text().get(finding.span.clone()).map(one_line).unwrap_or_default();
            let reason = one_line(finding.reason.as_deref().unwrap_or(&finding.message));
            let path = places.name(&path_text(&file.source.path), finding.span.start);
            let line = places.line_col(finding.span.start).0;
            writeln!(text, "  {}:{line} {} {reason}", one_line(&path), shortened(&name, 60))?;
            left -= 1;
        }
    }
    if total > MOST_UNRESOLVED {
        writeln!(text, "  and {} more (--format json lists all)", total - MOST_UNRESOLVED)?;
    }
    Ok(())
}

/// Our comments that do nothing.
fn unused(outcome: &Outcome, text: &mut String) -> std::fmt::Result {
    let all = || outcome.files.iter().flat_map(|file| file.unused.iter().map(move |one| (file, one)));
    if all().next().is_some() {
        writeln!(text, "Comments that keep nothing quiet ({}):", all().count())?;
    }
    for (file, one) in all() {
        writeln!(text, "  {}:{} {}", one_line(&path_text(&file.source.path)), one.line, one_line(&one.reason))?;
    }
    Ok(())
}

fn notes(outcome: &Outcome, text: &mut String) -> std::fmt::Result {
    let mut notes = outcome.files.iter().flat_map(|file| file.notes.iter().map(move |note| (file, note))).peekable();
    if notes.peek().is_some() {
        writeln!(text, "Notes:")?;
    }
    for (file, note) in notes {
        writeln!(text, "  {}: {}", one_line(&path_text(&file.source.path)), one_line(note))?;
    }
    Ok(())
}

fn last_line(outcome: &Outcome, summary: &Summary, view: &View) -> String {
    let due = summary.open_sites() - summary.readiness.suppressed;
    let open = count(due, "open site");
    let by_hand = due - summary.fixable_safe - summary.fixable_unsafe;
    if summary.files_scanned == 0 {
        return "No file was scanned, so nothing is known.".to_owned();
    }
    if summary.due == 0 && view.mode == Mode::Preview && summary.applied_total() > 0 {
        return "This is all there is to do: --fix instead of --diff writes it.".to_owned();
    }
    if due == 0 && summary.broken > 0 {
        return format!("No open site, but {} cannot be vouched for.", count(summary.broken, "broken file"));
    }
    if summary.due == 0 && summary.readiness.suppressed > 0 {
        return format!("Nothing is due: {} kept quiet by comments or settings.", count(summary.readiness.suppressed, "open site"));
    }
    if summary.due == 0 {
        return match (&outcome.part, outcome.failed.is_empty() && !view.limited) {
            (Some(root), _) => {
                format!("No open site in what was scanned, a part of the project; scan `{}` for all of it.", one_line(&path_text(root)))
            }
            (None, true) => "No open site: no use of the orchestrator's internals was recognised.".to_owned(),
            (None, false) => "No open site in what was scanned.".to_owned(),
        };
    }
    if summary.fixable_safe > 0 {
        return format!("{open} to go; --diff shows what --fix would do.");
    }
    if summary.fixable_unsafe > 0 {
        return format!("{open} to go; --diff --unsafe-fixes shows what can be done for you to review.");
    }
    let need = if by_hand == 1 { "needs" } else { "need" };
    format!("{open} to go, which {need} a person; --format markdown gives the checklist.")
}

#[cfg(test)]
mod tests {
    use super::{View, write};
    use crate::finding::Level;
    use crate::report::{Mode, sample};
    use crate::scan::Outcome;

    fn text(outcome: &Outcome, view: &View) -> String {
        let mut out = Vec::new();
        write(outcome, view, &mut out).expect("a vector takes it");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn nothing_that_was_met_goes_without_mention() {
        let expected = "\
Sites                                safe  review  manual  unresolved  dynamic   ready     %
  Example 1: Basic chat                 0       0       0           0        0       1   100
  Example 2: Custom configuration       1       1       0           0        0       0     0
  Example 5: Tool execution             0       0       0           1        0       0     0
  Example 6: Provider switching         1       0       0           0        0       0     0
  Other internals                       0       0       0           0        1       0     0
  total                                 2       1       0           1        1       1    16

7 files scanned, 6 sites: 1 ready, 5 open.
Readiness: 16 % = 1 ready / 6 sites, rounded down; open effort 10 min to 4 h 10 min.
Fixed 1 site: 1 safe, 0 review.
2 sites fixable with --fix.
1 site fixable with --fix --unsafe-fixes.
Accounted for: 9 = 1 fixed + 3 fixable + 1 unresolved + 1 dynamic + 1 file not parsed + 2 files not read.
Skipped, not scanned (1):
  bad.py: binary file
Failed (1):
  gone: does not exist
Syntax errors, the rest of the file was scanned (1):
  z.py:2 names victor: repair it and scan again
Unresolved, the receiver's type is not known (1):
  src/__init__.py:7 other._tool_executor the type of `other` is not known
Notes:
  tests/test a.py: one fix was taken out: it would not parse
5 open sites to go; --diff shows what --fix would do.
";
        assert_eq!(text(&sample::outcome(), &View { mode: Mode::Fix, ..View::default() }), expected);
    }

    #[test]
    fn many_unresolved_uses_are_counted_to_the_last() {
        let mut outcome = sample::outcome();
        let one = outcome.files[0].findings[4].clone();
        outcome.files[0].findings = vec![one; 23];
        let text = text(&outcome, &View::default());
        assert!(text.contains("is not known (23):") && text.contains("  and 3 more (--format json lists all)\n"));
        assert_eq!(text.matches("py:7 other._tool_executor").count(), 20);
    }

    #[test]
    fn all_clear_is_said_only_when_it_is_known() {
        let clean = Outcome { scanned: 3, ..Outcome::default() };
        assert!(text(&clean, &View::default()).ends_with("was recognised.\n"));
        assert!(!text(&clean, &View { limited: true, ..View::default() }).contains("was recognised"));
        assert!(text(&Outcome::default(), &View::default()).ends_with("nothing is known.\n"));
        let mut manual = clean;
        let finding = sample::finding("a._b", "a._b", "internal-attribute", 0, Level::Manual);
        manual.files.push(sample::file("a.py", "a._b", vec![finding]));
        assert!(
            text(&manual, &View::default()).ends_with("1 open site to go, which needs a person; --format markdown gives the checklist.\n")
        );
        assert!(text(&manual, &View { unsafe_fixes: true, ..View::default() }).contains("Hint: --unsafe-fixes does nothing"));
    }
}
