//! What the names in the patterns of a `match` statement are bound to.

use super::scope::Bound;
use super::syntax::{Id, Syntax};

/// What an identifier in a `case` pattern binds; nothing in `case orch.model:`, for a class, or for a keyword.
pub(super) fn captured(syntax: &Syntax<'_>, name: Id) -> Option<Bound> {
    let up = syntax.parent(name)?;
    match syntax.kind(up) {
        "dotted_name" => {
            let outer = syntax.parent(up).map_or("", |outer| syntax.kind(outer));
            let alone = syntax.named(up).count() == 1;
            (alone && outer != "class_pattern").then(|| matched(syntax, up))
        }
        "keyword_pattern" => (syntax.named(up).next() != Some(name)).then_some(Bound::Unfollowed),
        "attribute" => None,
        // `case AgentOrchestrator() as orch:`
        "as_pattern" => {
            let class = syntax.named(up).next().and_then(|pattern| {
                let inner = if syntax.kind(pattern) == "case_pattern" { syntax.named(pattern).next()? } else { pattern };
                syntax.named(inner).next().filter(|_| syntax.kind(inner) == "class_pattern")
            });
            Some(class.map_or_else(|| matched(syntax, up), |class| Bound::Annotated(class, None)))
        }
        "splat_pattern" => Some(rest(syntax, up)),
        _ => Some(Bound::Unfollowed),
    }
}

/// The part of the subject that a pattern is matched with: as far as sequences go, nothing that is looked up in an object or a
/// mapping.
fn matched(syntax: &Syntax<'_>, pattern: Id) -> Bound {
    let Some(up) = syntax.parent(pattern) else { return Bound::Unfollowed };
    match syntax.kind(up) {
        "case_pattern" | "union_pattern" | "as_pattern" => matched(syntax, up),
        // Parentheses without a comma.
        "tuple_pattern" if syntax.named(up).count() == 1 && !syntax.children(up).any(|part| syntax.str(part) == ",") => matched(syntax, up),
        "tuple_pattern" | "list_pattern" => part(syntax, up, pattern, matched(syntax, up)),
        "case_clause" => {
            let parts: Vec<Id> = syntax.named(up).filter(|&part| syntax.kind(part) == "case_pattern").collect();
            match (&subjects(syntax, up)[..], &parts[..]) {
                ([one], [_]) => Bound::Value(*one),
                ([one], _) => part(syntax, up, pattern, Bound::Value(*one)),
                // `match a, b:`
                (all, parts) if all.len() == parts.len() && !parts.iter().any(|part| is_splat(syntax, *part)) => {
                    let place = parts.iter().position(|&part| part == pattern);
                    place.and_then(|place| all.get(place)).map_or(Bound::Unfollowed, |&subject| Bound::Value(subject))
                }
                _ => Bound::Unfollowed,
            }
        }
        _ => Bound::Unfollowed,
    }
}

/// One of the patterns that a sequence of patterns has.
fn part(syntax: &Syntax<'_>, sequence: Id, pattern: Id, whole: Bound) -> Bound {
    let parts: Vec<Id> = syntax.named(sequence).filter(|&part| matches!(syntax.kind(part), "case_pattern" | "splat_pattern")).collect();
    let Some(place) = parts.iter().position(|&part| part == pattern) else { return Bound::Unfollowed };
    let from_end = if parts[..place].iter().any(|&part| is_splat(syntax, part)) { parts.len() } else { 0 };
    Bound::Part(Box::new(whole), place.cast_signed() - from_end.cast_signed())
}

fn is_splat(syntax: &Syntax<'_>, part: Id) -> bool {
    syntax.kind(part) == "splat_pattern" || syntax.named(part).next().is_some_and(|inner| syntax.kind(inner) == "splat_pattern")
}

/// What `*name` takes.
fn rest(syntax: &Syntax<'_>, splat: Id) -> Bound {
    let sequence = syntax.ancestors(splat).find(|&up| syntax.kind(up) != "case_pattern");
    match sequence.map(|up| (up, syntax.kind(up))) {
        Some((up, "tuple_pattern" | "list_pattern")) => Bound::Rest(Box::new(matched(syntax, up))),
        Some((up, "case_clause")) => match subjects(syntax, up)[..] {
            [one] => Bound::Rest(Box::new(Bound::Value(one))),
            _ => Bound::Unfollowed,
        },
        _ => Bound::Unfollowed,
    }
}

/// What the statement of a clause is about.
fn subjects(syntax: &Syntax<'_>, clause: Id) -> Vec<Id> {
    let statement = syntax.ancestors(clause).find(|&up| syntax.kind(up) == "match_statement");
    statement.into_iter().flat_map(|it| syntax.named(it)).filter(|&part| syntax.role(part) == Some("subject")).collect()
}

/// The name that a clause is about, where that has to be an object of one class, and the class: `case Desk():`.
pub(super) fn classed(syntax: &Syntax<'_>, clause: Id) -> Option<(Id, Id)> {
    let [subject] = subjects(syntax, clause)[..] else { return None };
    let mut patterns = syntax.named(clause).filter(|&part| syntax.kind(part) == "case_pattern");
    let (first, None) = (patterns.next()?, patterns.next()) else { return None };
    let pattern = syntax.named(first).next().filter(|&pattern| syntax.kind(pattern) == "class_pattern")?;
    let mut names = syntax.named(pattern).next().into_iter().flat_map(|dotted| syntax.named(dotted));
    let (class, None) = (names.next()?, names.next()) else { return None };
    (syntax.kind(subject) == "identifier").then_some((subject, class))
}
