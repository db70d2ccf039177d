//! What the parser makes of a text, as a table that `syntax` looks things up in. The parser's own tree takes several times
//! as much memory and does not outlive this file.

use std::cell::RefCell;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use tree_sitter::{Language, Parser, Tree, TreeCursor};

use super::frames::FRAMES;
use super::syntax::Id;
use crate::source::nesting;

/// The nodes of one text, parents before children.
#[derive(Default)]
pub struct Nodes {
    pub(super) entries: Vec<Entry>,
    /// Some node is broken.
    pub(super) faulty: bool,
}

/// Small, because a large file has millions: positions are those of a text below 4 GB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// The grammar's number of the kind.
    pub kind: u16,
    /// The grammar's number of the field; 0 for none.
    pub field: u8,
    /// The parser made it up or gave up at it.
    pub broken: bool,
    pub start: u32,
    pub end: u32,
    pub parent: u32,
    /// One past the last node below this one.
    pub stop: u32,
}

/// What the grammar says of a kind of nodes.
struct Kind {
    name: &'static str,
    named: bool,
    /// Its children may stand in fields; asking the parser for one costs as much as the node has children.
    fields: bool,
    /// See [`FRAMES`].
    frame: bool,
    /// Holds statements.
    block: bool,
    /// A statement on one line, unless brackets are open where a line ends.
    simple: bool,
    /// Kinds of one name are one group.
    group: usize,
}

/// Kinds without fields that can have many children.
const FIELDLESS: [&str; 6] = ["module", "block", "list", "tuple", "set", "dictionary"];

/// Statements that end with their line.
const SIMPLE: [&str; 7] = [
    "expression_statement",
    "return_statement",
    "assert_statement",
    "raise_statement",
    "delete_statement",
    "import_statement",
    "import_from_statement",
];

/// The grammar's words, once for the whole run.
struct Words {
    kinds: Vec<Kind>,
    fields: Vec<Option<&'static str>>,
    groups: FxHashMap<&'static str, usize>,
}

static LANGUAGE: LazyLock<Language> = LazyLock::new(|| tree_sitter_python::LANGUAGE.into());

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let mut groups = FxHashMap::from_iter([(ERROR.name, ERROR.group)]);
    let kind = |id: u16| {
        let name = LANGUAGE.node_kind_for_id(id).unwrap_or("");
        let next = groups.len();
        let group = *groups.entry(name).or_insert(next);
        let (fields, frame) = (!FIELDLESS.contains(&name), FRAMES.contains(&name));
        Kind { name, named: LANGUAGE.node_kind_is_named(id), fields, frame, block: name == "block", simple: SIMPLE.contains(&name), group }
    };
    let small = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
    let kinds = (0..small(LANGUAGE.node_kind_count())).map(kind).collect();
    let fields = (0..=small(LANGUAGE.field_count())).map(|id| LANGUAGE.field_name_for_id(id)).collect();
    Words { kinds, fields, groups }
});

/// What stands where the parser gave up; the grammar has no number for it.
const ERROR: Kind = Kind { name: "ERROR", named: true, fields: true, frame: true, block: false, simple: false, group: 0 };

fn kind_of(number: u16) -> &'static Kind {
    WORDS.kinds.get(usize::from(number)).unwrap_or(&ERROR)
}

/// The name of a kind.
pub(super) fn kind(number: u16) -> &'static str {
    kind_of(number).name
}

/// The nodes of a text by the names of their kinds.
pub(super) struct Kinds {
    /// Where each group begins, and one past the last.
    starts: Vec<u32>,
    ids: Vec<u32>,
}

