//! The import statements of a file, where each of them runs, and what a site sees of them. It decides nothing: what to add is in
//! `imports`, what to take away in `unused`.

use std::ops::Range;

use tree_sitter::Node;

/// When an import statement runs, seen from the module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In the module's body, or in the body of a module-level `try`: whenever the module is imported.
    Run,
    /// Under a module-level `if`, `with`, loop or handler: perhaps.
    Branch,
    /// Under `if __name__ == "__main__"`: when run as a script.
    Main,
    /// Under `if TYPE_CHECKING`: never.
    Checking,
    /// Inside a function or class.
    Inner,
}

/// One name that an import statement binds.
#[derive(Clone, Debug)]
pub(super) struct Imported<'t> {
    /// `victor.protocols` in `from victor.protocols import X` and in `import victor.protocols`.
    pub module: String,
    /// `X`; none for `import m`.
    pub name: Option<String>,
    /// After `as`.
    pub alias: Option<String>,
    /// `X as Y` or `X` in the statement.
    pub node: Node<'t>,
}

impl Imported<'_> {
    /// The identifier that is bound: `Y` for `X as Y`, `a` for `import a.b`.
    pub fn local(&self) -> &str {
        match (&self.alias, &self.name) {
            (Some(alias), _) => alias,
            (None, Some(name)) => name,
            (None, None) => first_part(&self.module),
        }
    }
}

/// One import statement with its surroundings.
#[derive(Clone, Debug)]
pub(super) struct Statement<'t> {
    /// The whole statement, without its line end.
    pub node: Node<'t>,
    /// What it binds; empty for a star import.
    pub names: Vec<Imported<'t>>,
    /// `from m import *`: the module.
    pub star: Option<String>,
    /// When it runs.
    pub place: Place,
    /// The module or block it stands in.
    pub block: Node<'t>,
    /// The innermost function or class around it.
    pub scope: Option<Node<'t>>,
    /// The statement around it (or itself) that is certain to run with the module.
    pub anchor: Node<'t>,
    /// The innermost `try` around it, in any of its clauses.
    pub guard: Option<Node<'t>>,
}

impl Statement<'_> {
    /// Whether it is `from __future__ import …`.
    pub fn is_future(&self) -> bool {
        self.node.kind() == "future_import_statement"
    }

    /// Whether it imports from the `victor` package.
    pub fn is_victor(&self) -> bool {
        let star = self.star.iter();
        self.names.iter().map(|n| &n.module).chain(star).any(|m| first_part(m) == "victor")
    }

    /// Whether it is `from . import x` or the like.
    pub fn is_relative(&self) -> bool {
        let star = self.star.iter();
        self.names.iter().map(|n| &n.module).chain(star).any(|m| m.starts_with('.'))
    }
}

/// `a` of `a.b.c`.
pub(super) fn first_part(module: &str) -> &str {
    module.split('.').next().unwrap_or(module)
}

#[derive(Clone, Copy)]
struct Context<'t> {
    place: Place,
    block: Node<'t>,
    scope: Option<Node<'t>>,
    anchor: Option<Node<'t>>,
    guard: Option<Node<'t>>,
}

/// All import statements of the file in the order of their bytes.
pub(super) fn statements<'t>(root: Node<'t>, text: &str) -> Vec<Statement<'t>> {
    let top = Context { place: Place::Run, block: root, scope: None, anchor: None, guard: None };
    let mut found = Vec::new();
    let mut stack = vec![(root, top)];
    while let Some((node, context)) = stack.pop() {
        match node.kind() {
            "import_statement" | "import_from_statement" | "future_import_statement" => {
                found.push(statement(node, context, text));
            }
            kind if holds_statements(kind) => {
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor) {
                    stack.push((child, enter(node, child, context, text)));
                }
            }
            _ => {}
        }
    }
    found.sort_by_key(|s| s.node.start_byte());
    found
}

