//! Whether the statements that a rewrite touches were executed. What never ran is not proven.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use super::changed::Side;
use crate::python::Syntax;
use crate::python::syntax::Id;
use crate::source::Lines;

/// Clauses that have a head of their own within a statement.
const CLAUSES: [&str; 6] = ["elif_clause", "else_clause", "except_clause", "except_group_clause", "finally_clause", "case_clause"];

/// The first line of the first touched statement of which no line was executed; `None` when all ran.
#[must_use]
pub fn unreached(side: &Side<'_>, executed: &BTreeSet<u32>) -> Option<usize> {
    let lines = Lines::new(side.syntax.text);
    let heads = side.tokens().filter_map(|token| head(&side.syntax, &lines, token));
    heads.into_iter().find(|head| !any(head, executed)).map(|head| *head.start())
}

/// The first line of the statement at a byte, where no line of it was executed; `None` when it ran, or never does.
#[must_use]
pub fn missed(syntax: &Syntax<'_>, lines: &Lines, byte: usize, executed: &BTreeSet<u32>) -> Option<usize> {
    let head = head(syntax, lines, token(syntax, byte)?)?;
    (!any(&head, executed)).then(|| *head.start())
}

/// Whether the statement at a byte ran; `None` where there is none that can.
#[must_use]
pub fn ran(syntax: &Syntax<'_>, lines: &Lines, byte: usize, executed: &BTreeSet<u32>) -> Option<bool> {
    head(syntax, lines, token(syntax, byte)?).map(|head| any(&head, executed))
}

/// The leaf at a byte, comments left out.
fn token(syntax: &Syntax<'_>, byte: usize) -> Option<Id> {
    let is_leaf = |id: &Id| syntax.start(*id) <= byte && syntax.end(*id) > byte && syntax.subtree(*id).len() == 1;
    (0..syntax.len()).rev().find(is_leaf).filter(|id| !syntax.is_trivia(*id))
}

fn any(head: &RangeInclusive<usize>, executed: &BTreeSet<u32>) -> bool {
    executed.range(small(*head.start())..=small(*head.end())).next().is_some()
}

/// The lines of the statement around a token, without the blocks inside it; `None` for what no run executes.
fn head(syntax: &Syntax<'_>, lines: &Lines, token: Id) -> Option<RangeInclusive<usize>> {
    let statement = syntax.statement(token);
    let around = std::iter::once(token).chain(syntax.ancestors(token));
    let part = around.take_while(|&id| id != statement).find(|&id| CLAUSES.contains(&syntax.kind(id))).unwrap_or(statement);
    let for_checkers = |id: Id| {
        let condition = (syntax.kind(id) == "if_statement").then(|| syntax.field(id, "condition")).flatten();
        condition.is_some_and(|condition| syntax.str(condition).contains("TYPE_CHECKING"))
    };
    if syntax.ancestors(token).any(for_checkers) || syntax.kind(statement) == "future_import_statement" {
        return None;
    }
    let first = lines.line_col(syntax.start(part)).0;
    let block = syntax.subtree(part).find(|&id| syntax.kind(id) == "block" && syntax.start(id) > syntax.start(part));
    let last = match block {
        Some(block) if syntax.kind(part) != "lambda" => lines.line_col(syntax.start(block)).0.saturating_sub(1).max(first),
        _ => lines.line_col(syntax.end(part)).0,
    };
    Some(first..=last)
}

fn small(line: usize) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::changed::sides;

    #[test]
    fn a_changed_statement_that_never_ran_is_named() {
        let before = "def f(o, x):\n    if x:\n        return o._model\n    return (1 +\n            o._model)\n";
        let after = before.replace("_model", "model");
        let [_, new] = sides(before, &after).expect("parses");
        assert_eq!(unreached(&new, &BTreeSet::from([1, 2, 3, 4])), None);
        assert_eq!(unreached(&new, &BTreeSet::from([1, 2, 4])), Some(3));
        assert_eq!(unreached(&new, &BTreeSet::from([1, 2, 3])), Some(4));
    }
}