impl Kinds {
    pub(super) fn of(nodes: &Nodes) -> Self {
        let group = |entry: &Entry| kind_of(entry.kind).group;
        let mut starts = vec![0; WORDS.groups.len() + 2];
        nodes.entries.iter().for_each(|entry| starts[group(entry) + 2] += 1);
        (2..starts.len()).for_each(|at| starts[at] += starts[at - 1]);
        let mut ids = vec![0; nodes.entries.len()];
        // While ids are written, the start of a group is kept one place further on.
        for (id, entry) in nodes.entries.iter().enumerate() {
            let next: &mut u32 = &mut starts[group(entry) + 1];
            ids[*next as usize] = small(id);
            *next += 1;
        }
        Self { starts, ids }
    }

    /// The nodes of a kind, in source order.
    pub(super) fn get(&self, kind: &str) -> &[u32] {
        let Some(&group) = WORDS.groups.get(kind) else { return &[] };
        &self.ids[self.starts[group] as usize..self.starts[group + 1] as usize]
    }
}

/// Whether nodes of a kind hold whole expressions.
pub(super) fn is_frame(number: u16) -> bool {
    kind_of(number).frame
}

/// The name of a field.
pub(super) fn field(number: u8) -> Option<&'static str> {
    WORDS.fields.get(usize::from(number)).copied().flatten()
}

thread_local! {
    static PARSER: RefCell<Option<Parser>> = RefCell::new(parser());
}

fn parser() -> Option<Parser> {
    let mut parser = Parser::new();
    parser.set_language(&LANGUAGE).ok()?;
    Some(parser)
}

pub(super) fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl Entry {
    fn of(cursor: &TreeCursor<'_>, up: Option<(Id, Entry)>, id: Id) -> Self {
        let node = cursor.node();
        let (kind, span) = (node.kind_id(), node.byte_range());
        let field = up.filter(|(_, up)| kind_of(up.kind).fields).and_then(|_| cursor.field_id());
        Entry {
            kind,
            field: field.and_then(|field| u8::try_from(field.get()).ok()).unwrap_or(0),
            // What the parser makes up has no length.
            broken: usize::from(kind) >= WORDS.kinds.len() || span.is_empty() && node.is_missing(),
            start: small(span.start),
            end: small(span.end),
            parent: small(up.map_or(0, |(up, _)| up)),
            stop: small(id + 1),
        }
    }

    pub(super) fn is_named(self) -> bool {
        kind_of(self.kind).named
    }
}

impl Nodes {
    /// Parses a text; `None` for one of 4 GB or more, and one that is nested beyond what the parser bears.
    pub(super) fn of(text: &str) -> Option<Self> {
        u32::try_from(text.len()).ok().filter(|_| nesting::is_bearable(text))?;
        let tree = PARSER.with_borrow_mut(|parser| parser.as_mut()?.parse(text, None))?;
        let mut nodes = Self::listed(&tree);
        nodes.mark_hollow();
        nodes.mark_torn(text);
        nodes.mark_shifted(text);
        nodes.mark_old(text);
        Some(nodes)
    }

    /// The grammar lets a block be empty, or hold nothing but comments; Python does not.
    fn mark_hollow(&mut self) {
        for id in 0..self.entries.len() {
            let entry = self.entries[id];
            if !kind_of(entry.kind).block {
                continue;
            }
            let mut child = id + 1;
            while child < entry.stop as usize && kind(self.entries[child].kind) == "comment" {
                child = self.entries[child].stop as usize;
            }
            let hollow = child >= entry.stop as usize;
            self.entries[id].broken |= hollow;
            self.faulty |= hollow;
        }
    }

    /// The grammar lets a statement go on in the next line wherever something is missing; Python does only inside brackets.
    fn mark_torn(&mut self, text: &str) {
        for id in 0..self.entries.len() {
            let entry = self.entries[id];
            let is_long = || text.get(entry.start as usize..entry.end as usize).is_some_and(|text| text.contains('\n'));
            if kind_of(entry.kind).simple && is_long() && self.is_torn(id, text) {
                self.entries[id].broken = true;
                self.faulty = true;
            }
        }
    }

