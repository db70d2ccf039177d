//! What differs between two programs: the smallest pieces of code that a rule can be about. Imports are no part of it.

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::anchor::anchor;
use super::code::tokens;
use crate::python::{Id, Inference};
use crate::rule::pattern::matters;

/// Nodes of the program before, and what stands in their place after: one expression each, or statements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    /// Before; empty where something was added.
    pub before: Vec<Id>,
    /// After; empty where something went away.
    pub after: Vec<Id>,
}

/// Two programs beside each other.
pub(super) struct Beside<'b, 'a, 't> {
    pub before: &'b Inference<'a, 't>,
    pub after: &'b Inference<'a, 't>,
}

/// Deeper than any honest nesting; what differs below is taken as a whole.
const DEEPEST: usize = 200;

impl Beside<'_, '_, '_> {
    /// Every change, in the order of the program before.
    pub fn changes(&self) -> Vec<Change> {
        self.statements(0, 0, 0)
    }

    /// Aligns the statements of two blocks; those that have a counterpart are compared.
    fn statements(&self, one: Id, other: Id, depth: usize) -> Vec<Change> {
        let own = |code: &Inference<'_, '_>, block: Id| -> Vec<Id> {
            let is_import =
                |id: Id| matches!(code.syntax.kind(id), "import_statement" | "import_from_statement" | "future_import_statement");
            code.syntax.named(block).filter(|&id| !is_import(id)).collect()
        };
        let (old, new) = (own(self.before, one), own(self.after, other));
        let text = |code: &Inference<'_, '_>, ids: &[Id]| -> Vec<String> { ids.iter().map(|&id| tokens(code.syntax, id)).collect() };
        let mut changes = Vec::new();
        for op in capture_diff_slices(Algorithm::Patience, &text(self.before, &old), &text(self.after, &new)) {
            let (was, is) = (&old[op.old_range()], &new[op.new_range()]);
            match op {
                DiffOp::Equal { .. } => {}
                _ => {
                    for change in self.beside(was, is) {
                        let pair = if let ([one], [other]) = (&change.before[..], &change.after[..]) { Some((*one, *other)) } else { None };
                        match pair.and_then(|(one, other)| self.compare(one, other, depth + 1)) {
                            Some(inner) => changes.extend(inner),
                            None => changes.push(change),
                        }
                    }
                }
            }
        }
        changes
    }

    /// Statements that all differ, each beside the one that is most like it; what has no counterpart goes with the
    /// statement above it.
    fn beside(&self, was: &[Id], is: &[Id]) -> Vec<Change> {
        let mut changes: Vec<Change> = Vec::new();
        for (one, other) in aligned(was.len(), is.len(), &|one, other| self.likeness(was[one], is[other])) {
            let alone = one.is_none() || other.is_none();
            if changes.is_empty() || !alone {
                changes.push(Change { before: Vec::new(), after: Vec::new() });
            }
            if let Some(change) = changes.last_mut() {
                change.before.extend(one.map(|at| was[at]));
                change.after.extend(other.map(|at| is[at]));
            }
        }
        changes
    }

    /// How much of two statements is the same, from 0 to 1; nothing where they are of two kinds.
    fn likeness(&self, one: Id, other: Id) -> f32 {
        let (old, new) = (self.before.syntax, self.after.syntax);
        if old.kind(one) != new.kind(other) {
            return 0.0;
        }
        let (was, is) = (tokens(old, one), tokens(new, other));
        let (was, is): (Vec<&str>, Vec<&str>) = (was.split(' ').collect(), is.split(' ').collect());
        similar::TextDiff::from_slices(&was, &is).ratio()
    }

    /// The changes below two nodes; `None` where what differs is too small to be told from anything else.
    fn compare(&self, one: Id, other: Id, depth: usize) -> Option<Vec<Change>> {
        let (old, new) = (self.before.syntax, self.after.syntax);
        if tokens(old, one) == tokens(new, other) {
            return Some(Vec::new());
        }
        let kind = old.kind(one);
        if kind == new.kind(other) && depth < DEEPEST {
            if kind == "block" {
                return Some(self.statements(one, other, depth));
            }
            if let Some(below) = self.below(one, other, depth) {
                return Some(below);
            }
        }
        let kept = |text: &str| new.subtree(other).any(|id| tokens(new, id) == text);
        let whole = is_whole(kind) && is_whole(new.kind(other)) && anchor(self.before, one, &kept).is_some();
        whole.then(|| vec![Change { before: vec![one], after: vec![other] }])
    }

    /// The changes of the children, where each of them has a counterpart and can stand alone.
    fn below(&self, one: Id, other: Id, depth: usize) -> Option<Vec<Change>> {
        let (old, new) = (self.before.syntax, self.after.syntax);
        let parts: Vec<Id> = old.children(one).filter(|&id| matters(old, id)).collect();
        let others: Vec<Id> = new.children(other).filter(|&id| matters(new, id)).collect();
        if parts.is_empty()
            || parts.len() != others.len()
            || matches!(old.kind(one), "string" | "import_from_statement" | "import_statement")
        {
            return None;
        }
        let mut changes = Vec::new();
        for (&part, &other) in parts.iter().zip(&others) {
            if tokens(old, part) == tokens(new, other) {
                continue;
            }
            // A member's name, a keyword or an operator is no piece of code.
            let alone = !matches!(old.role(part), Some("attribute" | "name" | "operator")) && old.role(part) == new.role(other);
            if !alone {
                return None;
            }
            changes.extend(self.compare(part, other, depth + 1)?);
        }
        Some(changes)
    }
}

/// Two lists beside each other, so that the likenesses add up to the most; in order.
fn aligned(old: usize, new: usize, likeness: &dyn Fn(usize, usize) -> f32) -> Vec<(Option<usize>, Option<usize>)> {
    let mut best = vec![vec![0.0_f32; new + 1]; old + 1];
    let mut like = vec![vec![0.0_f32; new]; old];
    for one in (0..old).rev() {
        for other in (0..new).rev() {
            like[one][other] = likeness(one, other);
            best[one][other] = (like[one][other] + best[one + 1][other + 1]).max(best[one + 1][other]).max(best[one][other + 1]);
        }
    }
    let (mut one, mut other, mut pairs) = (0, 0, Vec::new());
    while one < old || other < new {
        let both = one < old && other < new;
        if both && like[one][other] > 0.0 && best[one][other] <= like[one][other] + best[one + 1][other + 1] {
            pairs.push((Some(one), Some(other)));
            (one, other) = (one + 1, other + 1);
        } else if one < old && (other == new || best[one][other] <= best[one + 1][other]) {
            pairs.push((Some(one), None));
            one += 1;
        } else {
            pairs.push((None, Some(other)));
            other += 1;
        }
    }
    pairs
}

/// Whether a node is an expression or a statement; a list of arguments, a clause or a token is none.
pub(super) fn is_whole(kind: &str) -> bool {
    matches!(
        kind,
        "identifier" | "attribute" | "call" | "subscript" | "await" | "tuple" | "list" | "dictionary" | "set" | "lambda" | "string"
    ) || kind.ends_with("_operator")
        || kind.ends_with("_expression")
        || kind.ends_with("_comprehension")
        || kind.ends_with("_statement")
}

/// Whether a node may stand for a variable: any expression.
pub(super) fn is_expression(kind: &str) -> bool {
    matches!(kind, "integer" | "float" | "true" | "false" | "none" | "concatenated_string")
        || is_whole(kind) && !kind.ends_with("_statement")
}
