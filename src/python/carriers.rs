//! The names that can carry an orchestrator, told from how code is written, without types: an expression whose value comes
//! from none of them is no orchestrator, so that nobody needs its type. More names are among them than do carry one; none
//! may be missing that does. What a value comes from is what `infer` takes it from.

use std::collections::BTreeSet;
use std::hash::{BuildHasher, BuildHasherDefault};

use rustc_hash::{FxHashSet, FxHasher};

use super::infer::{DEPTH, Inference};
use super::modules::FileId;
use super::scope::{Scopes, runs_in_place};
use super::syntax::{Id, Syntax};
use super::types::{Ty, Typed};
use crate::surface;

/// A name as a number: how it is spelled in the upper half; in the lower one nothing for attributes and top-level names,
/// which are the same everywhere, and the scope of the names of a function. Two may share one, so that more is looked into
/// than needed.
pub type Word = u64;

/// What comes from somewhere that is not followed.
pub const ANYTHING: Word = 0;

/// The name of a function's own.
const LOCAL: Word = 1;
/// What calls of the name give.
pub const RESULT: Word = 2;
/// What calls of the name pass.
pub const PASSED: Word = 4;
/// No name at all, but a place where many flows meet.
const HUB: Word = 8;
/// What is passed to whatever the name may stand for.
pub const CALLED: Word = 16;
/// All of these.
const MARKS: Word = LOCAL | RESULT | PASSED | HUB | CALLED;

fn hash(of: impl std::hash::Hash) -> Word {
    BuildHasherDefault::<FxHasher>::default().hash_one(of)
}

/// A spelling as a number.
#[must_use]
pub fn spelled(name: &str) -> u32 {
    u32::try_from(hash(name) >> 32).unwrap_or_default()
}

/// How a name is spelled; `None` for what is no name but what it gives or takes.
#[must_use]
pub fn spelling_of(word: Word) -> Option<u32> {
    (word & (RESULT | PASSED | HUB | CALLED) == 0).then(|| u32::try_from(word >> 32).unwrap_or_default())
}

/// An attribute, or a name at the top of a file.
#[must_use]
pub fn open(name: &str) -> Word {
    Word::from(spelled(name)) << 32
}

/// Whether other files may have the name too.
#[must_use]
pub fn is_open(word: Word) -> bool {
    word & LOCAL == 0
}

/// What a call of that name gives.
#[must_use]
pub fn result(word: Word) -> Word {
    word | RESULT
}

/// What calls of that name pass.
#[must_use]
pub fn passed(word: Word) -> Word {
    word | PASSED
}

/// A place of that number where many flows of one file meet.
#[must_use]
pub fn hub(number: Word) -> Word {
    number & !MARKS | HUB | LOCAL
}

/// The names that can carry something.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// An orchestrator.
    pub orchestrators: FxHashSet<Word>,
    /// A function of the surface.
    pub functions: FxHashSet<Word>,
}

/// The names in files whose code is known.
#[derive(Default)]
pub struct Carriers {
    /// The names.
    pub names: Names,
    /// The files.
    pub files: BTreeSet<FileId>,
    /// Names under which an orchestrator may be stored into other objects, by their spelling.
    pub left: FxHashSet<u32>,
}

/// The names that carry an orchestrator wherever they are met: the class, and what gives its instances.
pub fn orchestrators() -> impl Iterator<Item = Word> {
    let members = surface::CLASSES.iter().flat_map(|class| class.members);
    let giving = members.filter(|member| member.returns == surface::ORCHESTRATOR).map(|member| member.name);
    giving.chain([surface::ORCHESTRATOR]).map(open).chain([ANYTHING])
}

/// The names of the functions of the surface.
pub fn functions() -> impl Iterator<Item = Word> {
    surface::FUNCTIONS.iter().map(|(_, name, _)| open(name)).chain([ANYTHING])
}

/// The names of one file.
#[derive(Clone, Copy)]
pub struct Spelling<'a, 't> {
    /// Its nodes.
    pub syntax: &'a Syntax<'t>,
    /// Its scopes.
    pub scopes: &'a Scopes<'t>,
    /// Which file it is.
    pub file: FileId,
}

/// Members that give what their object holds.
const GIVING: [&str; 5] = ["get", "pop", "setdefault", "values", "items"];

/// Functions that give what they are given.
const PASSING: [&str; 37] = [
    "Depends",
    "Security",
    "gather",
    "wait_for",
    "shield",
    "ensure_future",
    "create_task",
    "to_thread",
    "zip",
    "max",
    "min",
    "dict",
    "defaultdict",
    "list",
    "tuple",
    "set",
    "sorted",
    "reversed",
    "iter",
    "next",
    "enumerate",
    "run",
    "run_until_complete",
    "closing",
    "aclosing",
    "nullcontext",
    "getattr",
    "cast",
    "__new__",
    "Mock",
    "MagicMock",
    "AsyncMock",
    "NonCallableMock",
    "create_autospec",
    "SimpleNamespace",
    "TypeVar",
    "NewType",
];

impl Spelling<'_, '_> {
    /// An identifier where it is read or bound.
    #[must_use]
    pub fn word(self, id: Id) -> Word {
        let Spelling { syntax, scopes, .. } = self;
        let name = syntax.str(id);
        if syntax.role(id) == Some("attribute") {
            return open(name);
        }
        match scopes.resolve(syntax, id, name) {
            Some(scope) => self.word_in(scope, name),
            None if name == "super" => syntax.frames(id).find_map(|up| self.class(up)).unwrap_or(ANYTHING),
            None => open(name),
        }
    }

