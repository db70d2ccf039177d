//! Where the other files of a project catch an exception: what they call or read there, by name. Told by lines and words, so
//! that no file is parsed for it: a word too many only makes somebody look.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use super::guarded::PROBES;
use crate::source::Source;

/// Where a name is met: the first line of one file, and of another one, as a file asks for others than itself.
type Places = HashMap<String, Vec<(PathBuf, usize)>>;

/// The files of a project, and what was found in them so far, by the exception.
#[derive(Default)]
pub(crate) struct Catching<'s> {
    sources: Vec<&'s Source>,
    known: Mutex<HashMap<String, Places>>,
}

impl<'s> Catching<'s> {
    pub fn new(sources: impl Iterator<Item = &'s Source>) -> Self {
        Catching { sources: sources.collect(), known: Mutex::default() }
    }

    /// Where another file than this one calls or reads a name while it catches an exception; under [`PROBES`], where it asks
    /// whether there is an attribute of that name.
    pub fn place(&self, exception: &str, name: &str, own: &Source) -> Option<(PathBuf, usize)> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let places = known.entry(exception.to_owned()).or_insert_with(|| self.places(exception));
        places.get(name)?.iter().find(|(path, _)| *path != own.path).cloned()
    }

    fn places(&self, exception: &str) -> Places {
        let word = if exception == PROBES { "attr(" } else { exception };
        let mut places = Places::new();
        for source in self.sources.iter().filter(|source| source.text.contains(word)) {
            let found = if exception == PROBES { probes(&source.text) } else { caught(&source.text, exception) };
            for (name, line) in found {
                let of_name = places.entry(name).or_default();
                if of_name.len() < 2 && of_name.iter().all(|(path, _)| *path != source.path) {
                    of_name.push((source.path.clone(), line));
                }
            }
        }
        places
    }
}

/// Lines above a name of an exception among which the `except` or `with` is looked for to which it belongs.
const FAR: usize = 20;

/// The words in the bodies whose exception is caught, each with its line.
fn caught(text: &str, exception: &str) -> Vec<(String, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let depth = |at: usize| lines.get(at).map_or(0, |line| line.len() - line.trim_start().len());
    let is_blank = |at: usize| lines.get(at).is_none_or(|line| line.trim().is_empty());
    let mut found = Vec::new();
    for at in (0..lines.len()).filter(|&at| lines.get(at).is_some_and(|line| line.contains(exception))) {
        let head = (at.saturating_sub(FAR)..=at).rev().find(|&at| is_catching(lines.get(at).unwrap_or(&"")));
        let Some(head) = head else { continue };
        let outer = depth(head);
        let body = if lines.get(head).is_some_and(|line| line.trim_start().starts_with("except")) {
            let above = (0..head).rev().take_while(|&at| is_blank(at) || depth(at) >= outer);
            let start = above
                .into_iter()
                .filter(|&at| depth(at) == outer)
                .find(|&at| lines.get(at).is_some_and(|line| line.trim_start().starts_with("try")));
            start.unwrap_or(head)..head
        } else {
            let last = (head + 1..lines.len()).take_while(|&at| is_blank(at) || depth(at) > outer).last();
            // With what stands in its own line: `assertRaises(AttributeError, desk.region)`.
            head..last.unwrap_or(head) + 1
        };
        for at in body {
            let words = lines.get(at).into_iter().flat_map(|line| line.split(|c: char| !(c.is_alphanumeric() || c == '_')));
            found.extend(words.filter(|word| !word.is_empty()).map(|word| (word.to_owned(), at + 1)));
        }
    }
    found
}

/// `except …:`, `with suppress(…):`, `pytest.raises(…)`, `self.assertRaises(…)`.
fn is_catching(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("except") || line.contains("suppress(") || line.contains("aises(")
}

/// The strings in calls of `getattr` and `hasattr`, told by the text alone.
fn probes(text: &str) -> Vec<(String, usize)> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        for (at, _) in line.match_indices("attr(") {
            let parts = line[at..].split(['"', '\'']).skip(1).step_by(2);
            found.extend(parts.filter(|part| part.chars().all(is_word)).map(|part| (part.to_owned(), number)));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_a_body_whose_exception_is_caught_is_met() {
        let text = "def f(b):\n    a()\n    try:\n        b.one()\n\n        two()\n    except (\n        KeyError,\n        AttributeError,\n    ):\n        three()\n    \
                    with suppress(AttributeError):\n        four()\n    try: five()\n    except ValueError: six()\n    except AttributeError: seven()\n    eight()\n";
        let found = caught(text, "AttributeError");
        let met = |word: &str| found.iter().find(|(name, _)| name == word).map(|(_, line)| *line);
        assert_eq!(["one", "two", "four", "five"].map(met), [Some(4), Some(6), Some(13), Some(14)]);
        assert_eq!(["a", "three", "seven", "eight"].map(met), [None; 4]);
        let found = caught(
            "class T:\n    def t(self):\n        self.assertRaises(AttributeError, desk.region)\n        desk.other()\n",
            "AttributeError",
        );
        assert_eq!(["region", "other"].map(|word| found.iter().any(|(name, _)| name == word)), [true, false]);
    }

    #[test]
    fn another_file_is_met_though_the_own_one_has_the_name_too() {
        let text = "try:\n    desk.region()\nexcept AttributeError:\n    pass\n";
        let sources = ["own.py", "other.py"].map(|path| Source::from_text(path, text));
        let catching = Catching::new(sources.iter());
        for (own, other) in [(0, "other.py"), (1, "own.py")] {
            assert_eq!(catching.place("AttributeError", "region", &sources[own]), Some((PathBuf::from(other), 2)));
        }
    }
}
