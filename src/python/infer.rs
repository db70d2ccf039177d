//! The type of an expression, on demand and remembered. Reads one file; what other files say arrives as `outside`.

use std::cell::{Cell, RefCell};

use rustc_hash::FxHashMap as HashMap;

use super::asked::Asked;
use super::calls::each;
use super::carriers::Names;
use super::flow;
use super::left::is_somebody;
use super::modules::FileId;
use super::outside::{Outside, Place};
use super::scope::{Bound, Scopes};
use super::syntax::{Id, Syntax};
use super::types::{Cls, Ty, Typed};
use crate::finding::Strength;
use crate::source::Lines;
use crate::surface;

/// No chain of reasoning is followed further than this.
pub(super) const DEPTH: usize = 48;

/// No question takes more steps than this; honest ones take a few dozen.
const FUEL: usize = 4000;

/// Of longer lists and mappings no more values are looked at, constants last.
const MOST_PARTS: usize = 256;

/// More bindings than this say nothing together.
const MANY: usize = 32;

/// Names that speak of an orchestrator when nothing else is known.
pub(super) const TELLING: [&str; 8] = [
    "orchestrator",
    "orch",
    "_orchestrator",
    "_orch",
    "agent_orchestrator",
    "_agent_orchestrator",
    "mock_orchestrator",
    "victor_orchestrator",
];

/// Type inference over one file.
pub struct Inference<'a, 't> {
    /// The nodes.
    pub syntax: &'a Syntax<'t>,
    /// The names.
    pub scopes: &'a Scopes<'t>,
    /// The lines.
    pub lines: &'a Lines<'t>,
    /// Whether a telling name counts: only in a project that imports `victor`.
    pub guess: bool,
    /// What other files say.
    pub outside: &'a Outside,
    /// Which of the project's files this is.
    pub file: FileId,
    pub(super) asked: Asked,
    /// The names that an orchestrator must have; `None` where it may have any.
    pub(super) carriers: Option<(&'a Names, Names)>,
    /// What is known of an expression; `None` while it is being found out.
    memo: RefCell<HashMap<Id, Option<Typed>>>,
    /// How often a chain was not followed to its end; what was found without that is found whole.
    cut: Cell<usize>,
    /// Steps that are left for the question that is being answered.
    fuel: Cell<usize>,
    /// Some question is being answered.
    busy: Cell<bool>,
    /// What a name in an annotation means, by the scope that binds it.
    pub(super) roots: RefCell<HashMap<(Id, String), Typed>>,
    /// What an import binds, by the node it binds.
    pub(super) imports: RefCell<HashMap<Id, Typed>>,
    /// What the modules that are imported with a star make of a name.
    stars: RefCell<HashMap<String, Typed>>,
    /// The definitions of the project that dotted paths lead to.
    pub(super) paths: RefCell<HashMap<String, Option<Place>>>,
    /// Where names stand, and what their uses stand for.
    pub(super) met: super::uses::Met,
}

impl<'a, 't> Inference<'a, 't> {
    /// Inference with an empty memory.
    #[must_use]
    pub fn new(code: (&'a Syntax<'t>, &'a Scopes<'t>, &'a Lines<'t>), guess: bool, outside: &'a Outside, file: FileId) -> Self {
        let (syntax, scopes, lines) = code;
        Self {
            syntax,
            scopes,
            lines,
            guess,
            outside,
            file,
            asked: Asked::default(),
            carriers: None,
            memo: RefCell::default(),
            cut: Cell::new(0),
            fuel: Cell::new(FUEL),
            busy: Cell::new(false),
            roots: RefCell::default(),
            imports: RefCell::default(),
            stars: RefCell::default(),
            paths: RefCell::default(),
            met: super::uses::Met::default(),
        }
    }

    /// The line of a node, from 1.
    #[must_use]
    pub fn line(&self, id: Id) -> usize {
        self.lines.line_col(self.syntax.start(id)).0
    }

    /// The type of an expression.
    #[must_use]
    pub fn of(&self, expression: Id) -> Typed {
        self.asking(|| self.infer(expression, 0))
    }

