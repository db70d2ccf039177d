//! The rules: Markdown pages, the patterns in them, and matching a pattern against code. No I/O but reading rule
//! folders, no edits.

pub mod example;
pub mod matching;
pub mod page;
pub mod pattern;
pub mod set;

use std::path::Path;

pub use page::{Page, PageLevel, Problem};
pub use pattern::{CompiledPair, Pattern};

use crate::finding::Level;

/// One rule: its page and its compiled patterns.
pub struct Rule {
    /// The page.
    pub page: Page,
    /// The match/rewrite pairs, in the order of the page.
    pub pairs: Vec<CompiledPair>,
}

impl Rule {
    /// The level the page states.
    #[must_use]
    pub fn level(&self) -> Level {
        match self.page.level {
            PageLevel::None => Level::None,
            PageLevel::Safe => Level::Safe,
            PageLevel::Review => Level::Review,
            PageLevel::Manual => Level::Manual,
        }
    }
}

/// All rules of a run, in the order of their pages.
pub struct RuleSet {
    rules: Vec<Rule>,
    /// How many of them, at the end, come from the user's folder.
    own: usize,
}

impl RuleSet {
    /// The embedded rules, and those of a folder, which replace embedded ones of the same name.
    ///
    /// # Errors
    /// Every problem of every page, each with file and line.
    pub fn load(dir: Option<&Path>) -> Result<Self, Vec<String>> {
        let words = |problems: Vec<Problem>| problems.iter().map(ToString::to_string).collect::<Vec<_>>();
        let mut pages = set::parse_all(set::embedded()).map_err(words)?;
        let mut count = 0;
        if let Some(dir) = dir {
            let own = set::load_dir(dir).map_err(|error| vec![error.to_string()])?;
            let own = set::parse_all(&own).map_err(words)?;
            pages.retain(|page| own.iter().all(|new| new.name != page.name));
            count = own.len();
            pages.extend(own);
        }
        let all = Self::compile(pages).map_err(words)?;
        Ok(Self { own: count, ..all })
    }

    /// Compiles the patterns of parsed pages.
    ///
    /// # Errors
    /// Every pattern or rewrite that is not Python, or names what no surface has.
    pub fn compile(pages: Vec<Page>) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut rules = Vec::new();
        for page in pages {
            let pairs = pattern::compile_page(&page, &mut problems);
            if let Some(name) = page.transform.as_deref().filter(|name| !crate::transform::NAMES.contains(name)) {
                let known = crate::transform::NAMES.join(", ");
                problems.push(Problem {
                    file: page.file.clone(),
                    line: 1,
                    message: format!("unknown transform `{name}`; known are {known}"),
                });
            }
            rules.push(Rule { page, pairs });
        }
        if problems.is_empty() { Ok(Self { rules, own: 0 }) } else { Err(problems) }
    }

    /// The rules.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rules of the user's folder.
    #[must_use]
    pub fn own(&self) -> &[Rule] {
        &self.rules[self.rules.len() - self.own..]
    }

    /// The pages.
    pub fn pages(&self) -> impl Iterator<Item = &Page> {
        self.rules.iter().map(|rule| &rule.page)
    }

    /// The page of that name.
    #[must_use]
    pub fn page(&self, name: &str) -> Option<&Page> {
        self.pages().find(|page| page.name == name)
    }

    /// The rule of that name.
    #[must_use]
    pub fn rule(&self, name: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.page.name == name)
    }
}
