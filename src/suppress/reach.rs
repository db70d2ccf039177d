//! Which lines belong to a site, and which statement a comment stands above.

use std::ops::{Range, RangeInclusive};

use crate::python::{Id, Syntax};
use crate::source::Lines;
use crate::source::document::is_marked;

/// A file, to look places up.
#[derive(Clone, Copy)]
pub(super) struct Reach<'r, 't> {
    pub syntax: &'r Syntax<'t>,
    pub lines: &'r Lines<'t>,
}

impl Reach<'_, '_> {
    /// The lines on which a comment speaks of a site: those of its statement, of a statement with a body only the head.
    pub fn region(&self, site: &Range<usize>) -> RangeInclusive<usize> {
        let span = self.part(site);
        self.line(span.start)..=self.line(span.end.saturating_sub(1).max(span.start))
    }

    /// The bytes of those lines' statements.
    pub fn part(&self, site: &Range<usize>) -> Range<usize> {
        let first = self.statement(site.start);
        if self.syntax.end(first) >= site.end {
            return self.head(first);
        }
        let last = self.statement(site.end.saturating_sub(1));
        self.syntax.start(first)..self.head(last).end
    }

    fn line(&self, byte: usize) -> usize {
        self.lines.line_col(byte).0
    }

    /// The innermost statement, clause or decorator at a byte.
    fn statement(&self, byte: usize) -> Id {
        let at = self.first_after(byte + 1).saturating_sub(1);
        let holds = |&id: &Id| self.syntax.start(id) <= byte && self.syntax.end(id) > byte;
        let is_part = |&id: &Id| {
            let up = self.syntax.parent(id).map_or("", |up| self.syntax.kind(up));
            matches!(up, "block" | "module" | "") || self.body(id).is_some() || self.syntax.kind(id) == "decorator"
        };
        std::iter::once(at).chain(self.syntax.frames(at)).filter(holds).find(is_part).unwrap_or(0)
    }

    /// The first node that starts at a byte or later.
    fn first_after(&self, byte: usize) -> Id {
        let (mut low, mut high) = (0, self.syntax.len());
        while low < high {
            let middle = (low + high) / 2;
            if self.syntax.start(middle) < byte { low = middle + 1 } else { high = middle }
        }
        low
    }

    /// Whether a byte lies inside a string.
    pub fn in_string(&self, byte: usize) -> bool {
        let at = self.first_after(byte).saturating_sub(1);
        let inside = |id: Id| self.syntax.kind(id) == "string" && self.syntax.start(id) < byte && self.syntax.end(id) > byte;
        std::iter::once(at).chain(self.syntax.frames(at)).any(inside)
    }

    fn body(&self, id: Id) -> Option<Id> {
        self.syntax.children(id).filter(|_| self.syntax.is_frame(id)).find(|&part| self.syntax.kind(part) == "block")
    }

    /// A statement without its body.
    fn head(&self, id: Id) -> Range<usize> {
        let start = self.syntax.start(id);
        match self.body(id) {
            None => self.syntax.span(id),
            Some(body) => {
                let before = self.syntax.children(id).take_while(|&part| part < body).filter(|&part| self.syntax.kind(part) != "comment");
                start..before.last().map_or(start, |part| self.syntax.end(part))
            }
        }
    }

    /// The statement that a comment on a line of its own stands above.
    pub fn statement_below(&self, comment: Id) -> Option<Range<usize>> {
        let (_, column) = self.lines.line_col(self.syntax.start(comment));
        if !self.has_own_line(comment) {
            return None;
        }
        let is_statement = |&id: &Id| {
            self.syntax.parent(id).is_some_and(|up| matches!(self.syntax.kind(up), "block" | "module")) && self.syntax.is_named(id)
        };
        let mut after = (self.first_after(self.syntax.end(comment))..self.syntax.len()).filter(|&id| self.syntax.kind(id) != "comment");
        let next = after.find(is_statement)?;
        if is_marked(&self.syntax.text[self.syntax.end(comment)..self.syntax.start(next)]) {
            // The last comment of a cell says nothing about the next one.
            return None;
        }
        (self.lines.line_col(self.syntax.start(next)).1 == column).then(|| self.syntax.span(next))
    }

    /// Whether nothing but blanks stands before a node on its line.
    pub fn has_own_line(&self, id: Id) -> bool {
        let before = &self.syntax.text[..self.syntax.start(id)];
        let line = before.rfind(['\n', '\r']).map_or(0, |end| end + 1);
        before[line..].trim().is_empty()
    }
}
