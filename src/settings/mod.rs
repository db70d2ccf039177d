//! What the user decided for a project: the keys of `victor-migrate.toml`, or of `[tool.victor-migrate]` in
//! `pyproject.toml`, and where each was said. Files are read in `find`; nothing else here touches any.

mod find;
mod keys;
mod per_file;
mod read;
mod show;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub use find::{FILES, load, read_for, with_overrides};
pub use keys::{KEYS, Key, Kind};
pub use per_file::PerFile;
pub use show::show;

use crate::near::nearest;
use crate::rule::RuleSet;

/// One value, of the kind that its key asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `true` or `false`.
    Flag(bool),
    /// A whole number.
    Number(usize),
    /// A word or a path.
    Text(String),
    /// A list of words.
    Words(Vec<String>),
    /// Words by word.
    Table(Vec<(String, Vec<String>)>),
}

/// A value and where it was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set {
    /// The value.
    pub value: Value,
    /// `pyproject.toml:12`, or `--config`.
    pub place: String,
    /// The folder that its paths are relative to.
    pub base: PathBuf,
}

/// The settings of a run. What is not set has no entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    values: BTreeMap<&'static str, Set>,
    /// The file they come from, where there is one.
    pub file: Option<PathBuf>,
}

impl Settings {
    /// A value and its place.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Set> {
        self.values.get(key)
    }

    /// Whether a flag is set.
    #[must_use]
    pub fn flag(&self, key: &str) -> bool {
        matches!(self.get(key), Some(Set { value: Value::Flag(true), .. }))
    }

    /// A number.
    #[must_use]
    pub fn number(&self, key: &str) -> Option<usize> {
        match self.get(key)?.value {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    /// A word.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        match &self.get(key)?.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A path, as it is seen from the working folder.
    #[must_use]
    pub fn path(&self, key: &str) -> Option<PathBuf> {
        let (text, base) = (self.text(key)?, &self.get(key)?.base);
        Some(crate::source::shown(&base.join(text)))
    }

    /// A list of words; empty where it is not set.
    #[must_use]
    pub fn words(&self, key: &str) -> Vec<String> {
        match self.get(key).map(|set| &set.value) {
            Some(Value::Words(words)) => words.clone(),
            _ => Vec::new(),
        }
    }

    /// What is wrong with the rules that the settings name.
    #[must_use]
    pub fn unknown_rules(&self, rules: &RuleSet) -> Vec<String> {
        let known = |word: &str| rules.page(word).is_some() || word.parse::<u8>().is_ok_and(|number| number <= 11);
        let mut wrong = Vec::new();
        for key in ["select", "ignore", "per-file-ignores", "levels"] {
            let Some(set) = self.get(key) else { continue };
            let words: Vec<&String> = match &set.value {
                Value::Words(words) => words.iter().collect(),
                Value::Table(rows) if key == "levels" => rows.iter().map(|(rule, _)| rule).collect(),
                Value::Table(rows) => rows.iter().flat_map(|(_, words)| words).collect(),
                _ => Vec::new(),
            };
            for word in words.into_iter().filter(|word| !known(word)) {
                let near = nearest(word, rules.pages().map(|page| page.name.as_str()));
                let advice = near.map_or("`victor-migrate rules list` shows all".to_owned(), |near| format!("did you mean `{near}`?"));
                wrong.push(format!("{}: `{key}` names `{word}`, but there is no such rule; {advice}", set.place));
            }
        }
        wrong
    }

    /// The patterns of a list, and the folder they are relative to.
    #[must_use]
    pub fn globs(&self, key: &str) -> Option<(&Path, Vec<String>)> {
        Some((self.get(key)?.base.as_path(), self.words(key)))
    }
}
