//! The modules of a package, parsed once somebody asks, and which class a name means in them.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::python::scope::Bound;
use crate::python::{Id, Parsed};
use crate::releases::package::Package;

/// A re-export of a re-export goes no further than this.
const DEPTH: usize = 8;

/// A class definition.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    /// The module, by dotted name.
    pub module: String,
    /// The definition.
    pub id: Id,
}

/// The modules of a package.
pub(super) struct Code<'p> {
    package: &'p Package,
    parsed: RefCell<BTreeMap<String, Option<Rc<Parsed<'p>>>>>,
}

impl<'p> Code<'p> {
    pub fn new(package: &'p Package) -> Self {
        Self { package, parsed: RefCell::default() }
    }

    /// All modules, by name.
    pub fn modules(&self) -> impl Iterator<Item = &'p str> + use<'p> {
        self.package.modules.keys().map(String::as_str)
    }

    /// The text of a module.
    pub fn text(&self, module: &str) -> &'p str {
        self.package.modules.get(module).map_or("", |source| source.text.as_str())
    }

    /// A module as a tree; `None` where the package has none of that name.
    pub fn parsed(&self, module: &str) -> Option<Rc<Parsed<'p>>> {
        if let Some(known) = self.parsed.borrow().get(module) {
            return known.clone();
        }
        let parsed = self.package.modules.get(module).and_then(Parsed::of).map(Rc::new);
        self.parsed.borrow_mut().insert(module.to_owned(), parsed.clone());
        parsed
    }

    /// The names of the classes at the top of a module; empty for one whose text shows none that could matter.
    pub fn classes(&self, module: &str) -> Vec<&'p str> {
        let heads = self.text(module).lines().filter_map(|line| line.strip_prefix("class "));
        heads.map(|head| head.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or("")).collect()
    }

    /// `victor.agent.orchestrator.AgentOrchestrator`.
    pub fn dotted(&self, found: &Found) -> String {
        let parsed = self.parsed(&found.module);
        let name = parsed.and_then(|parsed| Some(parsed.syntax.str(parsed.syntax.field(found.id, "name")?)));
        format!("{}.{}", found.module, name.unwrap_or(""))
    }

    /// The class that a name means in a module, imports followed.
    pub fn class(&self, module: &str, name: &str) -> Option<Found> {
        self.means(module, name, "class_definition", 0)
    }

    /// The function that a name means in a module, imports followed.
    pub fn function(&self, module: &str, name: &str) -> Option<Found> {
        self.means(module, name, "function_definition", 0)
    }

    fn means(&self, module: &str, name: &str, kind: &str, depth: usize) -> Option<Found> {
        let parsed = self.parsed(module).filter(|_| depth < DEPTH)?;
        for binding in parsed.scopes.bindings(0, name).iter().rev() {
            let found = match &binding.bound {
                Bound::Definition(id) if parsed.syntax.kind(*id) == kind => Some(Found { module: module.to_owned(), id: *id }),
                Bound::Import(other, Some(inner)) => self.means(other, inner, kind, depth + 1),
                _ => None,
            };
            if found.is_some() {
                return found;
            }
        }
        parsed.scopes.stars.iter().rev().find_map(|star| self.means(star, name, kind, depth + 1))
    }

    /// Whether `from module import name` finds something: a definition, an import, or a name of a lazy `__getattr__`.
    pub fn exports(&self, module: &str, name: &str) -> bool {
        let Some(parsed) = self.parsed(module) else { return false };
        let lazy = || !parsed.scopes.bindings(0, "__getattr__").is_empty() && parsed.syntax.text.contains(&format!("\"{name}\""));
        !parsed.scopes.bindings(0, name).is_empty()
            || lazy()
            || parsed.scopes.stars.iter().any(|star| !self.text(star).is_empty() && self.means(star, name, "class_definition", 0).is_some())
    }

    /// A class and what it derives from, itself first, and the bases that the package does not have.
    pub fn lineage(&self, class: &Found) -> (Vec<Found>, BTreeSet<String>) {
        let (mut all, mut unseen) = (Vec::new(), BTreeSet::new());
        self.ancestry(class, &mut all, &mut unseen);
        (all, unseen)
    }

    fn ancestry(&self, class: &Found, all: &mut Vec<Found>, unseen: &mut BTreeSet<String>) {
        if all.contains(class) {
            return;
        }
        all.push(class.clone());
        for base in self.bases(class) {
            let plain = base.split('[').next().unwrap_or(&base);
            match self.class(&class.module, plain) {
                Some(found) => self.ancestry(&found, all, unseen),
                None if matches!(plain, "ABC" | "object" | "Protocol" | "Generic" | "Enum" | "abc.ABC") => {}
                None => {
                    unseen.insert(base);
                }
            }
        }
    }

    /// The bases of a class as written.
    pub fn bases(&self, class: &Found) -> Vec<String> {
        let Some(parsed) = self.parsed(&class.module) else { return Vec::new() };
        let syntax = &parsed.syntax;
        let list = syntax.field(class.id, "superclasses");
        let bases = list.into_iter().flat_map(|list| syntax.named(list)).filter(|&base| syntax.kind(base) != "keyword_argument");
        bases.map(|base| syntax.str(base).to_owned()).collect()
    }

    /// The class of the package that an annotation or the callee of a constructor names; `None` for several, and for containers.
    pub fn named(&self, module: &str, text: &str) -> Option<String> {
        const WRAPPERS: [&str; 5] = ["Optional", "Union", "None", "Any", "Final"];
        if ["List[", "Dict[", "Set[", "Tuple[", "list[", "dict[", "set[", "tuple[", "Callable[", "Type[", "type["]
            .iter()
            .any(|part| text.contains(part))
        {
            return None;
        }
        let words = text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty() && !WRAPPERS.contains(word));
        let mut classes: Vec<String> = words.filter_map(|word| self.class(module, word)).map(|found| self.dotted(&found)).collect();
        classes.dedup();
        if classes.len() == 1 { classes.pop() } else { None }
    }
}
