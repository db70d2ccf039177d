//! The words of the page in the making: typed variables, pairs, what they replace and import. Each is there once.

use crate::rule::receiver::Receiver;

/// A match and its rewrite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    /// The pattern.
    pub pattern: String,
    /// What it becomes.
    pub rewrite: String,
    /// The same with variables that have no names of their own, to tell whether two pairs are one.
    pub shape: String,
    /// For the heading.
    pub shown: String,
    /// A program that looks alike and stays.
    pub keep: String,
}

/// Everything that a page says.
#[derive(Clone, Debug, Default)]
pub(super) struct Wording {
    /// Variables with types.
    pub wheres: Vec<(String, String)>,
    /// Dotted names that go away.
    pub replaces: Vec<String>,
    /// Dotted names that the rewrites need.
    pub imports: Vec<String>,
    /// The pairs.
    pub pairs: Vec<Pair>,
    /// What the author should know.
    pub remarks: Vec<String>,
}

impl Wording {
    /// The variable of a type.
    pub fn typed(&mut self, words: &str) -> String {
        if let Some((name, _)) = self.wheres.iter().find(|(_, known)| known == words) {
            return name.clone();
        }
        let last = words.rsplit(['.', ' ']).next().unwrap_or(words);
        let plain = if Receiver::parse(words) == Ok(Receiver::Orchestrator) { "orch".to_owned() } else { snake(last) };
        let taken = |name: &str| self.wheres.iter().any(|(other, _)| other == name);
        let name = std::iter::once(plain.clone()).chain((2..).map(|number| format!("{plain}{number}"))).find(|name| !taken(name));
        let name = name.unwrap_or(plain);
        self.wheres.push((name.clone(), words.to_owned()));
        name
    }

    /// Adds a pair, unless there is one of its shape.
    pub fn add(&mut self, pair: Pair, replaces: String, imports: Vec<String>) {
        if self.pairs.iter().any(|known| known.shape == pair.shape) {
            return;
        }
        self.pairs.push(pair);
        if !self.replaces.contains(&replaces) {
            self.replaces.push(replaces);
        }
        for import in imports {
            if !self.imports.contains(&import) {
                self.imports.push(import);
            }
        }
    }

    /// A name for the rule: `client-send` for `parcels.client.Client.send`.
    pub fn name(&self) -> String {
        let first = self.replaces.first().map_or("", String::as_str);
        let mut parts: Vec<String> = first.rsplit('.').take(2).map(|part| snake(part).replace('_', "-")).collect();
        parts.reverse();
        let name = parts.join("-");
        let words: Vec<&str> = name.split('-').filter(|word| !word.is_empty()).collect();
        let name: String = words.join("-").chars().filter(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || *c == '-').collect();
        if name.starts_with(|c: char| c.is_ascii_lowercase()) { name } else { format!("rule-{name}").trim_end_matches('-').to_owned() }
    }
}

/// `parcel_client` of `ParcelClient`.
pub(super) fn snake(word: &str) -> String {
    let mut text = String::new();
    let mut before = '_';
    for c in word.chars() {
        if c.is_uppercase() && before != '_' && !before.is_uppercase() {
            text.push('_');
        }
        text.extend(c.to_lowercase());
        before = c;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Wording, snake};

    #[test]
    fn names_come_from_what_is_replaced() {
        let name = |replaces: &str| Wording { replaces: vec![replaces.to_owned()], ..Wording::default() }.name();
        assert_eq!(name("parcels.client.Client.send"), "client-send");
        assert_eq!(name("acme.HTTPClient._fetch_all"), "httpclient-fetch-all");
        assert_eq!(name("_.1"), "rule-1");
        assert_eq!(snake("ParcelClient"), "parcel_client");
    }

    #[test]
    fn two_classes_of_one_name_are_two_variables() {
        let mut wording = Wording::default();
        assert_eq!(wording.typed("a.Client"), "client");
        assert_eq!(wording.typed("b.Client"), "client2");
        assert_eq!(wording.typed("a.Client"), "client");
        assert_eq!(wording.typed("AgentOrchestrator"), "orch");
    }
}
