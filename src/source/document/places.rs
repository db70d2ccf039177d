//! Where a byte of a text stands for a person: in a notebook, the line of its cell; else the line of the file.

use std::borrow::Cow;
use std::ops::Range;

use super::{Cell, Document, Part};
use crate::source::{Lines, Source};

/// The places of one text.
pub struct Places<'t> {
    /// Those of the text itself.
    pub lines: Lines<'t>,
    document: Option<Layout<'t>>,
}

struct Layout<'t> {
    parts: &'t [Part],
    at: Vec<Range<usize>>,
}

impl<'t> Places<'t> {
    /// The places of a text that came of a source.
    #[must_use]
    pub fn new(source: &'t Source, text: &'t str) -> Self {
        let layout = |document: &'t Document| Some(Layout { parts: &document.parts, at: document.layout(text)? });
        Places { lines: Lines::new(text), document: source.document.as_deref().and_then(layout) }
    }

    fn part(&self, byte: usize) -> Option<(&Part, usize)> {
        let layout = self.document.as_ref()?;
        let at = layout.at.partition_point(|part| part.start <= byte).checked_sub(1)?;
        Some((layout.parts.get(at)?, layout.at[at].start))
    }

    /// Line and column of a byte, both from 1.
    #[must_use]
    pub fn line_col(&self, byte: usize) -> (usize, usize) {
        let (line, column) = self.lines.line_col(byte);
        match self.part(byte) {
            Some((part, start)) if part.cell.is_some() => (line - self.lines.line_col(start).0 + 1, column),
            Some((part, _)) => (line, column + part.shift),
            None => (line, column),
        }
    }

    /// The cell of a notebook at a byte.
    #[must_use]
    pub fn cell(&self, byte: usize) -> Option<&Cell> {
        self.part(byte)?.0.cell.as_ref()
    }

    /// The name of a file with the cell at a byte: `book.ipynb:cell 3`.
    #[must_use]
    pub fn name(&self, path: &str, byte: usize) -> String {
        self.cell(byte).map_or_else(|| path.to_owned(), |cell| format!("{path}:cell {}", cell.number))
    }

    /// The line of the file on which the cell, fence or example at a byte starts.
    #[must_use]
    pub fn start(&self, byte: usize) -> Option<usize> {
        Some(self.part(byte)?.0.line)
    }

    /// The number of the cell that has a line of the text, and the line in it; else the line.
    #[must_use]
    pub fn line(&self, line: usize) -> (Option<usize>, usize) {
        let byte = self.lines.line_span(line).start;
        (self.cell(byte).map(|cell| cell.number), self.line_col(byte).0)
    }
}

/// A place in a file, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The line.
    pub line: usize,
    /// Characters.
    pub column: usize,
    /// Bytes.
    pub bytes: usize,
}

/// Where bytes of a source stand in the lines of its file, for programs that know no cells.
pub struct InFile<'s> {
    source: Cow<'s, Source>,
    starts: Vec<usize>,
}

impl<'s> InFile<'s> {
    /// The places of a source.
    #[must_use]
    pub fn new(source: Cow<'s, Source>) -> Self {
        let whole = source.document.as_ref().map_or(source.text.as_str(), |document| document.whole());
        let starts = std::iter::once(0).chain(memchr::memchr_iter(b'\n', whole.as_bytes()).map(|at| at + 1)).collect();
        InFile { source, starts }
    }

    /// The source.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Where a byte of the text stands.
    #[must_use]
    pub fn spot(&self, byte: usize) -> Spot {
        self.at(self.source.document.as_ref().map_or(byte, |document| document.in_whole(byte)))
    }

    /// Where a byte of the whole file stands.
    #[must_use]
    pub fn at(&self, byte: usize) -> Spot {
        let whole = self.source.document.as_ref().map_or(self.source.text.as_str(), |document| document.whole());
        let line = self.starts.partition_point(|start| *start <= byte).max(1);
        let before = whole.get(self.starts[line - 1]..byte).unwrap_or("");
        Spot { line, column: before.chars().count() + 1, bytes: before.len() + 1 }
    }
}
