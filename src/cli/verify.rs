//! `verify`, and the same for `scan --verify`: every edit is executed before it is offered.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use serde_json::{Value, json};

use super::args::{VerifyArgs, VerifyFormat};
use super::children::Children;
use super::progress::Progress;
use super::run::own;
use super::setup::Setup;
use super::{Stop, Terminal, complain, suite};
use crate::finding::{Level, Verdict};
use crate::report::{count, one_line, path_text, shortened};
use crate::scan::{Approved, Outcome};
use crate::source::Source;
use crate::source::root::marked;
use crate::verify::cpython::Cpython;
use crate::verify::edits::{Candidate, Outcome as Came, Verified, candidates, verify as verify_file};
use crate::verify::world::World;

/// Runs the command: 0 when no edit can be told in a way that its rule does not declare, else 1.
pub(super) fn verify(args: &VerifyArgs, terminal: Terminal, out: &mut dyn Write, err: &mut dyn Write) -> Result<u8, Stop> {
    if args.tests.as_ref().is_some_and(|command| command.trim().is_empty()) {
        return Err(Stop::Message("--tests needs the command that runs your tests, as --tests \"pytest -q\"".to_owned()));
    }
    let setup = Setup::new(&args.selection, None)?;
    let mut outcome = setup.scan(terminal);
    for (path, reason) in &outcome.failed {
        complain(err, &format!("{}: {}", one_line(&path_text(path)), one_line(reason)));
    }
    let level = if args.unsafe_fixes || setup.options.unsafe_fixes { Level::Review } else { Level::Safe };
    let world = world(&outcome);
    let verified = run(&setup, &outcome, &world, level, args.python.as_deref(), terminal, err)?;
    let may = approved(&verified, false);
    let made: Vec<Verified> = verified.iter().filter(|one| may.has(&one.path, one.start, &one.rule)).cloned().collect();
    let told = suite::run(args, &setup, &world, &made, terminal)?;
    let command = args.tests.as_deref().unwrap_or("");
    mark(&mut outcome, &verified);
    match args.format {
        VerifyFormat::Text => text(&verified, out).and_then(|()| told.as_ref().map_or(Ok(()), |told| told.text(&one_line(command), out))),
        VerifyFormat::Json => {
            let edits: Vec<Value> = verified.iter().map(value).collect();
            let mut whole = json!({ "version": 1, "edits": edits });
            if let Some(told) = &told {
                whole["tests"] = told.value(command);
            }
            serde_json::to_writer_pretty(&mut *out, &whole).map_err(std::io::Error::from).and_then(|()| writeln!(out))
        }
    }
    .map_err(Stop::Output)?;
    let bad = verified.iter().any(|one| matches!(one.outcome, Came::Changed(_) | Came::Broken(_)));
    let bad = bad || told.as_ref().is_some_and(|told| !told.holds());
    let mute = told.as_ref().and_then(suite::Told::mute);
    if let Some(why) = &mute {
        complain(err, &format!("{}: {why}", one_line(command)));
    }
    Ok(if outcome.failed.is_empty() && mute.is_none() { u8::from(bad) } else { 2 })
}

/// The modules of a scan's project.
pub(super) fn world(outcome: &Outcome) -> World {
    let first: BTreeSet<&PathBuf> = outcome.files.iter().map(|file| &file.source.path).collect();
    let others: Vec<Source> =
        outcome.looked.iter().filter(|path| !first.contains(path)).filter_map(|path| Source::load(path, path).ok()).collect();
    World::new(outcome.files.iter().map(|file| &file.source).chain(&others))
}

/// Executes the edits that the flags of a run would make, in the sandbox or in a Python of the user's.
pub(super) fn run(
    setup: &Setup,
    outcome: &Outcome,
    world: &World,
    level: Level,
    python: Option<&Path>,
    terminal: Terminal,
    err: &mut dyn Write,
) -> Result<Vec<Verified>, Stop> {
    let candidates = candidates(&outcome.files, level);
    if candidates.is_empty() {
        return Ok(Vec::new());
    }
    let python = python.map(|python| started(python, setup, world, err)).transpose()?;
    let (progress, done) = (Progress::new(terminal.watched, "files"), AtomicUsize::new(0));
    let each = |children: &mut Result<Children, Stop>, candidate: &Candidate<'_>| {
        let verified = match &python {
            Some(python) => verify_file(world, candidate, &setup.rules, &mut &*python),
            None => verify_file(world, candidate, &setup.rules, children.as_mut().map_err(Stop::again)?),
        };
        progress.tick(done.fetch_add(1, Ordering::Relaxed) + 1, candidates.len());
        Ok(verified)
    };
    // A thread keeps its children from file to file.
    let parts: Vec<Vec<Verified>> = candidates.par_iter().map_init(Children::new, each).collect::<Result<_, Stop>>()?;
    Ok(parts.into_iter().flatten().collect())
}

