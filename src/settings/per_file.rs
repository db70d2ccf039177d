//! What the settings say of single findings: kept quiet in some files, or made stricter.

use std::path::{Component, Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::{Settings, Value};
use crate::finding::{Finding, Level, Suppressed};

/// The settings that depend on file and rule, ready to be asked.
#[derive(Clone, Debug, Default)]
pub struct PerFile {
    quiet: Vec<(Gitignore, Vec<String>)>,
    quiet_place: String,
    levels: Vec<(String, String)>,
    levels_place: String,
    exclude: Option<Gitignore>,
}

impl PerFile {
    /// Compiles the patterns.
    ///
    /// # Errors
    /// The patterns that are none, with their place.
    pub fn new(settings: &Settings) -> Result<Self, String> {
        let mut per_file = Self::default();
        let rows = |key: &str| match settings.get(key) {
            Some(set) => match &set.value {
                Value::Table(rows) => Some((set, rows)),
                _ => None,
            },
            None => None,
        };
        if let Some((set, rows)) = rows("per-file-ignores") {
            per_file.quiet_place = format!("per-file-ignores of {}", set.place);
            for (glob, words) in rows {
                per_file.quiet.push((matcher(&set.base, std::slice::from_ref(glob), &set.place)?, words.clone()));
            }
        }
        if let Some((set, rows)) = rows("levels") {
            per_file.levels_place = format!("levels of {}", set.place);
            per_file.levels = rows.iter().filter_map(|(rule, words)| Some((rule.clone(), words.first()?.clone()))).collect();
        }
        if let (Some((base, globs)), Some(set)) = (settings.globs("exclude"), settings.get("exclude")) {
            per_file.exclude = Some(matcher(base, &globs, &set.place)?);
        }
        Ok(per_file)
    }

    /// Whether a file is not to be scanned.
    #[must_use]
    pub fn excludes(&self, path: &Path) -> bool {
        self.exclude.as_ref().is_some_and(|globs| matches(globs, path))
    }

    /// Applies quiet files and stricter levels to the findings of a file.
    pub fn apply(&self, path: &Path, findings: &mut [Finding]) {
        let quiet: Vec<&String> = self.quiet.iter().filter(|(globs, _)| matches(globs, path)).flat_map(|(_, words)| words).collect();
        let named = |word: &str, finding: &Finding| *word == finding.rule || word.parse() == Ok(finding.example);
        for finding in findings.iter_mut().filter(|finding| finding.is_open()) {
            let hush = |finding: &mut Finding, place: &str| {
                finding.suppressed.get_or_insert_with(|| Suppressed { line: None, reason: place.to_owned() });
                (finding.fix, finding.wants) = (None, None);
            };
            if quiet.iter().any(|word| named(word, finding)) {
                hush(finding, &self.quiet_place);
            }
            match self.levels.iter().find(|(rule, _)| named(rule, finding)).map(|(_, level)| level.as_str()) {
                Some("quiet") => hush(finding, &self.levels_place),
                Some("review") => stricter(finding, Level::Review, &self.levels_place),
                Some("manual") => stricter(finding, Level::Manual, &self.levels_place),
                _ => {}
            }
        }
    }
}

fn stricter(finding: &mut Finding, level: Level, place: &str) {
    if finding.level >= level {
        return;
    }
    finding.level = level;
    finding.reason.get_or_insert_with(|| format!("made {} by the {place}", if level == Level::Manual { "manual" } else { "review" }));
    if level == Level::Manual {
        (finding.fix, finding.wants) = (None, None);
    }
    for fix in finding.fix.iter_mut().chain(finding.wants.as_mut().map(|wants| &mut wants.fix)) {
        fix.level = fix.level.max(level);
    }
}

fn matcher(base: &Path, globs: &[String], place: &str) -> Result<Gitignore, String> {
    let mut builder = GitignoreBuilder::new(base);
    for glob in globs {
        builder.add_line(None, glob).map_err(|error| format!("{place}: `{glob}` is no pattern: {error}"))?;
    }
    builder.build().map_err(|error| format!("{place}: {error}"))
}

/// An absolute path without `..`.
fn direct(path: &Path) -> PathBuf {
    let mut direct = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(direct.pop()),
            part => direct.push(part),
        }
    }
    direct
}

fn matches(globs: &Gitignore, path: &Path) -> bool {
    let path = direct(&std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf()));
    path.starts_with(globs.path()) && globs.matched_path_or_any_parents(&path, false).is_ignore()
}