    /// The expression as an orchestrator: proven, or likely by its name. `None` when it is not one.
    #[must_use]
    pub fn orchestrator(&self, expression: Id) -> Option<Typed> {
        let mut typed = self.can_carry(expression).then(|| self.of(expression))?;
        let is_one = |ty: &Ty| matches!(*ty, Ty::Instance(class) if self.is_orchestrator(class));
        if !is_one(&typed.ty)
            && let Some(at) = typed.also.iter().position(is_one)
        {
            std::mem::swap(&mut typed.ty, &mut typed.also[at]);
        }
        match typed.ty {
            Ty::Instance(class) if self.is_orchestrator(class) => Some(typed),
            Ty::Mock(true) => Some(typed),
            Ty::Instance(class) => self.mixed_in(expression, class),
            // Nobody uses `None`: what it is in the end is put there elsewhere.
            Ty::Unknown | Ty::Nothing | Ty::Foreign(..) | Ty::Mock(false) if self.guess && self.has_telling_name(expression) => {
                let line = self.line(expression);
                let name = self.syntax.str(expression).to_owned();
                let mut typed = typed.because(line, format!("`{name}` is called like an orchestrator; nothing says otherwise"));
                typed.strength = Strength::Likely;
                Some(typed)
            }
            _ => None,
        }
    }

    pub(super) fn has_telling_name(&self, expression: Id) -> bool {
        let name = match self.syntax.kind(expression) {
            "attribute" => self.syntax.field(expression, "attribute"),
            "identifier" => Some(expression),
            _ => None,
        };
        name.is_some_and(|name| TELLING.contains(&self.syntax.str(name)))
    }

    pub(super) fn infer(&self, expression: Id, depth: usize) -> Typed {
        match self.memo.borrow().get(&expression) {
            Some(Some(known)) => return known.clone(),
            Some(None) => {
                self.cut.set(self.cut.get() + 1);
                return Typed::unknown();
            }
            None => {}
        }
        let Some(fuel) = self.fuel.get().checked_sub(1).filter(|_| depth <= DEPTH) else {
            self.cut.set(self.cut.get() + 1);
            return Typed::unknown();
        };
        self.fuel.set(fuel);
        let cut = self.cut.get();
        self.memo.borrow_mut().insert(expression, None);
        let typed = self.fresh(expression, depth);
        if depth < DEPTH / 2 || self.cut.get() == cut {
            self.memo.borrow_mut().insert(expression, Some(typed.clone()));
        } else {
            self.memo.borrow_mut().remove(&expression);
        }
        typed
    }