fn holds_statements(kind: &str) -> bool {
    matches!(
        kind,
        "module"
            | "block"
            | "ERROR"
            | "if_statement"
            | "elif_clause"
            | "else_clause"
            | "try_statement"
            | "except_clause"
            | "except_group_clause"
            | "finally_clause"
            | "with_statement"
            | "for_statement"
            | "while_statement"
            | "match_statement"
            | "case_clause"
            | "function_definition"
            | "class_definition"
            | "decorated_definition"
    )
}

/// The context of `child`, one step below `node`.
fn enter<'t>(node: Node<'t>, child: Node<'t>, context: Context<'t>, text: &str) -> Context<'t> {
    let mut inner = context;
    let place = match node.kind() {
        "module" | "block" | "ERROR" => {
            inner.block = node;
            return inner;
        }
        "function_definition" | "class_definition" => {
            inner.scope = Some(node);
            Place::Inner
        }
        "try_statement" => {
            inner.guard = Some(node);
            if child.kind() == "block" { context.place } else { Place::Branch }
        }
        "if_statement" => branch(node, child, text),
        "elif_clause" | "else_clause" | "except_clause" | "except_group_clause" | "finally_clause" | "case_clause" => context.place,
        "decorated_definition" => return inner,
        _ => Place::Branch,
    };
    if context.place == Place::Run && place != Place::Run {
        inner.anchor = Some(node);
    }
    // What is nested can only run more rarely than what it is nested in.
    inner.place = match (context.place, place) {
        (Place::Inner, _) | (_, Place::Inner) => Place::Inner,
        (Place::Checking, _) | (_, Place::Checking) => Place::Checking,
        (Place::Main, _) | (_, Place::Main) => Place::Main,
        (Place::Branch, _) | (_, Place::Branch) => Place::Branch,
        (Place::Run, Place::Run) => Place::Run,
    };
    inner
}

/// When a clause of a module-level `if` runs.
fn branch(node: Node, child: Node, text: &str) -> Place {
    let Some(condition) = node.child_by_field_name("condition") else {
        return Place::Branch;
    };
    let condition = text_of(condition, text);
    let negated = condition.trim_start_matches('(').starts_with("not ");
    let body = child.kind() == "block";
    if condition.contains("TYPE_CHECKING") && body != negated {
        Place::Checking
    } else if condition.contains("__name__") && body {
        Place::Main
    } else {
        Place::Branch
    }
}

/// Whether the node is `if TYPE_CHECKING: …`.
pub(super) fn is_type_checking(node: Node, text: &str) -> bool {
    node.kind() == "if_statement" && node.child_by_field_name("condition").is_some_and(|c| text_of(c, text).contains("TYPE_CHECKING"))
}

fn statement<'t>(node: Node<'t>, context: Context<'t>, text: &str) -> Statement<'t> {
    let from = match node.kind() {
        "future_import_statement" => Some("__future__".to_owned()),
        _ => node.child_by_field_name("module_name").map(|m| squeezed(m, text)),
    };
    let mut cursor = node.walk();
    let star = node.named_children(&mut cursor).any(|c| c.kind() == "wildcard_import");
    let names = node.children_by_field_name("name", &mut cursor).map(|name| imported(name, from.as_deref(), text)).collect();
    Statement {
        node,
        names,
        star: from.filter(|_| star),
        place: context.place,
        block: context.block,
        scope: context.scope,
        anchor: context.anchor.unwrap_or(node),
        guard: context.guard,
    }
}

fn imported<'t>(node: Node<'t>, from: Option<&str>, text: &str) -> Imported<'t> {
    let dotted = squeezed(node.child_by_field_name("name").unwrap_or(node), text);
    let alias = node.child_by_field_name("alias").map(|a| text_of(a, text).to_owned());
    match from {
        Some(module) => Imported { module: module.to_owned(), name: Some(dotted), alias, node },
        None => Imported { module: dotted, name: None, alias, node },
    }
}

/// The node's text without white space: `a . b` is `a.b`.
fn squeezed(node: Node, text: &str) -> String {
    text_of(node, text).split_whitespace().collect()
}

