//! Workflow commands of GitHub Actions: annotations in the changed files, and a page for the summary of the step.
//! Source: <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>.

use std::io::{self, Write};

use super::sites::{Severity, State, sites};
use super::summary::Summary;
use super::unseen::unseen;
use super::{count, shortened};
use crate::readiness::breakdown::{By, parts};
use crate::scan::Outcome;

/// A step shows this many annotations of each kind.
const MOST: usize = 10;

/// Rows of the summary's tables.
const MOST_ROWS: usize = 20;

/// Writes the annotations of what is due, the worst first; what a step would not show is counted.
///
/// # Errors
/// The writer's.
pub fn write(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let mut left = 0;
    let all = sites(outcome);
    for (severity, command) in [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "notice")] {
        let due: Vec<_> = all.iter().filter(|site| site.severity == severity && site.state == State::Due).collect();
        left += due.len().saturating_sub(MOST);
        for site in due.into_iter().take(MOST) {
            let (line, column) = site.start;
            // A column is only allowed where the end is on the same line.
            let place = match site.end {
                (last, end) if last == line => format!("line={line},endLine={last},col={column},endColumn={end}"),
                (last, _) => format!("line={line},endLine={last}"),
            };
            let (path, title) = (property(&site.path), property(&format!("victor-migrate [{}]", site.finding.rule)));
            let text = data(&[site.message(), site.advice()].join("\n"));
            writeln!(out, "::{command} file={path},{place},title={title}::{text}")?;
        }
    }
    for file in unseen(outcome) {
        let (path, line, message) = (property(&file.path), file.line, data(&file.message));
        let command = if file.is_grave() { "error" } else { "warning" };
        writeln!(out, "::{command} file={path},line={line},title=victor-migrate::{message}")?;
    }
    if left > 0 {
        writeln!(out, "{left} more have no annotation, because a step shows {MOST} of each kind.")?;
    }
    writeln!(out, "Readiness: {}.", Summary::of(outcome).readiness.told())
}

/// The text of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Writes the page of a step's summary: the number, packages, and the first sites. Markdown.
///
/// # Errors
/// The writer's.
pub fn step_summary(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let summary = Summary::of(outcome);
    writeln!(out, "## victor-migrate\n\n**Readiness: {}.**\n", summary.readiness.told())?;
    let (files, sites_) = (count(summary.files_scanned, "file"), count(summary.sites, "site"));
    writeln!(out, "{files} scanned, {sites_}: {} ready, {} open.\n", summary.readiness.ready(), summary.open_sites())?;
    let unseen = unseen(outcome);
    for file in unseen.iter().take(MOST_ROWS) {
        writeln!(out, "* {}: {}", cell(&format!("{}:{}", file.path, file.line)), cell(&file.message))?;
    }
    if !unseen.is_empty() {
        writeln!(out, "\n{} of which nothing is known for certain.\n", count(unseen.len(), "file"))?;
    }
    let packages = parts(outcome, By::Package);
    if !packages.is_empty() {
        writeln!(out, "| Package | sites | ready | open | % |\n|---|---:|---:|---:|---:|")?;
    }
    for part in packages.iter().take(MOST_ROWS) {
        let one = part.readiness;
        writeln!(out, "| {} | {} | {} | {} | {} |", cell(&part.name), one.sites(), one.ready(), one.open(), one.percent())?;
    }
    let all = sites(outcome);
    let due: Vec<_> = all.iter().filter(|site| site.state == State::Due).collect();
    if !due.is_empty() {
        writeln!(out, "\n| Due | Rule | What |\n|---|---|---|")?;
    }
    for site in due.iter().take(MOST_ROWS) {
        let place = format!("{}:{}", site.name(), site.shown.0);
        writeln!(out, "| {} | `{}` | {} |", cell(&place), site.finding.rule, cell(&shortened(&site.message(), 160)))?;
    }
    if due.len() > MOST_ROWS {
        writeln!(out, "\nand {} more.", due.len() - MOST_ROWS)?;
    }
    Ok(())
}

fn cell(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '|' | '\\' | '*' | '[' | ']' => escaped.extend(['\\', c]),
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::{data, property, write};
    use crate::report::sample;

    #[test]
    fn nothing_in_a_value_ends_it() {
        assert_eq!(data("50%\r\n::error::x"), "50%25%0D%0A::error::x");
        assert_eq!(property("a,b:c%\n"), "a%2Cb%3Ac%25%0A");
    }

    #[test]
    fn each_kind_is_cut_where_a_step_cuts_it_and_the_rest_is_counted() {
        let mut outcome = sample::outcome();
        let one = outcome.files[0].findings[4].clone();
        outcome.files[0].findings = vec![one; 23];
        let mut out = Vec::new();
        write(&outcome, &mut out).expect("a vector takes it");
        let text = String::from_utf8(out).expect("UTF-8");
        assert_eq!(text.matches("::error file=src/__init__.py,").count(), 10);
        assert!(text.contains("\n13 more have no annotation"), "{text}");
    }
}
