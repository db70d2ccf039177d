//! Which scope a node is evaluated in, where a condition is known to hold, and where a relative import points.

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

/// Where a condition that holds `call` is known to be true: the node and the byte it starts at.
pub(super) fn known_true(syntax: &Syntax<'_>, call: Id) -> Option<(Id, usize)> {
    let mut negated = false;
    let mut below = call;
    for up in syntax.ancestors(call) {
        match syntax.kind(up) {
            "parenthesized_expression" => {}
            "not_operator" => negated = !negated,
            "boolean_operator" if !negated && syntax.field(up, "operator").is_some_and(|op| syntax.str(op) == "and") => {
                if syntax.role(below) == Some("left") {
                    let right = syntax.field(up, "right")?;
                    return known_true(syntax, up).or(Some((right, syntax.start(right))));
                }
            }
            "assert_statement" if !negated => return Some((up, syntax.end(up))),
            "conditional_expression" if !negated => {
                let mut parts = syntax.named(up);
                let arm = parts.next()?;
                return (parts.next() == Some(below)).then(|| (arm, syntax.start(arm)));
            }
            "if_statement" | "elif_clause" | "while_statement" if syntax.role(below) == Some("condition") => {
                let body = syntax.field(up, "consequence").or_else(|| syntax.field(up, "body"))?;
                if !negated {
                    return Some((body, syntax.start(body)));
                }
                let alone = syntax.kind(up) == "if_statement" && syntax.field(up, "alternative").is_none();
                return (alone && super::flow::leaves(syntax, body)).then(|| (up, syntax.end(up)));
            }
            _ => return None,
        }
        below = up;
    }
    None
}

/// `from ..x import y` seen from a package.
pub(super) fn absolute(module: &str, package: &str) -> String {
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
pub(super) fn scopes(syntax: &Syntax<'_>) -> Vec<Id> {
    let mut scope_of: Vec<Id> = vec![0; syntax.len()];
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
            if inside { up } else { inherited }
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
