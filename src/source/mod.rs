//! A Python file, or a document that holds Python, as bytes, text and lines, and which files a path means. Knows no Python
//! beyond the coding line and what is code in a document.

pub mod changes;
pub mod configuration;
pub mod document;
mod encoding;
pub mod git;
mod lines;
pub mod nesting;
pub mod overlay;
pub mod regular;
pub mod root;
mod shown;
mod walk;

use std::borrow::Cow;
use std::fs::File;
use std::io::Read;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use document::{Document, Form, InFile, Places, Spot};
pub use encoding::Encoding;
pub use lines::Lines;
pub use overlay::Overlay;
pub use shown::{beginning, one_line, path_text, shown};
pub use walk::{Walk, python_files};

/// A file that was met and not read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// The file, or the folder where all of it was left out.
    pub path: PathBuf,
    /// Why, for a person.
    pub reason: String,
}

/// Why a file could not become a [`Source`].
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The system would not hand it over.
    #[error("{}: cannot be read: {source}", path.display())]
    Unreadable {
        /// The file as shown.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It holds a NUL byte, which no Python source does.
    #[error("{}: binary file", path.display())]
    Binary {
        /// The file as shown.
        path: PathBuf,
    },
    /// It is text in no encoding that could be written back exactly, or has a line that no person wrote.
    #[error("{}: {reason}", path.display())]
    Undecodable {
        /// The file as shown.
        path: PathBuf,
        /// Place, trouble and advice.
        reason: String,
    },
}

/// Longer lines are written by programs. Every finding shows its line, so they are not looked at, and that is said.
const LONGEST_LINE: usize = 1_000_000;

/// The first line that is too long to be looked at, as a reason.
fn too_long(bytes: &[u8]) -> Option<String> {
    if bytes.len() <= LONGEST_LINE {
        return None;
    }
    let mut start = 0;
    let ends = memchr::memchr_iter(b'\n', bytes).chain([bytes.len()]).enumerate();
    for (at, end) in ends {
        if end - start > LONGEST_LINE {
            let (line, length) = (at + 1, end - start);
            return Some(format!(
                "line {line} has {length} bytes, and a file with a line over {LONGEST_LINE} is not looked at; \
                 migrate the program that wrote it, or break the line"
            ));
        }
        start = end + 1;
    }
    None
}

/// Python ends a line at a carriage return alone; the parser does not, and would see other code.
fn bare_return(bytes: &[u8]) -> Option<String> {
    let at = memchr::memchr_iter(b'\r', bytes).find(|&at| bytes.get(at + 1) != Some(&b'\n'))?;
    let line = memchr::memchr_iter(b'\n', bytes.get(..at)?).count() + 1;
    Some(format!("line {line} ends in a bare carriage return, which is not understood; convert the line ends and scan again"))
}

impl From<LoadError> for Skipped {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Unreadable { path, source } => Skipped { path, reason: format!("cannot be read: {source}") },
            LoadError::Binary { path } => Skipped { path, reason: "binary file".to_owned() },
            LoadError::Undecodable { path, reason } => Skipped { path, reason },
        }
    }
}

/// One Python file. Every position in the program is a byte of its `text`.
#[derive(Clone, Debug)]
pub struct Source {
    /// As shown to the user: relative to the working folder, with `/`, where it is below it.
    pub path: PathBuf,
    /// The decoded text; a byte order mark stays as U+FEFF.
    pub text: String,
    /// How the text becomes the bytes of the file again.
    pub encoding: Encoding,
    /// Length of the file in bytes, which is not that of the text.
    pub bytes_len: usize,
    /// Dotted name under which Python imports the file; nothing for a document.
    pub module: Option<String>,
    /// How the text goes back into the file, where it is not all of it.
    pub document: Option<Arc<Document>>,
}

impl Source {
    /// Bytes to text; the reason of a failure says where and what to do, without the path. The ending of the path says
    /// whether it is a document.
    pub fn decode(path: impl Into<PathBuf>, module: Option<String>, bytes: &[u8]) -> Result<Self, String> {
        let path = path.into();
        match Form::of(&path) {
            Some(form) => Self::decode_as(form, path, bytes),
            None => Self::python(path, module, bytes),
        }
    }

    /// The same for a document.
    pub fn decode_as(form: Form, path: impl Into<PathBuf>, bytes: &[u8]) -> Result<Self, String> {
        let (path, bytes_len) = (path.into(), bytes.len());
        let (encoding, whole) = match form {
            Form::Docstrings => {
                let host = Self::python(path.clone(), None, bytes)?;
                (host.encoding, host.text)
            }
            _ if encoding::is_binary(bytes) => return Err("binary file".to_owned()),
            _ => (Encoding::Utf8, Encoding::Utf8.decode(bytes).map_err(|reason| reason.replace("add a coding line or ", ""))?),
        };
        let (text, document) = document::read(form, &whole)?;
        Ok(Source { path, text, encoding, bytes_len, module: None, document: Some(Arc::new(document)) })
    }

