//! What a person probably meant by a word that does not exist.

/// The most similar name, where one is similar enough to be meant.
#[must_use]
pub fn nearest<'a>(word: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase().replace('_', "-");
    let scored = names.map(|name| {
        let part = word.len() >= 4 && (name.contains(&word) || word.contains(name));
        (if part { 1 } else { distance(&word, name) }, name)
    });
    scored.min().filter(|(distance, name)| *distance <= 1 + name.len().max(word.len()) / 4).map(|(_, name)| name)
}

/// Characters to insert, delete or replace between two words.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let replaced = corner + usize::from(from != *to);
            corner = row[j + 1];
            row[j + 1] = replaced.min(corner + 1).min(row[j] + 1);
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest};

    #[test]
    fn a_misspelt_rule_is_answered_with_the_one_that_was_meant() {
        let names = ["chat-call", "config-attribute", "config-object"];
        assert_eq!(nearest("config_atribute", names.into_iter()), Some("config-attribute"));
        assert_eq!(nearest("object", names.into_iter()), Some("config-object"));
        assert_eq!(nearest("streaming", names.into_iter()), None);
        assert_eq!((distance("", "ab"), distance("kitten", "sitting"), distance("a", "a")), (2, 3, 0));
    }
}
