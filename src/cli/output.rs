//! Where `--output` writes a report. The only place where a report meets the file system.

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::complain;
use crate::report::{Earlier, Format, View, github, markdown, one_line, path_text, render};
use crate::rule::RuleSet;
use crate::scan::{self, Options, Outcome};
use crate::settings;
use crate::source::{self, Form, root};

/// One value of `--output`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Said in front of the file.
    pub format: Option<Format>,
    /// The file.
    pub path: PathBuf,
}

impl Target {
    /// Reads `[FORMAT=]FILE`; a word in front of `=` that could be a format must be one.
    pub fn parse(value: OsString) -> Result<Self, String> {
        let Some((word, file)) = value.to_str().and_then(|text| text.split_once('=')) else {
            return if value.is_empty() { Err("a file is missing".to_owned()) } else { Ok(Target { format: None, path: value.into() }) };
        };
        match Format::from_str(word, true) {
            Ok(_) if file.is_empty() => Err(format!("a file is missing after `{word}=`")),
            Ok(format) => Ok(Target { format: Some(format), path: file.into() }),
            Err(_) if word.chars().all(|c| c.is_ascii_alphanumeric()) && !word.is_empty() => {
                Err(format!("`{word}` is no format; `scan --help` lists them (or ./{word}=… for a file of that name)"))
            }
            Err(_) => Ok(Target { format: None, path: value.into() }),
        }
    }

    /// Its own format, else that of `--format`, else what the file's name says.
    pub fn format(&self, asked: Option<Format>) -> Format {
        self.format.or(asked).unwrap_or_else(|| match self.path.extension().and_then(|name| name.to_str()) {
            Some("json") => Format::Json,
            Some("jsonl") => Format::JsonLines,
            Some("sarif") => Format::Sarif,
            Some("html" | "htm") => Format::Html,
            Some("xml") => Format::Junit,
            Some("md" | "markdown") => Format::Markdown,
            _ => Format::Text,
        })
    }

    /// Writes the file; the message of a failure has its path.
    pub fn write(&self, asked: Option<Format>, outcome: &Outcome, rules: &RuleSet, view: &View) -> Result<(), String> {
        let failed = |path: &Path, error: std::io::Error| format!("{}: cannot write the report: {error}", path.display());
        let mut report = Vec::new();
        render(self.format(asked), outcome, rules, &View { color: false, ..view.clone() }, &mut report)
            .and_then(|()| std::fs::write(&self.path, report))
            .map_err(|error| failed(&self.path, error))
    }
}

/// Refuses what would be lost: a report over a configuration, the baseline or a file that is scanned, and two reports in one
/// file.
pub(super) fn check(targets: &[Target], paths: &[PathBuf], options: &Options, baseline: Option<&Path>) -> Result<(), String> {
    let mut places = Vec::new();
    for target in targets {
        let place = root::place(&target.path);
        if places.contains(&place) {
            return Err(format!("{}: two reports cannot go into one file; name another --output for one of them", shown(&target.path)));
        }
        let is_named = |name: &str| place.file_name().is_some_and(|own| own == name);
        let what = match baseline.is_some_and(|baseline| root::place(baseline) == place) {
            true => Some("the baseline"),
            false => settings::FILES.iter().any(|name| is_named(name)).then_some("a configuration"),
        };
        if let Some(what) = what {
            return Err(format!("{}: is {what}, and the report would take its place; name another --output", shown(&target.path)));
        }
        places.push(place);
    }
    // A report from an earlier run is met again; whether it is scanned, only a walk can tell.
    let suspect = |place: &&PathBuf| place.is_file() && could_be_scanned(place, paths) && !is_checklist(place);
    let suspect: Vec<&PathBuf> = places.iter().filter(suspect).collect();
    if suspect.is_empty() {
        return Ok(());
    }
    let scanned = scan::walk(paths, options).files;
    let is_scanned = |place: &PathBuf| scanned.iter().any(|file| std::fs::canonicalize(file).is_ok_and(|file| file == *place));
    match suspect.into_iter().find(|place| is_scanned(place)) {
        Some(place) => Err(format!(
            "{}: is one of the files that are scanned, and the report would take its place; name another --output",
            shown(place)
        )),
        None => Ok(()),
    }
}

