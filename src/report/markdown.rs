//! The migration checklist as Markdown. Without dates and durations of the run, so that a second run of the same code
//! writes the same text and a run after some work moves ticks.

use std::fmt::{self, Write as _};
use std::io::{self, Write};

use super::completeness::Completeness;
use super::summary::Summary;
use super::uri::uri;
use super::{EXAMPLES, View, checklist, count, example_name, example_title, level_word, one_line, path_text};
use crate::finding::{Finding, Kind};
use crate::readiness::breakdown::{By, NOBODY, parts};
use crate::readiness::effort_text;
use crate::rule::RuleSet;
use crate::scan::{FileOutcome, Outcome};
use crate::source::Places;

/// The first line of every checklist.
pub const TITLE: &str = "# Migration from `AgentOrchestrator` to coordinators";

/// Writes the checklist.
pub fn write(outcome: &Outcome, rules: &RuleSet, view: &View, out: &mut dyn Write) -> io::Result<()> {
    let mut page = String::new();
    // Writing to a string cannot fail.
    let _ = head(outcome, &mut page)
        .and_then(|()| phases(outcome, view, &mut page))
        .and_then(|()| breakdowns(outcome, &mut page))
        .and_then(|()| mapping(outcome, rules, &mut page))
        .and_then(|()| sites(outcome, &mut page))
        .and_then(|()| left_out(outcome, &mut page));
    out.write_all(page.as_bytes())
}

fn head(outcome: &Outcome, page: &mut String) -> fmt::Result {
    let summary = Summary::of(outcome);
    writeln!(page, "{TITLE}\n")?;
    let (files, sites) = (count(summary.files_scanned, "file"), count(summary.sites, "site"));
    let (ready, open, quiet) = (summary.readiness.ready(), summary.open_sites(), summary.readiness.suppressed);
    writeln!(page, "**Readiness: {}.**\n", summary.readiness.told())?;
    if let Some(target) = &outcome.target {
        writeln!(page, "{}\n", one_line(&target.told()))?;
    }
    let quiet = if quiet > 0 { format!(" ({quiet} suppressed)") } else { String::new() };
    writeln!(page, "{files} scanned, {sites}: {ready} ready, {open} open{quiet}.")?;
    let (safe, unsafe_) = (summary.fixable_safe, summary.fixable_unsafe);
    writeln!(page, "{safe} fixable with `--fix`, {unsafe_} more with `--fix --unsafe-fixes`.")?;
    if let Some(told) = Completeness::of(outcome).told() {
        writeln!(page, "Accounted for: {told}.")?;
    }
    Ok(())
}

/// Readiness by package, and by owner where somebody owns something.
fn breakdowns(outcome: &Outcome, page: &mut String) -> fmt::Result {
    for (by, title) in [(By::Package, "Package"), (By::Owner, "Owner")] {
        let rows = parts(outcome, by);
        if rows.iter().all(|part| part.name == NOBODY) {
            continue;
        }
        writeln!(page, "\n## Readiness by {}\n\n| {title} | sites | ready | open | effort | % |", title.to_lowercase())?;
        writeln!(page, "|---|---:|---:|---:|---|---:|")?;
        for part in rows {
            let one = part.readiness;
            let effort = effort_text(one.effort);
            let name = cell(&text(&part.name));
            writeln!(page, "| {name} | {} | {} | {} | {effort} | {} |", one.sites(), one.ready(), one.open(), one.percent())?;
        }
    }
    Ok(())
}

fn phases(outcome: &Outcome, view: &View, page: &mut String) -> fmt::Result {
    for (number, phase) in checklist::phases(outcome, view).iter().enumerate() {
        writeln!(page, "\n## {}. {}\n", number + 1, phase.title)?;
        for item in &phase.items {
            writeln!(page, "- [{}] {}: {}", if item.done { 'x' } else { ' ' }, item.text, item.evidence)?;
        }
    }
    Ok(())
}