    /// The grammar takes `print x` and `exec "x"`, which ended with Python 2. `print -1` and `print >>f, x` are expressions.
    fn mark_old(&mut self, text: &str) {
        for id in 0..self.entries.len() {
            if !matches!(kind(self.entries[id].kind), "print_statement" | "exec_statement") {
                continue;
            }
            let given = self.entries.get(id + 2).and_then(|first| text.get(first.start as usize..)).and_then(|text| text.chars().next());
            if given.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '"' | '\'' | '`')) {
                self.entries[id].broken = true;
                self.faulty = true;
            }
        }
    }

    /// The grammar lets a statement be indented for nothing.
    fn mark_shifted(&mut self, text: &str) {
        let holds = |entry: Entry| kind_of(entry.kind).block || kind(entry.kind) == "module";
        for id in 0..self.entries.len() {
            if !holds(self.entries[id]) {
                continue;
            }
            let (mut child, mut expected) = (id + 1, None);
            while child < self.entries[id].stop as usize {
                let entry = self.entries[child];
                let before = text.get(..entry.start as usize).unwrap_or("");
                // Only as far back as blanks go: a line may hold very many statements.
                let head = before.trim_end_matches([' ', '\t', '\x0c', '\u{feff}']);
                let leads = head.is_empty() || head.ends_with(['\n', '\r']) && !head.trim_end_matches(['\n', '\r']).ends_with('\\');
                // A form feed begins a line anew.
                let indent = before[head.len()..].trim_start_matches('\u{feff}').rsplit('\x0c').next().unwrap_or("");
                if entry.is_named() && kind(entry.kind) != "comment" && leads {
                    let shifted = *expected.get_or_insert(indent) != indent;
                    self.entries[child].broken |= shifted;
                    self.faulty |= shifted;
                }
                child = entry.stop as usize;
            }
        }
    }

    /// Whether a line ends inside a statement or an expression where no bracket is open and no backslash stands.
    pub(super) fn is_torn(&self, statement: Id, text: &str) -> bool {
        let stop = self.entries[statement].stop as usize;
        let (mut id, mut depth, mut end) = (statement, 0usize, self.entries[statement].start);
        while id < stop {
            let entry = self.entries[id];
            let is_string = kind(entry.kind) == "string";
            if !is_string && entry.stop as usize > id + 1 {
                id += 1;
                continue;
            }
            if depth == 0 && text.get(end as usize..entry.start as usize).is_some_and(ends_a_line) {
                return true;
            }
            match kind(entry.kind) {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" => depth = depth.saturating_sub(1),
                _ => {}
            }
            (id, end) = (entry.stop as usize, entry.end.max(end));
        }
        false
    }

    /// How many places the parser could not make sense of.
    #[must_use]
    pub fn faults(&self) -> usize {
        if self.faulty { self.entries.iter().filter(|entry| entry.broken).count() } else { 0 }
    }

    fn listed(tree: &Tree) -> Self {
        let mut nodes = Self { entries: Vec::with_capacity(tree.root_node().descendant_count()), faulty: tree.root_node().has_error() };
        let entries = &mut nodes.entries;
        let mut cursor = tree.walk();
        let mut path: Vec<Id> = Vec::new();
        loop {
            let id = entries.len();
            entries.push(Entry::of(&cursor, path.last().map(|&up| (up, entries[up])), id));
            if cursor.goto_first_child() {
                path.push(id);
                continue;
            }
            while !cursor.goto_next_sibling() {
                let Some(done) = path.pop() else { return nodes };
                entries[done].stop = small(entries.len());
                unstar(entries, done);
                if !cursor.goto_parent() {
                    return nodes;
                }
            }
        }
    }
}

/// Whether a line ends in what stands between two parts of a statement, without a backslash.
fn ends_a_line(gap: &str) -> bool {
    gap.match_indices('\n').any(|(at, _)| !gap[..at].trim_end_matches('\r').ends_with('\\'))
}