/// The place in the code that needs the import.
pub(super) struct Site<'t> {
    /// The nodes around it, outermost first.
    pub around: Vec<Node<'t>>,
    /// The functions whose body it is in, outermost first.
    pub functions: Vec<Node<'t>>,
    /// What must run before the site ends before this byte; the end of time for a site in a function.
    pub limit: usize,
    at: usize,
}

impl<'t> Site<'t> {
    /// Looks up what is around the byte.
    pub fn new(root: Node<'t>, at: usize) -> Self {
        let mut around = vec![root];
        let mut functions = Vec::new();
        let mut cursor = root.walk();
        while cursor.goto_first_child_for_byte(at).is_some() && cursor.node().start_byte() <= at {
            let node = cursor.node();
            let parent = around.last().copied().unwrap_or(root);
            if parent.kind() == "function_definition" && cursor.field_name() == Some("body") {
                functions.push(parent);
            }
            around.push(node);
        }
        let limit = if functions.is_empty() { at } else { usize::MAX };
        Site { around, functions, limit, at }
    }

    /// Whether the statement has run when the site does, because it stands before it in a block around it.
    pub fn follows(&self, statement: &Statement) -> bool {
        statement.node.end_byte() <= self.at && self.around.iter().any(|n| n.id() == statement.block.id())
    }
}

/// The source of a node.
pub(super) fn text_of<'s>(node: Node, text: &'s str) -> &'s str {
    text.get(node.byte_range()).unwrap_or("")
}

/// Where a name stands as a whole word, in code, strings and comments alike.
pub(super) fn words<'s>(text: &'s str, word: &'s str) -> impl Iterator<Item = Range<usize>> + 's {
    let in_word = |c: char| c == '_' || c.is_alphanumeric();
    text.match_indices(word).filter_map(move |(start, found)| {
        let end = start + found.len();
        let whole = !text[..start].ends_with(in_word) && !text[end..].starts_with(in_word);
        whole.then_some(start..end)
    })
}

/// The identifiers of that name: not in strings or comments, not `x.name`, not `f(name=…)`.
pub(super) fn identifiers<'t>(root: Node<'t>, text: &str, word: &str) -> Vec<Node<'t>> {
    words(text, word)
        .filter_map(|at| root.descendant_for_byte_range(at.start, at.end).filter(|n| n.byte_range() == at))
        .filter(|node| node.kind() == "identifier")
        .filter(|node| {
            let field = |parent: Node, name| parent.child_by_field_name(name).is_some_and(|c| c.id() == node.id());
            node.parent().is_none_or(|parent| match parent.kind() {
                "attribute" => !field(parent, "attribute"),
                "keyword_argument" => !field(parent, "name"),
                _ => true,
            })
        })
        .collect()
}

/// The first byte of the line, after a byte order mark.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    match text[..at].rfind('\n') {
        Some(newline) => newline + 1,
        None if text.starts_with('\u{feff}') => '\u{feff}'.len_utf8(),
        None => 0,
    }
}

/// One past the line's `\n`, or the end of the text.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |newline| at + newline + 1)
}

/// The neighbour statement behind (or before) a `;` on the same logical line.
pub(super) fn beside<'t>(node: Node<'t>, forward: bool) -> Option<Node<'t>> {
    let step = |n: Node<'t>| {
        if forward { n.next_sibling() } else { n.prev_sibling() }
    };
    let semicolon = step(node).filter(|n| n.kind() == ";")?;
    let other = step(semicolon)?;
    let right = if forward { other } else { node };
    let joined = other.is_named() && other.kind() != "comment" && right.start_position().row == semicolon.end_position().row;
    joined.then_some(other)
}

#[cfg(test)]
pub(super) fn parse(text: &str) -> tree_sitter::Tree {
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(&tree_sitter_python::LANGUAGE.into()).expect("the grammar fits the library");
    parser.parse(text, None).expect("no time limit is set")
}
