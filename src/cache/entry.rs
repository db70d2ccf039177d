//! An outcome as it is written down: findings without the texts, which are read again and have to be the same.

use std::borrow::Cow;
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

/// What is said of a whole outcome. The files stand below it, each on a line of its own.
#[derive(Serialize, Deserialize)]
struct Head {
    /// The digests of their lines.
    files: Vec<String>,
    scanned: usize,
    looked: Vec<PathBuf>,
    looked_into: usize,
    excluded: usize,
    part: Option<PathBuf>,
    target: Option<Against>,
    skipped: Vec<(PathBuf, String)>,
    /// The digest of the project's configuration, where chains of callers were planned by it.
    configuration: Option<String>,
}

/// What is said of one file; findings are borrowed where they are written down.
#[derive(Serialize, Deserialize)]
struct File<'f> {
    path: PathBuf,
    form: Option<Form>,
    digest: String,
    findings: Cow<'f, [Finding]>,
    syntax_error: Option<usize>,
    names_victor: bool,
    unused: Vec<Unused>,
    notes: Vec<String>,
}

/// What is to be remembered of an outcome that changed nothing: the digest of the head, the head, the files.
pub(super) fn written(outcome: &Outcome) -> serde_json::Result<Vec<u8>> {
    let lines: Vec<Vec<u8>> = outcome.files.par_iter().map(|file| serde_json::to_vec(&File::of(file))).collect::<Result<_, _>>()?;
    let planned = outcome.files.iter().any(|file| file.findings.iter().any(|finding| finding.wants.is_some()));
    let head = serde_json::to_vec(&Head {
        files: lines.par_iter().map(|line| digest(line)).collect(),
        scanned: outcome.scanned,
        looked: outcome.looked.clone(),
        looked_into: outcome.looked_into,
        excluded: outcome.excluded,
        part: outcome.part.clone(),
        target: outcome.target.clone(),
        skipped: outcome.skipped.iter().map(|skipped| (skipped.path.clone(), skipped.reason.clone())).collect(),
        configuration: planned.then(|| configured(&outcome.looked)),
    })?;
    let mut text = digest(&head).into_bytes();
    for line in std::iter::once(&head).chain(&lines) {
        text.push(b'\n');
        text.extend_from_slice(line);
    }
    Ok(text)
}

/// The outcome that was written down, where everything is as it was.
pub(super) fn outcome(text: &[u8]) -> Option<Outcome> {
    let mut lines = text.split(|&byte| byte == b'\n');
    let (seal, head) = (lines.next()?, lines.next()?);
    if seal != digest(head).as_bytes() {
        return None;
    }
    let head: Head = serde_json::from_slice(head).ok()?;
    let lines: Vec<&[u8]> = lines.collect();
    if lines.len() != head.files.len() || head.configuration.is_some_and(|known| known != configured(&head.looked)) {
        return None;
    }
    let file =
        |(line, seal): (&&[u8], &String)| (*seal == digest(line)).then(|| serde_json::from_slice::<File<'_>>(line).ok()?.outcome())?;
    Some(Outcome {
        files: lines.par_iter().zip(&head.files).map(file).collect::<Option<_>>()?,
        scanned: head.scanned,
        looked: head.looked,
        looked_into: head.looked_into,
        excluded: head.excluded,
        part: head.part,
        target: head.target,
        skipped: head.skipped.into_iter().map(|(path, reason)| Skipped { path, reason }).collect(),
        ..Outcome::default()
    })
}

impl<'f> File<'f> {
    fn of(file: &'f FileOutcome) -> Self {
        File {
            path: file.source.path.clone(),
            form: file.source.form(),
            digest: digest(file.source.text.as_bytes()),
            findings: Cow::Borrowed(&file.findings),
            syntax_error: file.syntax_error,
            names_victor: file.names_victor,
            unused: file.unused.clone(),
            notes: file.notes.clone(),
        }
    }

    fn outcome(self) -> Option<FileOutcome> {
        let source = Source::load_as(self.form, &self.path, &self.path).ok()?;
        (digest(source.text.as_bytes()) == self.digest).then(|| FileOutcome {
            findings: self.findings.into_owned(),
            syntax_error: self.syntax_error,
            names_victor: self.names_victor,
            unused: self.unused,
            notes: self.notes,
            ..FileOutcome::of(source)
        })
    }
}

/// The digest of the configuration files around some files: one file of each folder stands for all.
fn configured(looked: &[PathBuf]) -> String {
    let mut folders = BTreeSet::new();
    let first = looked.iter().map(PathBuf::as_path).filter(|path| folders.insert(path.parent().map(Path::to_path_buf)));
    digest(format!("{:?}", configuration(first)).as_bytes())
}
