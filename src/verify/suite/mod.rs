//! The user's own tests, on the tree as it is and as it would be: the old tests, the new code.
//!
//! Reading order: this file (one run of the command), [`compare`] (two of them).

pub mod compare;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

use super::copy::{Copy, CopyError};
use super::process::{Home, finish};
use crate::runtime::bridge::Face;
use crate::runtime::pipe::install;

/// What is run, and where.
#[derive(Clone, Debug)]
pub struct Suite {
    /// The command, for a shell.
    pub command: String,
    /// The folder of the project.
    pub root: PathBuf,
    /// Where in it the command is run.
    pub folder: PathBuf,
    /// How long one run may take.
    pub time: Duration,
    /// The command that serves the runtime, without the surface.
    pub server: Vec<String>,
}

/// Why the tests could not be run.
#[derive(Debug, thiserror::Error)]
pub enum SuiteError {
    /// There is no copy of the project.
    #[error(transparent)]
    Copy(#[from] CopyError),
    /// The command could not be started, or its files not be written.
    #[error("the tests cannot be run: {0}")]
    Io(#[from] io::Error),
}

/// How a test ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Came {
    /// It passed, or failed as it was expected to.
    Passed,
    /// It was skipped.
    Skipped,
    /// It failed, or could not be collected or set up; the first line that says why.
    Failed(String),
}

/// One run of the command.
#[derive(Debug, Default)]
pub struct Ran {
    /// How the command ended: `0`, another exit code, or words for a signal and a time that was up.
    pub ended: String,
    /// The tests by name; none where the command runs no pytest.
    pub tests: BTreeMap<String, Came>,
    /// Warnings by test.
    pub warnings: BTreeMap<String, BTreeSet<String>>,
    /// The lines that ran, by file; `None` where another tool took the place of ours.
    pub lines: Option<BTreeMap<PathBuf, BTreeSet<u32>>>,
    /// Which `victor` the tests saw, where they imported one.
    pub victor: Option<String>,
    /// The last lines of what the command said.
    pub words: String,
}

/// One line of the plugin's log.
#[derive(Deserialize)]
#[serde(untagged)]
enum Entry {
    Test { test: String, outcome: String, expected: bool, why: String },
    Warning { warning: String, test: String },
    End { lines: BTreeMap<PathBuf, BTreeSet<u32>>, lost: bool, victor: Option<String> },
}

/// A tree for the tests: a copy of the project, with other texts for some files.
pub struct Tree<'s> {
    suite: &'s Suite,
    copy: Copy,
    face: Face,
}

impl<'s> Tree<'s> {
    /// Copies the project.
    ///
    /// # Errors
    /// Where that does not work.
    pub fn new(suite: &'s Suite, face: Face) -> Result<Self, SuiteError> {
        Ok(Tree { suite, copy: Copy::new(&suite.root)?, face })
    }

    /// Puts other bytes into some files.
    ///
    /// # Errors
    /// Where one cannot be written.
    pub fn put<'f>(&self, files: impl IntoIterator<Item = (&'f Path, &'f [u8])>) -> Result<(), SuiteError> {
        for (path, bytes) in files {
            if let Some(inside) = self.copy.path(path) {
                fs::write(inside, bytes)?;
            }
        }
        Ok(())
    }

    /// What is not in the copy, and why.
    #[must_use]
    pub fn left_out(&self) -> &BTreeMap<PathBuf, String> {
        &self.copy.left_out
    }

    /// Runs the command, for some tests or all, and watches the lines of some files.
    ///
    /// # Errors
    /// Where the command cannot be started.
    pub fn run(&self, roots: &[PathBuf], watched: &[&Path], only: &[String]) -> Result<Ran, SuiteError> {
        let home = Home::new()?;
        let at = |name: &str| home.path().join(name);
        let mut server = self.suite.server.clone();
        server.push(self.face.word().to_owned());
        let files: BTreeMap<PathBuf, &Path> = watched.iter().filter_map(|path| Some((self.copy.path(path)?, *path))).collect();
        fs::write(at("victor_migrate_runtime.py"), install(self.face, &server, false))?;
        fs::write(at("victor_migrate_suite.py"), include_str!("plugin.py"))?;
        fs::write(at("settings.json"), json!({ "log": at("log"), "files": files, "only": only }).to_string())?;
        let folder = self.copy.path(&self.suite.folder).unwrap_or_else(|| self.copy.root().to_owned());
        let mut command = shell(&home, &self.suite.command, &folder);
        // Before what is installed: a package installed in place would bring the original files.
        let roots = roots.iter().filter_map(|root| self.copy.path(root));
        let path = std::env::join_paths(roots.chain([home.path().to_owned()])).map_err(io::Error::other)?;
        command.env("PYTHONPATH", path).env("PYTEST_ADDOPTS", "-p victor_migrate_suite").env("VICTOR_MIGRATE_SUITE", at("settings.json"));
        let finished = finish(command, Vec::new(), self.suite.time)?;
        let ended = match finished.status {
            None => format!("stopped after {} s", self.suite.time.as_secs()),
            Some(status) => status.code().map_or_else(|| status.to_string(), |code| code.to_string()),
        };
        let mut ran = Ran { ended, words: last(&finished.stdout, &finished.stderr), ..Ran::default() };
        let log = fs::read_to_string(at("log")).unwrap_or_default();
        log.lines().filter_map(|line| serde_json::from_str(line).ok()).for_each(|entry| ran.add(entry));
        Ok(ran)
    }
}

impl Ran {
    fn add(&mut self, entry: Entry) {
        match entry {
            Entry::Warning { warning, test } => drop(self.warnings.entry(test).or_default().insert(warning)),
            Entry::Test { test, outcome, expected, why } => {
                let came = match outcome.as_str() {
                    "failed" => Came::Failed(why),
                    "skipped" if !expected => Came::Skipped,
                    _ => Came::Passed,
                };
                // A test is reported for its setup, itself and its end: the worst counts.
                let known = self.tests.entry(test).or_insert(Came::Passed);
                if *known == Came::Passed {
                    *known = came;
                }
            }
            Entry::End { lines, lost, victor } => {
                let all = self.lines.get_or_insert_default();
                for (file, lines) in lines {
                    all.entry(file).or_default().extend(lines);
                }
                self.victor = victor.or(self.victor.take());
                if lost {
                    self.lines = None;
                }
            }
        }
    }
}

#[cfg(unix)]
fn shell(home: &Home, command: &str, folder: &Path) -> std::process::Command {
    let mut shell = home.command("sh", folder);
    shell.args(["-c", command]);
    shell
}

#[cfg(windows)]
fn shell(home: &Home, command: &str, folder: &Path) -> std::process::Command {
    let mut shell = home.command("cmd", folder);
    shell.args(["/C", command]);
    shell
}

/// The last lines of both streams.
fn last(stdout: &[u8], stderr: &[u8]) -> String {
    let of = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(12)..].join("\n")
    };
    [of(stdout), of(stderr)].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n")
}

/// Whether a file is part of the tests, as pytest and people name them.
#[must_use]
pub fn is_test(path: &Path) -> bool {
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or("");
    let named = stem.starts_with("test_") || stem.ends_with("_test") || stem == "conftest";
    named || path.components().any(|part| matches!(part.as_os_str().to_str(), Some("tests" | "test" | "testing")))
}
