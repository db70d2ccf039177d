//! Where a value goes that the new code answers with a copy of: who keeps the old one may change it, or sees its changes.

use super::site::Context;
use crate::python::syntax::Id;
use crate::rule::matching::is_target;

/// Functions that only look at what they are given, or make something of their own of it.
const LOOKING: [&str; 20] = [
    "len",
    "print",
    "str",
    "repr",
    "bool",
    "any",
    "all",
    "sorted",
    "list",
    "tuple",
    "set",
    "frozenset",
    "enumerate",
    "min",
    "max",
    "sum",
    "zip",
    "iter",
    "reversed",
    "join",
];

/// Whether the value of an expression goes on to where somebody may keep or change it, instead of being read here and now.
pub(super) fn is_kept(context: &Context<'_, '_, '_>, node: Id) -> bool {
    let syntax = context.code.syntax;
    let (Some(up), role) = (syntax.parent(node), syntax.role(node)) else { return true };
    match (syntax.kind(up), role) {
        ("comparison_operator" | "not_operator" | "binary_operator" | "interpolation" | "expression_statement" | "list_splat", _)
        | ("if_statement" | "elif_clause" | "while_statement" | "assert_statement", _)
        | ("for_statement" | "for_in_clause", Some("right"))
        | ("subscript", Some("subscript")) => false,
        // Its condition stands between the two values.
        ("conditional_expression", _) if syntax.named(up).nth(1) == Some(node) => false,
        ("parenthesized_expression" | "boolean_operator" | "conditional_expression", _) => is_kept(context, up),
        ("subscript", Some("value")) => is_target(context.code, up),
        ("argument_list", _) => {
            let function = syntax.parent(up).and_then(|call| syntax.field(call, "function"));
            !function.is_some_and(|function| LOOKING.contains(&syntax.str(function).rsplit('.').next().unwrap_or("")))
        }
        // `first, *rest = …` takes it apart.
        ("assignment", Some("right")) => {
            !syntax.field(up, "left").is_some_and(|left| matches!(syntax.kind(left), "pattern_list" | "tuple_pattern" | "list_pattern"))
        }
        _ => true,
    }
}
