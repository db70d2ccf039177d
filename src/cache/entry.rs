//! An outcome as it is written down: findings without the texts, which are read again and have to be the same.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::digest;
use crate::finding::Finding;
use crate::scan::{Against, FileOutcome, Outcome};
use crate::source::configuration::configuration;
use crate::source::{Form, Skipped, Source};
use crate::suppress::Unused;

/// One outcome.
#[derive(Serialize, Deserialize)]
pub(super) struct Entry {
    files: Vec<File>,
    scanned: usize,
    looked: Vec<PathBuf>,
    looked_into: usize,
    excluded: usize,
    target: Option<Against>,
    skipped: Vec<(PathBuf, String)>,
    /// The digest of the project's configuration, where chains of callers were planned by it.
    configuration: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct File {
    path: PathBuf,
    form: Option<Form>,
    digest: String,
    findings: Vec<Finding>,
    syntax_error: Option<usize>,
    names_victor: bool,
    unused: Vec<Unused>,
    notes: Vec<String>,
}

impl Entry {
    /// What is to be remembered of an outcome that changed nothing.
    pub fn new(outcome: &Outcome) -> Self {
        let file = |file: &FileOutcome| File {
            path: file.source.path.clone(),
            form: file.source.form(),
            digest: digest(file.source.text.as_bytes()),
            findings: file.findings.clone(),
            syntax_error: file.syntax_error,
            names_victor: file.names_victor,
            unused: file.unused.clone(),
            notes: file.notes.clone(),
        };
        let planned = outcome.files.iter().any(|file| file.findings.iter().any(|finding| finding.wants.is_some()));
        Self {
            files: outcome.files.iter().map(file).collect(),
            scanned: outcome.scanned,
            looked: outcome.looked.clone(),
            looked_into: outcome.looked_into,
            excluded: outcome.excluded,
            target: outcome.target.clone(),
            skipped: outcome.skipped.iter().map(|skipped| (skipped.path.clone(), skipped.reason.clone())).collect(),
            configuration: planned.then(|| configured(&outcome.looked)),
        }
    }

    /// The outcome, where everything is as it was.
    pub fn outcome(self) -> Option<Outcome> {
        if self.configuration.is_some_and(|known| known != configured(&self.looked)) {
            return None;
        }
        Some(Outcome {
            files: self.files.into_par_iter().map(File::outcome).collect::<Option<_>>()?,
            scanned: self.scanned,
            looked: self.looked,
            looked_into: self.looked_into,
            excluded: self.excluded,
            target: self.target,
            skipped: self.skipped.into_iter().map(|(path, reason)| Skipped { path, reason }).collect(),
            ..Outcome::default()
        })
    }
}

impl File {
    fn outcome(self) -> Option<FileOutcome> {
        let source = Source::load_as(self.form, &self.path, &self.path).ok()?;
        (digest(source.text.as_bytes()) == self.digest).then(|| FileOutcome {
            source,
            fixed: None,
            applied: Vec::new(),
            findings: self.findings,
            syntax_error: self.syntax_error,
            names_victor: self.names_victor,
            near: Vec::new(),
            joined: false,
            before: None,
            carried: false,
            owner: String::new(),
            unused: self.unused,
            notes: self.notes,
        })
    }
}

/// The digest of the configuration files around some files: one file of each folder stands for all.
fn configured(looked: &[PathBuf]) -> String {
    let mut folders = BTreeSet::new();
    let first = looked.iter().map(PathBuf::as_path).filter(|path| folders.insert(path.parent().map(Path::to_path_buf)));
    digest(format!("{:?}", configuration(first)).as_bytes())
}
