//! Which tokens of a program a rewrite removed or wrote. Knows nothing of rules.

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::python::Syntax;
use crate::python::syntax::Id;

/// One side of a rewrite: its nodes, and which of its leaves the other side lacks.
pub struct Side<'t> {
    /// The nodes.
    pub syntax: Syntax<'t>,
    changed: Vec<bool>,
}

impl Side<'_> {
    /// Whether the subtree holds a token that the other side lacks.
    #[must_use]
    pub fn touches(&self, id: Id) -> bool {
        self.changed[self.syntax.subtree(id)].contains(&true)
    }

    /// Whether every token of the subtree is new.
    #[must_use]
    pub fn is_new(&self, id: Id) -> bool {
        leaves(&self.syntax).filter(|leaf| self.syntax.subtree(id).contains(leaf)).all(|leaf| self.changed[leaf])
    }

    /// The tokens that the other side lacks.
    pub fn tokens(&self) -> impl Iterator<Item = Id> + '_ {
        leaves(&self.syntax).filter(|&leaf| self.changed[leaf])
    }
}

/// Both sides of a rewrite; `None` where a text cannot be parsed at all.
#[must_use]
pub fn sides<'t>(before: &'t str, after: &'t str) -> Option<[Side<'t>; 2]> {
    let (old, new) = (Syntax::parse(before)?, Syntax::parse(after)?);
    let (old_leaves, new_leaves): (Vec<Id>, Vec<Id>) = (leaves(&old).collect(), leaves(&new).collect());
    let words = |syntax: &Syntax<'t>, ids: &[Id]| ids.iter().map(|&id| syntax.str(id)).collect::<Vec<_>>();
    let (mut gone, mut written) = (vec![false; old.len()], vec![false; new.len()]);
    for op in capture_diff_slices(Algorithm::Patience, &words(&old, &old_leaves), &words(&new, &new_leaves)) {
        if !matches!(op, DiffOp::Equal { .. }) {
            old_leaves[op.old_range()].iter().for_each(|&id| gone[id] = true);
            new_leaves[op.new_range()].iter().for_each(|&id| written[id] = true);
        }
    }
    Some([Side { syntax: old, changed: gone }, Side { syntax: new, changed: written }])
}

/// The nodes without children that have a text, comments left out.
fn leaves<'s>(syntax: &'s Syntax<'_>) -> impl Iterator<Item = Id> + 's {
    (0..syntax.len()).filter(|&id| syntax.subtree(id).len() == 1 && !syntax.is_trivia(id) && !syntax.str(id).trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_tokens_of_the_rewrite_count() {
        let sides = sides("x = orch._model + 1\n", "x = orch.model + 1\n").expect("parses");
        let words = |side: &Side<'_>| side.tokens().map(|id| side.syntax.str(id).to_owned()).collect::<Vec<_>>();
        assert_eq!((words(&sides[0]), words(&sides[1])), (vec!["_model".to_owned()], vec!["model".to_owned()]));
    }
}
