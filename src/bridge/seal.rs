//! The last line of a written module: by it a later run sees whether somebody changed the text above. No protection
//! against anybody who means harm.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

const START: &str = "# Written whole: ";

/// What the last line of a text says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seal {
    /// As it was written, by this or by another version of the program.
    Whole,
    /// Somebody changed it, or it was never ours.
    Broken,
}

impl Seal {
    /// Judges a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        // Line ends may have changed on the way through git.
        let text = text.replace("\r\n", "\n");
        match text.rfind(START).and_then(|at| text.get(..at)) {
            Some(above) if seal(above) == text => Seal::Whole,
            _ => Seal::Broken,
        }
    }
}

/// The text with its last line.
#[must_use]
pub fn seal(text: &str) -> String {
    let text = text.trim_end();
    let mut sealed = format!("{text}\n\n{START}");
    for byte in Sha256::digest(text).iter().take(16) {
        // Writing into a string cannot fail.
        let _ = write!(sealed, "{byte:02x}");
    }
    sealed.push('\n');
    sealed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_breaks_the_seal_and_other_line_ends_do_not() {
        let text = seal("a = 1\n");
        assert_eq!(Seal::of(&text), Seal::Whole);
        assert_eq!(Seal::of(&text.replace('\n', "\r\n")), Seal::Whole);
        for broken in [text.replace("a = 1", "a = 2"), format!("{text}b = 1\n"), "a = 1\n".to_owned(), String::new()] {
            assert_eq!(Seal::of(&broken), Seal::Broken, "{broken}");
        }
    }
}