    fn fresh(&self, expression: Id, depth: usize) -> Typed {
        let syntax = self.syntax;
        match syntax.kind(expression) {
            "identifier" => self.but_filled(self.name(expression, depth), expression, depth),
            "attribute" => {
                let (Some(object), Some(name)) = (syntax.field(expression, "object"), syntax.field(expression, "attribute")) else {
                    return Typed::unknown();
                };
                if self.is_super(object) {
                    return self.above(object, syntax.str(name), depth);
                }
                let owner = self.infer(object, depth + 1);
                self.but_filled(self.member(owner, syntax.str(name), depth), expression, depth)
            }
            "call" => self.call(expression, depth),
            "await" => match syntax.named(expression).next().map(|inner| self.infer(inner, depth + 1)) {
                Some(typed) => match typed.ty.clone() {
                    Ty::Coroutine(_) => typed.opened(Ty::awaited),
                    // `await queue.get()`.
                    ty @ Ty::Instance(_) if typed.strength == Strength::Likely => typed.with(ty),
                    ty @ Ty::Mock(_) => typed.with(ty),
                    _ => Typed::unknown(),
                },
                None => Typed::unknown(),
            },
            "parenthesized_expression" => syntax.named(expression).next().map_or_else(Typed::unknown, |inner| self.infer(inner, depth + 1)),
            "named_expression" => syntax.field(expression, "value").map_or_else(Typed::unknown, |value| self.infer(value, depth + 1)),
            "conditional_expression" => {
                let mut parts = syntax.named(expression);
                let (first, _, last) = (parts.next(), parts.next(), parts.next());
                Typed::join(first.into_iter().chain(last).map(|part| self.infer(part, depth + 1)).collect())
            }
            "boolean_operator" => {
                let side = |name: &str| syntax.field(expression, name).map(|part| self.infer(part, depth + 1));
                let or = syntax.field(expression, "operator").is_some_and(|op| syntax.str(op) == "or");
                if or {
                    Typed::join(side("left").into_iter().chain(side("right")).collect())
                } else {
                    side("right").unwrap_or_else(Typed::unknown)
                }
            }
            "none" => Typed::plain(Ty::Nothing),
            "string" | "concatenated_string" => self.text_or_bytes(expression),
            "binary_operator" => self.binary(expression, depth),
            "integer" | "float" | "true" | "false" | "comparison_operator" | "not_operator" => {
                Typed::plain(Ty::Other("a plain value".into()))
            }
            "lambda" => {
                let body = syntax.field(expression, "body").map_or_else(Typed::unknown, |body| self.infer(body, depth + 1));
                let ty = if body.ty.is_telling() { Ty::Calling(Box::new(body.ty.clone())) } else { Ty::Other("a plain value".into()) };
                body.with(ty)
            }
            "list" | "set" => self.container(syntax.named(expression).collect(), Ty::Sequence, depth),
            "tuple" | "expression_list" if syntax.named(expression).any(|part| syntax.kind(part) == "list_splat") => {
                self.container(syntax.named(expression).collect(), Ty::Sequence, depth)
            }
            "list_splat" => {
                let all = syntax.named(expression).next().map_or_else(Typed::unknown, |inner| self.infer(inner, depth + 1));
                all.opened(each)
            }
            "tuple" | "expression_list" => {
                let parts: Vec<Typed> = syntax.named(expression).map(|part| self.infer(part, depth + 1)).collect();
                let ty = Ty::Tuple(parts.iter().map(|part| part.ty.clone()).collect());
                parts.into_iter().find(|part| part.ty.is_telling()).unwrap_or_else(Typed::unknown).with(ty)
            }
            "dictionary_comprehension" => {
                let value = syntax.field(expression, "body").and_then(|pair| syntax.field(pair, "value"));
                self.container(value.into_iter().collect(), Ty::Mapping, depth)
            }
            "list_comprehension" | "set_comprehension" | "generator_expression" => {
                let body = syntax.field(expression, "body").into_iter().collect();
                self.container(body, Ty::Sequence, depth)
            }
            "dictionary" => {
                let values = syntax.named(expression).filter_map(|pair| syntax.field(pair, "value")).collect();
                self.container(values, Ty::Mapping, depth)
            }
            "subscript" => {
                let typed = syntax.field(expression, "value").map_or_else(Typed::unknown, |value| self.infer(value, depth + 1));
                let index = syntax.field(expression, "subscript");
                let place = index.and_then(|index| syntax.str(index).parse::<isize>().ok());
                match typed.ty.clone() {
                    Ty::Sequence(_) if index.is_some_and(|index| syntax.kind(index) == "slice") => typed,
                    Ty::Tuple(_) if place.is_none() => {
                        let any = typed.opened(each);
                        if index.is_some_and(|index| syntax.kind(index) == "slice") { any.held(Ty::Sequence) } else { any }
                    }
                    Ty::Sequence(_) | Ty::Mapping(_) | Ty::Tuple(_) => {
                        typed.opened(|ty| [ty.item(), ty.target(), place.map_or_else(Vec::new, |at| ty.part(at))].concat())
                    }
                    ty if is_somebody(&ty) => self.left_at(index),
                    Ty::Instance(class) => self.item(typed, class, index, depth),
                    _ => Typed::unknown(),
                }
            }
            _ => Typed::unknown(),
        }
    }

    /// What stands under a key of an object: a field of a `TypedDict`, or what its class says.
    fn item(&self, object: Typed, class: Cls, key: Option<Id>, depth: usize) -> Typed {
        match key.and_then(|key| self.syntax.literal(key)) {
            Some(field) if self.derives_from(class, "TypedDict") => self.member(object, field, depth + 1),
            _ => self.answer_of_method(object, "__getitem__", depth),
        }
    }

