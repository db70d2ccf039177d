//! A parsed file as a flat table of nodes in source order. Every look-up is a table access, so that neither endless
//! nesting nor a very long module costs more than its size. Knows no names and no types.

use std::ops::Range;
use std::sync::OnceLock;

use super::nodes::{self, Kinds, Nodes};

/// A node, by its place in source order (parents before children).
pub type Id = usize;

/// The node table of one text.
pub struct Syntax<'t> {
    /// The text the byte positions refer to.
    pub text: &'t str,
    /// Where a notebook says whether `await` is legal outside of functions.
    pub awaits: Vec<(Range<usize>, bool)>,
    nodes: Nodes,
    kinds: OnceLock<Kinds>,
    /// For every node, the next one on the way up that is no mere part of an expression; once somebody asked.
    steps: OnceLock<Vec<u32>>,
}

impl<'t> Syntax<'t> {
    /// Parses Python; a broken text gives a table with error nodes. `None` for a text of 4 GB or
    /// more, and for one that is nested beyond what the parser bears.
    #[must_use]
    pub fn parse(text: &'t str) -> Option<Self> {
        Nodes::of(text).map(|nodes| Self::over(text, nodes))
    }

    /// The nodes that a text was parsed into, with that text.
    #[must_use]
    pub fn over(text: &'t str, nodes: Nodes) -> Self {
        Self { text, awaits: Vec::new(), nodes, kinds: OnceLock::new(), steps: OnceLock::new() }
    }

    /// The nodes without the text.
    #[must_use]
    pub fn into_nodes(self) -> Nodes {
        self.nodes
    }

    pub(super) fn entries(&self, ids: Range<Id>) -> &[nodes::Entry] {
        &self.nodes.entries[ids]
    }

