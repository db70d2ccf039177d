//! The type that one binding gives a name: parameters, fixtures, loops, `with`, imports, what functions answer.

use super::calls::each;
use super::infer::{DEPTH, Inference};
use super::scope::{Binding, Bound};
use super::syntax::{Id, Syntax};
use super::types::{Cls, Ty, Typed};
use crate::finding::Strength;

/// The name that `@fixture(name="…")` gives to a function.
pub fn fixture_name<'t>(syntax: &Syntax<'t>, function: Id) -> Option<&'t str> {
    let holder = syntax.parent(function).filter(|&up| syntax.kind(up) == "decorated_definition")?;
    let decorators = syntax.named(holder).filter(|&child| syntax.kind(child) == "decorator");
    let fixture = decorators.into_iter().find(|&decorator| syntax.str(decorator).contains("fixture("))?;
    let keyword = syntax
        .subtree(fixture)
        .find(|&id| syntax.kind(id) == "keyword_argument" && syntax.field(id, "name").is_some_and(|name| syntax.str(name) == "name"))?;
    syntax.literal(syntax.field(keyword, "value")?)
}

/// The decorator that gives a command the `obj` of its context.
pub const PASS_OBJ: &str = "pass_obj";

/// What `with` calls.
const ENTERING: [&str; 2] = ["__enter__", "__aenter__"];