    fn text_or_bytes(&self, expression: Id) -> Typed {
        let prefix = self.syntax.str(expression).split(['"', '\'']).next().unwrap_or("");
        let bytes = prefix.to_ascii_lowercase().contains('b');
        Typed::plain(if bytes { Ty::Other("bytes".into()) } else { Ty::Text })
    }

    fn binary(&self, expression: Id, depth: usize) -> Typed {
        let operator = self.syntax.field(expression, "operator").map_or("", |op| self.syntax.str(op));
        let left = self.syntax.field(expression, "left").map(|part| self.infer(part, depth + 1).ty);
        let right = self.syntax.field(expression, "right").map(|part| self.infer(part, depth + 1).ty);
        match (operator, left, right) {
            ("+", Some(Ty::Text), _) | ("+", _, Some(Ty::Text)) | ("%", Some(Ty::Text), _) => Typed::plain(Ty::Text),
            _ => Typed::unknown(),
        }
    }

    /// A container of the values of expressions.
    fn container(&self, mut parts: Vec<Id>, of: fn(Box<Ty>) -> Ty, depth: usize) -> Typed {
        if parts.len() > MOST_PARTS {
            parts.sort_by_key(|&part| self.syntax.is_constant(part));
        }
        let (first, all) = (parts.len().min(MOST_PARTS), parts.len() <= MOST_PARTS);
        let mut typed = Typed::join(parts[..first].iter().map(|&part| self.infer(part, depth + 1)).collect()).held(of);
        if !all {
            typed.strength = typed.strength.max(Strength::Likely);
        }
        typed
    }

    fn name(&self, used: Id, depth: usize) -> Typed {
        let text = self.syntax.str(used);
        self.named_at(used, text, depth)
    }

    /// The type of a name where a node stands.
    #[must_use]
    pub fn named(&self, at: Id, name: &str) -> Typed {
        self.asking(|| self.named_at(at, name, 0))
    }

    /// A question from outside has its own fuel; what is asked on the way to its answer has not.
    fn asking(&self, question: impl FnOnce() -> Typed) -> Typed {
        let inner = self.busy.replace(true);
        if !inner {
            self.fuel.set(FUEL);
        }
        let answer = question();
        self.busy.set(inner);
        answer
    }

    fn named_at(&self, used: Id, text: &str, depth: usize) -> Typed {
        let bindings = flow::reaching_up_to(self.syntax, self.scopes, (used, text), MANY);
        if bindings.is_empty() {
            return if self.scopes.resolve(self.syntax, used, text).is_some() { Typed::unknown() } else { self.starred(text) };
        }
        if bindings.len() > MANY {
            return Typed::unknown();
        }
        let typed = Typed::join(bindings.into_iter().map(|binding| self.bound(binding, depth + 1)).collect());
        if typed.ty != Ty::Unknown {
            return self.also_replaced(typed, used, text);
        }
        // `orch: AgentOrchestrator` on a line of its own, and a value of unknown type later.
        let scope = self.scopes.resolve(self.syntax, used, text).unwrap_or(0);
        let declared = self.scopes.bindings(scope, text).iter().find(|binding| matches!(binding.bound, Bound::Annotated(_, None)));
        declared.filter(|binding| self.syntax.kind(binding.node) == "identifier").map_or(typed, |binding| self.bound(binding, depth + 1))
    }

    pub(super) fn starred(&self, name: &str) -> Typed {
        if self.scopes.stars.is_empty() {
            return Typed::unknown();
        }
        if let Some(known) = self.stars.borrow().get(name) {
            return known.clone();
        }
        let typed = self.found_in_stars(name);
        self.stars.borrow_mut().insert(name.to_owned(), typed.clone());
        typed
    }

    fn found_in_stars(&self, name: &str) -> Typed {
        let from = |module: &String| {
            let class = surface::exported(module, name).map(|class| Typed::plain(Ty::Class(Cls::Surface(class))));
            class.or_else(|| self.outside.starred(module, name, self.file, &self.asked).map(|typed| self.localised(typed)))
        };
        self.scopes.stars.iter().rev().find_map(from).unwrap_or_else(Typed::unknown)
    }
}
