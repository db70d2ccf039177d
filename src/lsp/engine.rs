//! The looking and the changing, over what the client holds: a folder of the workspace as `scan` looks at it, with open
//! documents in place of their files; a document outside of it for itself. Speaks no protocol.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::documents::{Document, Workspace};
use super::{Ground, Prepare};
use crate::finding::Finding;
use crate::report::{one_line, path_text};
use crate::scan::{self, Approved, Comments, FileOutcome, Options, Outcome};
use crate::source::overlay::check;
use crate::source::{Overlay, Source, shown};
use crate::suppress::Unused;

/// What a look shows of one document.
#[derive(Clone)]
pub(super) struct Seen {
    /// As it was looked at.
    pub document: Document,
    pub findings: Vec<Finding>,
    /// Our comments that keep nothing quiet.
    pub unused: Vec<Unused>,
    /// The line of its first syntax error, where uses may hide behind it.
    pub broken: Option<usize>,
    /// Why it was not looked at.
    pub unread: Option<String>,
    pub ground: Arc<Ground>,
}

/// What a look at all documents shows.
#[derive(Default)]
pub(super) struct Look {
    pub seen: Vec<Seen>,
    /// What is wrong with rules and configuration.
    pub problems: Vec<String>,
}

/// A change that was offered, as the client keeps it until somebody wants it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Wanted {
    pub uri: String,
    pub version: i32,
    pub what: What,
}

/// What is to be changed in a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum What {
    /// The fixes of these sites: first byte and rule.
    Sites(Vec<(usize, String)>),
    /// Every safe fix, until none is left.
    Safe,
    /// Comments that keep nothing quiet go.
    Unused,
}

/// One file of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Changed {
    pub uri: String,
    /// That of the open document.
    pub version: Option<i32>,
    pub before: String,
    pub after: String,
}

/// Scans on demand.
pub(super) struct Engine {
    prepare: Box<Prepare>,
    /// What held last in a folder; it goes on to hold where the configuration is broken.
    grounds: HashMap<PathBuf, Arc<Ground>>,
}

impl Engine {
    pub fn new(prepare: Box<Prepare>) -> Self {
        Engine { prepare, grounds: HashMap::new() }
    }

    /// Looks at all open documents.
    pub fn look(&mut self, workspace: &Workspace) -> Look {
        let mut groups: BTreeMap<Scope, Vec<&Document>> = BTreeMap::new();
        for document in workspace.documents.values() {
            groups.entry(Scope::of(workspace, document)).or_default().push(document);
        }
        let mut look = Look::default();
        for (scope, documents) in groups {
            let Some(ground) = self.ground(&scope, &mut look.problems) else { continue };
            let outcome = scope.scan(workspace, &documents, &ground.rules, &ground.options);
            look.seen.extend(documents.into_iter().map(|document| seen(document, &outcome, &ground)));
        }
        look
    }

    /// The new texts of a change, or why there are none.
    pub fn change(&mut self, workspace: &Workspace, wanted: &Wanted) -> Result<Vec<Changed>, String> {
        let document = workspace.documents.get(&wanted.uri).ok_or("the document is not open any more")?;
        let scope = Scope::of(workspace, document);
        let mut problems = Vec::new();
        let ground = self.ground(&scope, &mut problems).ok_or_else(|| problems.join("; "))?;
        let path = name(document);
        let options = match &wanted.what {
            What::Sites(sites) => {
                let sites = sites.iter().map(|(start, rule)| (path.clone(), *start, rule.clone()));
                Options { fix: true, unsafe_fixes: true, approved: Some(Approved::new(sites)), ..ground.options.clone() }
            }
            What::Safe => Options { fix: true, unsafe_fixes: false, ..ground.options.clone() },
            What::Unused => Options { comments: Comments { add: None, remove_unused: true }, ..ground.options.clone() },
        };
        let outcome = scope.scan(workspace, &[document], &ground.rules, &options);
        let changed = |file: &FileOutcome| Some(changed(workspace, &scope, file, file.fixed.clone()?));
        let all: Vec<Changed> = outcome.files.iter().filter_map(changed).filter(|file| file.before != file.after).collect();
        if all.is_empty() {
            let notes: Vec<String> = outcome.files.into_iter().flat_map(|file| file.notes).collect();
            let why = if notes.is_empty() { "the code is not what it was when the fix was offered".to_owned() } else { notes.join("; ") };
            return Err(format!("{}: nothing was changed: {}", one_line(&path_text(&path)), one_line(&why)));
        }
        Ok(all)
    }