/// Its name is that of code or a document, or it was named.
fn could_be_scanned(place: &Path, paths: &[PathBuf]) -> bool {
    let is_code = place.extension().is_some_and(|ending| ending == "py" || ending == "pyi");
    is_code || Form::of(place).is_some() || paths.iter().any(|path| std::fs::canonicalize(path).is_ok_and(|path| path == place))
}

/// With `--docs` the checklist of an earlier run is scanned, and may be written anew all the same.
fn is_checklist(place: &Path) -> bool {
    std::fs::read(place).is_ok_and(|text| text.starts_with(markdown::TITLE.as_bytes()))
}

fn shown(path: &Path) -> String {
    one_line(&path_text(&source::shown(path)))
}

/// Writes all targets, and the summary of a step of GitHub Actions where annotations were asked for. Every file is tried;
/// false when one could not be written.
pub(super) fn write_all(
    targets: &[Target],
    asked: Option<Format>,
    github: bool,
    outcome: &Outcome,
    rules: &RuleSet,
    view: &View,
    err: &mut dyn Write,
) -> bool {
    let mut problems: Vec<String> = targets.iter().filter_map(|target| target.write(asked, outcome, rules, view).err()).collect();
    if github || targets.iter().any(|target| target.format(asked) == Format::Github) {
        problems.extend(summarise(outcome).err());
    }
    problems.iter().for_each(|problem| complain(err, problem));
    problems.is_empty()
}

/// Reads earlier reports; each is called what its file is called.
pub(super) fn earlier(files: &[PathBuf]) -> Result<Vec<Earlier>, String> {
    let read = |file: &PathBuf| {
        let failed = |reason: String| format!("{}: {reason}", file.display());
        let text = std::fs::read_to_string(file).map_err(|error| failed(format!("cannot be read: {error}")))?;
        let label = file.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
        Earlier::parse(&label, &text).map_err(failed)
    };
    files.iter().map(read).collect()
}

/// Adds to the file that the runner names in `GITHUB_STEP_SUMMARY`; nothing outside of a runner.
fn summarise(outcome: &Outcome) -> Result<(), String> {
    let Some(path) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()).map(PathBuf::from) else { return Ok(()) };
    let mut page = Vec::new();
    github::step_summary(outcome, &mut page)
        .and_then(|()| std::fs::OpenOptions::new().create(true).append(true).open(&path)?.write_all(&page))
        .map_err(|error| format!("{}: cannot write the summary of the step: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::Target;
    use crate::report::Format;

    #[test]
    fn the_format_comes_from_the_nearest_word() {
        let format = |value: &str, asked| Target::parse(value.into()).expect("a target").format(asked);
        assert_eq!(format("json=a.md", Some(Format::Text)), Format::Json);
        assert_eq!(format("a.json", Some(Format::Markdown)), Format::Markdown);
        assert_eq!(format("a.json", None), Format::Json);
        assert_eq!(format("a.md", None), Format::Markdown);
        assert_eq!(format("md=a", None), Format::Markdown);
        assert_eq!(format("a", None), Format::Text);
    }

    #[test]
    fn an_equals_sign_in_a_name_is_no_format_and_a_misspelt_format_is_no_name() {
        assert_eq!(Target::parse("./a=b.json".into()).expect("a file").path, std::path::Path::new("./a=b.json"));
        assert!(Target::parse("jsn=a".into()).expect_err("misspelt").contains("`jsn` is no format"));
        assert!(Target::parse("json=".into()).is_err() && Target::parse("".into()).is_err());
    }
}