impl<'t> Inference<'_, 't> {
    pub(crate) fn bound(&self, binding: &Binding, depth: usize) -> Typed {
        let typed = self.of_bound(&binding.bound, binding.node, depth);
        if !typed.ty.is_telling() {
            return typed;
        }
        let line = self.line(binding.node);
        if typed.evidence.links().last().is_none_or(|last| last.line != line) {
            let start = self.lines.line_span(line);
            let text: String = self.syntax.text.get(start).unwrap_or("").trim().chars().take(100).collect();
            return typed.because(line, text);
        }
        typed
    }

    fn of_bound(&self, bound: &Bound, node: Id, depth: usize) -> Typed {
        match bound {
            Bound::Value(value) => self.infer(*value, depth + 1),
            Bound::Each(value) => self.infer(*value, depth + 1).opened(each),
            Bound::Part(whole, place) => self.of_bound(whole, node, depth).opened(|ty| [ty.part(*place), ty.item()].concat()),
            Bound::Rest(whole) => self.of_bound(whole, node, depth).opened(each).held(Ty::Sequence),
            Bound::With(value) => self.entered(*value, depth),
            Bound::Annotated(annotation, value) => self.declared(*annotation, *value, depth),
            Bound::Import(module, name) => self.import(node, module, name.as_deref()),
            Bound::Parameter(parameter) => self.parameter(*parameter, depth),
            Bound::Definition(id) if self.syntax.kind(*id) == "class_definition" => Typed::plain(Ty::Class(Cls::Local(*id))),
            Bound::Definition(id) => Typed::plain(Ty::Function(*id)),
            Bound::Narrowed(class) => self.class_named(*class, depth),
            Bound::Unfollowed => Typed::unknown(),
            Bound::Opaque => Typed::plain(Ty::Other("something else".into())),
        }
    }

    /// `name: annotation = value`: the annotation, unless it says nothing.
    pub(super) fn declared(&self, annotation: Id, value: Option<Id>, depth: usize) -> Typed {
        let declared = self.annotated(annotation);
        match value {
            Some(value) if declared.ty == Ty::Unknown => self.infer(value, depth + 1),
            Some(value) => {
                let name = self.syntax.parent(annotation).and_then(|up| self.syntax.field(up, "left"));
                let name = name.map_or("", |name| self.syntax.str(name));
                self.but_given(declared, || self.infer(value, depth + 1), name, self.line(annotation))
            }
            None => declared,
        }
    }

    pub(super) fn parameter(&self, parameter: Id, depth: usize) -> Typed {
        let syntax = self.syntax;
        if let Some(annotation) = syntax.field(parameter, "type")
            && let typed = self.annotated(annotation)
            && typed.ty != Ty::Unknown
        {
            let inner = Box::new(typed.ty.clone());
            return match syntax.named(parameter).next().map(|name| syntax.kind(name)) {
                Some("list_splat_pattern") => typed.with(Ty::Sequence(inner)),
                Some("dictionary_splat_pattern") => typed.with(Ty::Mapping(inner)),
                _ => self.doubted_parameter(typed, parameter, depth),
            };
        }
        let bare = syntax.named(parameter).next().filter(|_| syntax.kind(parameter) == "typed_parameter");
        if bare.is_some_and(|name| syntax.kind(name) != "identifier") {
            return Typed::unknown();
        }
        let function = syntax.ancestors(parameter).find(|&up| matches!(syntax.kind(up), "function_definition" | "lambda"));
        let Some(function) = function else {
            return Typed::unknown();
        };
        let list = syntax.field(function, "parameters");
        let first = list.and_then(|list| syntax.named(list).next()) == Some(parameter);
        if first && let Some(class) = syntax.class_of(function) {
            return self.own(function, class);
        }
        let name = syntax.field(parameter, "name").or(bare).unwrap_or(parameter);
        let default = syntax.field(parameter, "value").map(|value| self.infer(value, depth + 1));
        let mut passed = self.passed(function, syntax.str(name), default.clone());
        let is_one = matches!(passed.ty, Ty::Instance(class) | Ty::Class(class) if self.is_orchestrator(class));
        if syntax.field(parameter, "type").is_some() && !is_one && self.has_telling_name(name) {
            // `orchestrator: Any`: those who call may not be all, and its name says more.
            passed = Typed::unknown();
        }
        if let Some(default) = default {
            return match (default.ty.is_telling(), &passed.ty) {
                (true, Ty::Unknown) => default,
                (true, _) if !default.same(&passed) => Typed::join(vec![default, passed]),
                _ => passed,
            };
        }
        let typed = match passed.ty {
            // click's `ctx.obj`.
            Ty::Unknown if first && self.decorators(function).iter().any(|name| name.ends_with(PASS_OBJ)) => self.left_under("obj"),
            Ty::Unknown => self.fixture(function, syntax.str(name), depth),
            _ => passed,
        };
        if typed.ty.is_telling() { typed.because(self.line(parameter), format!("the parameter `{}`", syntax.str(name))) } else { typed }
    }

    /// `self` and `cls`.
    pub(super) fn own(&self, function: Id, class: Id) -> Typed {
        let decorators = self.decorators(function);
        if decorators.iter().any(|name| name.ends_with("staticmethod")) {
            return Typed::unknown();
        }
        let of_class = decorators.iter().any(|name| name.ends_with("classmethod"));
        Typed::plain(if of_class { Ty::Class(Cls::Local(class)) } else { Ty::Instance(Cls::Local(class)) })
    }

    /// The names of a function's decorators, without their arguments.
    pub fn decorators(&self, function: Id) -> Vec<&'t str> {
        let Some(holder) = self.syntax.parent(function).filter(|&up| self.syntax.kind(up) == "decorated_definition") else {
            return Vec::new();
        };
        let list = self.syntax.named(holder).filter(|&child| self.syntax.kind(child) == "decorator");
        list.map(|decorator| self.syntax.str(decorator).trim_start_matches('@').split('(').next().unwrap_or("").trim()).collect()
    }

    /// The pytest fixture that a test function's parameter asks for: of its class, of this file, of a `conftest.py`.
    pub(super) fn fixture(&self, asking: Id, name: &str, depth: usize) -> Typed {
        let syntax = self.syntax;
        if !self.is_test(asking) || self.is_parametrized(asking, name) {
            return Typed::unknown();
        }
        let story = format!("the fixture `{name}`");
        let is_fixture = |id: &Id| self.decorators(*id).iter().any(|d| d.ends_with("fixture"));
        let of = |binding: &Binding| match binding.bound {
            Bound::Definition(id) => Some(id).filter(is_fixture).filter(|&id| id != asking),
            _ => None,
        };
        let class = syntax.class_of(asking).and_then(|class| self.scopes.attribute(class, name).iter().rev().find_map(of));
        let renamed = || self.scopes.definitions().iter().copied().find(|&id| id != asking && fixture_name(syntax, id) == Some(name));
        if let Some(function) = class.or_else(|| self.scopes.bindings(0, name).iter().rev().find_map(of)).or_else(renamed) {
            return self.answer(function, depth + 1).because(self.line(function), story);
        }
        let imported = self.scopes.bindings(0, name).iter().rev().find_map(|binding| match self.bound(binding, depth + 1).ty {
            Ty::Elsewhere(place) => Some(place).filter(|_| self.function_at(place).is_some_and(|function| function.has("fixture"))),
            _ => None,
        });
        let fixture = imported.or_else(|| self.outside.fixture(name, self.file, &self.asked));
        fixture.map_or_else(Typed::unknown, |place| self.answer_of(place).because(self.line(asking), story))
    }

    /// Whether `parametrize` of the function or its class gives the parameter.
    fn is_parametrized(&self, function: Id, name: &str) -> bool {
        let syntax = self.syntax;
        let holders = [Some(function), syntax.class_of(function)].into_iter().flatten().filter_map(|id| syntax.parent(id));
        let decorators = holders.flat_map(|holder| syntax.named(holder).filter(|&child| syntax.kind(child) == "decorator"));
        let named = |text: &str| text.split(',').any(|part| part.trim() == name);
        decorators
            .filter(|&decorator| syntax.str(decorator).contains("parametrize"))
            .any(|decorator| syntax.subtree(decorator).filter_map(|id| syntax.literal(id)).any(named))
    }

    /// Whether pytest calls a function and fills its parameters.
    fn is_test(&self, function: Id) -> bool {
        let name = self.syntax.field(function, "name").map_or("", |name| self.syntax.str(name));
        name.starts_with("test") || self.decorators(function).iter().any(|d| d.ends_with("fixture") || d.ends_with("usefixtures"))
    }

    /// What a function returns or yields, awaited where it is a coroutine.
    pub(crate) fn answer(&self, function: Id, depth: usize) -> Typed {
        if let Some(annotation) = self.syntax.field(function, "return_type") {
            let typed = self.annotated(annotation);
            return match typed.ty.clone() {
                Ty::Sequence(inner) if self.yields(function) => typed.with(*inner),
                Ty::Unknown => self.returned(function, depth),
                _ => {
                    let name = self.syntax.field(function, "name").map_or("", |name| self.syntax.str(name));
                    self.but_given(typed, || self.returned(function, depth), name, self.line(function))
                }
            };
        }
        self.returned(function, depth)
    }

    pub(super) fn exits(&self, function: Id) -> Vec<Id> {
        let wanted = |id: &Id| matches!(self.syntax.kind(*id), "return_statement" | "yield");
        self.syntax.subtree(function).filter(wanted).filter(|&id| self.syntax.function(id) == Some(function)).collect()
    }

    pub(crate) fn yields(&self, function: Id) -> bool {
        self.exits(function).iter().any(|&id| self.syntax.kind(id) == "yield")
    }

    pub(super) fn returned(&self, function: Id, depth: usize) -> Typed {
        let exits = self.exits(function);
        if exits.is_empty() || exits.len() > 16 || depth > DEPTH {
            return Typed::unknown();
        }
        let value = |&exit: &Id| self.syntax.named(exit).next().map_or(Typed::plain(Ty::Nothing), |value| self.infer(value, depth + 1));
        Typed::join(exits.iter().map(value).collect())
    }

    /// What `with value as name` binds.
    pub(super) fn entered(&self, value: Id, depth: usize) -> Typed {
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
            match self.infer(function, depth + 1).ty {
                Ty::Function(id) if self.decorators(id).iter().any(|d| d.ends_with("contextmanager")) => {
                    return self.answer(id, depth + 1);
                }
                Ty::Elsewhere(place) if self.function_at(place).is_some_and(|function| function.has("contextmanager")) => {
                    return self.answer_of(place);
                }
                _ => {}
            }
        }
        let mut typed = self.infer(value, depth + 1);
        if let Ty::Instance(Cls::Local(class)) = typed.ty {
            let enter = ENTERING.iter().find_map(|name| Some((*name, self.scopes.attribute(class, name).last()?)));
            if let Some((name, Binding { bound: Bound::Definition(id), .. })) = enter {
                return self.but_overridden(self.answer(*id, depth + 1), &typed.ty, name);
            }
        }
        if let Ty::Instance(Cls::Elsewhere(_)) = typed.ty {
            let enter = |name: &&'static str| match self.member(typed.clone(), name, depth + 1).ty {
                Ty::Elsewhere(place) => Some((*name, place)).filter(|_| self.function_at(place).is_some()),
                _ => None,
            };
            if let Some((name, place)) = ENTERING.iter().find_map(enter) {
                return self.but_overridden(self.answer_of(place), &typed.ty, name);
            }
        }
        if matches!(typed.ty, Ty::Instance(_)) {
            typed.strength = Strength::Likely;
            return typed;
        }
        Typed::unknown()
    }
}
