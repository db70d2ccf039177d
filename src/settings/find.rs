//! The nearest configuration file, and the files that it extends. The only place where settings meet the file system.

use std::path::{Path, PathBuf};

use toml::de::DeTable;

use super::read::Reader;
use super::{Settings, Value};
use crate::source::{regular, shown};

const OWN: &str = "victor-migrate.toml";
const SHARED: &str = "pyproject.toml";

/// The names of configuration files, the one that counts first.
pub const FILES: [&str; 2] = [OWN, SHARED];

/// The settings of the nearest file above the paths, with those that it extends; defaults where there is none.
///
/// # Errors
/// Everything that is wrong, with file and line.
pub fn load(paths: &[PathBuf]) -> Result<Settings, Vec<String>> {
    for folder in common(paths).ancestors() {
        for name in FILES {
            let path = folder.join(name);
            if let Some(settings) = file(&path, &mut Vec::new())? {
                return Ok(settings);
            }
        }
    }
    Ok(Settings::default())
}

/// The files that [`load`] reads for these paths, right or wrong: the nearest, and those that it extends.
#[must_use]
pub fn read_for(paths: &[PathBuf]) -> Vec<PathBuf> {
    for folder in common(paths).ancestors() {
        for name in FILES {
            let mut read = Vec::new();
            if !matches!(file(&folder.join(name), &mut read), Ok(None)) {
                return read;
            }
        }
    }
    Vec::new()
}

/// The settings with `KEY=VALUE` of the command line over them.
///
/// # Errors
/// Everything that is wrong.
pub fn with_overrides(mut settings: Settings, overrides: &[String]) -> Result<Settings, Vec<String>> {
    let here = std::env::current_dir().unwrap_or_default();
    let mut problems = Vec::new();
    for one in overrides {
        let Some((key, value)) = one.split_once('=') else {
            problems.push(format!("--config {one}: write KEY=VALUE, such as gate.min-readiness=80"));
            continue;
        };
        // A plain word needs no quotes.
        let quoted = format!("{key} = {}", toml_string(value.trim()));
        let Some((text, table)) = [one, &quoted].into_iter().find_map(|text| Some((text, DeTable::parse(text).ok()?))) else {
            problems.push(format!("--config {one}: cannot be read; write KEY=VALUE, such as gate.min-readiness=80"));
            continue;
        };
        let reader = Reader { text, name: format!("--config {one}"), base: &here, lines: false };
        let mut wrong = Vec::new();
        reader.table(table.get_ref(), "", &mut settings, &mut wrong);
        problems.extend(in_order(wrong));
    }
    if problems.is_empty() { Ok(settings) } else { Err(problems) }
}

/// The problems of a file from top to bottom.
fn in_order(mut problems: Vec<(usize, String)>) -> Vec<String> {
    problems.sort();
    problems.into_iter().map(|(_, problem)| problem).collect()
}

fn toml_string(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The folder that all paths are in.
fn common(paths: &[PathBuf]) -> PathBuf {
    let folder = |path: &PathBuf| {
        let real = std::fs::canonicalize(path).or_else(|_| std::path::absolute(path)).unwrap_or_default();
        if real.is_dir() { real } else { real.parent().map(Path::to_path_buf).unwrap_or_default() }
    };
    let mut folders = paths.iter().map(folder);
    let first = folders.next().unwrap_or_else(|| std::env::current_dir().unwrap_or_default());
    folders.fold(first, |mut common, other| {
        while !other.starts_with(&common) && common.pop() {}
        common
    })
}

/// The settings of one file; `None` where there is none, or where it does not speak to us.
fn file(path: &Path, above: &mut Vec<PathBuf>) -> Result<Option<Settings>, Vec<String>> {
    let name = shown(path).to_string_lossy().into_owned();
    let is_ours = path.file_name().is_none_or(|file| file != SHARED);
    let bytes = match regular::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(vec![format!("{name}: cannot be read: {error}")]),
    };
    above.push(path.to_path_buf());
    if !is_ours && !regular::text_of(&bytes).contains("victor-migrate") {
        return Ok(None);
    }
    let Ok(text) = String::from_utf8(bytes) else { return Err(vec![format!("{name}: is not UTF-8, as TOML must be")]) };
    let line = |byte: usize| text.get(..byte).unwrap_or("").matches('\n').count() + 1;
    let table = DeTable::parse(&text).map_err(|error| {
        let line = line(error.span().map_or(0, |span| span.start));
        vec![format!("{name}:{line}: is no TOML: {}", error.message())]
    })?;
    let table = if is_ours { Ok(Some(table.get_ref())) } else { section(table.get_ref()) };
    let table = table
        .map_err(|byte| vec![format!("{name}:{}: `tool.victor-migrate` must be a table; write `[tool.victor-migrate]`", line(byte))])?;
    let Some(table) = table else { return Ok(None) };
    let base = path.parent().unwrap_or(Path::new("")).to_path_buf();
    let (mut own, mut problems) = (Settings::default(), Vec::new());
    Reader { text: &text, name, base: &base, lines: true }.table(table, "", &mut own, &mut problems);
    if !problems.is_empty() {
        return Err(in_order(problems));
    }
    let mut settings = extended(&own, &base, above)?;
    settings.values.extend(own.values);
    settings.file = Some(path.to_path_buf());
    Ok(Some(settings))
}

/// The settings that a file builds on.
fn extended(own: &Settings, base: &Path, above: &mut Vec<PathBuf>) -> Result<Settings, Vec<String>> {
    let Some(set) = own.get("extend") else { return Ok(Settings::default()) };
    let Value::Text(text) = &set.value else { return Ok(Settings::default()) };
    let wrong = |reason: &str| Err(vec![format!("{}: `extend` names {text}, {reason}", set.place)]);
    let Ok(target) = std::fs::canonicalize(base.join(text)) else { return wrong("which does not exist") };
    if above.iter().filter_map(|path| std::fs::canonicalize(path).ok()).any(|path| path == target) {
        return wrong("which extends this file again; take one of them out");
    }
    match file(&target, above)? {
        Some(settings) => Ok(settings),
        None => wrong("which has no [tool.victor-migrate]"),
    }
}

/// `[tool.victor-migrate]`.
///
/// # Errors
/// The byte at which something else of that name stands.
fn section<'t, 'i>(table: &'t DeTable<'i>) -> Result<Option<&'t DeTable<'i>>, usize> {
    let tool = table.get("tool").and_then(|tool| tool.get_ref().as_table());
    match tool.and_then(|tool| tool.get("victor-migrate")) {
        None => Ok(None),
        Some(value) => value.get_ref().as_table().map(Some).ok_or(value.span().start),
    }
}