fn mapping(outcome: &Outcome, rules: &RuleSet, page: &mut String) -> fmt::Result {
    let rows = checklist::mapping(outcome, rules);
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(page, "\n## Old attributes and their coordinators\n")?;
    writeln!(page, "| old | instead | open | fixed now | rule |\n|---|---|---:|---:|---|")?;
    for row in rows {
        let old: Vec<String> = row.old.iter().map(|old| format!("`{}`", cell(old))).collect();
        let instead = cell(&prose(&row.instead));
        writeln!(page, "| {} | {instead} | {} | {} | `{}` |", old.join(", "), row.open, row.fixed, row.rule)?;
    }
    Ok(())
}

fn sites(outcome: &Outcome, page: &mut String) -> fmt::Result {
    for example in EXAMPLES {
        let of_example = |finding: &Finding| finding.example.min(11) == example;
        if !checklist::open(outcome).any(|(_, finding)| of_example(finding)) {
            continue;
        }
        let effort = effort_text(checklist::effort(outcome, of_example));
        let title = match example {
            1..=10 => format!("{}: {}", example_name(example), example_title(example)),
            _ => example_name(example),
        };
        writeln!(page, "\n## {title}\n\nEffort by hand: {effort}.\n")?;
        for file in &outcome.files {
            let mut found = file.findings.iter().filter(|finding| finding.is_open() && of_example(finding)).peekable();
            if found.peek().is_some() {
                let places = file.places();
                found.try_for_each(|finding| site(file, &places, finding, page))?;
            }
        }
    }
    Ok(())
}

fn site(file: &FileOutcome, places: &Places<'_>, finding: &Finding, page: &mut String) -> fmt::Result {
    let line = places.line_col(finding.span.start).0;
    let cell = places.cell(finding.span.start).map_or_else(String::new, |cell| format!(", cell {}", cell.number));
    let kind = match finding.kind {
        Kind::Use => "",
        Kind::Unresolved => ", unresolved",
        Kind::Dynamic => ", dynamic",
    };
    let quiet = if finding.suppressed.is_some() { ", suppressed" } else { "" };
    let verdict = finding.verdict.as_ref().map_or_else(String::new, |verdict| format!(", {}", verdict.word));
    let test = if checklist::is_test(&file.source.path) { ", test" } else { "" };
    let why = prose(finding.reason.as_deref().unwrap_or(&finding.message));
    let (place, level) = (link(&path_text(&file.source.path), line), level_word(finding.level));
    write!(page, "- [ ] {place} `{}`, {level}{cell}{kind}{quiet}{test}{verdict}: {why}", finding.rule)?;
    match &finding.next {
        Some(next) => writeln!(page, ". Next: {}", prose(next))?,
        None => writeln!(page)?,
    }
    let Some(suggestion) = &finding.suggestion else { return Ok(()) };
    let lines = suggestion.lines().map(|line| if line.is_empty() { line.to_owned() } else { format!("  {line}") });
    writeln!(page, "\n  ````python\n{}\n  ````\n", lines.collect::<Vec<_>>().join("\n"))
}

fn left_out(outcome: &Outcome, page: &mut String) -> fmt::Result {
    if !outcome.skipped.is_empty() || !outcome.failed.is_empty() {
        writeln!(page, "\n## Not scanned\n")?;
    }
    let skipped = outcome.skipped.iter().map(|skipped| (&skipped.path, &skipped.reason));
    for (path, reason) in outcome.failed.iter().map(|(path, reason)| (path, reason)).chain(skipped) {
        writeln!(page, "- {}: {}", text(&path_text(path)), prose(reason))?;
    }
    let mut broken = outcome.files.iter().filter_map(|file| Some((file, file.syntax_error?))).peekable();
    if broken.peek().is_some() {
        writeln!(page, "\n## Files that cannot be parsed\n\nThe rest of each was scanned.\n")?;
    }
    for (file, line) in broken {
        let place = link(&path_text(&file.source.path), line);
        match file.names_victor {
            true => writeln!(page, "- [ ] {place}: names `victor`, repair it and scan again")?,
            false => writeln!(page, "- {place}: does not name `victor`")?,
        }
    }
    let mut unused = outcome.files.iter().flat_map(|file| file.unused.iter().map(move |one| (file, one))).peekable();
    if unused.peek().is_some() {
        writeln!(page, "\n## Comments that keep nothing quiet\n")?;
    }
    for (file, one) in unused {
        writeln!(page, "- [ ] {}: {}", link(&path_text(&file.source.path), one.line), prose(&one.reason))?;
    }
    let mut notes = outcome.files.iter().filter(|file| !file.notes.is_empty()).peekable();
    if notes.peek().is_some() {
        writeln!(page, "\n## Notes\n")?;
    }
    for file in notes {
        for note in &file.notes {
            writeln!(page, "- {}: {}", text(&path_text(&file.source.path)), prose(note))?;
        }
    }
    Ok(())
}

