//! Which bindings of a name can reach a use, by walking back from the use. Over-approximates: a binding that may
//! reach is listed; one is left out only when it certainly does not.

use super::scope::{Binding, Bound, Scopes, runs_in_place};
use super::syntax::{Id, Syntax};

/// The bindings of `name` that can reach its use at `used`; empty when nothing in the file binds it.
#[must_use]
pub fn reaching<'s>(syntax: &Syntax<'_>, scopes: &'s Scopes<'_>, used: Id, name: &str) -> Vec<&'s Binding> {
    reaching_up_to(syntax, scopes, (used, name), usize::MAX - 1)
}

/// The same for who has no use for more than `most` bindings: where there are more, some of them, but more than `most`.
#[must_use]
pub fn reaching_up_to<'s>(syntax: &Syntax<'_>, scopes: &'s Scopes<'_>, (used, name): (Id, &str), most: usize) -> Vec<&'s Binding> {
    let Some(scope) = scopes.resolve(syntax, used, name) else {
        return Vec::new();
    };
    let all = scopes.bindings(scope, name);
    let mut here = scopes.of(used);
    let (mut direct, mut inner) = (true, used);
    while here != scope {
        direct &= runs_in_place(syntax.kind(here));
        inner = here;
        here = scopes.of(here);
    }
    if !direct {
        // `if not isinstance(x, C): return`, and then `lambda: x._model`: a local name that is bound once stays what it was.
        let is_bound = |binding: &&Binding| !matches!(binding.bound, Bound::Narrowed(_));
        let mut bound = all.iter().filter(is_bound);
        // What is bound further down is there when the function runs.
        let is_above = bound.next().is_some_and(|binding| binding.at <= syntax.start(inner));
        if scope != 0 && is_above && bound.next().is_none() {
            return in_flow(syntax, all, inner, most);
        }
        return settled(syntax, all).iter().filter(|binding| !matches!(binding.bound, Bound::Narrowed(_))).take(most + 1).collect();
    }
    in_flow(syntax, all, used, most)
}

/// The bindings without those that an unconditional later import or definition has replaced for good:
/// `from victor.agent import X` and then `from acme import X`.
#[must_use]
pub fn settled<'s>(syntax: &Syntax<'_>, all: &'s [Binding]) -> &'s [Binding] {
    let lasting = |binding: &Binding| {
        let in_turn = |up: Id| {
            let kind = syntax.kind(up);
            kind.ends_with("_clause")
                || matches!(
                    kind,
                    "if_statement" | "try_statement" | "for_statement" | "while_statement" | "with_statement" | "match_statement"
                )
        };
        let home = |up: &Id| !matches!(syntax.kind(*up), "function_definition" | "class_definition" | "lambda" | "module");
        matches!(binding.bound, Bound::Import(..) | Bound::Definition(_)) && !syntax.ancestors(binding.node).take_while(home).any(in_turn)
    };
    let Some(last) = all.iter().rposition(lasting) else { return all };
    // A variable in between is another story: who runs when decides which one is seen.
    let replaced = all[..last].iter().all(|binding| matches!(binding.bound, Bound::Import(..) | Bound::Definition(_)));
    if replaced { &all[last..] } else { all }
}

fn in_flow<'s>(syntax: &Syntax<'_>, all: &'s [Binding], used: Id, most: usize) -> Vec<&'s Binding> {
    let position = syntax.start(used);
    let before = all.partition_point(|binding| binding.at <= position);
    let mut found: Vec<&Binding> = Vec::new();
    let mut dominator: Option<&Binding> = None;
    let mut covering: Option<Id> = None;
    for binding in all[..before].iter().rev() {
        if covering.is_some_and(|statement| !syntax.contains(statement, binding.node)) {
            break;
        }
        match relation(syntax, binding.node, used) {
            Relation::Never => {}
            Relation::Always => {
                found.push(binding);
                dominator = Some(binding);
                break;
            }
            Relation::Maybe(statement) => {
                if matches!(binding.bound, Bound::Narrowed(_)) || leaves_before(syntax, binding.node, used) {
                    continue;
                }
                found.push(binding);
                if found.len() > most {
                    return found;
                }
                if covering.is_none() && binds_on_every_path(syntax, all, statement, 0) {
                    covering = Some(statement);
                }
            }
        }
    }
    back_edges(syntax, all, used, dominator.map(|binding| binding.node).or(covering), &mut found);
    found
}

