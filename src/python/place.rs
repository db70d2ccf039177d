//! What may stand at a place: whether `await` is legal there, which quotes are free, when parentheses are needed.

use super::scope::runs_in_place;
use super::syntax::{Id, Syntax};

/// Where a node stands, as far as `await` is concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Await {
    /// Inside `async def`, or at the top of a notebook's cell, where `await` is legal.
    Here,
    /// At module level.
    Module,
    /// In a function that is not `async def`.
    Sync(Id),
    /// Not legal; why, for a person.
    No(String),
}

/// Whether `await` may be written where the node stands.
#[must_use]
pub fn awaiting(syntax: &Syntax<'_>, id: Id) -> Await {
    let mut below = id;
    let mut comprehensions = 0;
    for up in syntax.frames(id) {
        let role = syntax.role(below);
        match syntax.kind(up) {
            "lambda" => return Await::No("a lambda cannot await".to_owned()),
            "generator_expression" if !first_source(syntax, up, id) => {
                return Await::No("`await` would turn this generator expression into an asynchronous one".to_owned());
            }
            kind if runs_in_place(kind) && !first_source(syntax, up, id) => {
                comprehensions += 1;
                if comprehensions > 1 {
                    return Await::No("a comprehension inside a comprehension cannot await before Python 3.11".to_owned());
                }
            }
            "decorator" => return Await::No("a decorator is no place for `await`".to_owned()),
            "class_definition" => return Await::No("a class body cannot await".to_owned()),
            "parameters" | "lambda_parameters" => {
                return Await::No("a default argument is no place for `await`".to_owned());
            }
            "type" => return Await::No("an annotation cannot await".to_owned()),
            "function_definition" if role == Some("body") => {
                return if syntax.is_async(up) { Await::Here } else { Await::Sync(up) };
            }
            _ => {}
        }
        below = up;
    }
    match syntax.awaits.iter().find(|(part, _)| part.contains(&syntax.start(id))) {
        Some((_, true)) => return Await::Here,
        Some((_, false)) => return Await::No("a cell that is handed to a magic cannot await".to_owned()),
        None => {}
    }
    if comprehensions > 0 { Await::No("a comprehension at module level cannot await".to_owned()) } else { Await::Module }
}

/// Whether the way up from `id` to a comprehension leads through its first iterable, which is evaluated outside of it.
fn first_source(syntax: &Syntax<'_>, comprehension: Id, id: Id) -> bool {
    let first = syntax.named(comprehension).find(|&child| syntax.kind(child) == "for_in_clause");
    let source = first.and_then(|clause| syntax.field(clause, "right"));
    source.is_some_and(|source| syntax.contains(source, id))
}

/// The f-strings around a node, innermost first.
pub fn f_strings<'s>(syntax: &'s Syntax<'_>, id: Id) -> impl Iterator<Item = Id> + 's {
    let mut inside = false;
    syntax.frames(id).filter(move |&up| {
        inside |= matches!(syntax.kind(up), "interpolation");
        syntax.kind(up) == "string" && std::mem::replace(&mut inside, false)
    })
}

/// The quotes that new text at a node may use: outside f-strings the double one; inside, one that no f-string
/// around uses (before Python 3.12 it would end there). `None` where both are taken.
#[must_use]
pub fn quote(syntax: &Syntax<'_>, id: Id) -> Option<char> {
    let mut free = ['"', '\''].to_vec();
    for string in f_strings(syntax, id) {
        let start = syntax.children(string).next().map_or("", |start| syntax.str(start));
        free.retain(|&quote| !start.contains(quote));
    }
    free.first().copied()
}

/// Whether the node stands in an f-string at all.
#[must_use]
pub fn in_f_string(syntax: &Syntax<'_>, id: Id) -> bool {
    f_strings(syntax, id).next().is_some()
}

/// Whether the node stands in `{…=}`, which prints its own source text.
#[must_use]
pub fn shows_itself(syntax: &Syntax<'_>, id: Id) -> bool {
    syntax.frames(id).any(|up| {
        syntax.kind(up) == "interpolation" && syntax.children(up).any(|child| !syntax.is_named(child) && syntax.str(child) == "=")
    })
}

/// How tightly the outermost operator of an expression binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tightness {
    /// Anything that needs parentheses nearly everywhere: walrus, lambda, conditional, `yield`.
    Loose,
    /// `and`, `or`, `not`.
    Boolean,
    /// Comparisons.
    Comparison,
    /// Arithmetic.
    Arithmetic,
    /// `await x`, `-x`.
    Unary,
    /// Names, calls, attributes, literals, anything in brackets.
    Primary,
}

/// The tightness of a node of that kind.
#[must_use]
pub fn tightness(kind: &str) -> Tightness {
    match kind {
        "named_expression" | "lambda" | "conditional_expression" | "yield" | "expression_list" | "assignment" => Tightness::Loose,
        "boolean_operator" | "not_operator" => Tightness::Boolean,
        "comparison_operator" => Tightness::Comparison,
        "binary_operator" => Tightness::Arithmetic,
        "await" | "unary_operator" => Tightness::Unary,
        _ => Tightness::Primary,
    }
}

/// The least tightness an expression must have to stand where the node stands without parentheses.
#[must_use]
pub fn required(syntax: &Syntax<'_>, id: Id) -> Tightness {
    let Some(parent) = syntax.parent(id) else {
        return Tightness::Loose;
    };
    match (syntax.kind(parent), syntax.role(id)) {
        ("attribute" | "call" | "subscript", Some("object" | "function" | "value")) | ("await", _) => Tightness::Primary,
        ("unary_operator", _) => Tightness::Unary,
        ("binary_operator", _) => Tightness::Unary,
        ("comparison_operator", _) => Tightness::Arithmetic,
        ("boolean_operator" | "not_operator", _) => Tightness::Comparison,
        ("conditional_expression", _) => Tightness::Boolean,
        ("list_splat" | "dictionary_splat", _) => Tightness::Arithmetic,
        _ => Tightness::Loose,
    }
}
