//! `rules new`: reads programs before and after, writes the page that was drafted from them and proven, and shows how far it
//! reaches.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::args::{Given, NewArgs};
use super::setup::Setup;
use super::{Stop, Terminal, complain};
use crate::draft::{Draft, Program, draft, prove};
use crate::report::{count, one_line, trials};
use crate::rule::RuleSet;
use crate::rule::page::parse;
use crate::scan::{self, FileOutcome, Options};
use crate::source::{Source, path_text, python_files, shown};

/// Ends with 0 when a page was written, with 1 when none can be.
pub(super) fn new(args: &NewArgs, terminal: Terminal, out: &mut dyn Write, err: &mut dyn Write) -> Result<u8, Stop> {
    if let Some(name) = args.name.as_deref().filter(|name| !is_kebab(name)) {
        return Err(Stop::Message(format!("--name {}: a rule is named in kebab-case, such as `new-fetch`", one_line(name))));
    }
    if let Some(tree) = args.on.as_ref().filter(|tree| !tree.exists()) {
        return Err(Stop::Message(format!("{}: does not exist; --on names a tree of Python files", tree.display())));
    }
    let programs = programs(&args.from, &args.to)?;
    let drafted = draft(&programs, args.name.as_deref());
    for note in &drafted.notes {
        let side = if note.after { " of the program after" } else { "" };
        complain(err, &format!("{}:{}{side}: cannot be generalised: {}", note.file, note.line, note.reason));
    }
    if drafted.text.is_empty() {
        complain(err, "nothing was written, because no change can be generalised");
        return Ok(1);
    }
    let path = page_path(args, &drafted)?;
    let file = path_text(&path);
    let (rules, trials) = prove(&file, &drafted.text)
        .map_err(|problems| Stop::Message(problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")))?;
    trials::text(&trials, &[], out)?;
    if trials.iter().any(|trial| !trial.word.holds()) {
        if trials.iter().filter(|trial| !trial.word.holds()).all(|trial| is_reordered(&trial.diff)) {
            complain(err, "only the order of lines differs; where that which came out is as good, write the program after so");
        }
        complain(err, "nothing was written, because the draft does not make the programs after from those before; its pattern was:");
        let page = rules.page(&drafted.name);
        for pair in page.into_iter().flat_map(|page| &page.pairs) {
            let shown = pair.matches.first().map_or("", |fence| fence.body.as_str());
            let becomes = pair.rewrite.as_ref().map_or("", |fence| fence.body.as_str());
            let _ = writeln!(err, "  {} => {}", one_line(shown), one_line(becomes));
        }
        return Ok(1);
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|error| Stop::Message(format!("{}: cannot be made: {error}", folder.display())))?;
    }
    std::fs::write(&path, &drafted.text).map_err(|error| Stop::Message(format!("{file}: cannot be written: {error}")))?;
    writeln!(out, "{file} was written: level review, {}.", count(rules.page(&drafted.name).map_or(0, |page| page.pairs.len()), "pair"))?;
    for remark in &drafted.remarks {
        writeln!(out, "  {remark}")?;
    }
    executed(&rules, &drafted.name, terminal, out)?;
    reach(args.on.as_deref(), &file, &drafted.text, out, err)?;
    Ok(0)
}

/// Whether a name is one of a rule, and so of a file.
fn is_kebab(name: &str) -> bool {
    let part = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    name.starts_with(|c: char| c.is_ascii_lowercase()) && name.split('-').all(part)
}

/// Whether a diff takes away the lines that it adds, such as imports.
fn is_reordered(diff: &str) -> bool {
    let lines = |sign: &str| {
        let all = diff.lines().skip(2).filter_map(|line| line.strip_prefix(sign));
        let mut all: Vec<&str> = all.collect();
        all.sort_unstable();
        all
    };
    !diff.is_empty() && lines("+") == lines("-")
}

/// What `rules prove` says of the page.
#[cfg(feature = "verify")]
fn executed(rules: &RuleSet, name: &str, terminal: Terminal, out: &mut dyn Write) -> Result<(), Stop> {
    let mut said = Vec::new();
    super::prove::prove(rules, &[name.to_owned()], terminal, &mut said)?;
    writeln!(
        out,
        "Executed (`rules prove {name}`). The sandbox has `victor`; any other library is a stand-in there, which shows every call, so that a \
         difference in it says nothing:"
    )?;
    for line in String::from_utf8_lossy(&said).lines() {
        writeln!(out, "  {line}")?;
    }
    Ok(())
}

#[cfg(not(feature = "verify"))]
#[allow(clippy::unnecessary_wraps)]
fn executed(_: &RuleSet, _: &str, _: Terminal, _: &mut dyn Write) -> Result<(), Stop> {
    Ok(())
}

/// Where the page goes.
fn page_path(args: &NewArgs, drafted: &Draft) -> Result<PathBuf, Stop> {
    let folder = match &args.output {
        Some(folder) => folder.clone(),
        None => {
            let given = Given::default();
            Setup::of(&[], &given, None)?.settings.path("rules").unwrap_or_default()
        }
    };
    let path = folder.join(format!("{}.md", drafted.name));
    if path.exists() && !args.force {
        return Err(Stop::Message(format!("{}: exists; name the rule with --name, or write it anew with --force", path.display())));
    }
    Ok(path)
}

/// The programs that the two lists of files or folders name.
fn programs(from: &[PathBuf], to: &[PathBuf]) -> Result<Vec<Program>, Stop> {
    if from.len() != to.len() {
        return Err(Stop::Message(format!(
            "--from is given {} times and --to {}; each program before needs its program after",
            from.len(),
            to.len()
        )));
    }
    let mut programs: Vec<Program> = Vec::new();
    for (from, to) in from.iter().zip(to) {
        if from.is_dir() {
            below(from, to, &mut programs)?;
        } else {
            programs.push(program(from, to)?);
        }
    }
    if programs.is_empty() {
        return Err(Stop::Message("no file differs between the folders of --from and --to".to_owned()));
    }
    Ok(programs)
}

/// The files of a folder that differ from those of the same names in another.
fn below(from: &Path, to: &Path, programs: &mut Vec<Program>) -> Result<(), Stop> {
    let walk = python_files(&[from.to_path_buf()], false);
    if let Some((path, reason)) = walk.failed.first() {
        return Err(Stop::Message(format!("{}: {reason}", path.display())));
    }
    for file in walk.files {
        let twin = to.join(file.strip_prefix(from).unwrap_or(&file));
        if !twin.is_file() {
            return Err(Stop::Message(format!("{}: has no counterpart; {} is missing", file.display(), twin.display())));
        }
        programs.extend(Some(program(&file, &twin)?).filter(|program| program.before != program.after));
    }
    Ok(())
}

fn program(from: &Path, to: &Path) -> Result<Program, Stop> {
    let read = |path: &Path| {
        let source = Source::load(path, &shown(path)).map_err(|error| Stop::Message(format!("{}: {error}", path.display())))?;
        Ok::<String, Stop>(source.text)
    };
    let name = from.file_name().map_or_else(String::new, |name| one_line(&name.to_string_lossy()));
    Ok(Program { name, before: read(from)?, after: read(to)? })
}

/// Shows what the page finds in a tree, and what has only the name.
fn reach(on: Option<&Path>, file: &str, text: &str, out: &mut dyn Write, err: &mut dyn Write) -> Result<(), Stop> {
    let tree = on.map_or_else(|| PathBuf::from("."), Path::to_path_buf);
    let all = |problems: Vec<crate::rule::Problem>| Stop::Message(problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
    let rules = RuleSet::compile(vec![parse(file, text).map_err(all)?]).map_err(all)?;
    let outcome = scan::run(std::slice::from_ref(&tree), &rules, &Options { near: true, ..Options::default() }, &|_, _| {});
    if outcome.scanned == 0 && outcome.failed.is_empty() {
        if on.is_some() {
            complain(err, &format!("{}: has no Python file", tree.display()));
        }
        return Ok(());
    }
    for (path, reason) in &outcome.failed {
        complain(err, &format!("{}: {reason}", path.display()));
    }
    let hits: usize = outcome.files.iter().map(|file| file.findings.len()).sum();
    let misses = |unknown: bool| outcome.files.iter().flat_map(|file| &file.near).filter(|miss| miss.unknown == unknown).count();
    writeln!(
        out,
        "On {}, {} read: {}, {} of unknown type, {} of something else.",
        one_line(&path_text(&tree)),
        count(outcome.scanned, "file"),
        count(hits, "hit"),
        count(misses(true), "use"),
        misses(false)
    )?;
    outcome.files.iter().try_for_each(|file| places(file, out))?;
    Ok(())
}

/// The hits and the near misses of a file, in their order.
fn places(file: &FileOutcome, out: &mut dyn Write) -> std::io::Result<()> {
    let path = one_line(&path_text(&file.source.path));
    let lines = file.source.lines();
    let mut rows: Vec<(usize, String)> = Vec::new();
    for finding in &file.findings {
        let (level, strength) = (format!("{:?}", finding.level).to_lowercase(), format!("{:?}", finding.strength).to_lowercase());
        let code = one_line(file.source.text.get(finding.span.clone()).unwrap_or(""));
        let why = finding.reason.as_ref().map_or_else(String::new, |reason| format!("; {reason}"));
        rows.push((finding.span.start, format!("hit      {{}} {code}: {level}, {strength}{why}")));
    }
    for miss in &file.near {
        let word = if miss.unknown { "unknown" } else { "other" };
        rows.push((miss.start, format!("{word:7}  {{}} {}: {}", miss.text, miss.reason)));
    }
    rows.sort();
    for (start, row) in rows {
        let line = lines.line_col(start).0;
        writeln!(out, "  {}", row.replacen("{}", &format!("{path}:{line}"), 1))?;
    }
    Ok(())
}
