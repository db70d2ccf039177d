//! Whether anybody can tell that a name stood for one list, and what is written in its place gives a fresh one each time.

use crate::python::syntax::Id;
use crate::rule::matching::is_target;
use crate::scan::Context;

/// Functions that only look at what they are given.
const LOOKING: [&str; 7] = ["len", "print", "str", "repr", "bool", "any", "all"];

/// How many names of elements are followed.
const DEPTH: usize = 3;

/// Whether one of the uses may change the list, or what is in it, so that another would see that: a method of it is called,
/// something is stored into it, or it is given to somebody while it is used again.
pub(super) fn is_told(context: &Context<'_, '_, '_>, uses: &[Id], binding: Id) -> bool {
    let again = |&used: &Id| is_repeated(context, used, binding);
    let many = uses.len() > 1 || uses.iter().any(again);
    uses.iter().any(|&used| is_changed(context, used) || many && !is_only_read(context, used, 0))
}

fn is_changed(context: &Context<'_, '_, '_>, used: Id) -> bool {
    let syntax = context.code.syntax;
    syntax.parent(used).is_some_and(|up| match syntax.kind(up) {
        "attribute" => true,
        "subscript" => is_target(context.code, up),
        _ => false,
    })
}

/// Whether a use may happen more often than the list is made: in a loop of its own, or in a function within.
fn is_repeated(context: &Context<'_, '_, '_>, used: Id, binding: Id) -> bool {
    let syntax = context.code.syntax;
    let gone_over = |up: Id| match syntax.kind(up) {
        "for_statement" => syntax.field(up, "right"),
        // What is right of the first `for` is evaluated once.
        _ => syntax.named(up).find(|&id| syntax.kind(id) == "for_in_clause").and_then(|clause| syntax.field(clause, "right")),
    };
    syntax.ancestors(used).take_while(|&up| !syntax.contains(up, binding)).any(|up| match syntax.kind(up) {
        "while_statement" | "function_definition" | "lambda" => true,
        "for_statement" | "list_comprehension" | "set_comprehension" | "dictionary_comprehension" | "generator_expression" => {
            gone_over(up).is_none_or(|right| !syntax.contains(right, used))
        }
        _ => false,
    })
}

/// Whether nothing can come of an expression but what is read from it here and now.
pub(super) fn is_only_read(context: &Context<'_, '_, '_>, node: Id, depth: usize) -> bool {
    let syntax = context.code.syntax;
    let (Some(up), role) = (syntax.parent(node), syntax.role(node)) else { return false };
    match (syntax.kind(up), role) {
        ("comparison_operator" | "not_operator" | "interpolation" | "expression_statement" | "return_statement", _)
        | ("if_statement" | "elif_clause" | "while_statement" | "conditional_expression", Some("condition")) => true,
        ("parenthesized_expression", _) => is_only_read(context, up, depth),
        ("subscript", Some("value")) => !is_target(context.code, up) && (is_text(context, up) || is_only_read(context, up, depth)),
        ("subscript", Some("subscript")) => true,
        ("argument_list", _) => syntax.parent(up).and_then(|call| syntax.field(call, "function")).is_some_and(|function| {
            let name = syntax.str(function);
            LOOKING.contains(&name) && context.code.scopes.resolve(syntax, function, name).is_none()
        }),
        ("for_statement" | "for_in_clause", Some("right")) => {
            syntax.field(up, "left").is_some_and(|left| depth < DEPTH && are_only_read(context, left, depth))
        }
        _ => false,
    }
}

/// `message["content"]`: a string by its key.
fn is_text(context: &Context<'_, '_, '_>, subscript: Id) -> bool {
    let syntax = context.code.syntax;
    syntax.field(subscript, "subscript").and_then(|key| syntax.literal(key)).is_some_and(|key| matches!(key, "role" | "content"))
}

/// The same for everything that a loop calls by a name.
fn are_only_read(context: &Context<'_, '_, '_>, left: Id, depth: usize) -> bool {
    let (syntax, scopes) = (context.code.syntax, context.code.scopes);
    let name = syntax.str(left);
    let is_use = |id: &Id| syntax.role(*id) != Some("attribute") && *id != left && !is_target(context.code, *id);
    syntax.kind(left) == "identifier"
        && context.code.spelled(scopes.of(left), name).iter().copied().filter(is_use).all(|id| is_only_read(context, id, depth + 1))
}
