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

/// The same as text, whatever editor or shell wrote it: see [`text_of`].
///
/// # Errors
/// Those of [`read`].
pub fn read_text(path: &Path) -> io::Result<String> {
    read(path).map(|bytes| text_of(&bytes))
}

/// Bytes as text: by their byte order mark, else as UTF-8; a sign that stands for none becomes U+FFFD.
#[must_use]
pub fn text_of(bytes: &[u8]) -> String {
    let wide = |bytes: &[u8], of: fn([u8; 2]) -> u16| {
        let units = bytes.chunks_exact(2).map(|pair| of([pair[0], pair[1]]));
        char::decode_utf16(units).map(|sign| sign.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    };
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
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

#[cfg(test)]
mod tests {
    use super::text_of;

    #[test]
    fn text_is_read_however_it_was_written() {
        let wide = |order: fn(u16) -> [u8; 2]| "\u{feff}victor-ai".encode_utf16().flat_map(order).collect::<Vec<u8>>();
        for bytes in [b"victor-ai".to_vec(), "\u{feff}victor-ai".into(), wide(u16::to_le_bytes), wide(u16::to_be_bytes)] {
            assert_eq!(text_of(&bytes), "victor-ai");
        }
        assert_eq!(text_of(b"Ren\xe9"), "Ren\u{fffd}");
    }
}
