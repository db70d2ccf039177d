//! The report for a person at a terminal: every open finding in its source line, then the account of the run.

use std::io::{self, Write};
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level as Tone, Origin, Renderer, Snippet};

use super::notes::{Note, label, notes};
use super::snippet::Excerpt;
use super::{View, account, list, one_line, path_text, snippet, summary};
use crate::finding::{Finding, Kind, Level};
use crate::scan::{FileOutcome, Outcome};
use crate::source::{Document, Lines, Places};

/// Writes findings and account.
pub fn write(outcome: &Outcome, view: &View, out: &mut dyn Write) -> io::Result<()> {
    findings(outcome, view, out)?;
    account::write(outcome, view, out)
}

/// Writes the findings alone.
pub fn findings(outcome: &Outcome, view: &View, out: &mut dyn Write) -> io::Result<()> {
    let renderer = if view.color { Renderer::styled() } else { Renderer::plain() };
    list::in_order(&outcome.files, |file| of_file(file, &renderer, view), |text| out.write_all(text))
}

fn of_file(file: &FileOutcome, renderer: &Renderer, view: &View) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    let mut shown = file.findings.iter().filter(|finding| is_shown(finding, view)).peekable();
    if shown.peek().is_none() {
        return Ok(text);
    }
    let (places, now) = (file.places(), file.now());
    let prose = now.document.as_deref().filter(|document| document.form().is_prose());
    let whole = prose.map_or(file.text(), Document::whole);
    let lines = Lines::new(whole);
    for finding in shown {
        let Range { start, end } = finding.span.clone();
        let span = prose.map_or(start..end, |document| document.in_whole(start)..document.in_whole(end));
        let excerpt = snippet::excerpt(whole, &lines, &span);
        writeln!(text, "{}\n", renderer.render(&[group(file, &places, excerpt, finding, view)]))?;
    }
    Ok(text)
}

/// Unresolved uses are only listed in the account; they may be many and have nothing to say beyond their line.
fn is_shown(finding: &Finding, view: &View) -> bool {
    view.explain || finding.is_due() && finding.kind != Kind::Unresolved
}

fn group(file: &FileOutcome, places: &Places<'_>, excerpt: Excerpt, finding: &Finding, view: &View) -> Group<'static> {
    let at = places.line_col(finding.span.start);
    let tone = match finding.level {
        Level::None => Tone::NOTE,
        Level::Safe => Tone::HELP,
        Level::Review => Tone::WARNING,
        Level::Manual => Tone::ERROR,
    };
    let path = one_line(&places.name(&path_text(&file.source.path), finding.span.start));
    // The renderer counts columns in what it is shown.
    let cut = excerpt.text[..excerpt.mark.start].chars().count() + 1 != at.1;
    let source = Snippet::source(excerpt.text)
        .line_start(at.0)
        .path((!cut).then(|| path.clone()))
        .fold(false)
        .annotation(AnnotationKind::Primary.span(excerpt.mark).label(label(finding)));
    let mut group = Group::with_title(tone.no_name().primary_title(format!("[{}] {}", finding.rule, one_line(&finding.message))));
    if cut {
        group = group.element(Origin::path(path).line(at.0).char_column(at.1));
    }
    group = group.element(source);
    for note in notes(finding, view.explain) {
        group = group.element(match note {
            Note::Fact(text) => Tone::NOTE.message(text),
            Note::Help(text) => Tone::HELP.message(text),
            Note::Code(text) => Tone::HELP.message(format!("to start from:\n{text}")),
        });
    }
    if let Some(help) = fixable(finding) {
        group = group.element(Tone::HELP.message(help));
    }
    group
}

fn fixable(finding: &Finding) -> Option<&'static str> {
    match (finding.is_open(), summary::fix_level(finding)?) {
        (false, _) => Some("a newer spelling: --fix --modernize writes it"),
        (true, Level::Review) => Some("fixable with --fix --unsafe-fixes"),
        (true, _) => Some("fixable with --fix"),
    }
}

#[cfg(test)]
mod tests {
    use super::{View, write};
    use crate::report::sample;

    fn text(view: View) -> String {
        let mut out = Vec::new();
        write(&sample::outcome(), &view, &mut out).expect("a vector takes it");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn an_open_finding_is_shown_in_its_line_with_the_way_on() {
        let expected = "\
[config-object] `x = orch._config` reaches into the orchestrator
 --> src/__init__.py:4:2
  |
4 |     x = orch._config
  |     ^^^^^^^^^^^^^^^^ Example 2 · review · proven · orch
  |
  = note: the object leaves the function
  = help: read it as a dict
  = help: fixable with --fix --unsafe-fixes
";
        let text = text(View::default());
        assert!(text.contains(expected), "{text}");
    }

    #[test]
    fn a_cut_line_keeps_its_true_position() {
        let mut outcome = sample::outcome();
        let long = format!("x = '{}' + orch._config\n", "é".repeat(300));
        let finding = sample::finding(&long, "orch._config", "config-object", 2, crate::finding::Level::Manual);
        outcome.files = vec![sample::file("a.py", &long, vec![finding])];
        let mut out = Vec::new();
        write(&outcome, &View::default(), &mut out).expect("a vector takes it");
        let text = String::from_utf8(out).expect("UTF-8");
        assert!(text.contains(" --> a.py:1:310\n") && text.contains("éé' + orch._config"), "{text}");
        assert!(text.lines().all(|line| line.chars().count() < 140), "{text}");
    }

    #[test]
    fn compatible_sites_and_evidence_are_shown_only_when_asked_for() {
        let plain = text(View::default());
        assert!(!plain.contains("[chat-call]") && !plain.contains("is made by"), "{plain}");
        let explained = text(View { explain: true, ..View::default() });
        assert!(explained.contains("[chat-call]") && explained.contains("= note: line 2: `orch` is made by"), "{explained}");
    }

    #[test]
    fn colours_come_only_when_asked_for_and_the_users_text_brings_none() {
        assert!(text(View { color: true, ..View::default() }).contains('\u{1b}'));
        let mut outcome = sample::outcome();
        outcome.files[0].findings[0].message = "\u{1b}[31mred".to_owned();
        let mut out = Vec::new();
        write(&outcome, &View::default(), &mut out).expect("a vector takes it");
        assert!(!out.contains(&0x1b));
    }
}
