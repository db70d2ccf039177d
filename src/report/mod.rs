//! What a run found, rendered into a writer, one file per format. Decides nothing about code and opens no file.

pub mod account;
pub mod checklist;
pub mod completeness;
pub mod diff;
pub mod gate;
pub mod github;
pub mod gitlab;
pub mod html;
pub mod json;
pub mod junit;
mod list;
pub mod markdown;
pub(crate) mod notes;
pub mod rdjson;
pub mod sarif;
mod sites;
mod snippet;
pub mod statistics;
pub mod summary;
pub mod surface;
pub mod text;
pub mod trials;
mod unseen;
pub(crate) mod uri;

use std::io::{self, Write};

use crate::finding::{Level, Strength};
use crate::readiness::breakdown::By;
use crate::rule::RuleSet;
use crate::scan::Outcome;

pub use html::Earlier;

pub use crate::rule::example::{EXAMPLES, example_name, example_title};
pub use crate::source::{one_line, path_text};

/// The shape of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For a person at a terminal: every open site in its source line, then the account.
    Text,
    /// For programs, as `schemas/scan.schema.json` says.
    Json,
    /// The same, one object on a line: a finding each, then the rest.
    #[value(name = "jsonl", alias = "json-lines")]
    JsonLines,
    /// The migration checklist, for a pull request or a wiki.
    #[value(alias = "md")]
    Markdown,
    /// One page for a browser, with everything in it.
    Html,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of GitHub Actions; with a summary of the step where there is one.
    Github,
    /// The summary of a step of GitHub Actions.
    StepSummary,
    /// GitLab's code quality report.
    Gitlab,
    /// JUnit's XML.
    Junit,
    /// The diagnostic format of reviewdog.
    Rdjson,
}

/// What became of the fixes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// None were asked for.
    #[default]
    Look,
    /// They were written.
    Fix,
    /// They were shown as a diff.
    Preview,
}

/// What the user asked for, as far as it changes the words of a report.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// Terminal colours.
    pub color: bool,
    /// The chain of evidence of every finding, and ready sites too.
    pub explain: bool,
    /// What became of the fixes.
    pub mode: Mode,
    /// `--unsafe-fixes` was given.
    pub unsafe_fixes: bool,
    /// Only some rules ran, so that the absence of findings proves nothing.
    pub limited: bool,
    /// What the table of sites is by.
    pub by: By,
    /// Numbers of earlier reports, oldest first.
    pub earlier: Vec<Earlier>,
}

/// Writes the report in one format.
pub fn render(format: Format, outcome: &Outcome, rules: &RuleSet, view: &View, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Text => text::write(outcome, view, out),
        Format::Json => json::write(outcome, out),
        Format::JsonLines => json::write_lines(outcome, out),
        Format::Html => html::write(outcome, rules, view, out),
        Format::Sarif => sarif::write(outcome, rules, out),
        Format::Github => github::write(outcome, out),
        Format::StepSummary => github::step_summary(outcome, out),
        Format::Gitlab => gitlab::write(outcome, out),
        Format::Junit => junit::write(outcome, out),
        Format::Rdjson => rdjson::write(outcome, out),
        Format::Markdown => markdown::write(outcome, rules, view, out),
    }
}

/// The level in the word that every format uses.
pub fn level_word(level: Level) -> &'static str {
    match level {
        Level::None => "none",
        Level::Safe => "safe",
        Level::Review => "review",
        Level::Manual => "manual",
    }
}

/// The strength in the word that every format uses.
pub fn strength_word(strength: Strength) -> &'static str {
    match strength {
        Strength::Proven => "proven",
        Strength::Likely => "likely",
        Strength::Unknown => "unknown",
    }
}

/// At most `most` characters, the last of them `…` where something was left out.
pub fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some(_) => text.chars().take(most.saturating_sub(1)).chain(['…']).collect(),
    }
}

/// `1 site`, `2 sites`.
pub fn count(number: usize, one: &str) -> String {
    format!("{number} {one}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
pub(crate) mod sample;

#[cfg(test)]
mod tests {
    use super::{count, one_line, shortened};

    #[test]
    fn a_line_has_no_control_characters() {
        assert_eq!(one_line(" a\n\tb \u{1b}[31m"), "a b \\u{1b}[31m");
        assert_eq!(shortened("äöüß", 3), "äö…");
        assert_eq!(shortened("äöü", 3), "äöü");
        assert_eq!((count(1, "site"), count(0, "site")), ("1 site".to_owned(), "0 sites".to_owned()));
    }
}