/// Bindings further down in a loop around the use reach it in the next round.
fn back_edges<'s>(syntax: &Syntax<'_>, all: &'s [Binding], used: Id, dominator: Option<Id>, found: &mut Vec<&'s Binding>) {
    let mut outermost = None;
    let mut below = used;
    for up in syntax.frames(used) {
        if dominator.is_some_and(|node| syntax.contains(up, node)) || matches!(syntax.kind(up), "function_definition" | "class_definition")
        {
            break;
        }
        let repeats = match syntax.kind(up) {
            "while_statement" => syntax.role(below) != Some("alternative"),
            "for_statement" => syntax.role(below) == Some("body"),
            _ => false,
        };
        if repeats {
            outermost = Some(up);
        }
        below = up;
    }
    let Some(outermost) = outermost else { return };
    let position = syntax.start(used);
    let after = all.iter().filter(|b| b.at > position && syntax.contains(outermost, b.node));
    found.extend(after.filter(|b| !matches!(b.bound, Bound::Narrowed(_))));
}

/// Whether what is bound at a node always is before it is used: in a loop, in the same round.
#[must_use]
pub fn precedes(syntax: &Syntax<'_>, bound: Id, used: Id) -> bool {
    matches!(relation(syntax, bound, used), Relation::Always)
}

enum Relation {
    /// On another branch.
    Never,
    /// Always executed before the use.
    Always,
    /// Executed on some paths; the statement beside the use that holds it.
    Maybe(Id),
}

fn relation(syntax: &Syntax<'_>, node: Id, used: Id) -> Relation {
    if syntax.contains(node, used) {
        return Relation::Always;
    }
    let mut below = node;
    let mut conditional = false;
    for up in syntax.ancestors(node) {
        if syntax.contains(up, used) {
            return meet(syntax, up, below, used, conditional);
        }
        conditional |= is_conditional(syntax, up, below);
        below = up;
    }
    Relation::Maybe(below)
}

/// How two children of one node relate: `from` holds the binding, the other one the use.
fn meet(syntax: &Syntax<'_>, parent: Id, from: Id, used: Id, conditional: bool) -> Relation {
    // Asked only of statements, which are frames.
    let to = || std::iter::once(used).chain(syntax.frames(used)).find(|&child| syntax.parent(child) == Some(parent)).unwrap_or(used);
    let always = if conditional { Relation::Maybe(from) } else { Relation::Always };
    let condition = matches!(syntax.role(from), Some("condition" | "left" | "right" | "subject"));
    match syntax.kind(parent) {
        "if_statement" | "elif_clause" => {
            if condition {
                always
            } else {
                Relation::Never
            }
        }
        "try_statement" => match (syntax.kind(from), syntax.kind(to())) {
            ("block", "except_clause" | "except_group_clause" | "finally_clause") => Relation::Maybe(from),
            ("block", _) => always,
            ("except_clause" | "except_group_clause", "finally_clause") => Relation::Maybe(from),
            ("except_clause" | "except_group_clause", _) => Relation::Never,
            ("else_clause", "finally_clause") => Relation::Maybe(from),
            _ => always,
        },
        "match_statement" if syntax.kind(from) == "case_clause" => Relation::Never,
        "conditional_expression" => {
            let mut parts = syntax.named(parent);
            let (_, test) = (parts.next(), parts.next());
            if Some(from) == test { always } else { Relation::Never }
        }
        "for_statement" => match (syntax.role(from), syntax.role(to())) {
            (Some("body"), _) => Relation::Maybe(parent),
            (Some("left"), Some("alternative")) => Relation::Maybe(parent),
            _ => always,
        },
        "while_statement" if syntax.role(from) == Some("body") => Relation::Maybe(parent),
        "block" if matches!(syntax.kind(syntax.parent(parent).unwrap_or(0)), "match_statement") => Relation::Never,
        _ => always,
    }
}

/// Whether a child runs only on some paths through its parent.
fn is_conditional(syntax: &Syntax<'_>, parent: Id, child: Id) -> bool {
    match syntax.kind(parent) {
        "if_statement" | "elif_clause" => syntax.role(child) != Some("condition"),
        "else_clause" => false,
        "while_statement" | "for_statement" => !matches!(syntax.role(child), Some("condition" | "right")),
        "try_statement" => match syntax.kind(child) {
            "block" => !syntax
                .children(parent)
                .filter(|&clause| matches!(syntax.kind(clause), "except_clause" | "except_group_clause"))
                .all(|clause| clause_body(syntax, clause).is_some_and(|body| leaves(syntax, body))),
            "finally_clause" => false,
            _ => true,
        },
        "match_statement" | "case_clause" => syntax.role(child) != Some("subject"),
        "boolean_operator" => syntax.role(child) == Some("right"),
        "conditional_expression" => syntax.named(parent).nth(1) != Some(child),
        kind => runs_in_place(kind),
    }
}

