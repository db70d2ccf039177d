//! Names of documents and the paths that some of them mean.

use std::path::{Path, PathBuf};

use crate::report::path_text;
use crate::report::uri::uri;

/// The file that a URI names; `None` where it names none of this machine.
pub(super) fn path(uri: &str) -> Option<PathBuf> {
    let rest = uri.strip_prefix("file://")?;
    let rest = rest.strip_prefix("localhost").unwrap_or(rest);
    let text = decoded(rest.split(['?', '#']).next().unwrap_or(rest))?;
    if !text.starts_with('/') {
        // `file://server/share` is a file of another machine.
        return None;
    }
    let drive = |text: &str| text.as_bytes().get(2) == Some(&b':');
    Some(PathBuf::from(if cfg!(windows) && drive(&text) { &text[1..] } else { &text }))
}

/// The URI of an absolute path.
pub(super) fn of(path: &Path) -> String {
    let text = path_text(path);
    if text.starts_with('/') { uri(&text) } else { format!("file:///{}", uri(&text)) }
}

/// The file as the system calls it, whatever links lead to it; one that does not exist yet by its folder.
pub(super) fn real(path: &Path) -> PathBuf {
    let by_folder = || Some(std::fs::canonicalize(path.parent()?).ok()?.join(path.file_name()?));
    std::fs::canonicalize(path).ok().or_else(by_folder).unwrap_or_else(|| path.to_path_buf())
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
            bytes.push(digit(rest.next()?)? * 16 + digit(rest.next()?)?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_path_comes_back_from_its_uri_in_any_spelling() {
        for name in ["/a/b.py", "/a b/é#1%20:x.py"] {
            assert_eq!(path(&of(Path::new(name))), Some(PathBuf::from(name)));
        }
        assert_eq!(path("file:///a%2fb%C3%A9.py"), Some(PathBuf::from("/a/bé.py")));
        assert_eq!(path("file://localhost/a.py#L1"), Some(PathBuf::from("/a.py")));
    }

    #[test]
    fn what_is_no_file_here_has_no_path() {
        for uri in ["untitled:Untitled-1", "git:/a.py", "file://server/a.py", "file:///a%2", "file:///a%FF", "", "a.py"] {
            assert_eq!(path(uri), None, "{uri}");
        }
    }
}
