//! A rule's page: its Markdown read into plain data, with every mistake of its author collected.
//!
//! Knows the words of a page and nothing of Python: patterns and samples stay text. Does no I/O. Uses `std` only
//! and no path of the crate, because `build.rs` includes this file, so that a broken page fails the build.

#[path = "page/body.rs"]
mod body;
#[path = "page/check.rs"]
mod check;
#[path = "page/front.rs"]
mod front;
#[path = "page/markdown.rs"]
mod markdown;
#[path = "page/suggest.rs"]
mod suggest;

use std::fmt;

pub use check::unknown_also;

/// A mistake of a rule's author; a page yields all of its mistakes at once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The page, as it was named to the parser.
    pub file: String,
    /// Line in the page, from 1.
    pub line: usize,
    /// What is wrong and what to write instead.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

impl std::error::Error for Problem {}

/// The `level:` of a page, in the order of the crate's own levels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PageLevel {
    /// What is found keeps working.
    #[default]
    None,
    /// The rewrite changes nothing anybody can tell.
    Safe,
    /// The rewrite may change behaviour, as `differs:` says.
    Review,
    /// A person has to do it; `next:` says how.
    Manual,
}

impl PageLevel {
    /// The words a page may use, in order.
    pub const WORDS: [&'static str; 4] = ["none", "safe", "review", "manual"];

    /// Reads one of [`PageLevel::WORDS`].
    pub fn from_word(word: &str) -> Option<PageLevel> {
        match word {
            "none" => Some(PageLevel::None),
            "safe" => Some(PageLevel::Safe),
            "review" => Some(PageLevel::Review),
            "manual" => Some(PageLevel::Manual),
            _ => None,
        }
    }
}

/// One rule as its author wrote it; patterns are not compiled yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The file's stem, in kebab-case: what `--select` and an ignore comment say.
    pub name: String,
    /// The page, as it was named to the parser.
    pub file: String,
    /// 1–10: the guide's Example; 11: its common patterns; 0: the rest.
    pub example: u8,
    /// What the rule moves away from, such as `AgentOrchestrator._config`.
    pub replaces: Vec<String>,
    /// The most the tool may do by itself.
    pub level: PageLevel,
    /// Minutes for a person, least and most.
    pub effort: (u32, u32),
    /// What behaves differently afterwards.
    pub differs: Option<String>,
    /// Variables of the patterns with the type each must have.
    pub wheres: Vec<(String, String)>,
    /// Dotted names that the rewrite needs imported.
    pub imports: Vec<String>,
    /// The function in `transform` that does what no pattern can say.
    pub transform: Option<String>,
    /// An exception that becomes another: old, new.
    pub raises: Option<(String, String)>,
    /// Variables for which the rewrite takes `None` otherwise than the old code.
    pub not_none: Vec<String>,
    /// Whether the rewrite of a value gives a copy of it.
    pub copies: bool,
    /// What a person does next; every manual rule has it.
    pub next: Option<String>,
    /// Whether the rule works only with `--modernize`.
    pub modernize: bool,
    /// What the rewrite needs of a release, such as `AgentOrchestrator.model`; empty where the rewrite itself says it.
    pub needs: Vec<String>,
    /// The last release with what the rule is about, where it is about a move between releases.
    pub from: Option<String>,
    /// The first release without it.
    pub to: Option<String>,
    /// The page's one `# ` heading.
    pub title: String,
    /// The first paragraph of prose, on one line.
    pub why: String,
    /// What is looked for and what replaces it, in page order.
    pub pairs: Vec<Pair>,
    /// The tests of the rule, in page order.
    pub samples: Vec<Sample>,
    /// The whole page as written.
    pub text: String,
}

impl Page {
    /// Whether the rule is about published releases, and not about the guide.
    pub fn is_of_releases(&self) -> bool {
        self.to.is_some() || self.transform.as_deref() == Some("released")
    }
}

/// Patterns that share one rewrite.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pair {
    /// Any of them is found; never empty.
    pub matches: Vec<Fence>,
    /// Any of them vetoes.
    pub unless: Vec<Fence>,
    /// What is written instead; absent where the rule only reports or a transform writes.
    pub rewrite: Option<Fence>,
}

