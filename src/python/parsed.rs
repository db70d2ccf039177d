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
    /// Parses a text that came of a source. `None` for a text of 4 GB or more.
    #[must_use]
    pub fn new(text: &'t str, source: &Source) -> Option<Self> {
        syntax::parse(text).map(|tree| Self::with(text, tree, source))
    }

    /// The same for a text whose tree is known.
    #[must_use]
    pub fn with(text: &'t str, tree: Tree, source: &Source) -> Self {
        let mut syntax = Syntax::new(text, &tree);
        if let Some(document) = &source.document {
            syntax.awaits = document.awaiting(text);
        }
        let scopes = Scopes::new(&syntax, source.package());
        Parsed { tree, syntax, scopes, lines: Lines::new(text) }
    }

    /// A file as it is.
    #[must_use]
    pub fn of(source: &'t Source) -> Option<Self> {
        Self::new(&source.text, source)
    }
}
