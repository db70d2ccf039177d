//! A TOML table becomes settings. Everything that is wrong is said at once, with its line.

use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::keys::{KEYS, Key, Kind};
use super::{Set, Settings, Value};
use crate::near::nearest;

/// A table that is read, and what is known about its file.
pub(super) struct Reader<'r> {
    /// The whole text, for line numbers.
    pub text: &'r str,
    /// The name of the file, or `--config`.
    pub name: String,
    /// The folder that paths are relative to.
    pub base: &'r Path,
    /// Line numbers help; a command line has none.
    pub lines: bool,
}

impl Reader<'_> {
    /// Takes over what a table says; what is wrong is added to the problems, with its byte.
    pub fn table(&self, table: &DeTable<'_>, above: &str, settings: &mut Settings, problems: &mut Vec<(usize, String)>) {
        for (word, value) in table {
            let name = if above.is_empty() { word.get_ref().to_string() } else { format!("{above}.{}", word.get_ref()) };
            let at = word.span().start;
            let place = self.place(at);
            let inner = KEYS.iter().any(|key| key.name.starts_with(&format!("{name}.")));
            match (KEYS.iter().find(|key| key.name == name), value.get_ref()) {
                (Some(key), _) => match self.value(key, value) {
                    Ok(value) => {
                        settings.values.insert(key.name, Set { value, place, base: self.base.to_path_buf() });
                    }
                    Err(reason) => problems.push((at, format!("{}: `{name}` {reason}", self.place(value.span().start)))),
                },
                (None, DeValue::Table(inside)) if inner => self.table(inside, &name, settings, problems),
                (None, _) if inner => problems.push((at, format!("{place}: `{name}` must be a table"))),
                (None, _) => problems.push((at, format!("{place}: unknown key `{name}`; {}", advice(&name)))),
            }
        }
    }

    fn place(&self, byte: usize) -> String {
        if !self.lines {
            return self.name.clone();
        }
        let line = self.text.get(..byte).unwrap_or("").matches('\n').count() + 1;
        format!("{}:{line}", self.name)
    }

    fn value(&self, key: &Key, value: &Spanned<DeValue<'_>>) -> Result<Value, String> {
        match (key.kind, value.get_ref()) {
            (Kind::Flag, DeValue::Boolean(flag)) => Ok(Value::Flag(*flag)),
            (Kind::Flag, _) => Err("must be true or false".to_owned()),
            (Kind::Number(most), value) => match integer(value) {
                Some(number) if number <= most => Ok(Value::Number(number)),
                _ if most == usize::MAX => Err("must be a whole number, 0 or more".to_owned()),
                _ => Err(format!("must be a whole number from 0 to {most}")),
            },
            (Kind::Path, DeValue::String(text)) if !text.is_empty() => Ok(Value::Text(text.to_string())),
            (Kind::Path, _) => Err("must be a path in quotes".to_owned()),
            (Kind::Release, DeValue::String(text)) if !text.is_empty() => Ok(Value::Text(text.to_string())),
            (Kind::Release, _) => Err("must be a release in quotes, such as \"victor-ai==0.9.5\"".to_owned()),
            (Kind::Choice(words), value) => choice(words, value).map(Value::Text),
            (Kind::Rules, value) => {
                list(value).ok_or_else(|| "must be a list of rules, such as [\"config-value\", 2]".to_owned()).map(Value::Words)
            }
            (Kind::Globs, value) => {
                list(value).ok_or_else(|| "must be a list of patterns, such as [\"build/\"]".to_owned()).map(Value::Words)
            }
            (Kind::RulesByGlob, DeValue::Table(rows)) => rows
                .iter()
                .map(|(glob, rules)| Some((glob.get_ref().to_string(), list(rules.get_ref())?)))
                .collect::<Option<Vec<_>>>()
                .ok_or_else(|| "must give a list of rules for every pattern".to_owned())
                .map(Value::Table),
            (Kind::RulesByGlob, _) => Err("must be a table, such as {\"tests/**\" = [\"config-value\"]}".to_owned()),
            (Kind::ChoiceByRule(words), DeValue::Table(rows)) => rows
                .iter()
                .map(|(rule, word)| Ok((rule.get_ref().to_string(), vec![choice(words, word.get_ref())?])))
                .collect::<Result<Vec<_>, _>>()
                .map(Value::Table),
            (Kind::ChoiceByRule(_), _) => Err("must be a table, such as {config-value = \"manual\"}".to_owned()),
        }
    }
}

fn advice(name: &str) -> String {
    let last = |name: &str| name.rsplit('.').next().unwrap_or("").to_owned();
    match nearest(name, KEYS.iter().map(|key| key.name)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => match KEYS.iter().find(|key| last(key.name) == last(name)) {
            Some(key) => format!("did you mean `{}`?", key.name),
            None => format!("the keys are {}", KEYS.map(|key| key.name).join(", ")),
        },
    }
}

fn integer(value: &DeValue<'_>) -> Option<usize> {
    let integer = value.as_integer()?;
    usize::from_str_radix(&integer.as_str().replace('_', ""), integer.radix()).ok()
}

fn choice(words: &[&str], value: &DeValue<'_>) -> Result<String, String> {
    let found = value.as_str().filter(|text| words.contains(text));
    found.map(str::to_owned).ok_or_else(|| format!("must be one of \"{}\"", words.join("\", \"")))
}

/// Strings and numbers of Examples.
fn list(value: &DeValue<'_>) -> Option<Vec<String>> {
    let one = |value: &Spanned<DeValue<'_>>| {
        value.get_ref().as_str().map(str::to_owned).or_else(|| integer(value.get_ref()).map(|number| number.to_string()))
    };
    value.as_array()?.iter().map(one).collect()
}
