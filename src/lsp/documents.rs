//! The open documents and the folders of the workspace, as the client last told them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gen_lsp_types::TextDocumentContentChangeEvent as Change;

use super::position::{Positions, Units};
use super::uri;

/// One open Python document.
#[derive(Clone, Debug)]
pub(super) struct Document {
    pub uri: String,
    pub version: i32,
    pub text: Arc<str>,
    /// Its file, as the system calls it; `None` for one that is in no file yet.
    pub path: Option<PathBuf>,
}

/// A folder of the workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Folder {
    /// As the client calls it.
    given: PathBuf,
    /// As the system calls it.
    pub real: PathBuf,
}

impl Folder {
    pub fn new(uri: &str) -> Option<Self> {
        let given = uri::path(uri)?;
        Some(Folder { real: uri::real(&given), given })
    }
}

/// Everything that the client holds; a copy is cheap, and is what the other thread works on.
#[derive(Clone, Debug, Default)]
pub(super) struct Workspace {
    pub folders: Vec<Folder>,
    pub documents: BTreeMap<String, Document>,
}

impl Workspace {
    /// Takes a document in, where it is one of ours: Python, in a file or not saved yet.
    pub fn open(&mut self, uri: String, language: &str, version: i32, text: String) -> bool {
        let path = uri::path(&uri).map(|path| uri::real(&path));
        let named = path.as_ref().and_then(|path| path.extension()).is_some_and(|ending| ending == "py" || ending == "pyi");
        let ours = (named || language == "python") && (path.is_some() || uri.starts_with("untitled:"));
        if ours {
            self.documents.insert(uri.clone(), Document { uri, version, text: text.into(), path });
        }
        ours
    }

    /// Makes the changes, one after the other; `false` where the document is not one of ours.
    pub fn change(&mut self, uri: &str, version: i32, changes: Vec<Change>, units: Units) -> bool {
        let Some(document) = self.documents.get_mut(uri) else { return false };
        let mut text = document.text.to_string();
        for change in changes {
            match change {
                Change::TextDocumentContentChangePartial(part) => {
                    let bytes = Positions::new(&text, units).bytes(part.range);
                    text.replace_range(bytes, &part.text);
                }
                Change::TextDocumentContentChangeWholeDocument(whole) => text = whole.text,
            }
        }
        (document.version, document.text) = (version, text.into());
        true
    }

    /// The innermost folder of the workspace that a document is in.
    pub fn folder(&self, document: &Document) -> Option<&Folder> {
        let path = document.path.as_ref()?;
        let holds = self.folders.iter().filter(|folder| path.starts_with(&folder.real));
        holds.max_by_key(|folder| folder.real.components().count())
    }

    /// The open document of a file.
    pub fn of_file(&self, path: &Path) -> Option<&Document> {
        self.documents.values().find(|document| document.path.as_deref() == Some(path))
    }

    /// The URI under which the client knows a file, or would.
    pub fn uri(&self, path: &Path) -> String {
        if let Some(document) = self.of_file(path) {
            return document.uri.clone();
        }
        let below = |folder: &Folder| Some(folder.given.join(path.strip_prefix(&folder.real).ok()?));
        uri::of(&self.folders.iter().find_map(below).unwrap_or_else(|| path.to_path_buf()))
    }
}

#[cfg(test)]
mod tests {
    use gen_lsp_types::{Position, Range, TextDocumentContentChangePartial};

    use super::*;

    fn part(from: (u32, u32), to: (u32, u32), text: &str) -> Change {
        let at = |(line, character)| Position { line, character };
        let range = Range { start: at(from), end: at(to) };
        Change::from(TextDocumentContentChangePartial { range, text: text.to_owned(), ..Default::default() })
    }

    #[test]
    fn changes_build_on_each_other_and_keep_line_ends() {
        let mut workspace = Workspace::default();
        assert!(workspace.open("untitled:1".to_owned(), "python", 1, "a😀b\r\nc\r\n".to_owned()));
        let changes = vec![part((0, 3), (0, 4), "B"), part((1, 0), (1, 1), "d\r\ne"), part((2, 0), (9, 0), "")];
        assert!(workspace.change("untitled:1", 2, changes, Units::Utf16));
        let document = &workspace.documents["untitled:1"];
        assert_eq!((document.version, &*document.text), (2, "a😀B\r\nd\r\n"));
        assert!(!workspace.change("untitled:2", 2, Vec::new(), Units::Utf16));
    }

    #[test]
    fn only_python_that_a_person_edits_is_taken_in() {
        let mut workspace = Workspace::default();
        let mut open = |uri: &str, language| workspace.open(uri.to_owned(), language, 1, String::new());
        assert!(open("file:///a/b.py", "") && open("file:///a/b", "python") && open("file:///a/b.pyi", "stub"));
        assert!(!open("git:/a/b.py?x", "python") && !open("file:///a/pyproject.toml", "toml") && !open("untitled:1", "text"));
    }

    #[test]
    fn a_document_belongs_to_its_innermost_folder() {
        let mut workspace =
            Workspace { folders: ["file:///w", "file:///w/in"].iter().filter_map(|uri| Folder::new(uri)).collect(), ..Default::default() };
        workspace.open("file:///w/in/a.py".to_owned(), "python", 1, String::new());
        workspace.open("file:///x/a.py".to_owned(), "python", 1, String::new());
        let folder = |uri: &str| workspace.folder(&workspace.documents[uri]).map(|folder| folder.real.clone());
        assert_eq!(folder("file:///w/in/a.py"), Some(PathBuf::from("/w/in")));
        assert_eq!(folder("file:///x/a.py"), None);
    }
}
