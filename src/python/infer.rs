//! The type of an expression, on demand and remembered. Stays within one file; what other files say arrives through
//! imports, which for now know the surface only.

use std::cell::RefCell;
use std::collections::HashMap;

use super::flow;
use super::scope::{Binding, Bound, Scopes, self_name};
use super::syntax::{Id, Syntax};
use super::types::{Cls, Ty, Typed};
use crate::finding::Strength;
use crate::source::Lines;
use crate::surface;

/// No chain of reasoning is followed further than this.
const DEPTH: usize = 48;

/// Names that speak of an orchestrator when nothing else is known.
const TELLING: [&str; 8] =
    ["orchestrator", "orch", "_orchestrator", "_orch", "agent_orchestrator", "_agent_orchestrator", "mock_orchestrator", "victor_orchestrator"];

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
    memo: RefCell<HashMap<Id, Typed>>,
}

impl<'a, 't> Inference<'a, 't> {
    /// Inference with an empty memory.
    #[must_use]
    pub fn new(syntax: &'a Syntax<'t>, scopes: &'a Scopes<'t>, lines: &'a Lines<'t>, guess: bool) -> Self {
        Self { syntax, scopes, lines, guess, memo: RefCell::new(HashMap::new()) }
    }

    /// The line of a node, from 1.
    #[must_use]
    pub fn line(&self, id: Id) -> usize {
        self.lines.line_col(self.syntax.start(id)).0
    }

    /// The type of an expression.
    #[must_use]
    pub fn of(&self, expression: Id) -> Typed {
        self.infer(expression, 0)
    }

    /// The expression as an orchestrator: proven, or likely by its name. `None` when it is not one.
    #[must_use]
    pub fn orchestrator(&self, expression: Id) -> Option<Typed> {
        let typed = self.of(expression);
        match typed.ty {
            Ty::Instance(class) if self.is_orchestrator(class, 0) => Some(typed),
            Ty::Mock(true) => Some(typed),
            Ty::Unknown | Ty::Foreign(..) | Ty::Mock(false) if self.guess && self.has_telling_name(expression) => {
                let line = self.line(expression);
                let name = self.syntax.str(expression).to_owned();
                let mut typed = typed.because(line, format!("`{name}` is called like an orchestrator; nothing says otherwise"));
                typed.strength = Strength::Likely;
                Some(typed)
            }
            _ => None,
        }
    }

    /// Whether a class is `AgentOrchestrator` or derives from it.
    #[must_use]
    pub fn is_orchestrator(&self, class: Cls, depth: usize) -> bool {
        match class {
            Cls::Surface(class) => class.name == surface::ORCHESTRATOR,
            Cls::Local(id) => depth < DEPTH && self.bases(id, depth).iter().any(|&base| self.is_orchestrator(base, depth + 1)),
        }
    }

    fn has_telling_name(&self, expression: Id) -> bool {
        let name = match self.syntax.kind(expression) {
            "attribute" => self.syntax.field(expression, "attribute"),
            "identifier" => Some(expression),
            _ => None,
        };
        name.is_some_and(|name| TELLING.contains(&self.syntax.str(name)))
    }

    fn bases(&self, class: Id, depth: usize) -> Vec<Cls> {
        let Some(list) = self.syntax.field(class, "superclasses") else { return Vec::new() };
        let bases = self.syntax.named(list).filter(|&base| self.syntax.kind(base) != "keyword_argument");
        bases
            .filter_map(|base| match self.infer(base, depth + 1).ty {
                Ty::Class(class) => Some(class),
                _ => None,
            })
            .collect()
    }

    pub(super) fn infer(&self, expression: Id, depth: usize) -> Typed {
        if depth > DEPTH {
            return Typed::unknown();
        }
        if let Some(known) = self.memo.borrow().get(&expression) {
            return known.clone();
        }
        self.memo.borrow_mut().insert(expression, Typed::unknown());
        let typed = self.fresh(expression, depth);
        if depth < DEPTH / 2 {
            self.memo.borrow_mut().insert(expression, typed.clone());
        } else {
            self.memo.borrow_mut().remove(&expression);
        }
        typed
    }