/// The grammar reads `[*a.b]` as the attribute `b` of `*a`. Here the star stands alone, and `a.b` is what it stands before.
fn unstar(entries: &mut [Entry], splat: Id) {
    if kind(entries[splat].kind) != "list_splat" {
        return;
    }
    let has_members = |entry: Entry| matches!(kind(entry.kind), "attribute" | "call" | "subscript");
    let up = entries[splat].parent as usize;
    if !has_members(entries[up]) || entries[splat].field == 0 || (entries[splat].stop as usize) < splat + 3 {
        return;
    }
    let (star, inner) = (splat + 1, splat + 2);
    let start = entries[splat].start;
    entries[inner].parent = small(up);
    entries[inner].field = entries[splat].field;
    let alone = Entry { kind: entries[star].kind, field: 0, end: entries[star].end, stop: small(inner), ..entries[splat] };
    entries[splat] = alone;
    let from = entries[inner].start;
    let mut at = up;
    while entries[at].start == start && has_members(entries[at]) {
        entries[at].start = from;
        at = entries[at].parent as usize;
    }
}

#[cfg(test)]
mod tests {
    use super::Nodes;

    #[test]
    fn a_block_without_a_statement_is_broken() {
        let faults = |text: &str| Nodes::of(text).expect("parsed").faults();
        for (text, wanted) in [
            ("for x in xs:\n    print(x)\n", 0),
            ("if x: pass\nelse: y\n", 0),
            ("class C:\n    # only\n    ...\n", 0),
            ("def f():\n    \"\"\"Said.\"\"\"\n", 0),
            ("match x:\n    case 1:\n        pass\n", 0),
            ("for x in xs:\nprint(x)\n", 1),
            ("for x in xs:\n    # only\nprint(x)\n", 1),
            ("def f():\n    try:\n    finally:\n        pass\n", 1),
            ("with a:\n", 1),
        ] {
            assert_eq!(faults(text), wanted, "{text}");
        }
    }

    #[test]
    fn statements_of_python_2_are_none_any_more() {
        let faults = |text: &str| Nodes::of(text).expect("parsed").faults();
        for text in ["print x\n", "print 'x', y\n", "exec \"x\"\n", "if a:\n    print 1\n"] {
            assert_eq!(faults(text), 1, "{text}");
        }
        for text in ["print >>out, x\n", "print\n", "print (1)\n", "print in names\n", "print [1]\n", "exec (code)\n", "print = exec = 1\n"]
        {
            assert_eq!(faults(text), 0, "{text}");
        }
    }

    #[test]
    fn a_statement_ends_with_its_line_unless_a_bracket_is_open() {
        let faults = |text: &str| Nodes::of(text).expect("parsed").faults();
        for (text, wanted) in [
            ("x = (1 +\n     2)\n", 0),
            ("x = 1 + \\\n    2\n", 0),
            ("x = a == \\\n    'b' \\\r\n    'c'\n", 0),
            ("x = f(\n    a,  # why\n)[\n0\n].y\n", 0),
            ("x = \"\"\"one\n\\t two\n\"\"\" + f\"\"\"{a\n}\n\"\"\"\n", 0),
            ("from a import (\n    b,\n)\nx = {\n'a': 1}; y = 2\n", 0),
            ("x = ('a'\n     'b')\nreturn [\n    1]\n", 0),
            ("x = \nprint(1)\n", 1),
            ("x = 'a'\n     'b'\n", 1),
            ("return a +\n    b\n", 1),
            ("x = 1\n  y = 2\n", 1),
            ("if a:\n    b\n\n\n    c\nelse: d\ne\n", 0),
            ("if a:\n\tb\n        c\n", 1),
            ("x = 1; \\\n    y = 2\n", 0),
        ] {
            assert_eq!(faults(text), wanted, "{text}");
        }
    }
}
