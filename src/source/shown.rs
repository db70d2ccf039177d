//! Paths and texts of users as people see them: on one line, with `/`, without control characters.

use std::path::{Path, PathBuf};

use super::walk::clean;

/// The path as people see it: relative to the working folder, with `/`, where it is below it; else as given.
pub fn shown(path: &Path) -> PathBuf {
    let cleaned = clean(path);
    if !cleaned.is_absolute() {
        return cleaned;
    }
    let below = std::env::current_dir().ok().and_then(|folder| cleaned.strip_prefix(folder).ok().map(clean));
    below.unwrap_or(cleaned)
}

/// The path with `/`; what is no Unicode in it becomes U+FFFD.
pub fn path_text(path: &Path) -> String {
    let text = path.to_string_lossy();
    let text = if std::path::MAIN_SEPARATOR == '/' { text.into_owned() } else { text.replace('\\', "/") };
    match text.strip_prefix("./") {
        Some(rest) if !rest.is_empty() => rest.to_owned(),
        _ => text,
    }
}

/// One line without control characters: white space becomes one blank, the rest of them an escape.
pub fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let joined = words.join(" ");
    if !joined.contains(char::is_control) {
        return joined;
    }
    joined.chars().flat_map(|c| if c.is_control() { c.escape_default().collect() } else { vec![c] }).collect()
}

/// The first characters of the words of a text, one blank between two words; looks no further than it must.
pub fn beginning(text: &str, most: usize) -> String {
    let (mut line, mut count, mut gap) = (String::new(), 0, false);
    for c in text.chars() {
        if c.is_whitespace() {
            gap = count > 0;
            continue;
        }
        for c in gap.then_some(' ').into_iter().chain([c]) {
            if count == most {
                return line;
            }
            line.push(c);
            count += 1;
        }
        gap = false;
    }
    line
}

#[cfg(test)]
mod tests {
    use super::beginning;

    #[test]
    fn a_beginning_is_that_of_the_words_with_single_blanks() {
        for text in ["", "  ", " a ", "a  b\n\tc ", "añ\u{a0}b", "ab  cd"] {
            let whole = text.split_whitespace().collect::<Vec<_>>().join(" ");
            for most in 0..8 {
                assert_eq!(beginning(text, most), whole.chars().take(most).collect::<String>(), "{text:?} {most}");
            }
        }
    }
}
