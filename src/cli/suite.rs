//! `verify --tests`: the user's own tests on the tree as it is and as it would be, and the edits to blame.

use std::cell::Cell;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};

use super::args::VerifyArgs;
use super::run::own;
use super::setup::Setup;
use super::write::bytes;
use super::{Stop, Terminal};
use crate::report::{count, one_line, path_text, shortened};
use crate::scan::{Approved, FileOutcome, Outcome};
use crate::source::root::marked;
use crate::verify::edits::Verified;
use crate::verify::suite::compare::{Compared, reached_in};
use crate::verify::suite::{Ran, Suite, SuiteError, Tree, is_test};
use crate::verify::world::World;

/// More runs than this are not spent on finding the edits to blame.
const MOST_RUNS: u32 = 40;

/// What the tests say.
pub(super) struct Told {
    before: Ran,
    after: Ran,
    compared: Compared,
    reached: Option<(usize, usize)>,
    /// Files that the edits change and the tests do not see changed: the tests themselves.
    kept: Vec<PathBuf>,
    /// The edits to blame; together, where none is alone.
    culprits: Vec<Verified>,
    tried: u32,
}

/// Runs the tests twice, and more often where that shows something.
pub(super) fn run(args: &VerifyArgs, setup: &Setup, world: &World, edits: &[Verified], terminal: Terminal) -> Result<Option<Told>, Stop> {
    let Some(command) = &args.tests else { return Ok(None) };
    let failed = |error: SuiteError| Stop::Message(one_line(&error.to_string()));
    let root = marked(&setup.paths);
    let here = std::env::current_dir().and_then(std::fs::canonicalize).unwrap_or_default();
    let suite = Suite {
        command: command.clone(),
        folder: if here.starts_with(&root) { here } else { root.clone() },
        root,
        time: Duration::from_secs(args.timeout),
        server: vec![own()?.to_string_lossy().into_owned(), "runtime".to_owned()],
    };
    let roots: Vec<PathBuf> = world.roots().into_iter().map(Path::to_owned).collect();
    let fixed = |edits: &[&Verified]| fixed(setup, edits, args.unsafe_fixes, terminal);
    let all: Vec<&Verified> = edits.iter().filter(|edit| !is_test(&edit.path)).collect();
    let outcome = fixed(&all);
    let changed: Vec<&FileOutcome> = outcome.files.iter().filter(|file| file.fixed.is_some() && !is_test(&file.source.path)).collect();
    let watched: Vec<&Path> = changed.iter().map(|file| file.source.path.as_path()).collect();
    let old = Tree::new(&suite, world.face(&[])).map_err(failed)?;
    let before = old.run(&roots, &watched, &[]).map_err(failed)?;
    drop(old);
    let texts: Vec<(&Path, &str, &str)> =
        changed.iter().filter_map(|file| Some((file.source.path.as_path(), file.source.text.as_str(), file.fixed.as_deref()?))).collect();
    let face = world.face(&texts.iter().map(|(path, _, after)| (*path, *after)).collect::<Vec<_>>());
    let new = Tree::new(&suite, face).map_err(failed)?;
    put(&new, &changed, true)?;
    let after = new.run(&roots, &watched, &[]).map_err(failed)?;
    let compared = Compared::new(&before, &after);
    let tried = Cell::new(0);
    let only: Vec<String> = compared.failing.keys().chain(&compared.gone).cloned().collect();
    let fails = |part: &[&Verified]| -> Result<bool, Stop> {
        tried.set(tried.get() + 1);
        let outcome = fixed(part);
        put(&new, &changed, false)?;
        put(&new, &outcome.files.iter().collect::<Vec<_>>(), true)?;
        let ran = new.run(&roots, &[], &only).map_err(failed)?;
        let known = |test: &String| compared.failing.contains_key(test) || compared.gone.contains(test);
        let again = Compared::new(&before, &ran);
        Ok(again.failing.keys().chain(&again.gone).any(known))
    };
    let culprits = if compared.holds() { Vec::new() } else { blamed(&all, &fails, &tried)? };
    let reached = reached_in(&texts, &after);
    let kept = edits.iter().filter(|edit| is_test(&edit.path)).map(|edit| edit.path.clone());
    let mut kept: Vec<PathBuf> = kept.collect();
    kept.dedup();
    let culprits = culprits.into_iter().cloned().collect();
    Ok(Some(Told { before, after, reached, kept, culprits, tried: tried.get(), compared }))
}

/// The project with some of its edits made.
fn fixed(setup: &Setup, edits: &[&Verified], unsafe_fixes: bool, terminal: Terminal) -> Outcome {
    let approved = Approved::new(edits.iter().map(|edit| (edit.path.clone(), edit.start, edit.rule.clone())));
    let unsafe_fixes = unsafe_fixes || setup.options.unsafe_fixes;
    let options = crate::scan::Options { fix: true, unsafe_fixes, approved: Some(approved), ..setup.options.clone() };
    setup.scan_with(&options, terminal)
}

