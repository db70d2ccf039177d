//! The person's own editor, on a text in a temporary file. Knows nothing of what the text is.

use std::io::Write;
use std::path::Path;
use std::process::{Command, ExitStatus};

/// Lets a person edit a text, in `$VISUAL`, `$EDITOR` or `vi`, and gives back what they made of it.
pub(super) fn edit(text: &str) -> Result<String, String> {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
    let editor = set("VISUAL").or_else(|| set("EDITOR")).unwrap_or_else(|| "vi".to_owned());
    let failed = |error: std::io::Error| format!("the change cannot be edited: {error}");
    let mut file = tempfile::Builder::new().prefix("victor-migrate-").suffix(".diff").tempfile().map_err(failed)?;
    file.write_all(text.as_bytes()).and_then(|()| file.flush()).map_err(failed)?;
    // Many editors put a new file in the place of the old one, so that it is read by its name.
    let path = file.into_temp_path();
    let status = open(&editor, &path).map_err(|error| format!("`{editor}` cannot be started: {error}; set EDITOR"))?;
    if !status.success() {
        return Err(format!("`{editor}` ended with {status}, so what it left does not count"));
    }
    std::fs::read_to_string(&path).map_err(failed)
}

/// The variable may hold arguments and quotes, which are the shell's business.
#[cfg(unix)]
fn open(editor: &str, path: &Path) -> std::io::Result<ExitStatus> {
    Command::new("sh").arg("-c").arg(format!("{editor} \"$@\"")).arg(editor).arg(path).status()
}

#[cfg(not(unix))]
fn open(editor: &str, path: &Path) -> std::io::Result<ExitStatus> {
    let mut words = editor.split_whitespace();
    Command::new(words.next().unwrap_or("notepad")).args(words).arg(path).status()
}