    /// A name that a scope binds.
    #[must_use]
    pub fn word_in(self, scope: Id, name: &str) -> Word {
        let Spelling { syntax, file, .. } = self;
        let own = matches!(syntax.kind(scope), "function_definition" | "lambda") || runs_in_place(syntax.kind(scope));
        let scope = if own { hash((file, scope)) >> 32 & !MARKS | LOCAL } else { 0 };
        open(name) | scope
    }

    /// The name of a function or class.
    #[must_use]
    pub fn definition(self, id: Id) -> Option<Word> {
        let name = self.syntax.field(id, "name")?;
        Some(self.word_in(self.scopes.of(id), self.syntax.str(name)))
    }

    fn class(self, id: Id) -> Option<Word> {
        self.definition(id).filter(|_| self.syntax.kind(id) == "class_definition")
    }

    /// Every name at or below a node, in strings too.
    pub fn all(self, node: Id, into: &mut Vec<Word>) {
        let Spelling { syntax, scopes, .. } = self;
        for id in syntax.subtree(node) {
            match syntax.kind(id) {
                "identifier" => into.push(self.word(id)),
                "string_content" => {
                    let words = syntax.str(id).split(|c: char| !(c.is_alphanumeric() || c == '_'));
                    for word in words.filter(|word| !word.is_empty()) {
                        into.push(open(word));
                        into.extend(scopes.resolve(syntax, id, word).map(|scope| self.word_in(scope, word)));
                    }
                }
                _ => {}
            }
        }
    }

    /// The names that the value of an expression comes from.
    pub fn value(self, expression: Id, depth: usize, into: &mut Vec<Word>) {
        let syntax = self.syntax;
        if depth > DEPTH {
            return into.push(ANYTHING);
        }
        let parts = |into: &mut Vec<Word>| syntax.named(expression).for_each(|part| self.value(part, depth + 1, into));
        let field = |name: &str, into: &mut Vec<Word>| {
            if let Some(part) = syntax.field(expression, name) {
                self.value(part, depth + 1, into);
            }
        };
        match syntax.kind(expression) {
            "identifier" => into.push(self.word(expression)),
            "attribute" => {
                let name = syntax.field(expression, "attribute").map_or("", |name| syntax.str(name));
                // A property gives what its function does.
                into.extend([open(name), result(open(name))]);
                if GIVING.contains(&name) {
                    field("object", into);
                }
            }
            "call" => self.call(expression, depth, into),
            "named_expression" => field("value", into),
            "subscript" => {
                field("value", into);
                // What its class says, or a field of that name.
                into.push(result(open("__getitem__")));
                into.extend(syntax.field(expression, "subscript").and_then(|key| syntax.literal(key)).map(open));
            }
            "lambda" => field("body", into),
            "assignment" => field("right", into),
            "dictionary" => {
                syntax.named(expression).filter_map(|pair| syntax.field(pair, "value")).for_each(|part| self.value(part, depth + 1, into))
            }
            "list_comprehension" | "set_comprehension" | "generator_expression" => field("body", into),
            "dictionary_comprehension" => {
                let value = syntax.field(expression, "body").and_then(|pair| syntax.field(pair, "value"));
                value.into_iter().for_each(|part| self.value(part, depth + 1, into));
            }
            "await"
            | "parenthesized_expression"
            | "conditional_expression"
            | "boolean_operator"
            | "list"
            | "set"
            | "tuple"
            | "expression_list" => parts(into),
            _ => {}
        }
    }

    fn call(self, call: Id, depth: usize, into: &mut Vec<Word>) {
        let syntax = self.syntax;
        let Some(function) = syntax.field(call, "function") else { return };
        let callee = syntax.str(function);
        let mut functions = Vec::new();
        self.value(function, depth + 1, &mut functions);
        into.extend(functions.into_iter().map(result).chain([result(open("__call__"))]));
        if PASSING.contains(&callee.rsplit('.').next().unwrap_or(callee))
            && let Some(list) = syntax.field(call, "arguments")
        {
            let first = into.len();
            self.all(list, into);
            // `cast(Desk, x)`, `next(desks())`.
            into.extend(into[first..].iter().map(|&word| result(word)).collect::<Vec<_>>());
        }
    }
}

impl Inference<'_, '_> {
    /// Only expressions whose value comes from the right names are looked into as orchestrators: those of the project, and
    /// `more` in this text where it is not the one that they were taken from.
    #[must_use]
    pub fn by_name(mut self, more: Names) -> Self {
        let known = self.outside.carriers.as_ref().filter(|carriers| carriers.files.contains(&self.file));
        self.carriers = known.map(|carriers| (&carriers.names, more));
        self
    }

    /// Whether an expression can be an orchestrator or its class.
    pub(super) fn can_carry(&self, expression: Id) -> bool {
        self.has_one(expression, |names| &names.orchestrators) || self.has_telling_name(expression)
    }

    /// Whether an expression can be a function of the surface.
    #[must_use]
    pub fn can_be_tool(&self, expression: Id) -> bool {
        self.has_one(expression, |names| &names.functions)
    }

    fn has_one(&self, expression: Id, of: fn(&Names) -> &FxHashSet<Word>) -> bool {
        let Some((all, more)) = &self.carriers else { return true };
        let mut words = Vec::new();
        Spelling { syntax: self.syntax, scopes: self.scopes, file: self.file }.value(expression, 0, &mut words);
        words.iter().any(|word| of(all).contains(word) || of(more).contains(word))
    }

    /// The expression as the class of orchestrators, or one that derives from it.
    #[must_use]
    pub fn orchestrator_class(&self, expression: Id) -> Option<Typed> {
        let typed = self.can_carry(expression).then(|| self.of(expression))?;
        matches!(typed.ty, Ty::Class(class) if self.is_orchestrator(class)).then_some(typed)
    }
}