    /// Rules and options of a scope. They are read anew for every look, so that no change of theirs is missed.
    fn ground(&mut self, scope: &Scope, problems: &mut Vec<String>) -> Option<Arc<Ground>> {
        let folder = scope.folder();
        match (self.prepare)(folder) {
            Ok(ground) => {
                let ground = Arc::new(ground);
                self.grounds.insert(folder.to_path_buf(), Arc::clone(&ground));
                Some(ground)
            }
            Err(problem) => {
                if !problems.contains(&problem) {
                    problems.push(problem);
                }
                self.grounds.get(folder).cloned()
            }
        }
    }
}

/// What is scanned for a document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Scope {
    /// A folder of the workspace.
    Folder(PathBuf),
    /// The document alone; its folder is where the configuration is looked for.
    Alone { uri: String, folder: PathBuf },
}

impl Scope {
    fn of(workspace: &Workspace, document: &Document) -> Self {
        let above = || document.path.as_deref().and_then(Path::parent).map_or_else(|| PathBuf::from("."), Path::to_path_buf);
        match workspace.folder(document) {
            Some(folder) => Scope::Folder(folder.real.clone()),
            None => Scope::Alone { uri: document.uri.clone(), folder: above() },
        }
    }

    fn folder(&self) -> &Path {
        match self {
            Scope::Folder(folder) | Scope::Alone { folder, .. } => folder,
        }
    }

    /// Scans; only the documents are looked into.
    fn scan(&self, workspace: &Workspace, documents: &[&Document], rules: &crate::rule::RuleSet, options: &Options) -> Outcome {
        let Scope::Folder(folder) = self else {
            let mut outcome = Outcome::default();
            for document in documents {
                let path = name(document);
                match check(&path, &document.text) {
                    Ok(()) => outcome.files.extend(scan::run_text(Source::from_text(path, &document.text), rules, options).files),
                    Err(error) => outcome.skipped.push(error.into()),
                }
            }
            return outcome;
        };
        let mut overlay = Overlay::default();
        for document in workspace.documents.values() {
            if let Some(path) = &document.path {
                overlay.cover(path, Arc::clone(&document.text));
            }
        }
        let options = Options { focus: Some(documents.iter().map(|document| name(document)).collect()), ..options.clone() };
        scan::run_over(std::slice::from_ref(folder), &overlay, rules, &options, &|_, _| {})
    }
}

/// How a scan calls the document.
fn name(document: &Document) -> PathBuf {
    document.path.as_deref().map_or_else(|| PathBuf::from(&document.uri), shown)
}

fn seen(document: &Document, outcome: &Outcome, ground: &Arc<Ground>) -> Seen {
    let path = name(document);
    let file = outcome.files.iter().find(|file| file.source.path == path);
    let unread = outcome.skipped.iter().find(|skipped| skipped.path == path).map(|skipped| skipped.reason.clone());
    Seen {
        document: document.clone(),
        findings: file.map_or_else(Vec::new, |file| file.findings.clone()),
        unused: file.map_or_else(Vec::new, |file| file.unused.clone()),
        broken: file.filter(|file| file.names_victor).and_then(|file| file.syntax_error),
        unread,
        ground: Arc::clone(ground),
    }
}

fn changed(workspace: &Workspace, scope: &Scope, file: &FileOutcome, after: String) -> Changed {
    let before = file.source.text.clone();
    if let Scope::Alone { uri, .. } = scope {
        let version = workspace.documents.get(uri).map(|document| document.version);
        return Changed { uri: uri.clone(), version, before, after };
    }
    let path = std::path::absolute(&file.source.path).unwrap_or_else(|_| file.source.path.clone());
    let version = workspace.of_file(&path).map(|document| document.version);
    Changed { uri: workspace.uri(&path), version, before, after }
}
