//! What the rules name beyond Victor: the dotted paths of their receivers, and the words that a text must have to hold a
//! site. Empty where all rules are about Victor, and then nothing is looked for that was not before.

use std::collections::BTreeSet;

use super::Rule;
use super::pattern::{Pattern, Shape};
use super::receiver::Receiver;

/// The names of a set of rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// The paths of classes whose instances are receivers.
    pub classes: BTreeSet<String>,
    /// All paths, those of modules, functions and values too.
    pub paths: BTreeSet<String>,
    /// What the patterns spell out: members, and last names of paths.
    pub members: BTreeSet<String>,
    /// Those, and the last names of classes: a text with a site has one of them, or reaches it under another name.
    pub words: BTreeSet<String>,
    /// Some pattern takes any member, so that any text can hold a site.
    pub any: bool,
}

impl Names {
    /// The names of rules.
    #[must_use]
    pub fn of(rules: &[Rule]) -> Self {
        let mut names = Self::default();
        for rule in rules {
            let mut own = Self::default();
            for (_, receiver) in &rule.wheres {
                own.paths.extend(receiver.paths().iter().cloned());
                if let Receiver::Instance(paths) = receiver {
                    own.classes.extend(paths.iter().cloned());
                }
            }
            for shape in rule.pairs.iter().flat_map(|pair| &pair.shapes) {
                let mut one = Self::default();
                one.shape(shape);
                own.any |= one.members.is_empty();
                own.members.extend(one.members);
                own.paths.extend(one.paths);
            }
            if !own.paths.is_empty() {
                names.classes.extend(own.classes);
                names.words.extend(own.paths.iter().filter_map(|path| path.rsplit('.').next()).map(str::to_owned));
                names.paths.extend(own.paths);
                names.words.extend(own.members.iter().cloned());
                names.members.extend(own.members);
                names.any |= own.any;
            }
        }
        names
    }

    /// The packages that the paths lead through.
    pub fn roots(&self) -> BTreeSet<&str> {
        self.paths.iter().filter_map(|path| path.split('.').next()).collect()
    }

    /// Whether the rules name nothing but Victor.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }

    fn shape(&mut self, shape: &Shape) {
        match shape {
            Shape::Expression(pattern) => self.pattern(pattern),
            Shape::Statements(list) => list.iter().flatten().for_each(|pattern| self.pattern(pattern)),
        }
    }

    fn pattern(&mut self, pattern: &Pattern) {
        match pattern {
            Pattern::Attribute(object, name) => {
                if !name.starts_with('$') {
                    self.members.insert(name.clone());
                }
                self.pattern(object);
            }
            Pattern::Path(path) => {
                self.members.extend(path.rsplit('.').next().map(str::to_owned));
                self.paths.insert(path.clone());
            }
            Pattern::Call { function, arguments, .. } => {
                self.pattern(function);
                arguments.iter().for_each(|(_, argument)| self.pattern(argument));
            }
            Pattern::Node(_, parts) => parts.iter().for_each(|part| self.pattern(part)),
            Pattern::Variable(_) | Pattern::Builtin(_) | Pattern::Leaf(_) => {}
        }
    }
}