    fn python(path: PathBuf, module: Option<String>, bytes: &[u8]) -> Result<Self, String> {
        if let Some(reason) = too_long(bytes).or_else(|| bare_return(bytes)) {
            return Err(reason);
        }
        let (encoding, text) = encoding::decode(bytes)?;
        if let Some(reason) = nesting::reason(&text) {
            return Err(reason);
        }
        Ok(Source { path, text, encoding, bytes_len: bytes.len(), module, document: None })
    }

    /// Reads the file at `disk` and calls it `shown`; its module name comes from the packages around it.
    pub fn load(disk: &Path, shown: &Path) -> Result<Self, LoadError> {
        Self::load_as(Form::of(shown), disk, shown)
    }

    /// The same for a file whose form is known.
    pub fn load_as(form: Option<Form>, disk: &Path, shown: &Path) -> Result<Self, LoadError> {
        let path = shown.to_path_buf();
        let bytes = match std::fs::read(disk) {
            Ok(bytes) => bytes,
            Err(source) => return Err(LoadError::Unreadable { path, source }),
        };
        if encoding::is_binary(&bytes) {
            return Err(LoadError::Binary { path });
        }
        let decoded = match form {
            Some(form) => Self::decode_as(form, shown, &bytes),
            None => Self::python(shown.to_path_buf(), module_name(disk), &bytes),
        };
        decoded.map_err(|reason| LoadError::Undecodable { path, reason })
    }

    /// The text of a file, without keeping more of it than the buffer, which is used again.
    pub fn peek<'b>(path: &Path, buffer: &'b mut Vec<u8>) -> Result<Cow<'b, str>, LoadError> {
        buffer.clear();
        let read = File::open(path).and_then(|mut file| file.read_to_end(buffer));
        if let Err(source) = read {
            return Err(LoadError::Unreadable { path: shown(path), source });
        }
        // No Python source has a NUL byte, and hardly one a carriage return: one look for both.
        let plain = memchr::memchr2(0, b'\r', buffer).is_none() && buffer.len() <= LONGEST_LINE;
        if let Some(text) = encoding::plain(buffer).filter(|_| plain) {
            return Ok(Cow::Borrowed(text));
        }
        if encoding::is_binary(buffer) {
            return Err(LoadError::Binary { path: shown(path) });
        }
        let source = Source::decode(path, None, buffer).map_err(|reason| LoadError::Undecodable { path: shown(path), reason })?;
        Ok(Cow::Owned(source.text))
    }

    /// A file that exists only as text, in UTF-8; its module is the stem of its path.
    pub fn from_text(path: impl Into<PathBuf>, text: &str) -> Self {
        let path = path.into();
        let module = path.file_stem().and_then(|stem| stem.to_str()).map(str::to_owned);
        Source { module, path, text: text.to_owned(), encoding: Encoding::Utf8, bytes_len: text.len(), document: None }
    }

    /// Any text as this file would hold it; `encode(&self.text)` is the file as it was read.
    pub fn encode(&self, text: &str) -> Result<Vec<u8>, String> {
        let Some(document) = &self.document else { return self.encoding.encode(text).map(Cow::into_owned) };
        let bytes = self.encoding.encode(&document.write(text)?)?.into_owned();
        // What was written is what will be read: new code cannot end its fence, its docstring or its cell.
        let again = Self::decode_as(document.form(), &self.path, &bytes)?;
        if again.text == text { Ok(bytes) } else { Err("the new code would not be read back as it was written".to_owned()) }
    }

    /// The same file with another text, as it would be read.
    ///
    /// # Errors
    /// The text cannot be taken back into the file.
    pub fn with_text(&self, text: &str) -> Result<Self, String> {
        match &self.document {
            Some(document) => Self::decode_as(document.form(), &self.path, &self.encode(text)?),
            None => Ok(Source { text: text.to_owned(), ..self.clone() }),
        }
    }

    /// What changes in the file where its text becomes another: bytes of the whole file as text, and what stands there
    /// instead. Nothing where the text cannot be taken back.
    #[must_use]
    pub fn replacement(&self, text: &str) -> Option<(Range<usize>, String)> {
        let document = self.document.as_ref()?;
        let changes = document.changes(text).ok()?;
        let (start, end) = (changes.first()?.0.start, changes.last()?.0.end);
        let (mut new, mut at) = (String::new(), start);
        for (place, text) in &changes {
            new.extend([&document.whole()[at..place.start], text]);
            at = place.end;
        }
        let old = &document.whole()[start..end];
        let same = |pairs: &mut dyn Iterator<Item = (char, char)>| -> usize {
            pairs.take_while(|(one, other)| one == other).map(|(one, _)| one.len_utf8()).sum()
        };
        let head = same(&mut old.chars().zip(new.chars()));
        let tail = same(&mut old[head..].chars().rev().zip(new[head..].chars().rev()));
        Some((start + head..end - tail, new[head..new.len() - tail].to_owned()))
    }

    /// What kind of document it is, where it is one.
    #[must_use]
    pub fn form(&self) -> Option<Form> {
        self.document.as_ref().map(|document| document.form())
    }

    /// The parts of a text that came of this file's; none where it is all of one piece.
    #[must_use]
    pub fn parts(&self, text: &str) -> Vec<Range<usize>> {
        self.document.as_ref().and_then(|document| document.layout(text)).unwrap_or_default()
    }

    /// Where a byte of the text stands in the file on disk.
    pub fn file_offset(&self, byte: usize) -> usize {
        let mut byte = byte.min(self.text.len());
        while !self.text.is_char_boundary(byte) {
            byte -= 1;
        }
        match &self.document {
            Some(document) => self.encoding.length(document.whole(), document.in_whole(byte)),
            None => self.encoding.length(&self.text, byte),
        }
    }

    /// The dotted package from which the file's relative imports start; empty where there is none.
    pub fn package(&self) -> &str {
        let is_package = self.path.file_stem().is_some_and(|stem| stem == "__init__");
        match self.module.as_deref() {
            Some(module) if is_package => module,
            Some(module) => module.rsplit_once('.').map_or("", |(package, _)| package),
            None => "",
        }
    }

    /// The line index of the text; built anew, so keep it while looking up.
    pub fn lines(&self) -> Lines<'_> {
        Lines::new(&self.text)
    }
}

