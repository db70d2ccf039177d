//! Spelling: which known word an unknown one may have meant, and which words may be names.

/// The known word within two edits of `word`, the nearest first.
pub(super) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let near = known.iter().map(|&candidate| (distance(word, candidate), candidate));
    near.filter(|&(edits, candidate)| edits <= 2 && edits < candidate.len()).min_by_key(|&(edits, _)| edits).map(|(_, candidate)| candidate)
}

/// The end of a message about an unknown word: a suggestion, or all there is.
pub(super) fn hint(word: &str, known: &[&str]) -> String {
    match nearest(word, known) {
        Some(candidate) => format!("did you mean `{candidate}`?"),
        None => format!("use one of {}", known.join(", ")),
    }
}

/// Levenshtein's distance in characters.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, &right) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(left != right);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

/// `config-attribute`: starts with a letter, so that no rule name looks like an Example's number.
pub(super) fn is_kebab(word: &str) -> bool {
    let part = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    word.starts_with(|c: char| c.is_ascii_lowercase()) && word.split('-').all(part)
}

/// `move_session`.
pub(super) fn is_snake(word: &str) -> bool {
    is_identifier(word) && !word.contains(|c: char| c.is_uppercase())
}

/// A Python name.
pub(super) fn is_identifier(word: &str) -> bool {
    word.starts_with(|c: char| c.is_alphabetic() || c == '_') && word.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// `victor.protocols.AnalyticsEvent`.
pub(super) fn is_dotted(word: &str) -> bool {
    word.split('.').all(is_identifier)
}
