//! Whether evaluating an expression can be noticed, and so must happen once and in its old place.

use super::syntax::{Id, Syntax};

/// Names, constants, attributes of names, and containers of those: evaluated twice or elsewhere, nobody can tell.
#[must_use]
pub fn is_pure(syntax: &Syntax<'_>, expression: Id) -> bool {
    !syntax.subtree(expression).any(|id| {
        matches!(
            syntax.kind(id),
            "call"
                | "await"
                | "named_expression"
                | "yield"
                | "list_comprehension"
                | "set_comprehension"
                | "dictionary_comprehension"
                | "generator_expression"
        )
    })
}
