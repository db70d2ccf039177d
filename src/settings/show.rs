//! The settings as TOML that could be a file, every value with the place that said it.

use std::io::{self, Write};

use super::{KEYS, Kind, Settings, Value};
use crate::source::{path_text, shown};

/// Writes all settings; what is not set stands in a comment.
///
/// # Errors
/// The writer's.
pub fn show(settings: &Settings, out: &mut dyn Write) -> io::Result<()> {
    match &settings.file {
        Some(file) => writeln!(out, "# from {}", path_text(&shown(file)))?,
        None => writeln!(out, "# no configuration file")?,
    }
    for key in KEYS {
        match settings.get(key.name) {
            Some(set) => writeln!(out, "{} = {}  # {}", key.name, text(key.kind, &set.value), set.place)?,
            None => writeln!(out, "# {} is not set", key.name)?,
        }
    }
    Ok(())
}

fn text(kind: Kind, value: &Value) -> String {
    let quoted = |text: &String| serde_json::Value::from(text.as_str()).to_string();
    let list = |words: &[String]| format!("[{}]", words.iter().map(quoted).collect::<Vec<_>>().join(", "));
    match value {
        Value::Flag(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Text(text) => quoted(text),
        Value::Words(words) => list(words),
        Value::Table(rows) => {
            let rows: Vec<String> = rows
                .iter()
                .map(|(name, words)| {
                    format!(
                        "{} = {}",
                        quoted(name),
                        match (kind, &words[..]) {
                            (Kind::ChoiceByRule(_), [one]) => quoted(one),
                            _ => list(words),
                        }
                    )
                })
                .collect();
            format!("{{ {} }}", rows.join(", "))
        }
    }
}