    fn fresh(&self, expression: Id, depth: usize) -> Typed {
        let syntax = self.syntax;
        match syntax.kind(expression) {
            "identifier" => self.name(expression, depth),
            "attribute" => {
                let (Some(object), Some(name)) = (syntax.field(expression, "object"), syntax.field(expression, "attribute")) else {
                    return Typed::unknown();
                };
                let owner = self.infer(object, depth + 1);
                self.member(owner, syntax.str(name), depth)
            }
            "call" => self.call(expression, depth),
            "await" => match syntax.named(expression).next().map(|inner| self.infer(inner, depth + 1)) {
                Some(typed) => match typed.ty.clone() {
                    Ty::Coroutine(inner) => typed.with(*inner),
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
                if or { Typed::join(side("left").into_iter().chain(side("right")).collect()) } else { side("right").unwrap_or_else(Typed::unknown) }
            }
            "none" => Typed::plain(Ty::Nothing),
            "string" | "concatenated_string" => self.text_or_bytes(expression),
            "binary_operator" => self.binary(expression, depth),
            "integer" | "float" | "true" | "false" | "comparison_operator" | "not_operator" | "lambda" | "dictionary_comprehension" => {
                Typed::plain(Ty::Other("a plain value".to_owned()))
            }
            "list" | "set" => self.sequence(syntax.named(expression).collect(), depth),
            "tuple" | "expression_list" => {
                let parts: Vec<Typed> = syntax.named(expression).map(|part| self.infer(part, depth + 1)).collect();
                let ty = Ty::Tuple(parts.iter().map(|part| part.ty.clone()).collect());
                parts.into_iter().find(|part| part.ty.is_telling()).unwrap_or_else(Typed::unknown).with(ty)
            }
            "list_comprehension" | "set_comprehension" | "generator_expression" => {
                let body = syntax.field(expression, "body").into_iter().collect();
                self.sequence(body, depth)
            }
            "dictionary" => {
                let values = syntax.named(expression).filter_map(|pair| syntax.field(pair, "value")).collect();
                match self.sequence(values, depth) {
                    Typed { ty: Ty::Sequence(inner), strength, evidence, doubt } => Typed { ty: Ty::Mapping(inner), strength, evidence, doubt },
                    other => other,
                }
            }
            "subscript" => {
                let typed = syntax.field(expression, "value").map_or_else(Typed::unknown, |value| self.infer(value, depth + 1));
                let place = syntax.field(expression, "subscript").and_then(|index| syntax.str(index).parse::<usize>().ok());
                match typed.ty.clone() {
                    Ty::Sequence(inner) | Ty::Mapping(inner) => typed.with(*inner),
                    Ty::Tuple(parts) => typed.with(place.and_then(|at| parts.get(at).cloned()).unwrap_or(Ty::Unknown)),
                    _ => Typed::unknown(),
                }
            }
            _ => Typed::unknown(),
        }
    }

    fn text_or_bytes(&self, expression: Id) -> Typed {
        let prefix = self.syntax.str(expression).split(['"', '\'']).next().unwrap_or("");
        let bytes = prefix.to_ascii_lowercase().contains('b');
        Typed::plain(if bytes { Ty::Other("bytes".to_owned()) } else { Ty::Text })
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

    fn sequence(&self, parts: Vec<Id>, depth: usize) -> Typed {
        if parts.len() > 64 {
            return Typed::unknown();
        }
        let typed = Typed::join(parts.into_iter().map(|part| self.infer(part, depth + 1)).collect());
        let ty = Ty::Sequence(Box::new(typed.ty.clone()));
        typed.with(ty)
    }

    fn name(&self, used: Id, depth: usize) -> Typed {
        let text = self.syntax.str(used);
        let bindings = flow::reaching(self.syntax, self.scopes, used, text);
        if bindings.is_empty() {
            return if self.scopes.resolve(self.syntax, used, text).is_some() { Typed::unknown() } else { self.starred(text) };
        }
        if bindings.len() > 32 {
            return Typed::unknown();
        }
        Typed::join(bindings.into_iter().map(|binding| self.bound(binding, depth + 1)).collect())
    }

    pub(super) fn starred(&self, name: &str) -> Typed {
        let class = self.scopes.stars.iter().find_map(|module| surface::exported(module, name));
        class.map_or_else(Typed::unknown, |class| Typed::plain(Ty::Class(Cls::Surface(class))))
    }

    pub(super) fn bound(&self, binding: &Binding, depth: usize) -> Typed {
        let line = self.line(binding.node);
        let typed = match &binding.bound {
            Bound::Value(value) => self.infer(*value, depth + 1),
            Bound::Element(value, place) => {
                let typed = self.infer(*value, depth + 1);
                match typed.ty.clone() {
                    Ty::Tuple(parts) => typed.with(parts.get(*place).cloned().unwrap_or(Ty::Unknown)),
                    Ty::Sequence(inner) => typed.with(*inner),
                    _ => Typed::unknown(),
                }
            }
            Bound::Each(value) => {
                let typed = self.infer(*value, depth + 1);
                match typed.ty.clone() {
                    Ty::Sequence(inner) => typed.with(*inner),
                    Ty::Tuple(parts) => Typed::join(parts.into_iter().map(|ty| typed.clone().with(ty)).collect()),
                    _ => Typed::unknown(),
                }
            }
            Bound::With(value) => self.entered(*value, depth),
            Bound::Annotated(annotation, value) => self.declared(*annotation, *value, depth),
            Bound::Import(module, name) => imported(module, name.as_deref()),
            Bound::Parameter(parameter) => self.parameter(*parameter, depth),
            Bound::Definition(id) if self.syntax.kind(*id) == "class_definition" => Typed::plain(Ty::Class(Cls::Local(*id))),
            Bound::Definition(id) => Typed::plain(Ty::Function(*id)),
            Bound::Narrowed(class) => self.class_named(*class, depth),
            Bound::Opaque => Typed::plain(Ty::Other("something else".to_owned())),
        };
        if typed.ty.is_telling() && typed.evidence.last().is_none_or(|last| last.line != line) {
            let start = self.lines.line_span(line);
            let text: String = self.syntax.text.get(start).unwrap_or("").trim().chars().take(100).collect();
            return typed.because(line, text);
        }
        typed
    }

    /// `name: annotation = value`: the annotation, unless it says nothing.
    fn declared(&self, annotation: Id, value: Option<Id>, depth: usize) -> Typed {
        let declared = self.annotated(annotation);
        match value {
            Some(value) if declared.ty == Ty::Unknown => self.infer(value, depth + 1),
            _ => declared,
        }
    }

    fn parameter(&self, parameter: Id, depth: usize) -> Typed {
        let syntax = self.syntax;
        if let Some(annotation) = syntax.field(parameter, "type") {
            return self.annotated(annotation);
        }
        let function = syntax.ancestors(parameter).find(|&up| matches!(syntax.kind(up), "function_definition" | "lambda"));
        let Some(function) = function else { return Typed::unknown() };
        let list = syntax.field(function, "parameters");
        let first = list.and_then(|list| syntax.named(list).next()) == Some(parameter);
        if first && let Some(class) = syntax.class_of(function) {
            return self.own(function, class);
        }
        if let Some(default) = syntax.field(parameter, "value") {
            let typed = self.infer(default, depth + 1);
            return if typed.ty.is_telling() { typed } else { Typed::unknown() };
        }
        self.fixture(syntax.str(parameter), depth)
    }

    /// `self` and `cls`.
    fn own(&self, function: Id, class: Id) -> Typed {
        let decorators = self.decorators(function);
        if decorators.iter().any(|name| name.ends_with("staticmethod")) {
            return Typed::unknown();
        }
        let of_class = decorators.iter().any(|name| name.ends_with("classmethod"));
        Typed::plain(if of_class { Ty::Class(Cls::Local(class)) } else { Ty::Instance(Cls::Local(class)) })
    }

    fn decorators(&self, function: Id) -> Vec<&'t str> {
        let Some(holder) = self.syntax.parent(function).filter(|&up| self.syntax.kind(up) == "decorated_definition") else { return Vec::new() };
        let list = self.syntax.named(holder).filter(|&child| self.syntax.kind(child) == "decorator");
        list.map(|decorator| self.syntax.str(decorator).trim_start_matches('@').split('(').next().unwrap_or("").trim()).collect()
    }

    /// A pytest fixture of that name in this file.
    fn fixture(&self, name: &str, depth: usize) -> Typed {
        let function = self.scopes.bindings(0, name).iter().rev().find_map(|binding| match binding.bound {
            Bound::Definition(id) if self.decorators(id).iter().any(|d| d.ends_with("fixture")) => Some(id),
            _ => None,
        });
        let Some(function) = function else { return Typed::unknown() };
        self.answer(function, depth + 1).because(self.line(function), format!("the fixture `{name}`"))
    }

    /// What a function returns or yields, awaited where it is a coroutine.
    pub(super) fn answer(&self, function: Id, depth: usize) -> Typed {
        if let Some(annotation) = self.syntax.field(function, "return_type") {
            let typed = self.annotated(annotation);
            return match typed.ty.clone() {
                Ty::Sequence(inner) if self.yields(function) => typed.with(*inner),
                Ty::Unknown => self.returned(function, depth),
                _ => typed,
            };
        }
        self.returned(function, depth)
    }

    fn exits(&self, function: Id) -> Vec<Id> {
        let wanted = |id: &Id| matches!(self.syntax.kind(*id), "return_statement" | "yield");
        self.syntax.subtree(function).filter(wanted).filter(|&id| self.syntax.function(id) == Some(function)).collect()
    }

    fn yields(&self, function: Id) -> bool {
        self.exits(function).iter().any(|&id| self.syntax.kind(id) == "yield")
    }

    fn returned(&self, function: Id, depth: usize) -> Typed {
        let exits = self.exits(function);
        if exits.is_empty() || exits.len() > 16 || depth > DEPTH {
            return Typed::unknown();
        }
        let value = |&exit: &Id| self.syntax.named(exit).next().map_or(Typed::plain(Ty::Nothing), |value| self.infer(value, depth + 1));
        Typed::join(exits.iter().map(value).collect())
    }

    /// What `with value as name` binds.
    fn entered(&self, value: Id, depth: usize) -> Typed {
        if self.syntax.kind(value) == "call"
            && let Some(function) = self.syntax.field(value, "function")
        {
            let name = self.syntax.str(function).rsplit('.').next().unwrap_or("");
            let first = || self.syntax.field(value, "arguments").and_then(|list| self.syntax.named(list).next());
            if matches!(name, "closing" | "aclosing" | "nullcontext")
                && let Some(argument) = first()
            {
                return self.infer(argument, depth + 1);
            }
            if let Ty::Function(id) = self.infer(function, depth + 1).ty
                && self.decorators(id).iter().any(|d| d.ends_with("contextmanager"))
            {
                return self.answer(id, depth + 1);
            }
        }
        let mut typed = self.infer(value, depth + 1);
        if let Ty::Instance(Cls::Local(class)) = typed.ty {
            let enter = ["__enter__", "__aenter__"].iter().find_map(|name| self.scopes.attribute(class, name).last());
            if let Some(Binding { bound: Bound::Definition(id), .. }) = enter {
                return self.answer(*id, depth + 1);
            }
        }
        if matches!(typed.ty, Ty::Instance(_)) {
            typed.strength = Strength::Likely;
            return typed;
        }
        Typed::unknown()
    }

    pub(super) fn member(&self, owner: Typed, name: &str, depth: usize) -> Typed {
        match owner.ty.clone() {
            Ty::Module(module) => imported(&module, Some(name)),
            Ty::Foreign(module, inner) => imported(&format!("{module}.{inner}"), Some(name)),
            Ty::Instance(Cls::Surface(class)) | Ty::Class(Cls::Surface(class)) => match class.member(name) {
                Some(member) if member.kind == surface::MemberKind::Attribute => owner.with(valued(member.returns)),
                Some(member) => owner.with(Ty::Method(class, member.name)),
                None => Typed::unknown(),
            },
            Ty::Instance(Cls::Local(class)) | Ty::Class(Cls::Local(class)) => self.local_member(&owner, class, name, depth),
            Ty::Mapping(inner) if matches!(name, "get" | "pop" | "setdefault") => owner.with(Ty::Mapping(inner)),
            _ => Typed::unknown(),
        }
    }

    fn local_member(&self, owner: &Typed, class: Id, name: &str, depth: usize) -> Typed {
        if depth > DEPTH {
            return Typed::unknown();
        }
        let bindings = self.scopes.attribute(class, name);
        if let Some(annotated) = bindings.iter().find(|b| matches!(b.bound, Bound::Annotated(..))) {
            let typed = self.bound(annotated, depth + 1);
            if typed.ty != Ty::Unknown {
                return typed;
            }
        }
        if !bindings.is_empty() {
            let typed = Typed::join(bindings.iter().map(|binding| self.bound(binding, depth + 1)).collect());
            return match typed.ty {
                Ty::Function(id) if self.decorators(id).iter().any(|d| d.ends_with("property")) => self.answer(id, depth + 1),
                _ => typed,
            };
        }
        for base in self.bases(class, depth) {
            let typed = self.member(owner.clone().with(Ty::Instance(base)), name, depth + 1);
            if typed.ty != Ty::Unknown {
                return typed;
            }
        }
        Typed::unknown()
    }

    fn call(&self, call: Id, depth: usize) -> Typed {
        let syntax = self.syntax;
        let (Some(function), Some(list)) = (syntax.field(call, "function"), syntax.field(call, "arguments")) else { return Typed::unknown() };
        let arguments: Vec<Id> = if syntax.kind(list) == "argument_list" { syntax.named(list).collect() } else { vec![list] };
        let callee = syntax.str(function);
        let short = callee.rsplit('.').next().unwrap_or(callee);
        let first = arguments.first().copied().filter(|&a| syntax.kind(a) != "keyword_argument");
        match (short, first) {
            ("Mock" | "MagicMock" | "AsyncMock" | "NonCallableMock" | "create_autospec" | "SimpleNamespace", _) => return self.mock(&arguments, depth),
            ("__new__", Some(class)) => {
                let typed = self.class_named(class, depth);
                return match typed.ty {
                    Ty::Instance(class) if self.is_orchestrator(class, 0) => typed.with(Ty::Mock(true)),
                    _ => Typed::unknown(),
                };
            }
            ("cast", Some(class)) => return self.class_named(class, depth).because(self.line(call), "cast".to_owned()),
            ("run" | "run_until_complete", Some(inner)) => {
                let typed = self.infer(inner, depth + 1);
                return match typed.ty.clone() {
                    Ty::Coroutine(inner) => typed.with(*inner),
                    _ => Typed::unknown(),
                };
            }
            ("getattr", Some(object)) if callee == "getattr" => {
                let name = arguments.get(1).and_then(|&name| syntax.literal(name));
                let owner = self.infer(object, depth + 1);
                return name.map_or_else(Typed::unknown, |name| self.member(owner, name, depth + 1));
            }
            ("str" | "input" | "repr", _) if callee == short => return Typed::plain(Ty::Text),
            ("list" | "tuple" | "set" | "sorted" | "reversed" | "iter", Some(inner)) if callee == short => return self.infer(inner, depth + 1),
            ("format" | "join" | "strip" | "lower" | "upper" | "replace", _) if callee != short => {
                let receiver = syntax.field(function, "object").map(|object| self.infer(object, depth + 1).ty);
                if receiver == Some(Ty::Text) {
                    return Typed::plain(Ty::Text);
                }
            }
            ("values", None) => {
                let receiver = syntax.field(function, "object").map(|object| self.infer(object, depth + 1));
                if let Some(Typed { ty: Ty::Mapping(inner), strength, evidence, doubt }) = receiver {
                    return Typed { ty: Ty::Sequence(inner), strength, evidence, doubt };
                }
            }
            _ => {}
        }
        self.called(function, short, depth)
    }

    fn called(&self, function: Id, short: &str, depth: usize) -> Typed {
        let callee = self.infer(function, depth + 1);
        match callee.ty.clone() {
            Ty::Class(class) => callee.with(Ty::Instance(class)),
            Ty::Function(id) => {
                let typed = self.answer(id, depth + 1);
                let ty = typed.ty.clone();
                if self.syntax.is_async(id) && !self.yields(id) { typed.with(Ty::Coroutine(Box::new(ty))) } else { typed }
            }
            Ty::Method(class, name) => match class.member(name) {
                Some(member) if member.kind == surface::MemberKind::AsyncMethod => callee.with(Ty::Coroutine(Box::new(valued(member.returns)))),
                Some(member) => callee.with(valued(member.returns)),
                None => Typed::unknown(),
            },
            Ty::Mapping(inner) => callee.with(*inner),
            Ty::Foreign(_, name) if starts_upper(&name) => Typed::plain(Ty::Other(name)),
            Ty::Unknown if starts_upper(short) => Typed::plain(Ty::Other(short.to_owned())),
            _ => Typed::unknown(),
        }
    }

    fn mock(&self, arguments: &[Id], depth: usize) -> Typed {
        let spec = arguments.iter().find_map(|&argument| match self.syntax.kind(argument) {
            "keyword_argument" => {
                let name = self.syntax.field(argument, "name").map_or("", |name| self.syntax.str(name));
                if matches!(name, "spec" | "spec_set") { self.syntax.field(argument, "value") } else { None }
            }
            _ => Some(argument),
        });
        match spec.map(|class| self.class_named(class, depth)) {
            Some(typed) => match typed.ty {
                Ty::Instance(class) if self.is_orchestrator(class, 0) => typed.with(Ty::Mock(true)),
                Ty::Other(_) | Ty::Instance(_) => Typed::plain(Ty::Other("a mock of something else".to_owned())),
                _ => Typed::plain(Ty::Mock(false)),
            },
            None => Typed::plain(Ty::Mock(false)),
        }
    }
}

fn starts_upper(name: &str) -> bool {
    name.trim_start_matches('_').starts_with(char::is_uppercase)
}

/// The type that a member of the surface is declared with.
fn valued(name: &str) -> Ty {
    match surface::class(name) {
        Some(class) => Ty::Instance(Cls::Surface(class)),
        None if name == "str" => Ty::Text,
        None if name == "any" => Ty::Unknown,
        None => Ty::Other(name.to_owned()),
    }
}

/// What an import binds.
fn imported(module: &str, name: Option<&str>) -> Typed {
    let Some(name) = name else { return Typed::plain(Ty::Module(module.to_owned())) };
    if let Some(class) = surface::exported(module, name) {
        return Typed::plain(Ty::Class(Cls::Surface(class)));
    }
    let dotted = format!("{module}.{name}");
    if surface::CLASSES.iter().any(|class| class.modules.iter().any(|m| *m == dotted || m.starts_with(&format!("{dotted}.")))) {
        return Typed::plain(Ty::Module(dotted));
    }
    if module.starts_with("victor.") && name == surface::ORCHESTRATOR {
        let mut typed = Typed::plain(surface::class(name).map_or(Ty::Unknown, |class| Ty::Class(Cls::Surface(class))));
        typed.strength = Strength::Likely;
        return typed;
    }
    Typed::plain(Ty::Foreign(module.to_owned(), name.to_owned()))
}

/// The name of `self` in the method around a node.
#[must_use]
pub fn own_name<'t>(syntax: &Syntax<'t>, id: Id) -> Option<&'t str> {
    self_name(syntax, syntax.function(id)?)
}
