//! The rules: Markdown pages, the patterns in them, and matching a pattern against code. No I/O but reading rule
//! folders, no edits.

mod arguments;
pub mod example;
pub mod matching;
pub mod names;
mod needs;
pub mod page;
pub mod pattern;
pub mod receiver;
pub mod set;

use std::path::Path;

use rayon::prelude::*;

pub use names::Names;
pub use page::{Page, PageLevel, Problem};
pub use pattern::{CompiledPair, Pattern};
pub use receiver::Receiver;

use crate::finding::Level;

/// One rule: its page and its compiled patterns.
pub struct Rule {
    /// The page.
    pub page: Page,
    /// The types that variables must have.
    pub wheres: Vec<(String, Receiver)>,
    /// The match/rewrite pairs, in the order of the page.
    pub pairs: Vec<CompiledPair>,
}

impl Rule {
    /// Compiles a page; with what is wrong with it.
    fn of(page: Page) -> (Self, Vec<Problem>) {
        let mut problems = Vec::new();
        let wheres = wheres(&page, &mut problems);
        let pairs = pattern::compile_page(&page, &wheres, &mut problems);
        if let Some(name) = page.transform.as_deref().filter(|name| !crate::transform::NAMES.contains(name)) {
            let message = format!("unknown transform `{name}`; known are {}", crate::transform::NAMES.join(", "));
            problems.push(Problem { file: page.file.clone(), line: 1, message });
        }
        (Rule { page, wheres, pairs }, problems)
    }

    /// The level the page states.
    #[must_use]
    pub fn level(&self) -> Level {
        self.page.level.into()
    }
}

impl From<PageLevel> for Level {
    fn from(level: PageLevel) -> Self {
        match level {
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
    names: Names,
}

impl RuleSet {
    /// The embedded rules, and those of a folder, which replace embedded ones of the same name.
    ///
    /// # Errors
    /// Every problem of every page, each with file and line.
    pub fn load(dir: Option<&Path>) -> Result<Self, Vec<String>> {
        let words = |problems: Vec<Problem>| problems.iter().map(ToString::to_string).collect::<Vec<_>>();
        let own = match dir {
            Some(dir) => {
                let own = set::load_dir(dir).map_err(|error| vec![error.to_string()])?;
                set::parse_all(&own).map_err(words)?
            }
            None => Vec::new(),
        };
        Self::with(own).map_err(words)
    }

    /// The embedded rules, and those of pages that the user wrote, which replace embedded ones of the same name.
    ///
    /// # Errors
    /// Everything that is wrong with the patterns of a page.
    pub fn with(own: Vec<Page>) -> Result<Self, Vec<Problem>> {
        let mut pages = set::parse_embedded()?;
        pages.retain(|page| own.iter().all(|new| new.name != page.name));
        let count = own.len();
        pages.extend(own);
        Ok(Self { own: count, ..Self::compile(pages)? })
    }

    /// Compiles the patterns of parsed pages.
    ///
    /// # Errors
    /// Every pattern or rewrite that is not Python, or names what no surface has.
    pub fn compile(pages: Vec<Page>) -> Result<Self, Vec<Problem>> {
        let compiled: Vec<(Rule, Vec<Problem>)> = pages.into_par_iter().map(Rule::of).collect();
        let (rules, problems): (Vec<Rule>, Vec<Vec<Problem>>) = compiled.into_iter().unzip();
        let problems = problems.concat();
        if problems.is_empty() { Ok(Self { names: Names::of(&rules), rules, own: 0 }) } else { Err(problems) }
    }

    /// What the rules name beyond Victor.
    #[must_use]
    pub fn names(&self) -> &Names {
        &self.names
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

/// Reads the types of a page's variables; what is wrong is added to `problems`.
fn wheres(page: &Page, problems: &mut Vec<Problem>) -> Vec<(String, Receiver)> {
    let line = page.text.lines().position(|line| line.trim_start().starts_with("where")).map_or(1, |at| at + 1);
    let mut read = Vec::new();
    for (name, words) in &page.wheres {
        match Receiver::parse(words) {
            Ok(receiver) => read.push((name.clone(), receiver)),
            Err(message) => problems.push(Problem { file: page.file.clone(), line, message: format!("where: {message}") }),
        }
    }
    read
}
