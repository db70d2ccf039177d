//! The words by which a text is told to matter, found in one pass over its bytes.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::rule::Names;
use crate::surface;

/// What the words of a text say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// It may touch an orchestrator that it got from somewhere.
    pub telling: bool,
    /// It can hold a finding even where nothing that it imports knows an orchestrator.
    pub alone: bool,
    /// It has the word `victor`.
    pub victor: bool,
}

impl Found {
    const ALL: Self = Self { telling: true, alone: true, victor: true };
}

/// What a word says where it is met.
#[derive(Clone, Copy)]
enum Says {
    /// Anywhere, also as a part of another word.
    Victor,
    /// The same.
    Anywhere,
    /// The same; the name of the class, which says nothing where nobody imports it.
    Class,
    /// As a word of its own.
    Alone,
    /// As a word of its own.
    Telling,
}

struct Words {
    searcher: AhoCorasick,
    says: Vec<Says>,
}

fn words() -> Option<&'static Words> {
    static WORDS: OnceLock<Option<Words>> = OnceLock::new();
    WORDS.get_or_init(build).as_ref()
}

fn build() -> Option<Words> {
    let own = surface::class(surface::ORCHESTRATOR).into_iter().flat_map(|class| class.members);
    let internals = own.filter(|member| member.side == surface::Side::Legacy).map(|member| member.name);
    let level = |name: &'static str| (name, if surface::DISTINCTIVE.contains(&name) { Says::Alone } else { Says::Telling });
    // The longer of two words that begin together is the one that is met: `_orch` would hide `orchestrator`.
    let long = ["orchestrator", "_orchestrator"].map(|word| (word, Says::Anywhere));
    let short = ["orch", "_orch"].map(|word| (word, Says::Alone));
    let fixed = [("victor", Says::Victor), ("Orchestrator", Says::Class)];
    let all: Vec<(&str, Says)> = fixed.into_iter().chain(long).chain(short).chain(internals.map(level)).collect();
    let searcher = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(all.iter().map(|(word, _)| word)).ok()?;
    Some(Words { searcher, says: all.into_iter().map(|(_, says)| says).collect() })
}

/// What the user's rules look for beyond Victor, ready to be searched for.
pub struct Sought<'r> {
    /// The names of the rules.
    pub names: &'r Names,
    /// A text with one of the words counts, whatever it imports.
    pub alone: bool,
    searcher: Option<AhoCorasick>,
}

impl<'r> Sought<'r> {
    /// For the names of rules; without any, nothing is searched.
    #[must_use]
    pub fn new(names: &'r Names, alone: bool) -> Self {
        let searcher = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&names.words);
        Self { names, alone, searcher: searcher.ok().filter(|_| !names.is_empty()) }
    }

    /// Whether a text has one of the words.
    #[must_use]
    pub fn is_in(&self, text: &str) -> bool {
        let whole = |start: usize, end: usize| {
            !is_part(text.as_bytes().get(end)) && !is_part(start.checked_sub(1).and_then(|at| text.as_bytes().get(at)))
        };
        !self.names.is_empty()
            && (self.names.any || self.searcher.as_ref().is_none_or(|all| all.find_iter(text).any(|hit| whole(hit.start(), hit.end()))))
    }
}

/// Looks through a text.
#[must_use]
pub fn find(text: &str) -> Found {
    let Some(words) = words() else { return Found::ALL };
    let mut found = Found::default();
    for hit in words.searcher.find_iter(text) {
        let whole =
            || !is_part(text.as_bytes().get(hit.end())) && !is_part(hit.start().checked_sub(1).and_then(|at| text.as_bytes().get(at)));
        match words.says[hit.pattern().as_usize()] {
            Says::Victor => (found.victor, found.telling, found.alone) = (true, true, true),
            Says::Anywhere => (found.telling, found.alone) = (true, true),
            Says::Class => found.telling = true,
            Says::Alone if whole() => (found.telling, found.alone) = (true, true),
            Says::Telling if whole() => found.telling = true,
            Says::Alone | Says::Telling => {}
        }
        if found == Found::ALL {
            break;
        }
    }
    found
}

/// A letter beyond ASCII counts as no part, so that more is looked at rather than less.
fn is_part(byte: Option<&u8>) -> bool {
    byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::{Found, find};

    #[test]
    fn a_text_is_told_by_whole_words() {
        let nothing = Found::default();
        let telling = Found { telling: true, ..nothing };
        let alone = Found { alone: true, ..telling };
        for (text, found) in [
            ("torch.nn", nothing),
            ("self._config_path", nothing),
            ("self._config.x", telling),
            ("getattr(x, '_model')", telling),
            ("x: AgentOrchestrator", telling),
            ("self._tool_executor", alone),
            ("my_orchestrator.chat()", alone),
            ("self._orchestrator", alone),
            ("vars(orch)", alone),
            ("self._orch.chat()", alone),
            ("import victor", Found::ALL),
        ] {
            assert_eq!(find(text), found, "{text}");
        }
    }
}
