//! The import statements of a file, where each of them runs, and what a site sees of them. It decides nothing: what to add is in
//! `imports`, what to take away in `unused`.

use std::ops::Range;

use crate::python::syntax::{Id, Syntax};

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
pub(super) struct Imported {
    /// `victor.protocols` in `from victor.protocols import X` and in `import victor.protocols`.
    pub module: String,
    /// `X`; none for `import m`.
    pub name: Option<String>,
    /// After `as`.
    pub alias: Option<String>,
    /// `X as Y` or `X` in the statement.
    pub node: Id,
}

impl Imported {
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
pub(super) struct Statement {
    /// The whole statement, without its line end.
    pub node: Id,
    /// What it binds; empty for a star import.
    pub names: Vec<Imported>,
    /// `from m import *`: the module.
    pub star: Option<String>,
    /// When it runs.
    pub place: Place,
    /// The module or block it stands in.
    pub block: Id,
    /// The innermost function or class around it.
    pub scope: Option<Id>,
    /// The statement around it (or itself) that is certain to run with the module.
    pub anchor: Id,
    /// The innermost `try` around it, in any of its clauses.
    pub guard: Option<Id>,
}

impl Statement {
    /// Whether it is `from __future__ import …`.
    pub fn is_future(&self) -> bool {
        self.names.iter().any(|name| name.module == "__future__")
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
struct Context {
    place: Place,
    block: Id,
    scope: Option<Id>,
    anchor: Option<Id>,
    guard: Option<Id>,
}

/// All import statements of the file in the order of their bytes.
pub(super) fn statements(syntax: &Syntax<'_>) -> Vec<Statement> {
    let top = Context { place: Place::Run, block: 0, scope: None, anchor: None, guard: None };
    let mut found = Vec::new();
    let mut stack = vec![(0, top)];
    while let Some((node, context)) = stack.pop() {
        match syntax.kind(node) {
            "import_statement" | "import_from_statement" | "future_import_statement" => {
                found.push(statement(syntax, node, context));
            }
            kind if holds_statements(kind) => {
                for child in syntax.named(node) {
                    stack.push((child, enter(syntax, (node, child), context)));
                }
            }
            _ => {}
        }
    }
    found.sort_by_key(|s| syntax.start(s.node));
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
fn enter(syntax: &Syntax<'_>, (node, child): (Id, Id), context: Context) -> Context {
    let mut inner = context;
    let place = match syntax.kind(node) {
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
            if syntax.kind(child) == "block" { context.place } else { Place::Branch }
        }
        "if_statement" => branch(syntax, node, child),
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
fn branch(syntax: &Syntax<'_>, node: Id, child: Id) -> Place {
    let Some(condition) = syntax.field(node, "condition") else {
        return Place::Branch;
    };
    let condition = syntax.str(condition);
    let negated = condition.trim_start_matches('(').starts_with("not ");
    let body = syntax.kind(child) == "block";
    if condition.contains("TYPE_CHECKING") && body != negated {
        Place::Checking
    } else if condition.contains("__name__") && body {
        Place::Main
    } else {
        Place::Branch
    }
}

/// Whether the node is `if TYPE_CHECKING: …`.
pub(super) fn is_type_checking(syntax: &Syntax<'_>, node: Id) -> bool {
    syntax.kind(node) == "if_statement" && syntax.field(node, "condition").is_some_and(|c| syntax.str(c).contains("TYPE_CHECKING"))
}

fn statement(syntax: &Syntax<'_>, node: Id, context: Context) -> Statement {
    let from = match syntax.kind(node) {
        "future_import_statement" => Some("__future__".to_owned()),
        _ => syntax.field(node, "module_name").map(|m| squeezed(syntax, m)),
    };
    let star = syntax.named(node).any(|c| syntax.kind(c) == "wildcard_import");
    let names = syntax.children(node).filter(|&child| syntax.role(child) == Some("name"));
    let names = names.map(|name| imported(syntax, name, from.as_deref())).collect();
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

fn imported(syntax: &Syntax<'_>, node: Id, from: Option<&str>) -> Imported {
    let dotted = squeezed(syntax, syntax.field(node, "name").unwrap_or(node));
    let alias = syntax.field(node, "alias").map(|a| syntax.str(a).to_owned());
    match from {
        Some(module) => Imported { module: module.to_owned(), name: Some(dotted), alias, node },
        None => Imported { module: dotted, name: None, alias, node },
    }
}

/// The node's text without white space: `a . b` is `a.b`.
fn squeezed(syntax: &Syntax<'_>, node: Id) -> String {
    syntax.str(node).split_whitespace().collect()
}

/// The place in the code that needs the import.
pub(super) struct Site {
    /// The nodes around it, outermost first.
    pub around: Vec<Id>,
    /// The functions whose body it is in, outermost first.
    pub functions: Vec<Id>,
    /// What must run before the site ends before this byte; the end of time for a site in a function.
    pub limit: usize,
    at: usize,
}

impl Site {
    /// Looks up what is around the byte.
    pub fn new(syntax: &Syntax<'_>, at: usize) -> Self {
        let mut around = vec![0];
        let mut functions = Vec::new();
        let mut parent = 0;
        while let Some(node) = syntax.children(parent).find(|&child| syntax.end(child) > at).filter(|&child| syntax.start(child) <= at) {
            if syntax.kind(parent) == "function_definition" && syntax.role(node) == Some("body") {
                functions.push(parent);
            }
            around.push(node);
            parent = node;
        }
        let limit = if functions.is_empty() { at } else { usize::MAX };
        Site { around, functions, limit, at }
    }

    /// Whether the statement has run when the site does, because it stands before it in a block around it.
    pub fn follows(&self, syntax: &Syntax<'_>, statement: &Statement) -> bool {
        syntax.end(statement.node) <= self.at && self.around.contains(&statement.block)
    }
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
pub(super) fn identifiers(syntax: &Syntax<'_>, word: &str) -> Vec<Id> {
    let is_name = |&node: &Id| syntax.str(node) == word;
    let is_member = |node: Id| match syntax.parent(node).map_or("", |up| syntax.kind(up)) {
        "attribute" => syntax.role(node) == Some("attribute"),
        "keyword_argument" => syntax.role(node) == Some("name"),
        _ => false,
    };
    syntax.of_kind("identifier").filter(is_name).filter(|&node| !is_member(node)).collect()
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
pub(super) fn beside(syntax: &Syntax<'_>, node: Id, forward: bool) -> Option<Id> {
    let step = |node: Id| if forward { syntax.next(node) } else { syntax.previous(node) };
    let semicolon = step(node).filter(|&next| syntax.kind(next) == ";")?;
    let other = step(semicolon)?;
    let right = if forward { other } else { node };
    let between = syntax.text.get(syntax.end(semicolon)..syntax.start(right)).unwrap_or("");
    let joined = syntax.is_named(other) && syntax.kind(other) != "comment" && !between.contains('\n');
    joined.then_some(other)
}