/// The user's Python, on a copy of the project. Says what it is about to do.
fn started(python: &Path, setup: &Setup, world: &World, err: &mut dyn Write) -> Result<Cpython, Stop> {
    let root = marked(&setup.paths);
    let server = vec![own()?.to_string_lossy().into_owned(), "runtime".to_owned()];
    let python = Cpython::new(python, server, &root, world).map_err(|error| Stop::Message(one_line(&error.to_string())))?;
    let shown = one_line(&path_text(&root));
    let _ = writeln!(err, "Running your code in Python {}, in a copy of {shown}; nothing stops what it does outside it.", python.version);
    for (path, why) in python.left_out() {
        let _ = writeln!(err, "warning: {}: is not in the copy: {}", one_line(&path_text(path)), one_line(why));
    }
    Ok(python)
}

/// Writes the verdicts into the findings.
pub(super) fn mark(outcome: &mut Outcome, verified: &[Verified]) {
    for file in &mut outcome.files {
        for finding in &mut file.findings {
            let of = |one: &&Verified| one.path == file.source.path && one.start == finding.span.start && one.rule == finding.rule;
            finding.verdict = verified.iter().find(of).map(|one| Verdict { word: one.outcome.word(), why: why(&one.outcome) });
        }
    }
}

/// The edits that may be made: all that cannot be told, and, unless they are to be verified, those of which nothing is known.
pub(super) fn approved(verified: &[Verified], strict: bool) -> Approved {
    let may = |one: &&Verified| match one.outcome {
        Came::Verified | Came::Declared(_) => true,
        Came::Unproven(_) => !strict,
        Came::Changed(_) | Came::Broken(_) => false,
    };
    Approved::new(verified.iter().filter(may).map(|one| (one.path.clone(), one.start, one.rule.clone())))
}

/// Says in every file which of its edits were not made, and why.
pub(super) fn note(outcome: &mut Outcome, verified: &[Verified], approved: &Approved) {
    for one in verified.iter().filter(|one| !approved.has(&one.path, one.start, &one.rule)) {
        if let Some(file) = outcome.files.iter_mut().find(|file| file.source.path == one.path) {
            file.notes.push(format!("line {} [{}] was not changed: {}: {}", one.line, one.rule, one.outcome.word(), why(&one.outcome)));
        }
    }
}

/// What is known, in one line; empty for what is verified.
fn why(outcome: &Came) -> String {
    match outcome {
        Came::Verified => String::new(),
        Came::Unproven(why) => why.clone(),
        Came::Declared(witness) | Came::Changed(witness) | Came::Broken(witness) => {
            let (old, new) = (cut(&witness.difference.old, &witness.difference.new), cut(&witness.difference.new, &witness.difference.old));
            let when = if witness.situation.is_empty() { String::new() } else { format!("{}, ", witness.situation) };
            format!("{when}{}: before `{old}`, after `{new}`", witness.difference.what)
        }
    }
}

/// The first line that another text does not share.
fn cut(text: &str, other: &str) -> String {
    let shared = text.lines().zip(other.lines()).take_while(|(one, two)| one == two).count();
    shortened(&one_line(text.lines().nth(shared).unwrap_or("")), 200)
}

fn text(verified: &[Verified], out: &mut dyn Write) -> std::io::Result<()> {
    for one in verified {
        let place = format!("{}:{}", one_line(&path_text(&one.path)), one.line);
        writeln!(out, "{:9} {place} [{}]", one.outcome.word(), one.rule)?;
        let why = why(&one.outcome);
        if !why.is_empty() {
            writeln!(out, "          {why}")?;
        }
        if let Some(slice) = slice(&one.outcome) {
            writeln!(out, "          these lines show it, too:")?;
            slice.lines().try_for_each(|line| writeln!(out, "{}", format!("            | {line}").trim_end()))?;
        }
    }
    writeln!(out, "{}", told(verified))
}

/// The few lines that show what came of an edit.
fn slice(outcome: &Came) -> Option<&str> {
    match outcome {
        Came::Declared(witness) | Came::Changed(witness) | Came::Broken(witness) => witness.slice.as_deref(),
        Came::Verified | Came::Unproven(_) => None,
    }
}

/// How many of each.
pub(super) fn told(verified: &[Verified]) -> String {
    let words = ["verified", "declared", "changed", "broken", "unproven"];
    let number = |word: &str| verified.iter().filter(|one| one.outcome.word() == word).count();
    let parts: Vec<String> = words.iter().filter(|word| number(word) > 0).map(|word| format!("{} {word}", number(word))).collect();
    let all = count(verified.len(), "edit");
    if parts.is_empty() { format!("{all} to verify.") } else { format!("{all} executed: {}.", parts.join(", ")) }
}

fn value(one: &Verified) -> Value {
    let mut value = json!({
        "path": path_text(&one.path), "line": one.line, "rule": one.rule, "verdict": one.outcome.word(), "why": why(&one.outcome),
    });
    if let Came::Declared(witness) | Came::Changed(witness) | Came::Broken(witness) = &one.outcome {
        let difference = &witness.difference;
        value["witness"] = json!({ "situation": witness.situation, "what": difference.what, "before": difference.old, "after": difference.new, "slice": witness.slice });
    }
    value
}
