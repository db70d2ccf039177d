//! What a person said about single fixes, kept beside the journal until it was done or is asked again. An answer knows its
//! site by file, rule and code, and by its place among those that look the same; where there are more or fewer of them than
//! there were, nobody can say which is which, and all of them are asked again.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::journal::FOLDER;

/// Goes up when an older tool could misread the file.
const VERSION: u32 = 1;

/// What was said about a fix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// It is to be made.
    Yes,
    /// It is not.
    No,
}

/// What sites that look the same have in common: file, rule, and code on one line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Look {
    /// Relative to the project, with `/`.
    pub path: String,
    /// The rule that found it.
    pub rule: String,
    /// The code.
    pub code: String,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    #[serde(flatten)]
    look: Look,
    /// In the order of the text.
    said: Vec<Option<Answer>>,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    version: u32,
    answers: Vec<Entry>,
}

/// The answers of a project.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers(BTreeMap<Look, Vec<Option<Answer>>>);

impl Answers {
    /// Reads the answers of a project; none where none were kept.
    ///
    /// # Errors
    /// The file cannot be read or understood, with what to do about it.
    pub fn load(root: &Path) -> Result<Self, String> {
        let path = file(root);
        let wrong = |why: String| format!("{}: {why}; `--interactive=restart` begins anew", path.display());
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(wrong(format!("cannot be read: {error}"))),
        };
        let stored: Stored = serde_json::from_slice(&text).map_err(|error| wrong(format!("has no answers: {error}")))?;
        if stored.version != VERSION {
            return Err(wrong(format!("its version is {}, and this program knows version {VERSION}", stored.version)));
        }
        Ok(Self(stored.answers.into_iter().map(|entry| (entry.look, entry.said)).collect()))
    }

    /// Keeps the answers of a project.
    ///
    /// # Errors
    /// The system refuses.
    pub fn save(&self, root: &Path) -> Result<(), String> {
        let path = file(root);
        let write = || {
            let folder = root.join(FOLDER);
            fs::create_dir_all(&folder)?;
            let ignore = folder.join(".gitignore");
            if !ignore.exists() {
                fs::write(ignore, "*\n")?;
            }
            let entries = self.0.iter().filter(|(_, said)| said.iter().any(Option::is_some));
            let answers = entries.map(|(look, said)| Entry { look: look.clone(), said: said.clone() }).collect();
            let mut new = tempfile::NamedTempFile::new_in(&folder)?;
            serde_json::to_writer_pretty(&mut new, &Stored { version: VERSION, answers })?;
            new.flush()?;
            new.persist(&path).map_err(|error| error.error)?;
            io::Result::Ok(())
        };
        write().map_err(|error| format!("{}: the answers cannot be kept: {error}", path.display()))
    }

    /// What was said about `count` sites that look the same.
    #[must_use]
    pub fn of(&self, look: &Look, count: usize) -> Vec<Option<Answer>> {
        self.0.get(look).filter(|said| said.len() == count).cloned().unwrap_or_else(|| vec![None; count])
    }

    /// Says what is known about sites that look the same, in the order of the text.
    pub fn say(&mut self, look: Look, said: Vec<Option<Answer>>) {
        self.0.insert(look, said);
    }

    /// How many fixes a person does not want.
    #[must_use]
    pub fn declined(&self) -> usize {
        self.0.values().flatten().filter(|said| **said == Some(Answer::No)).count()
    }
}

fn file(root: &Path) -> PathBuf {
    root.join(FOLDER).join("answers.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(code: &str) -> Look {
        Look { path: "a.py".to_owned(), rule: "r".to_owned(), code: code.to_owned() }
    }

    #[test]
    fn answers_come_back_for_the_same_number_of_sites_and_for_no_other() {
        let dir = tempfile::tempdir().expect("a folder");
        assert_eq!(Answers::load(dir.path()), Ok(Answers::default()));
        let mut answers = Answers::default();
        let said = vec![Some(Answer::No), None, Some(Answer::Yes)];
        answers.say(look("x"), said.clone());
        answers.say(look("y"), vec![None]);
        answers.save(dir.path()).expect("saved");
        let back = Answers::load(dir.path()).expect("loaded");
        assert_eq!((back.of(&look("x"), 3), back.of(&look("x"), 2), back.of(&look("z"), 1)), (said, vec![None; 2], vec![None]));
        assert_eq!(back.declined(), 1);
        assert_eq!(fs::read_to_string(dir.path().join(FOLDER).join(".gitignore")).expect("ignored"), "*\n");
    }

    #[test]
    fn a_damaged_file_names_itself_and_the_way_out() {
        let dir = tempfile::tempdir().expect("a folder");
        Answers::default().save(dir.path()).expect("saved");
        for text in ["{", "{\"version\": 9, \"answers\": []}"] {
            fs::write(file(dir.path()), text).expect("written");
            let why = Answers::load(dir.path()).expect_err("damaged");
            assert!(why.contains("answers.json: ") && why.ends_with("`--interactive=restart` begins anew"), "{why}");
        }
    }
}
