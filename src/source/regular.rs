//! Reads files that nobody named, such as a configuration that happens to be there: regular files only, because a pipe of
//! that name would be waited for without end. A link to a regular file is one.

use std::fs::Metadata;
use std::io::{self, ErrorKind};
use std::path::Path;

/// The bytes of a regular file.
///
/// # Errors
/// What the system says; [`ErrorKind::InvalidInput`] for what is there and is no regular file.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    check(&path.metadata()?)?;
    std::fs::read(path)
}

/// The same as text.
///
/// # Errors
/// Those of [`read`], and [`ErrorKind::InvalidData`] for what is not UTF-8.
pub fn read_text(path: &Path) -> io::Result<String> {
    check(&path.metadata()?)?;
    std::fs::read_to_string(path)
}

/// Whether something stands there that can be opened and never read to its end: neither a file nor a folder.
#[must_use]
pub fn is_odd(path: &Path) -> bool {
    path.metadata().is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
}

fn check(metadata: &Metadata) -> io::Result<()> {
    match metadata.is_file() {
        true => Ok(()),
        false => Err(io::Error::new(ErrorKind::InvalidInput, "it is no regular file; put one there, or take it away")),
    }
}
