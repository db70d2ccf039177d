//! Where the names of a file stand, and for which value each use of a name may stand: found once, asked often.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use super::flow;
use super::infer::Inference;
use super::scope::Bound;
use super::syntax::{Id, Syntax};

/// A use of a name that may stand for some value.
#[derive(Clone, Copy, Debug)]
pub struct Meant {
    /// The use.
    pub used: Id,
    /// The value as it is bound, with its parentheses.
    pub value: Id,
    /// Whether the name has an annotation where it is bound.
    pub annotated: bool,
    /// How many bindings reach the use.
    pub bindings: usize,
}

/// The uses of one name in one scope, by the value without its parentheses; each list in source order.
pub type Uses = HashMap<Id, Vec<Meant>>;

/// What was found so far.
#[derive(Default)]
pub(super) struct Met {
    places: OnceCell<HashMap<String, Vec<Id>>>,
    uses: RefCell<HashMap<(Id, String), Rc<Uses>>>,
}

fn places(syntax: &Syntax<'_>) -> HashMap<String, Vec<Id>> {
    let mut places: HashMap<&str, Vec<Id>> = HashMap::new();
    for id in syntax.of_kind("identifier") {
        places.entry(syntax.str(id)).or_default().push(id);
    }
    places.into_iter().map(|(text, places)| (text.to_owned(), places)).collect()
}

impl Inference<'_, '_> {
    /// Every identifier of that text at or below a node, in source order, whatever it stands for there.
    #[must_use]
    pub fn spelled(&self, within: Id, text: &str) -> &[Id] {
        let all = self.met.places.get_or_init(|| places(self.syntax)).get(text).map_or(&[][..], Vec::as_slice);
        let range = self.syntax.subtree(within);
        let (first, last) = (all.partition_point(|&id| id < range.start), all.partition_point(|&id| id < range.end));
        &all[first..last]
    }

    /// Every identifier of that text below a scope for which a value bound to the name may reach it, by the value.
    #[must_use]
    pub fn uses(&self, scope: Id, text: &str) -> Rc<Uses> {
        let key = (scope, text.to_owned());
        if let Some(known) = self.met.uses.borrow().get(&key) {
            return Rc::clone(known);
        }
        let mut uses = Uses::new();
        for &used in self.spelled(scope, text) {
            let from = flow::reaching(self.syntax, self.scopes, used, text);
            for binding in &from {
                let (value, annotated) = match binding.bound {
                    Bound::Value(value) => (value, false),
                    Bound::Annotated(_, Some(value)) => (value, true),
                    _ => continue,
                };
                let meant = Meant { used, value, annotated, bindings: from.len() };
                uses.entry(self.syntax.unparenthesised(value)).or_default().push(meant);
            }
        }
        let uses = Rc::new(uses);
        self.met.uses.borrow_mut().insert(key, Rc::clone(&uses));
        uses
    }
}
