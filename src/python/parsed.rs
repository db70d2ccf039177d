//! A text with everything that is computed from it alone: its tree, its nodes as a table, its names, its lines.

use tree_sitter::Tree;

use super::scope::Scopes;
use super::syntax::{self, Syntax};
use crate::source::{Lines, Source};

/// One parsed text.
pub struct Parsed<'t> {
    /// As the parser gives it.
    pub tree: Tree,
    /// Its nodes.
    pub syntax: Syntax<'t>,
    /// Its names.
    pub scopes: Scopes<'t>,
    /// Its lines.
    pub lines: Lines<'t>,
}

impl<'t> Parsed<'t> {
    /// Parses a text; `package` is where its relative imports start. `None` for a text of 4 GB or more.
    #[must_use]
    pub fn new(text: &'t str, package: &str) -> Option<Self> {
        syntax::parse(text).map(|tree| Self::with(text, tree, package))
    }

    /// The same for a text whose tree is known.
    #[must_use]
    pub fn with(text: &'t str, tree: Tree, package: &str) -> Self {
        let syntax = Syntax::new(text, &tree);
        let scopes = Scopes::new(&syntax, package);
        Parsed { tree, syntax, scopes, lines: Lines::new(text) }
    }

    /// A file as it is.
    #[must_use]
    pub fn of(source: &'t Source) -> Option<Self> {
        Self::new(&source.text, source.package())
    }
}
