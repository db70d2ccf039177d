//! The text files of a wheel or source distribution, read in memory; nothing is unpacked. Knows no Python.

use std::io::{Cursor, Read};

/// A file of a package that is larger is no source that a person wrote.
const LARGEST: u64 = 8 << 20;

/// More than any package has; what goes on after it is not what it seems.
const MOST: u64 = 512 << 20;

/// Path (with `/`) and bytes of each file that `wanted` names.
pub(super) type Files = Vec<(String, Vec<u8>)>;

/// What is left of the budget.
struct Budget(u64);

impl Budget {
    fn read(&mut self, name: &str, file: impl Read) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        let most = LARGEST.min(self.0);
        let read = file.take(most + 1).read_to_end(&mut bytes).map_err(|error| format!("`{name}` in it cannot be read: {error}"))?;
        let read = u64::try_from(read).unwrap_or(u64::MAX);
        if read > most {
            return Err(format!("`{name}` in it is larger than any source; it was not read further"));
        }
        self.0 -= read;
        Ok(bytes)
    }
}

/// The files of a wheel, which is a zip archive.
pub(super) fn wheel(bytes: &[u8], wanted: &dyn Fn(&str) -> bool) -> Result<Files, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| format!("is no wheel: {error}"))?;
    let (mut files, mut budget) = (Files::new(), Budget(MOST));
    for at in 0..archive.len() {
        let broken = |error: zip::result::ZipError| format!("file {} in it cannot be read: {error}", at + 1);
        let file = archive.by_index(at).map_err(broken)?;
        let name = file.name().map_err(broken)?.replace('\\', "/");
        if file.is_file() && wanted(&name) {
            let bytes = budget.read(&name, file)?;
            files.push((name, bytes));
        }
    }
    Ok(files)
}

/// The files of a source distribution, which is a compressed tar archive.
pub(super) fn sdist(bytes: &[u8], wanted: &dyn Fn(&str) -> bool) -> Result<Files, String> {
    let broken = |error: std::io::Error| format!("is no source distribution: {error}");
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(bytes));
    let (mut files, mut budget) = (Files::new(), Budget(MOST));
    for file in archive.entries().map_err(broken)? {
        let file = file.map_err(broken)?;
        let name = file.path().map_err(broken)?.to_string_lossy().replace('\\', "/");
        if file.header().entry_type().is_file() && wanted(&name) {
            let bytes = budget.read(&name, file)?;
            files.push((name, bytes));
        }
    }
    Ok(files)
}