/// `[a/b.py:3](a/b.py#L3)`
fn link(path: &str, line: usize) -> String {
    format!("[{}:{line}]({}#L{line})", text(path), uri(path))
}

/// Plain text that Markdown leaves alone; `_` inside a word needs nothing.
fn text(plain: &str) -> String {
    let plain = one_line(plain);
    let mut escaped = String::with_capacity(plain.len());
    let mut before = ' ';
    let mut rest = plain.chars().peekable();
    while let Some(c) = rest.next() {
        let inner = before.is_alphanumeric() && rest.peek().is_some_and(|next| next.is_alphanumeric());
        if "\\`*[]<>&#|~".contains(c) || c == '_' && !inner {
            escaped.push('\\');
        }
        escaped.push(c);
        before = c;
    }
    escaped
}

/// A sentence of ours: its code spans stay, and nothing outside of them becomes a tag.
fn prose(sentence: &str) -> String {
    let sentence = one_line(sentence);
    let parts = sentence.split('`').enumerate();
    let parts: Vec<String> = parts.map(|(index, part)| if index % 2 == 0 { part.replace('<', "&lt;") } else { part.to_owned() }).collect();
    parts.join("`").trim_end_matches('.').to_owned()
}

fn cell(inline: &str) -> String {
    inline.replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::{View, link, prose, write};
    use crate::report::sample;
    use crate::rule::RuleSet;
    use crate::scan::Outcome;

    fn page(outcome: &Outcome) -> String {
        let rules = RuleSet::load(None).expect("the built-in rules");
        let mut out = Vec::new();
        write(outcome, &rules, &View::default(), &mut out).expect("a vector takes it");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn every_open_site_is_a_box_with_a_link() {
        let page = page(&sample::outcome());
        for line in [
            "## 1. Assessment",
            "- [ ] Configuration migrated: 2 sites left (1 path could not be used; 1 file could not be used; 1 file that cannot be parsed)",
            "## Example 2: Custom configuration",
            "- [ ] [src/\\_\\_init\\_\\_.py:4](src/__init__.py#L4) `config-object`, review: the object leaves the function. Next: read it as a dict",
            "- [ ] [tests/test a.py:2](tests/test%20a.py#L2) `provider-model`, safe, test: `orch._model` reaches into the orchestrator",
            "- [ ] [src/\\_\\_init\\_\\_.py:7](src/__init__.py#L7) `tool-executor`, manual, unresolved: the type of `other` is not known",
            "- gone: does not exist",
            "- bad.py: binary file",
            "- [ ] [z.py:2](z.py#L2): names `victor`, repair it and scan again",
        ] {
            assert!(page.lines().any(|have| have == line), "{line}\nis not in\n{page}");
        }
        assert!(!page.contains("chat-call"), "compatible sites are only counted");
    }

    #[test]
    fn a_run_without_sites_still_has_all_five_phases() {
        let page = page(&Outcome { scanned: 1, ..Outcome::default() });
        let titles: Vec<&str> = page.lines().filter(|line| line.starts_with("## ")).collect();
        assert_eq!(titles, ["## 1. Assessment", "## 2. Planning", "## 3. Migration", "## 4. Testing", "## 5. Deployment"]);
        assert!(page.contains("- [x] Configuration migrated: 0 sites left\n"));
        assert!(page.contains("- [ ] Deployed to production"));
    }

    #[test]
    fn what_comes_from_outside_cannot_break_the_page() {
        assert_eq!(link("a]b/ü_1 (2).py", 3), "[a\\]b/ü_1 (2).py:3](a%5Db/%C3%BC_1%20%282%29.py#L3)");
        assert_eq!(prose("a <b> `c<d>` e.\n"), "a &lt;b> `c<d>` e");
    }
}