/// The text of a `match`, `unless` or `rewrite`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fence {
    /// Line of the first line of `body` in the page, from 1.
    pub line: usize,
    /// The text with `\n` line ends and without the last one.
    pub body: String,
}

/// One test of a rule: a whole program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// The heading it stands under.
    pub title: String,
    /// What is promised about the program.
    pub role: SampleRole,
    /// Under which circumstances.
    pub flags: Flags,
    /// Line of the program's first line in the page, from 1.
    pub line: usize,
}

/// What a sample promises. The texts are exact to the byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SampleRole {
    /// Fixing turns one program into the other.
    Fix {
        /// The program as found.
        before: String,
        /// The program after the fix.
        after: String,
    },
    /// Fixing leaves the program alone.
    Keep(String),
    /// The lines with a mark are found, and no others; see [`marks`].
    Report(String),
}

/// The words after a sample's role; those of a `before` and its `after` are one set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// Run with `--unsafe-fixes`.
    pub unsafe_: bool,
    /// Run with `--modernize`.
    pub modernize: bool,
    /// Other rules that run on the same program.
    pub also: Vec<String>,
    /// The release that the program is judged against; none for the guide.
    pub target: Option<String>,
}

/// Reads one page; `file` names it in messages, and its stem names the rule.
pub fn parse(file: &str, text: &str) -> Result<Page, Vec<Problem>> {
    let mut problems = Problems { file, found: Vec::new() };
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').split_inclusive('\n').collect();
    let name = stem(file);
    if !suggest::is_kebab(name) {
        problems.add(1, format!("`{name}` is no rule name; name the file in kebab-case, such as `config-attribute.md`"));
    }
    let (front, first) = front::read(&lines, &mut problems);
    let blocks = markdown::blocks(&lines, first, &mut problems);
    let body = body::read(blocks, &mut problems);
    check::whole(&front, &body, &mut problems);
    if !problems.found.is_empty() {
        problems.found.sort();
        return Err(problems.found);
    }
    Ok(Page {
        name: name.to_owned(),
        file: file.to_owned(),
        title: body.title.map(|(_, title)| title).unwrap_or_default(),
        why: body.why,
        pairs: body.pairs,
        samples: body.samples,
        text: text.to_owned(),
        ..front.page
    })
}

/// Reads a set of pages (file, text); the problems are those of all pages, and no two pages may share a rule name.
pub fn parse_all<F: AsRef<str>, T: AsRef<str>>(pages: &[(F, T)]) -> Result<Vec<Page>, Vec<Problem>> {
    let (mut read, mut problems) = (Vec::new(), Vec::new());
    for (index, (file, text)) in pages.iter().enumerate() {
        let file = file.as_ref();
        if let Some((first, _)) = pages[..index].iter().find(|(first, _)| stem(first.as_ref()) == stem(file)) {
            let message = format!("rule `{}` exists already, in {}; rename one of the files", stem(file), first.as_ref());
            problems.push(Problem { file: file.to_owned(), line: 1, message });
        }
        match parse(file, text.as_ref()) {
            Ok(page) => read.push(page),
            Err(more) => problems.extend(more),
        }
    }
    if problems.is_empty() { Ok(read) } else { Err(problems) }
}

/// The lines (from 1) that end in `# <--` or `# <-- level`, each with the level it asks for.
pub fn marks(text: &str) -> Vec<(usize, Option<PageLevel>)> {
    check::raw_marks(text).map(|(line, word)| (line, PageLevel::from_word(word))).collect()
}

/// `a` of `rules/02-config/a.md`.
fn stem(file: &str) -> &str {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// The problems of one page while it is read.
struct Problems<'a> {
    file: &'a str,
    found: Vec<Problem>,
}

impl Problems<'_> {
    fn add(&mut self, line: usize, message: impl Into<String>) {
        self.found.push(Problem { file: self.file.to_owned(), line, message: message.into() });
    }
}

#[cfg(test)]
#[path = "page/tests.rs"]
mod tests;