fn clause_body(syntax: &Syntax<'_>, clause: Id) -> Option<Id> {
    syntax.children(clause).filter(|&child| syntax.kind(child) == "block").last()
}

/// Whether control never runs off the end of a block: its last statement returns, raises, continues or breaks.
#[must_use]
pub fn leaves(syntax: &Syntax<'_>, block: Id) -> bool {
    let last = syntax.named(block).last();
    last.is_some_and(|last| matches!(syntax.kind(last), "return_statement" | "raise_statement" | "continue_statement" | "break_statement"))
}

/// Whether a branch around the binding, and not around the use, ends in `return` or `raise`, and nobody on the way to the use
/// goes on after that: a `try` with handlers, or a `with` whose manager may keep an exception back.
fn leaves_before(syntax: &Syntax<'_>, node: Id, used: Id) -> bool {
    let function = |up: &Id| !matches!(syntax.kind(*up), "function_definition" | "lambda" | "class_definition");
    let catches = |up: Id| {
        let body = syntax.field(up, "body").is_some_and(|body| syntax.contains(body, node));
        match syntax.kind(up) {
            "try_statement" => body && syntax.named(up).any(|part| syntax.kind(part).starts_with("except")),
            "with_statement" => body && !syntax.contains(up, used),
            _ => false,
        }
    };
    if syntax.frames(node).take_while(function).any(catches) {
        return false;
    }
    syntax.frames(node).take_while(|&up| !syntax.contains(up, used)).filter(|&up| syntax.kind(up) == "block").any(|block| {
        let last = syntax.named(block).last();
        last.is_some_and(|last| matches!(syntax.kind(last), "return_statement" | "raise_statement"))
    })
}

/// Whether every path through a statement binds the name.
fn binds_on_every_path(syntax: &Syntax<'_>, all: &[Binding], statement: Id, depth: usize) -> bool {
    if depth > 40 {
        return false;
    }
    let within = |id: Id| block_binds(syntax, all, id, depth) || leaves(syntax, id);
    match syntax.kind(statement) {
        "if_statement" => {
            let clauses: Vec<Id> =
                syntax.children(statement).filter(|&c| matches!(syntax.kind(c), "elif_clause" | "else_clause")).collect();
            let closed = clauses.last().is_some_and(|&last| syntax.kind(last) == "else_clause");
            closed
                && syntax.field(statement, "consequence").is_some_and(within)
                && clauses.iter().all(|&clause| clause_body(syntax, clause).is_some_and(within))
        }
        "try_statement" => {
            let body = syntax.field(statement, "body").is_some_and(|body| block_binds(syntax, all, body, depth));
            let others = |kind: &str| syntax.children(statement).filter(move |&c| syntax.kind(c).starts_with(kind)).collect::<Vec<_>>();
            let otherwise = others("else").iter().any(|&c| clause_body(syntax, c).is_some_and(|b| block_binds(syntax, all, b, depth)));
            let handled = others("except").iter().all(|&c| clause_body(syntax, c).is_some_and(within));
            let finally = others("finally").iter().any(|&c| clause_body(syntax, c).is_some_and(|b| block_binds(syntax, all, b, depth)));
            finally || ((body || otherwise) && handled)
        }
        "with_statement" => syntax.field(statement, "body").is_some_and(|body| block_binds(syntax, all, body, depth)),
        _ => false,
    }
}

fn block_binds(syntax: &Syntax<'_>, all: &[Binding], block: Id, depth: usize) -> bool {
    let (from, to) = (syntax.start(block), syntax.end(block));
    let first = all.partition_point(|binding| binding.at < from);
    all[first..]
        .iter()
        .take_while(|binding| binding.at <= to)
        .filter(|binding| !matches!(binding.bound, Bound::Narrowed(_)) && syntax.contains(block, binding.node))
        .any(|binding| {
            let statement =
                std::iter::once(binding.node).chain(syntax.ancestors(binding.node)).find(|&child| syntax.parent(child) == Some(block));
            let mut below = binding.node;
            let straight = syntax.ancestors(binding.node).take_while(|&up| up != block).all(|up| {
                let fine = !is_conditional(syntax, up, below);
                below = up;
                fine
            });
            straight || statement.is_some_and(|statement| binds_on_every_path(syntax, all, statement, depth + 1))
        })
}
