//! What the gate says: every check with what it saw, the new debts, and the command that shows or mends it.

use std::io::{self, Write};

use serde::Serialize;

use super::json::{Ready, ready};
use super::summary::Summary;
use super::{count, level_word, one_line, path_text, shortened};
use crate::readiness::baseline::{Compared, Debt, Entry};
use crate::readiness::gate::Verdict;
use crate::scan::{Against, Outcome};

/// The published schema of the JSON form.
pub const SCHEMA: &str = include_str!("../../schemas/gate.schema.json");

/// New debts, and entries, listed before the rest is only counted.
const MOST: usize = 20;

/// A verdict with all that belongs to it.
pub struct Judged<'j> {
    /// The verdict.
    pub verdict: &'j Verdict,
    /// The run it was made of.
    pub outcome: &'j Outcome,
    /// The debts beside the baseline.
    pub compared: &'j Compared,
    /// The file of the baseline.
    pub baseline: Option<String>,
    /// The reference whose changes were asked about.
    pub since: Option<String>,
    /// Only some rules ran.
    pub limited: bool,
}

/// Writes the verdict for a person.
///
/// # Errors
/// The writer's.
pub fn text(judged: &Judged<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (verdict, summary) = (judged.verdict, Summary::of(judged.outcome));
    writeln!(out, "Gate {}", if verdict.passed() { "passed" } else { "FAILED" })?;
    for check in &verdict.checks {
        writeln!(out, "  {:7} {:15} {}", if check.passed { "ok" } else { "FAILED" }, check.name, check.message)?;
        if matches!(check.name, "fail-on" | "not-understood") {
            listed(&verdict.new, out, |debt| {
                format!("{}:{} [{}] {} {}", debt.path, debt.line, debt.rule, level_word(debt.level), shortened(&debt.code, 60))
            })?;
        }
        if check.name == "expires" {
            listed(&judged.compared.expired, out, |entry| {
                let day = entry.expires.map_or_else(String::new, |day| day.to_string());
                let owner = entry.owner.as_deref().map_or_else(String::new, |owner| format!(", {owner}"));
                format!("{} [{}] {} expired on {day}{owner}", entry.path, entry.rule, shortened(&entry.code, 60))
            })?;
        }
        if !check.command.is_empty() {
            writeln!(out, "          see: {}", check.command)?;
        }
    }
    if let Some(target) = &judged.outcome.target {
        writeln!(out, "{}", one_line(&target.told()))?;
    }
    let files = count(summary.files_scanned, "file");
    let (ready, open, quiet) = (summary.readiness.ready(), summary.open_sites(), summary.readiness.suppressed);
    let quiet = if quiet > 0 { format!(" ({quiet} suppressed)") } else { String::new() };
    writeln!(out, "{files} scanned, {}: {ready} ready, {open} open{quiet}.", count(summary.sites, "site"))?;
    let some = if judged.limited { " (only some rules ran)" } else { "" };
    writeln!(out, "Readiness{some}: {}.", summary.readiness.told())?;
    if summary.broken > 0 || !judged.outcome.skipped.is_empty() {
        writeln!(
            out,
            "Not in it: {} not parsed, {} not read.",
            count(summary.broken, "file"),
            count(judged.outcome.skipped.len(), "file")
        )?;
        let files: Vec<_> = judged.outcome.skipped.iter().filter(|skipped| skipped.path.extension().is_some()).collect();
        listed(&files, out, |skipped| format!("{}: {}", path_text(&skipped.path), skipped.reason))?;
    }
    if let Some(since) = &judged.since {
        writeln!(out, "New means: on a line that changed since {}.", one_line(since))?;
    }
    let Some(baseline) = &judged.baseline else { return Ok(()) };
    writeln!(out, "Baseline {}: {} known, {} gone.", one_line(baseline), verdict.known, verdict.gone)?;
    if verdict.gone > 0 {
        listed(&judged.compared.gone, out, |entry| format!("gone: {} [{}] {}", entry.path, entry.rule, shortened(&entry.code, 60)))?;
        writeln!(out, "          drop them: victor-migrate baseline update {}", one_line(baseline))?;
    }
    Ok(())
}

fn listed<T>(list: &[T], out: &mut dyn Write, line: impl Fn(&T) -> String) -> io::Result<()> {
    list.iter().take(MOST).try_for_each(|one| writeln!(out, "          {}", one_line(&line(one))))?;
    if list.len() > MOST {
        writeln!(out, "          and {} more (--format json lists all)", list.len() - MOST)?;
    }
    Ok(())
}

#[derive(Serialize)]
struct Report<'a> {
    version: u32,
    passed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<&'a Against>,
    checks: Vec<Made<'a>>,
    readiness: Ready,
    files_scanned: usize,
    not_parsed: usize,
    not_read: usize,
    new: Vec<Site<'a>>,
    known: usize,
    gone: &'a [Entry],
    expired: &'a [Entry],
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<&'a str>,
}

#[derive(Serialize)]
struct Made<'a> {
    name: &'a str,
    passed: bool,
    limit: usize,
    actual: usize,
    message: &'a str,
    command: &'a str,
}

#[derive(Serialize)]
struct Site<'a> {
    path: &'a str,
    line: usize,
    rule: &'a str,
    level: &'a str,
    code: &'a str,
    fixable: bool,
}

/// Writes the verdict for programs, as `schemas/gate.schema.json` says.
///
/// # Errors
/// The writer's.
pub fn json(judged: &Judged<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (verdict, summary) = (judged.verdict, Summary::of(judged.outcome));
    let report = Report {
        version: 1,
        passed: verdict.passed(),
        target: judged.outcome.target.as_ref(),
        checks: verdict
            .checks
            .iter()
            .map(|check| Made {
                name: check.name,
                passed: check.passed,
                limit: check.limit,
                actual: check.actual,
                message: &check.message,
                command: &check.command,
            })
            .collect(),
        readiness: ready(&summary.readiness),
        files_scanned: summary.files_scanned,
        not_parsed: summary.broken,
        not_read: judged.outcome.skipped.len() + judged.outcome.failed.len(),
        new: verdict.new.iter().map(site_of).collect(),
        known: verdict.known,
        gone: &judged.compared.gone,
        expired: &judged.compared.expired,
        baseline: judged.baseline.as_deref(),
        since: judged.since.as_deref(),
    };
    serde_json::to_writer_pretty(&mut *out, &report)?;
    out.write_all(b"\n")
}

fn site_of(debt: &Debt) -> Site<'_> {
    Site { path: &debt.path, line: debt.line, rule: &debt.rule, level: level_word(debt.level), code: &debt.code, fixable: debt.fixable }
}
