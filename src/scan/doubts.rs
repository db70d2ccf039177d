//! Why a rewrite that fits is left to a person, or to another rule: the order in which things are evaluated, and values that
//! the new code takes otherwise.

use super::keeping::is_kept;
use super::site::{Context, Draft, shortened};
use crate::finding::Level;
use crate::python::syntax::Id;
use crate::python::types::Ty;
use crate::rule::Rule;
use crate::rule::matching::Match;

/// `orch._provider = p` and `orch._model = orch.provider.default`: the second value depends on the first statement, so
/// that one call cannot evaluate both before it does its work.
pub(super) fn sees_the_first(context: &Context<'_, '_, '_>, found: &Match) -> bool {
    let syntax = context.code.syntax;
    let (Some(&first), Some((receiver, _))) = (found.nodes.first(), &found.receiver) else {
        return false;
    };
    let owner = syntax.str(*receiver);
    let root = syntax.subtree(*receiver).find(|&id| syntax.kind(id) == "identifier").map_or(owner, |id| syntax.str(id));
    let later = found.captures.values().flatten().filter(|&&node| node >= syntax.subtree(first).end);
    // What others can reach too, a function may look at that is not given it.
    let is_own = |name: Id| {
        context.code.scopes.resolve(syntax, name, syntax.str(name)) == syntax.function(first) && syntax.function(first).is_some()
    };
    let shared = syntax.subtree(*receiver).find(|&id| syntax.kind(id) == "identifier").is_none_or(|name| !is_own(name));
    later.into_iter().any(|&node| {
        let names = |text: &str| syntax.subtree(node).any(|id| syntax.str(id) == text);
        names(owner) || !context.code.is_pure(node) && (names(root) || shared && calls_project(context, node))
    })
}

/// Whether an expression calls what may be code of the project: anything that is neither a builtin nor imported from elsewhere.
fn calls_project(context: &Context<'_, '_, '_>, node: Id) -> bool {
    let syntax = context.code.syntax;
    let callee = |call: &Id| {
        syntax.field(*call, "function").and_then(|function| syntax.subtree(function).find(|&id| syntax.kind(id) == "identifier"))
    };
    let is_foreign = |name: Id| {
        let text = syntax.str(name);
        let builtin = context.code.scopes.resolve(syntax, name, text).is_none();
        builtin
            || match context.code.of(name).ty {
                Ty::Module(module) | Ty::Foreign(module, _) => context.code.outside.modules.resolve(&module, context.code.file).is_empty(),
                _ => false,
            }
    };
    syntax.subtree(node).filter(|&id| syntax.kind(id) == "call").any(|call| !callee(&call).is_some_and(is_foreign))
}

/// What makes a rewrite one for review, whatever the rule says.
pub(super) fn weigh(context: &Context<'_, '_, '_>, rule: &Rule, template: &str, found: &Match, draft: &mut Draft) {
    let syntax = context.code.syntax;
    let mut doubt = |reason: &str| {
        draft.finding.level = draft.finding.level.max(Level::Review);
        draft.explain(reason);
    };
    if out_of_order(context, template, found) {
        doubt("two arguments with side effects are evaluated in another order");
    }
    for node in rule.page.not_none.iter().filter_map(|name| *found.captures.get(name)?) {
        if context.code.may_be_none(node) {
            doubt(&format!("`{}` may be None, and then the new code keeps what is there", shortened(syntax.str(node))));
        }
    }
    let read = found.nodes.first().filter(|&&node| rule.page.copies && found.nodes.len() == 1 && syntax.kind(node) == "attribute");
    if let Some(node) = read.filter(|&&node| is_kept(context, node)) {
        doubt(&format!("`{}` goes on to where it may be kept or changed, and is a copy now", shortened(syntax.str(*node))));
    }
    if let Some(node) = half_done(context, found) {
        doubt(&format!("where `{}` fails inside the `try`, nothing is done any more instead of half of it", shortened(syntax.str(node))));
    }
}

/// What is evaluated after the first of several statements, where it may raise and somebody in the function catches that.
fn half_done(context: &Context<'_, '_, '_>, found: &Match) -> Option<Id> {
    let syntax = context.code.syntax;
    let first = *found.nodes.first().filter(|_| found.nodes.len() > 1)?;
    let function = syntax.function(first);
    let catches = |up: Id| {
        let in_body = syntax.field(up, "body").is_some_and(|body| syntax.contains(body, first));
        syntax.kind(up) == "try_statement" && in_body && syntax.named(up).any(|part| syntax.kind(part) == "except_clause")
    };
    syntax.ancestors(first).take_while(|&up| Some(up) != function).find(|&up| catches(up))?;
    let fails = |id: Id| !matches!(syntax.kind(id), "identifier" | "string" | "integer" | "float" | "true" | "false" | "none");
    found.captures.values().flatten().copied().find(|&node| node >= syntax.subtree(first).end && fails(node))
}

/// Whether two captured expressions that can be noticed change places.
fn out_of_order(context: &Context<'_, '_, '_>, template: &str, found: &Match) -> bool {
    let mut noticed: Vec<(usize, usize)> = found
        .captures
        .iter()
        .filter_map(|(name, node)| Some((template.find(&format!("${name}"))?, (*node)?)))
        .filter(|(_, node)| !context.code.is_pure(*node))
        .map(|(at, node)| (at, context.code.syntax.start(node)))
        .collect();
    noticed.sort_unstable();
    noticed.windows(2).any(|pair| pair[0].1 > pair[1].1)
}
