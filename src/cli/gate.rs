//! `gate`: scans, judges, and ends with 0 or 1.

use std::io::Write;
use std::path::Path;

use super::args::{FailOn, GateArgs, GateFormat};
use super::setup::Setup;
use super::{Stop, Terminal, complain, debts, output};
use crate::finding::Level;
use crate::readiness::Readiness;
use crate::readiness::baseline::{Baseline, Debt};
use crate::readiness::gate::{Thresholds, judge};
use crate::report::gate::{Judged, json, text};
use crate::report::{View, github, one_line, path_text};
use crate::source::changes::Changes;

/// Runs the command and returns its exit code.
pub(super) fn gate(args: &GateArgs, terminal: Terminal, out: &mut dyn Write, err: &mut dyn Write) -> Result<u8, Stop> {
    let setup = Setup::new(&args.selection, None)?;
    let file = args.baseline.clone().or_else(|| setup.settings.path("baseline"));
    output::check(&args.output, &setup.paths, &setup.options, file.as_deref()).map_err(Stop::Message)?;
    let baseline = file.as_deref().map_or_else(|| Ok(Baseline::default()), debts::read)?;
    let folder = debts::folder(file.as_deref());
    let here = setup.paths.first().map_or(Path::new("."), |path| if path.is_dir() { path } else { path.parent().unwrap_or(path) });
    let here = if here.as_os_str().is_empty() { Path::new(".") } else { here };
    let changes = args.since.as_deref().map(|since| Changes::since(here, since)).transpose().map_err(Stop::Message)?;
    let mut outcome = setup.scan(terminal);
    setup.assign_owners(&mut outcome);
    for (path, reason) in &outcome.failed {
        complain(err, &format!("{}: {}", one_line(&path_text(path)), one_line(reason)));
    }
    if !outcome.failed.is_empty() {
        return Err(Stop::Message("the gate judged nothing, because not everything that you named could be scanned".to_owned()));
    }
    if outcome.scanned == 0 {
        return Err(Stop::Message("no Python file was found, so the gate can say nothing; name a folder that has some".to_owned()));
    }
    let (compared, _) = debts::compare(&setup, &outcome, &baseline, &folder);
    debts::mark(&mut outcome, &compared.known, &folder);
    let touched = |debt: &Debt| changes.as_ref().is_none_or(|changes| changes.touch(&folder.join(&debt.path), debt.line..=debt.last));
    let readiness = Readiness::of(&outcome);
    let verdict = judge(&readiness, &compared, &thresholds(args, &setup, file.is_some()), &args.selection.spelled(), &touched);
    let judged = Judged {
        verdict: &verdict,
        outcome: &outcome,
        compared: &compared,
        baseline: file.as_deref().map(path_text),
        since: args.since.clone(),
        limited: setup.limited(),
    };
    match args.format {
        GateFormat::Text => text(&judged, out)?,
        GateFormat::Json => json(&judged, out)?,
        GateFormat::Github => {
            github::write(&outcome, out)?;
            text(&judged, out)?;
        }
    }
    let github = args.format == GateFormat::Github;
    let written =
        output::write_all(&args.output, None, github, &outcome, &setup.rules, &View { limited: setup.limited(), ..View::default() }, err);
    Ok(if written { u8::from(!verdict.passed()) } else { 2 })
}

/// Flags over settings. Without any threshold nothing open may be left; with a baseline nothing new.
fn thresholds(args: &GateArgs, setup: &Setup, baseline: bool) -> Thresholds {
    let number = |flag: Option<usize>, key: &str| flag.or_else(|| setup.settings.number(key));
    let (min_readiness, max_manual, max_unresolved, max_dynamic) = (
        number(args.min_readiness.map(usize::from), "gate.min-readiness"),
        number(args.max_manual, "gate.max-manual"),
        number(args.max_unresolved, "gate.max-unresolved"),
        number(args.max_dynamic, "gate.max-dynamic"),
    );
    let said = args.fail_on.or_else(|| match setup.settings.text("gate.fail-on")? {
        "safe" => Some(FailOn::Safe),
        "review" => Some(FailOn::Review),
        "manual" => Some(FailOn::Manual),
        _ => Some(FailOn::Never),
    });
    let other = [min_readiness, max_manual, max_unresolved, max_dynamic].iter().any(Option::is_some);
    let fail_on = match said {
        Some(FailOn::Safe) => Some(Level::Safe),
        Some(FailOn::Review) => Some(Level::Review),
        Some(FailOn::Manual) => Some(Level::Manual),
        Some(FailOn::Never) => None,
        None => (baseline || args.since.is_some() || !other).then_some(Level::Safe),
    };
    Thresholds { min_readiness, max_manual, max_unresolved, max_dynamic, fail_on, understood: said.is_none() }
}
