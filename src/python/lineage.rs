//! A class and everything that it derives from, in the order in which Python looks for members. However deep or wide a
//! hierarchy is, every class of it is met once.

use rustc_hash::FxHashSet;

use super::infer::Inference;
use super::scope::self_name;
use super::syntax::Id;
use super::types::{Cls, Ty, Typed};
use crate::finding::Strength;
use crate::surface;

impl Inference<'_, '_> {
    /// The class and all that it derives from, as far as it is known: each before its own bases, and behind every class
    /// that derives from it.
    #[must_use]
    pub fn lineage(&self, class: Cls, depth: usize) -> Vec<Cls> {
        let (mut order, mut seen, mut open) = (Vec::new(), FxHashSet::default(), vec![(class, false)]);
        while let Some((class, is_done)) = open.pop() {
            if is_done {
                order.push(class);
            } else if seen.insert(class) {
                open.push((class, true));
                // The last one first: what is done last comes to stand in front.
                open.extend(self.bases(class, depth).into_iter().map(|base| (base, false)));
            }
        }
        order.reverse();
        order
    }

    /// The known classes that a class derives from directly, in their order.
    pub(crate) fn bases(&self, class: Cls, depth: usize) -> Vec<Cls> {
        self.each_base(class, depth).into_iter().flatten().collect()
    }

    /// The bases of a class in their order; nothing for one that is not known. Of another file's class those come first.
    pub(super) fn each_base(&self, class: Cls, depth: usize) -> Vec<Option<Cls>> {
        match class {
            Cls::Local(id) => {
                let classes = self.written_bases(id).map(|base| self.infer(base, depth + 1).ty);
                classes.map(|ty| if let Ty::Class(class) = ty { Some(class) } else { None }).collect()
            }
            Cls::Elsewhere(place) => {
                let Some(class) = self.class_at(place) else { return Vec::new() };
                class.foreign.iter().map(|_| None).chain(class.bases.iter().map(|&base| Some(self.local(base)))).collect()
            }
            Cls::Surface(_) | Cls::Named(_) => Vec::new(),
        }
    }

    /// Whether a class of the project, or a base of it, has a base of that name that is not looked into.
    pub(super) fn derives_from(&self, class: Cls, name: &str) -> bool {
        let is_it = |base: &str| base.split('[').next().and_then(|base| base.rsplit('.').next()) == Some(name);
        self.lineage(class, 0).into_iter().any(|class| match class {
            Cls::Local(id) => self.written_bases(id).any(|base| is_it(self.syntax.str(base))),
            Cls::Elsewhere(place) => self.class_at(place).is_some_and(|class| class.foreign.iter().any(|base| is_it(base))),
            Cls::Surface(_) | Cls::Named(_) => false,
        })
    }

    /// The bases of a class of this file, as they are written.
    pub(crate) fn written_bases(&self, class: Id) -> impl Iterator<Item = Id> + '_ {
        let list = self.syntax.field(class, "superclasses");
        list.into_iter().flat_map(|list| self.syntax.named(list)).filter(|&base| self.syntax.kind(base) != "keyword_argument")
    }

    /// Whether a class is `AgentOrchestrator` or derives from it.
    #[must_use]
    pub fn is_orchestrator(&self, class: Cls) -> bool {
        let is_it = |class: &Cls| matches!(class, Cls::Surface(class) if class.name == surface::ORCHESTRATOR);
        is_it(&class) || !matches!(class, Cls::Surface(_) | Cls::Named(_)) && self.lineage(class, 0).iter().any(is_it)
    }

    /// `self` in a class that is no orchestrator, where a class of the project derives from it and from one: as an object of
    /// that.
    pub(super) fn mixed_in(&self, expression: Id, class: Cls) -> Option<Typed> {
        let function = self.syntax.function(expression).filter(|_| self.syntax.kind(expression) == "identifier")?;
        let own = self.syntax.class_of(function).filter(|&own| Cls::Local(own) == class)?;
        self_name(self.syntax, function).filter(|&name| name == self.syntax.str(expression))?;
        let heirs = self.heirs(class).into_iter().map(|place| self.local(Cls::Elsewhere(place)));
        let heir = heirs.into_iter().find(|&heir| self.is_orchestrator(heir))?;
        let names = [class, heir].map(|class| self.class_name(class).unwrap_or("a class"));
        let story = format!("`{}` derives from `{}` and from an orchestrator", names[1], names[0]);
        let mut typed = Typed::plain(Ty::Instance(heir)).because(self.line(own), story);
        typed.strength = Strength::Likely;
        Some(typed)
    }

    /// Whether a class of the project, or a base of it that is one, assigns an attribute: anywhere, or (`at_birth`) in its
    /// body or `__init__`.
    #[must_use]
    pub fn defines(&self, class: Cls, name: &str, at_birth: bool) -> bool {
        self.lineage(class, 0).into_iter().any(|class| match class {
            Cls::Local(id) => self.assigns(id, name, at_birth),
            Cls::Elsewhere(place) => {
                self.class_at(place).is_some_and(|class| class.own.contains(name) || (!at_birth && class.members.contains_key(name)))
            }
            Cls::Surface(_) | Cls::Named(_) => false,
        })
    }

    /// Whether a class of the project has no member of that name for certain: neither it nor a base has, nobody stores one,
    /// and all that it derives from is known.
    #[must_use]
    pub fn lacks(&self, class: Cls, name: &str) -> bool {
        let dynamic = ["__getattr__", "__getattribute__", "__dict__", "__slots__"];
        self.lineage(class, 0).into_iter().all(|class| match class {
            Cls::Local(id) => {
                let is_known = |base: Id| matches!(self.infer(base, 1).ty, Ty::Class(_)) || is_plain(self.syntax.str(base));
                self.written_bases(id).all(is_known) && dynamic.iter().all(|name| !self.assigns(id, name, false))
            }
            Cls::Elsewhere(place) => self.class_at(place).is_some_and(|class| {
                class.foreign.iter().all(|base| is_plain(base)) && dynamic.iter().all(|name| !class.members.contains_key(*name))
            }),
            Cls::Surface(_) | Cls::Named(_) => false,
        }) && !self.defines(class, name, false)
    }
}

/// Bases that bring no members which anybody looks for.
fn is_plain(base: &str) -> bool {
    let name = base.split('[').next().unwrap_or(base);
    matches!(name.rsplit('.').next(), Some("Protocol" | "ABC" | "Generic" | "object"))
}