/// Puts the old or the new texts of some files into a tree, the tests left out.
fn put(tree: &Tree<'_>, files: &[&FileOutcome], new: bool) -> Result<(), Stop> {
    let mut texts: Vec<(&Path, Vec<u8>)> = Vec::new();
    for file in files.iter().filter(|file| !is_test(&file.source.path)) {
        let both = bytes(file).map_err(|reason| Stop::Message(format!("{}: {reason}", one_line(&path_text(&file.source.path)))))?;
        if let Some((before, after)) = both {
            texts.push((&file.source.path, if new { after } else { before }));
        }
    }
    tree.put(texts.iter().map(|(path, bytes)| (*path, bytes.as_slice()))).map_err(|error| Stop::Message(one_line(&error.to_string())))
}

/// The smallest parts that fail for themselves, found by halving; the whole part where neither half does.
fn blamed<'e>(
    part: &[&'e Verified],
    fails: &dyn Fn(&[&Verified]) -> Result<bool, Stop>,
    tried: &Cell<u32>,
) -> Result<Vec<&'e Verified>, Stop> {
    if part.len() <= 1 || tried.get() >= MOST_RUNS {
        return Ok(part.to_vec());
    }
    let (left, right) = part.split_at(part.len() / 2);
    let mut found = Vec::new();
    for half in [left, right] {
        if fails(half)? {
            found.extend(blamed(half, fails, tried)?);
        }
    }
    Ok(if found.is_empty() { part.to_vec() } else { found })
}

impl Told {
    /// Whether the new code does to the tests what the old did.
    pub fn holds(&self) -> bool {
        let without_names = || self.before.ended == "0" && self.after.ended == "0";
        self.compared.holds() && (!self.before.tests.is_empty() || without_names())
    }

    /// Why the command can tell nothing of any edit: it shows no test, and fails on the code as it is.
    pub fn mute(&self) -> Option<String> {
        let none = self.before.tests.is_empty() && self.after.tests.is_empty() && self.before.ended != "0";
        none.then(|| format!("tells nothing of the edits: on the code as it is, it shows no test and ended with {}", self.before.ended))
    }

    /// For a person.
    pub fn text(&self, command: &str, out: &mut dyn Write) -> std::io::Result<()> {
        let compared = &self.compared;
        writeln!(out, "\nTests: {command}")?;
        let list = |out: &mut dyn Write, word: &str, tests: &mut dyn Iterator<Item = (&String, String)>| -> std::io::Result<()> {
            for (test, why) in tests {
                writeln!(out, "{word:14} {}", one_line(test))?;
                if !why.is_empty() {
                    writeln!(out, "               {}", shortened(&one_line(&why), 200))?;
                }
            }
            Ok(())
        };
        list(out, "newly failing", &mut compared.failing.iter().map(|(test, why)| (test, why.clone())))?;
        list(out, "gone", &mut compared.gone.iter().map(|test| (test, String::new())))?;
        list(out, "newly warning", &mut compared.warning.iter().map(|(test, all)| (test, all.join("; "))))?;
        list(out, "failed before", &mut compared.failed_before.iter().map(|(test, why)| (test, why.clone())))?;
        for edit in &self.culprits {
            writeln!(out, "to blame       {}:{} [{}]", one_line(&path_text(&edit.path)), edit.line, edit.rule)?;
        }
        if self.tried >= MOST_RUNS {
            writeln!(out, "               (no closer after {MOST_RUNS} runs)")?;
        }
        for path in &self.kept {
            writeln!(out, "kept           {} is part of the tests and stayed as it is", one_line(&path_text(path)))?;
        }
        if self.before.tests.is_empty() {
            writeln!(
                out,
                "No test was seen: the command runs no pytest, or stopped before. It ended with {} before and {} after.",
                self.before.ended, self.after.ended
            )?;
            return writeln!(out, "{}", self.after.words);
        }
        let numbers = [
            (compared.same, "the same"),
            (compared.failing.len(), "newly failing"),
            (compared.gone.len(), "gone"),
            (compared.warning.len(), "newly warning"),
            (compared.failed_before.len(), "failed before"),
        ];
        let told: Vec<String> = numbers.iter().filter(|(number, _)| *number > 0).map(|(number, word)| format!("{number} {word}")).collect();
        let reached =
            self.reached.map_or("which changed lines they reach is not known, another tool traces them".to_owned(), |(ran, all)| {
                format!("they reach {ran} of {all} changed lines")
            });
        let victor =
            self.after.victor.as_deref().map_or("no test imported victor".to_owned(), |victor| format!("`victor` is {}", one_line(victor)));
        writeln!(out, "{}: {}; {reached}; {victor}.", count(self.before.tests.len(), "test"), told.join(", "))
    }

    /// For a program.
    pub fn value(&self, command: &str) -> Value {
        let blame = |edit: &Verified| json!({ "path": path_text(&edit.path), "line": edit.line, "rule": edit.rule });
        json!({
            "command": command, "same": self.compared.same, "newly_failing": self.compared.failing, "gone": self.compared.gone,
            "newly_warning": self.compared.warning, "failed_before": self.compared.failed_before,
            "to_blame": self.culprits.iter().map(blame).collect::<Vec<_>>(),
            "changed_lines": self.reached.map(|(_, all)| all), "reached_lines": self.reached.map(|(ran, _)| ran),
            "victor": self.after.victor, "ended": [self.before.ended, self.after.ended],
        })
    }
}
