//! A parsed file as a flat table of nodes in source order. Every look-up is a table access, so that neither endless
//! nesting nor a very long module costs more than its size. Knows no names and no types.

use std::ops::Range;
use std::sync::OnceLock;

use tree_sitter::{Language, Node, Parser, Tree};

/// A node, by its place in source order (parents before children).
pub type Id = usize;

/// Small, because a large file has millions: positions are those of a text below 4 GB.
#[derive(Clone, Copy)]
struct Entry {
    /// The grammar's number of the kind.
    kind: u16,
    /// The grammar's number of the field; 0 for none.
    field: u16,
    start: u32,
    end: u32,
    parent: u32,
    /// One past the last node below this one.
    stop: u32,
    named: bool,
    broken: bool,
}

/// Kinds without fields; asking the parser for one costs as much as the node has children.
const FIELDLESS: [&str; 6] = ["module", "block", "list", "tuple", "set", "dictionary"];

/// The grammar's words, once for the whole run.
struct Words {
    kinds: Vec<String>,
    fields: Vec<String>,
}

fn words() -> &'static Words {
    static WORDS: OnceLock<Words> = OnceLock::new();
    WORDS.get_or_init(|| {
        let language: Language = tree_sitter_python::LANGUAGE.into();
        let kinds = (0..language.node_kind_count())
            .map(|id| u16::try_from(id).ok().and_then(|id| language.node_kind_for_id(id)).unwrap_or("").to_owned());
        let fields = (0..=language.field_count())
            .map(|id| u16::try_from(id).ok().and_then(|id| language.field_name_for_id(id)).unwrap_or("").to_owned());
        Words { kinds: kinds.collect(), fields: fields.collect() }
    })
}

/// The node table of one text.
pub struct Syntax<'t> {
    /// The text the byte positions refer to.
    pub text: &'t str,
    /// Where a notebook says whether `await` is legal outside of functions.
    pub awaits: Vec<(Range<usize>, bool)>,
    entries: Vec<Entry>,
    /// For every node, the next one on the way up that is no mere part of an expression; once somebody asked.
    steps: OnceLock<Vec<u32>>,
}

/// Parses Python; a broken text gives a tree with error nodes. `None` for a text of 4 GB or more.
#[must_use]
pub fn parse(text: &str) -> Option<Tree> {
    u32::try_from(text.len()).ok()?;
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_python::LANGUAGE.into()).ok()?;
    parser.parse(text, None)
}

/// The grammar reads `[*a.b]` as the attribute `b` of `*a`. Here the star stands alone, and `a.b` is what it stands before.
fn unstar(entries: &mut [Entry], splat: Id) {
    let up = entries[splat].parent as usize;
    let inside = matches!(kind_of(entries[up]), "attribute" | "call" | "subscript") && entries[splat].field != 0;
    if kind_of(entries[splat]) != "list_splat" || !inside || (entries[splat].stop as usize) < splat + 3 {
        return;
    }
    let (star, inner) = (splat + 1, splat + 2);
    let start = entries[splat].start;
    entries[inner].parent = small(up);
    entries[inner].field = entries[splat].field;
    let alone = Entry { kind: entries[star].kind, field: 0, end: entries[star].end, stop: small(inner), named: false, ..entries[splat] };
    entries[splat] = alone;
    let from = entries[inner].start;
    let mut at = up;
    while entries[at].start == start && matches!(kind_of(entries[at]), "attribute" | "call" | "subscript") {
        entries[at].start = from;
        at = entries[at].parent as usize;
    }
}

fn kind_of(entry: Entry) -> &'static str {
    words().kinds.get(usize::from(entry.kind)).map_or("ERROR", String::as_str)
}

fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl<'t> Syntax<'t> {
    /// Lists the nodes of a tree.
    #[must_use]
    pub fn new(text: &'t str, tree: &Tree) -> Self {
        let mut entries: Vec<Entry> = Vec::new();
        let mut cursor = tree.walk();
        let mut path: Vec<Id> = Vec::new();
        loop {
            let node: Node = cursor.node();
            let id = entries.len();
            entries.push(Entry {
                kind: node.kind_id(),
                field: path
                    .last()
                    .filter(|&&up: &&Id| !FIELDLESS.contains(&kind_of(entries[up])))
                    .and_then(|_| cursor.field_id())
                    .map_or(0, std::num::NonZero::get),
                start: small(node.start_byte()),
                end: small(node.end_byte()),
                parent: small(path.last().copied().unwrap_or(0)),
                stop: small(id + 1),
                named: node.is_named(),
                broken: node.is_error() || node.is_missing(),
            });
            if cursor.goto_first_child() {
                path.push(id);
                continue;
            }
            while !cursor.goto_next_sibling() {
                let Some(done) = path.pop() else {
                    return Self { text, awaits: Vec::new(), entries, steps: OnceLock::new() };
                };
                entries[done].stop = small(entries.len());
                unstar(&mut entries, done);
                if !cursor.goto_parent() {
                    return Self { text, awaits: Vec::new(), entries, steps: OnceLock::new() };
                }
            }
        }
    }

    /// The number of nodes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no node at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The grammar's name of the node.
    #[must_use]
    pub fn kind(&self, id: Id) -> &'static str {
        kind_of(self.entries[id])
    }

    /// First byte.
    #[must_use]
    pub fn start(&self, id: Id) -> usize {
        self.entries[id].start as usize
    }

    /// One past the last byte.
    #[must_use]
    pub fn end(&self, id: Id) -> usize {
        self.entries[id].end as usize
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
        let field = self.entries[id].field;
        words().fields.get(usize::from(field)).filter(|_| field != 0).map(String::as_str)
    }

    /// Whether the grammar names the node (operators and punctuation are not named).
    #[must_use]
    pub fn is_named(&self, id: Id) -> bool {
        self.entries[id].named
    }

    /// Whether the parser made the node up or gave up at it.
    #[must_use]
    pub fn is_broken(&self, id: Id) -> bool {
        self.entries[id].broken
    }

    /// The node above; `None` for the root.
    #[must_use]
    pub fn parent(&self, id: Id) -> Option<Id> {
        (id != 0).then(|| self.entries[id].parent as usize)
    }

    /// One past the last node below `id`: `id..stop` is the subtree in source order.
    #[must_use]
    pub fn subtree(&self, id: Id) -> Range<Id> {
        id..self.entries[id].stop as usize
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
        let entries = &self.entries;
        let steps = || super::frames::steps(entries.len(), |id| entries[id].parent as usize, |id| entries[id].kind);
        self.steps.get_or_init(steps)[id] as usize
    }

    /// The children, punctuation included.
    pub fn children(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        let Range { start, end } = self.subtree(id);
        std::iter::successors((start + 1 < end).then_some(start + 1), move |&child| {
            let next = self.entries[child].stop as usize;
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

    /// The nodes at which the parser gave up or made something up, in source order.
    pub fn errors(&self) -> impl Iterator<Item = Id> + '_ {
        (0..self.len()).filter(|&id| self.is_broken(id))
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
