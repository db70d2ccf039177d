//! Texts that stand over files of the disk: what an editor holds and has not saved. Where there is none, a file is read as
//! it is. Keeps texts; watches nothing and writes nothing.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Encoding, Form, LoadError, Source, bare_return, module_name, nesting, too_long};

/// Texts by the files that they stand for.
#[derive(Clone, Debug, Default)]
pub struct Overlay(BTreeMap<PathBuf, Arc<str>>);

impl Overlay {
    /// Lets a text stand for a file, which need not exist yet.
    pub fn cover(&mut self, path: &Path, text: Arc<str>) {
        self.0.insert(key(path), text);
    }

    /// The covered files that are below a folder and not on disk.
    pub fn new_below(&self, folder: &Path) -> Vec<PathBuf> {
        let folder = key(folder);
        self.0.keys().filter(|path| path.starts_with(&folder) && !path.exists()).cloned().collect()
    }

    fn text(&self, path: &Path) -> Option<&str> {
        // Most runs have no overlay, and a key costs a look at the working folder.
        if self.0.is_empty() { None } else { self.0.get(&key(path)).map(AsRef::as_ref) }
    }

    /// [`Source::load`], with the text that stands for the file.
    ///
    /// # Errors
    /// The file, or the text that stands for it, cannot become a source.
    pub fn load(&self, disk: &Path, shown: &Path) -> Result<Source, LoadError> {
        self.load_as(Form::of(shown), disk, shown)
    }

    /// The same for a file whose form is known.
    ///
    /// # Errors
    /// As for [`Overlay::load`].
    pub fn load_as(&self, form: Option<Form>, disk: &Path, shown: &Path) -> Result<Source, LoadError> {
        let Some(text) = self.text(disk) else { return Source::load_as(form, disk, shown) };
        check(shown, text)?;
        if let Some(form) = form {
            let failed = |reason| LoadError::Undecodable { path: shown.to_path_buf(), reason };
            return Source::decode_as(form, shown, text.as_bytes()).map_err(failed);
        }
        // How the file is encoded is the business of whoever holds the text.
        let (text, bytes_len) = (text.to_owned(), text.len());
        Ok(Source { path: shown.to_path_buf(), text, encoding: Encoding::Utf8, bytes_len, module: module_name(disk), document: None })
    }

    /// [`Source::peek`], with the text that stands for the file.
    ///
    /// # Errors
    /// As for [`Overlay::load`].
    pub fn peek<'b>(&'b self, path: &Path, buffer: &'b mut Vec<u8>) -> Result<Cow<'b, str>, LoadError> {
        let Some(text) = self.text(path) else { return Source::peek(path, buffer) };
        check(&super::shown(path), text).map(|()| Cow::Borrowed(text))
    }
}

fn key(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf())
}

/// Whether a text may be looked at, as it would be on disk.
pub(crate) fn check(path: &Path, text: &str) -> Result<(), LoadError> {
    let path = || path.to_path_buf();
    if text.contains('\0') {
        return Err(LoadError::Binary { path: path() });
    }
    let reason = too_long(text.as_bytes()).or_else(|| bare_return(text.as_bytes())).or_else(|| nesting::reason(text));
    reason.map_or(Ok(()), |reason| Err(LoadError::Undecodable { path: path(), reason }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stands_for_its_file_under_every_spelling_and_for_no_other() {
        let dir = tempfile::tempdir().expect("a folder");
        for name in ["a.py", "b.py"] {
            std::fs::write(dir.path().join(name), "disk").expect("a file");
        }
        let mut overlay = Overlay::default();
        overlay.cover(&dir.path().join("a.py"), "held".into());
        overlay.cover(&dir.path().join("sub/new.py"), "new".into());
        let text = |name: &str| overlay.load(&dir.path().join(name), Path::new(name)).expect("a source").text;
        assert_eq!([text("a.py"), text("./a.py"), text("b.py")], ["held", "held", "disk"]);
        assert_eq!(overlay.peek(&dir.path().join("a.py"), &mut Vec::new()).expect("a text"), "held");
        assert_eq!(overlay.new_below(dir.path()), [dir.path().join("sub/new.py")]);
        assert!(overlay.new_below(&dir.path().join("other")).is_empty());
    }

    #[test]
    fn a_text_that_no_file_may_have_is_refused_as_its_file_would_be() {
        let mut overlay = Overlay::default();
        overlay.cover(Path::new("a.py"), "x\0".into());
        overlay.cover(Path::new("b.py"), "x\ry\n".into());
        let why = |name: &str| overlay.load(Path::new(name), Path::new(name)).expect_err("refused").to_string();
        assert_eq!(why("a.py"), "a.py: binary file");
        assert!(why("b.py").starts_with("b.py: line 1 ends in a bare carriage return"), "{}", why("b.py"));
    }
}
