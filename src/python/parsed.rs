//! A text with everything that is computed from it alone: its nodes, its names, its lines.

use super::nodes::Nodes;
use super::scope::Scopes;
use super::syntax::Syntax;
use crate::source::{Lines, Source};

/// One parsed text.
pub struct Parsed<'t> {
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
        Some(Self::with(Syntax::parse(text)?, source))
    }

    /// The same for a text whose nodes are known.
    #[must_use]
    pub fn over(text: &'t str, nodes: Nodes, source: &Source) -> Self {
        Self::with(Syntax::over(text, nodes), source)
    }

    fn with(mut syntax: Syntax<'t>, source: &Source) -> Self {
        if let Some(document) = &source.document {
            syntax.awaits = document.awaiting(syntax.text);
        }
        let scopes = Scopes::new(&syntax, source.package());
        let lines = Lines::new(syntax.text);
        Parsed { syntax, scopes, lines }
    }

    /// A file as it is.
    #[must_use]
    pub fn of(source: &'t Source) -> Option<Self> {
        Self::new(&source.text, source)
    }
}
