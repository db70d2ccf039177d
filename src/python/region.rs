//! Which scope a node is evaluated in, where a condition is known to hold, and where a relative import points.

use super::nodes::small;
use super::syntax::{Id, Syntax};

const SCOPES: [&str; 8] = [
    "module",
    "function_definition",
    "class_definition",
    "lambda",
    "list_comprehension",
    "set_comprehension",
    "dictionary_comprehension",
    "generator_expression",
];

/// Where a condition that holds `test` is known to be true: the nodes, and the bytes they start at. In `test and other and
/// …` it ends where the same name is tested again, because from there on only that test counts.
pub(super) fn known_true(syntax: &Syntax<'_>, test: Id, name: &str) -> Vec<(Id, usize)> {
    let mut regions = Vec::new();
    let mut negated = false;
    let mut below = test;
    for up in syntax.ancestors(test) {
        match syntax.kind(up) {
            "parenthesized_expression" => {}
            "not_operator" => negated = !negated,
            "boolean_operator" if !negated && syntax.field(up, "operator").is_some_and(|op| syntax.str(op) == "and") => {
                let right = syntax.field(up, "right").filter(|_| syntax.role(below) == Some("left"));
                regions.extend(right.map(|right| (right, syntax.start(right))));
                if right.is_some_and(|right| tests(syntax, syntax.unparenthesised(right), name)) {
                    break;
                }
            }
            kind => {
                regions.extend(settled(syntax, kind, up, below, negated));
                break;
            }
        }
        below = up;
    }
    regions
}

/// Whether an expression is `isinstance(name, …)`.
fn tests(syntax: &Syntax<'_>, expression: Id, name: &str) -> bool {
    let calls = syntax.kind(expression) == "call" && syntax.field(expression, "function").is_some_and(|f| syntax.str(f) == "isinstance");
    let mut arguments = syntax.field(expression, "arguments").filter(|_| calls).into_iter().flat_map(|list| syntax.named(list));
    let first = arguments.next().filter(|&first| syntax.kind(first) == "identifier" && syntax.str(first) == name);
    first.is_some() && arguments.next().is_some()
}

/// Where the condition `below` of the statement or expression `up` holds.
fn settled(syntax: &Syntax<'_>, kind: &str, up: Id, below: Id, negated: bool) -> Option<(Id, usize)> {
    match kind {
        "assert_statement" if !negated => Some((up, syntax.end(up))),
        "conditional_expression" if !negated => {
            let mut parts = syntax.named(up);
            let arm = parts.next()?;
            (parts.next() == Some(below)).then(|| (arm, syntax.start(arm)))
        }
        // `[x._model for x in items if isinstance(x, C)]`
        "if_clause" if !negated => {
            let body = syntax.field(syntax.parent(up)?, "body").or_else(|| syntax.field(syntax.parent(up)?, "consequence"))?;
            Some((body, syntax.start(body)))
        }
        "if_statement" | "elif_clause" | "while_statement" if syntax.role(below) == Some("condition") => {
            let body = syntax.field(up, "consequence").or_else(|| syntax.field(up, "body"))?;
            if !negated {
                return Some((body, syntax.start(body)));
            }
            let otherwise = syntax.field(up, "alternative").filter(|&other| syntax.kind(other) == "else_clause");
            if let Some(other) = otherwise.filter(|_| syntax.kind(up) != "while_statement") {
                return Some((other, syntax.start(other)));
            }
            let alone = syntax.kind(up) == "if_statement" && syntax.field(up, "alternative").is_none();
            (alone && super::flow::leaves(syntax, body)).then(|| (up, syntax.end(up)))
        }
        _ => None,
    }
}

/// The value at the end of `x = y = value`: followed once, and told to the assignments that come after.
pub(super) fn last_value(syntax: &Syntax<'_>, told: &mut Option<(Id, Id)>, assignment: Id, right: Id) -> Id {
    let known = told.filter(|(next, _)| *next == assignment).map(|(_, last)| last);
    let further = |&value: &Id| syntax.field(value, "right").filter(|_| syntax.kind(value) == "assignment");
    let last = known.unwrap_or_else(|| std::iter::successors(Some(right), further).last().unwrap_or(right));
    *told = Some((right, last));
    last
}

/// `from ..x import y` seen from a package.
pub(crate) fn absolute(module: &str, package: &str) -> String {
    let dots = module.chars().take_while(|&c| c == '.').count();
    if dots == 0 {
        return module.to_owned();
    }
    let mut parts: Vec<&str> = package.split('.').filter(|part| !part.is_empty()).collect();
    parts.truncate(parts.len().saturating_sub(dots - 1));
    parts.extend(module[dots..].trim().split('.').filter(|part| !part.is_empty()));
    if parts.is_empty() { ".".to_owned() } else { parts.join(".") }
}

/// For every node, the scope it is evaluated in: defaults, decorators, annotations and bases belong outside.
pub(super) fn scopes(syntax: &Syntax<'_>) -> Vec<u32> {
    let mut scope_of: Vec<u32> = vec![0; syntax.len()];
    for id in 1..syntax.len() {
        let Some(up) = syntax.parent(id) else {
            continue;
        };
        let inherited = scope_of[up];
        scope_of[id] = if SCOPES.contains(&syntax.kind(up)) && up != 0 {
            let inside = match syntax.kind(up) {
                "function_definition" | "class_definition" | "lambda" => syntax.role(id) == Some("body"),
                _ => true,
            };
            if inside { small(up) } else { inherited }
        } else if syntax.kind(up) == "for_in_clause" && syntax.role(id) == Some("right") && is_first_clause(syntax, up) {
            scope_of[syntax.parent(up).unwrap_or(0)]
        } else {
            inherited
        };
    }
    scope_of
}

fn is_first_clause(syntax: &Syntax<'_>, clause: Id) -> bool {
    let Some(up) = syntax.parent(clause) else {
        return false;
    };
    syntax.named(up).find(|&n| syntax.kind(n) == "for_in_clause") == Some(clause)
}
