//! Where the other files of a project catch an exception: what they call or read there, by name. Told by lines and words, so
//! that no file is parsed for it: a word too many only makes somebody look.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Mutex, OnceLock, PoisonError};

use super::guarded::PROBES;
use super::heirs::{Brought, brought};
use crate::source::Source;

/// Where a name is met: the first line of one file, and of another one, as a file asks for others than itself.
type Places = HashMap<String, Vec<(PathBuf, usize)>>;

/// Where what handles an exception for others does so, by its name.
type Wrappers = HashMap<String, (PathBuf, usize)>;

/// The files of a project, and what was found in them so far, by the exception.
#[derive(Default)]
pub(crate) struct Catching<'s> {
    sources: Vec<&'s Source>,
    known: Mutex<HashMap<String, Places>>,
    /// The decorators and contexts that name an exception, by the exception, then by their name.
    wrappers: Mutex<HashMap<String, Wrappers>>,
    heirs: OnceLock<HashMap<String, Brought>>,
}

impl<'s> Catching<'s> {
    pub fn new(sources: impl Iterator<Item = &'s Source>) -> Self {
        Catching { sources: sources.collect(), ..Catching::default() }
    }

    /// A subclass of the orchestrator that brings a member of its own.
    pub fn heir(&self, member: &str) -> Option<&Brought> {
        self.heirs.get_or_init(|| brought(&self.sources)).get(member)
    }

    /// Where a function, or a class whose objects are contexts or are called, handles an exception: what it decorates, or what
    /// runs inside of it, may go on where it would have ended.
    pub fn wrapper(&self, exception: &str, name: &str) -> Option<(PathBuf, usize)> {
        let mut known = self.wrappers.lock().unwrap_or_else(PoisonError::into_inner);
        let wrappers = known.entry(exception.to_owned()).or_insert_with(|| {
            let found = self.sources.iter().filter(|source| source.text.contains(exception));
            let named = found
                .flat_map(|source| wrappers(&source.text, exception).into_iter().map(|(name, line)| (name, (source.path.clone(), line))));
            named.collect()
        });
        wrappers.get(name).cloned()
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

/// What a class has that wraps what others write.
const WRAPPING: [&str; 4] = ["__exit__", "__aexit__", "__call__", "__get__"];

/// The functions around each place that catches an exception, or asks in a context whether it is one, and the classes whose
/// methods do that for others; each with the line.
fn wrappers(text: &str, exception: &str) -> Vec<(String, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let depth = |line: &str| line.len() - line.trim_start().len();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate().filter(|(_, line)| line.contains(exception)) {
        let (mut around, mut outer) = (Vec::new(), depth(line));
        for above in lines[..at].iter().rev().filter(|above| !above.trim().is_empty()) {
            if depth(above) < outer {
                outer = depth(above);
                around.extend(header(above));
            }
            if outer == 0 {
                break;
            }
        }
        let wraps = around.iter().any(|(_, name)| WRAPPING.contains(name));
        if is_catching(line) || wraps {
            found.extend(around.iter().filter(|(of_class, _)| wraps || !of_class).map(|(_, name)| ((*name).to_owned(), at + 1)));
        }
    }
    found
}

/// The name of a class or a function that a line begins, and whether it is a class.
fn header(line: &str) -> Option<(bool, &str)> {
    let line = line.trim_start();
    let (of_class, rest) = match line.strip_prefix("class ") {
        Some(rest) => (true, rest),
        None => (false, line.strip_prefix("async ").unwrap_or(line).strip_prefix("def ")?),
    };
    let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
    Some((of_class, rest.get(..end)?))
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
    fn what_handles_an_exception_for_others_is_known_by_name() {
        let text = "def safe(call):\n    def inner():\n        try:\n            return call()\n        except AttributeError:\n            return \
                    None\n    return inner\n\n\nclass Quiet:\n    def __exit__(self, kind, *rest):\n        return kind is \
                    AttributeError\n\n\nclass Desk:\n    def look(self):\n        try:\n            self.x\n        except AttributeError:\n            \
                    raise AttributeError\n";
        let found = wrappers(text, "AttributeError");
        let line = |name: &str| found.iter().find(|(known, _)| known == name).map(|(_, line)| *line);
        assert_eq!(["safe", "inner", "Quiet", "look"].map(line), [Some(5), Some(5), Some(12), Some(19)]);
        assert_eq!(["Desk", "call"].map(line), [None; 2]);
    }

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