/// `victor/agent/orchestrator.py` → `victor.agent.orchestrator`, as far up as folders are packages.
fn module_name(disk: &Path) -> Option<String> {
    let path = match std::path::absolute(disk) {
        Ok(path) if !path.components().any(|part| part == std::path::Component::ParentDir) => path,
        _ => std::fs::canonicalize(disk).ok()?,
    };
    let stem = path.file_stem()?.to_str()?;
    let mut parts = Vec::new();
    if stem != "__init__" {
        parts.push(stem);
    }
    let mut folder = path.parent();
    while let Some(package) = folder.filter(|folder| is_package(folder)) {
        parts.push(package.file_name()?.to_str()?);
        folder = package.parent();
    }
    parts.reverse();
    Some(parts.join("."))
}

fn is_package(folder: &Path) -> bool {
    ["__init__.py", "__init__.pyi"].iter().any(|name| folder.join(name).is_file())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{LoadError, Skipped, Source, module_name};

    #[test]
    fn a_module_is_named_by_the_packages_around_it() {
        let dir = tempfile::tempdir().expect("a folder");
        let agent = dir.path().join("src/victor/agent");
        std::fs::create_dir_all(&agent).expect("folders");
        for file in ["../__init__.py", "__init__.py", "orchestrator.py", "../../loose.py"] {
            std::fs::write(agent.join(file), "").expect("a file");
        }
        let name = |file: &str| module_name(&agent.join(file)).expect("a name");
        assert_eq!(name("orchestrator.py"), "victor.agent.orchestrator");
        assert_eq!(name("__init__.py"), "victor.agent");
        assert_eq!(name("../__init__.py"), "victor");
        assert_eq!(name("../../loose.py"), "loose");
    }

    #[test]
    fn the_three_ways_a_file_is_not_loaded_are_told_apart() {
        let dir = tempfile::tempdir().expect("a folder");
        let load = |name: &str, bytes: Option<&[u8]>| {
            let path = dir.path().join(name);
            if let Some(bytes) = bytes {
                std::fs::write(&path, bytes).expect("a file");
            }
            Source::load(&path, Path::new(name)).expect_err("not loaded")
        };
        assert!(matches!(load("none.py", None), LoadError::Unreadable { .. }));
        assert!(matches!(load("bin.py", Some(b"\0")), LoadError::Binary { .. }));
        let error = load("bad.py", Some(b"\xff"));
        assert!(error.to_string().starts_with("bad.py: line 1: bytes at offset 0"));
        assert_eq!(Skipped::from(error).path, Path::new("bad.py"));
    }

    #[test]
    fn an_offset_in_the_file_counts_the_bytes_of_its_encoding() {
        let latin = Source::decode("a.py", None, b"# coding: latin-1\n'\xe9\xe9' x").expect("decodes");
        let x = latin.text.find('x').expect("x");
        assert_eq!((x, latin.file_offset(x), latin.bytes_len), (25, 23, 24));
        let sjis = Source::decode("a.py", None, b"# coding: sjis\n'\x93\xfa' x").expect("decodes");
        assert_eq!(sjis.file_offset(sjis.text.find('x').expect("x")), 20);
        assert_eq!(Source::from_text("a.py", "é x").file_offset(3), 3);
    }
}
