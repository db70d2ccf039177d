//! What came of the samples of rules: a line for each, what is wrong with those that do not hold, and how many there are of
//! each word.

use std::io::{self, Write};

use serde_json::json;

use super::{count, one_line};
use crate::trial::{Trial, Word};

/// For a person; `untested` are the pages without a sample.
///
/// # Errors
/// The writer's.
pub fn text(trials: &[Trial], untested: &[&str], out: &mut dyn Write) -> io::Result<()> {
    for trial in trials {
        writeln!(out, "{:9}  {}:{} {}", trial.word.text(), trial.file, trial.line, one_line(&trial.title))?;
        for line in trial.why.iter().map(String::as_str).chain(trial.diff.lines()) {
            writeln!(out, "{}", format!("           {line}").trim_end())?;
        }
    }
    for file in untested {
        writeln!(out, "untested   {file} has no sample; add `python before` and `python after`, and a `python keep`")?;
    }
    let each: Vec<String> = tally(trials).into_iter().map(|(word, number)| format!("{number} {word}")).collect();
    writeln!(out, "{}: {}.", count(trials.len(), "sample"), each.join(", "))
}

/// For programs: one object.
///
/// # Errors
/// The writer's.
pub fn json(trials: &[Trial], untested: &[&str], out: &mut dyn Write) -> io::Result<()> {
    let sample = |trial: &Trial| {
        json!({
            "rule": trial.rule, "path": trial.file, "line": trial.line, "title": trial.title, "role": trial.role,
            "outcome": trial.word.text(), "reasons": trial.why, "diff": trial.diff,
        })
    };
    let counts: serde_json::Map<String, serde_json::Value> =
        tally(trials).into_iter().map(|(word, number)| (word.to_owned(), number.into())).collect();
    let all = json!({ "samples": trials.iter().map(sample).collect::<Vec<_>>(), "counts": counts, "untested": untested });
    serde_json::to_writer_pretty(&mut *out, &all)?;
    writeln!(out)
}

fn tally(trials: &[Trial]) -> Vec<(&'static str, usize)> {
    Word::ALL.into_iter().map(|word| (word.text(), trials.iter().filter(|trial| trial.word == word).count())).collect()
}