    /// The nodes of a kind, in source order.
    pub fn of_kind<'s>(&'s self, kind: &str) -> impl Iterator<Item = Id> + Clone + use<'s, 't> {
        self.kinds.get_or_init(|| Kinds::of(&self.nodes)).get(kind).iter().map(|&id| id as Id)
    }

    /// The number of nodes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.entries.len()
    }

    /// Whether there is no node at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.entries.is_empty()
    }

    /// The grammar's name of the node.
    #[must_use]
    pub fn kind(&self, id: Id) -> &'static str {
        nodes::kind(self.nodes.entries[id].kind)
    }

    /// First byte.
    #[must_use]
    pub fn start(&self, id: Id) -> usize {
        self.nodes.entries[id].start as usize
    }

    /// One past the last byte.
    #[must_use]
    pub fn end(&self, id: Id) -> usize {
        self.nodes.entries[id].end as usize
    }

    /// The bytes of the node.
    #[must_use]
    pub fn span(&self, id: Id) -> Range<usize> {
        self.start(id)..self.end(id)
    }

    /// The node as written.
    #[must_use]
    pub fn str(&self, id: Id) -> &'t str {
        self.text.get(self.span(id)).unwrap_or("")
    }

    /// The field of the parent that the node stands in.
    #[must_use]
    pub fn role(&self, id: Id) -> Option<&'static str> {
        nodes::field(self.nodes.entries[id].field)
    }

    /// Whether the grammar names the node (operators and punctuation are not named).
    #[must_use]
    pub fn is_named(&self, id: Id) -> bool {
        self.nodes.entries[id].is_named()
    }

    /// Whether the parser made the node up or gave up at it.
    #[must_use]
    pub fn is_broken(&self, id: Id) -> bool {
        self.nodes.entries[id].broken
    }

    /// The node above; `None` for the root.
    #[must_use]
    pub fn parent(&self, id: Id) -> Option<Id> {
        (id != 0).then(|| self.nodes.entries[id].parent as usize)
    }

    /// One past the last node below `id`: `id..stop` is the subtree in source order.
    #[must_use]
    pub fn subtree(&self, id: Id) -> Range<Id> {
        id..self.nodes.entries[id].stop as usize
    }

    /// Whether `inner` is `outer` or stands below it.
    #[must_use]
    pub fn contains(&self, outer: Id, inner: Id) -> bool {
        self.subtree(outer).contains(&inner)
    }

    /// The nodes above, innermost first.
    pub fn ancestors(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        std::iter::successors(self.parent(id), |&up| self.parent(up))
    }

    /// The next node on the way up that is no mere part of an expression.
    pub(super) fn step(&self, id: Id) -> Id {
        let entries = &self.nodes.entries;
        let steps = || super::frames::steps(entries.len(), |id| entries[id].parent as usize, |id| entries[id].kind);
        self.steps.get_or_init(steps)[id] as usize
    }

    /// The children, punctuation included.
    pub fn children(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        let Range { start, end } = self.subtree(id);
        std::iter::successors((start + 1 < end).then_some(start + 1), move |&child| {
            let next = self.nodes.entries[child].stop as usize;
            (next < end).then_some(next)
        })
    }

    /// The statements after one in its block, comments left out.
    pub fn following(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        let end = self.parent(id).map_or(id, |up| self.subtree(up).end);
        let next = move |child: Id| Some(self.subtree(child).end).filter(|&next| next < end);
        std::iter::successors(next(id), move |&child| next(child)).filter(|&child| self.is_named(child) && !self.is_trivia(child))
    }

    /// The children that matter: named, and no comments or line continuations.
    pub fn named(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        self.children(id).filter(|&child| self.is_named(child) && !self.is_trivia(child))
    }

    /// Whether the node is a comment or a line continuation.
    #[must_use]
    pub fn is_trivia(&self, id: Id) -> bool {
        matches!(self.kind(id), "comment" | "line_continuation")
    }

    /// The first child in that field.
    #[must_use]
    pub fn field(&self, id: Id, name: &str) -> Option<Id> {
        self.children(id).find(|&child| self.role(child) == Some(name) && !self.is_trivia(child))
    }

    /// The node without parentheses around it.
    #[must_use]
    pub fn unparenthesised(&self, mut id: Id) -> Id {
        while self.kind(id) == "parenthesized_expression" {
            let Some(inner) = self.named(id).next() else {
                return id;
            };
            id = inner;
        }
        id
    }

    /// The statement around the node: the ancestor (or itself) whose parent is a block or the module.
    #[must_use]
    pub fn statement(&self, id: Id) -> Id {
        let mut last = id;
        for up in self.frames(id) {
            if matches!(self.kind(up), "block" | "module") {
                return last;
            }
            last = up;
        }
        last
    }

    /// The innermost function definition, lambda included, whose body holds the node.
    #[must_use]
    pub fn function(&self, id: Id) -> Option<Id> {
        let mut last = id;
        for up in self.frames(id) {
            if matches!(self.kind(up), "function_definition" | "lambda") && self.role(last) == Some("body") {
                return Some(up);
            }
            last = up;
        }
        None
    }

    /// Whether a function definition says `async`.
    #[must_use]
    pub fn is_async(&self, function: Id) -> bool {
        self.children(function).next().is_some_and(|first| self.kind(first) == "async")
    }

    /// The class whose body directly holds the function, decorators seen through.
    #[must_use]
    pub fn class_of(&self, function: Id) -> Option<Id> {
        let holder = self
            .ancestors(function)
            .find(|&up| !matches!(self.kind(up), "block" | "decorated_definition" | "if_statement" | "else_clause"))?;
        (self.kind(holder) == "class_definition").then_some(holder)
    }

    /// The next node in the same parent, punctuation included.
    #[must_use]
    pub fn next(&self, id: Id) -> Option<Id> {
        let end = self.subtree(self.parent(id)?).end;
        Some(self.subtree(id).end).filter(|&next| next < end)
    }

    /// The node before it in the same parent, punctuation included.
    #[must_use]
    pub fn previous(&self, id: Id) -> Option<Id> {
        self.children(self.parent(id)?).take_while(|&child| child < id).last()
    }

    /// Whether a line ends in an expression where none of its own brackets is open.
    #[must_use]
    pub fn is_torn(&self, id: Id) -> bool {
        self.str(id).contains('\n') && self.nodes.is_torn(id, self.text)
    }

    /// Whether the parser gave up or made something up anywhere.
    #[must_use]
    pub fn is_faulty(&self) -> bool {
        self.nodes.faulty
    }

    /// The nodes at which the parser gave up or made something up, in source order.
    pub fn errors(&self) -> impl Iterator<Item = Id> + '_ {
        let all = if self.is_faulty() { 0..self.len() } else { 0..0 };
        all.filter(|&id| self.is_broken(id))
    }

    /// Whether there is such a node in a subtree.
    #[must_use]
    pub fn has_error(&self, id: Id) -> bool {
        self.is_faulty() && self.subtree(id).any(|node| self.is_broken(node))
    }

    /// Whether a node is a number, a text, or one of the constants of the language.
    #[must_use]
    pub fn is_constant(&self, id: Id) -> bool {
        matches!(self.kind(id), "string" | "integer" | "float" | "true" | "false" | "none" | "ellipsis")
    }

    /// The value of a plain string literal: no prefix that changes it, no escapes, no interpolation.
    #[must_use]
    pub fn literal(&self, id: Id) -> Option<&'t str> {
        if self.kind(id) != "string" {
            return None;
        }
        let prefix = self.str(self.children(id).next()?);
        let plain = !prefix.to_ascii_lowercase().contains(['f', 'b', 't']);
        let mut inner = self.named(id).filter(|&part| !matches!(self.kind(part), "string_start" | "string_end"));
        match inner.next() {
            None => plain.then_some(""),
            Some(content) => {
                let whole = inner.next().is_none() && self.kind(content) == "string_content";
                (plain && whole && !self.str(content).contains('\\')).then(|| self.str(content))
            }
        }
    }
}
