//! The type of a call: constructors, functions of this file, the surface's methods, mocks and a few builtins.

use super::infer::Inference;
use super::left::is_somebody;
use super::members::valued;
use super::syntax::Id;
use super::types::{Cls, Ty, Typed};
use crate::finding::Strength;
use crate::surface;

impl<'t> Inference<'_, 't> {
    pub(super) fn call(&self, call: Id, depth: usize) -> Typed {
        let syntax = self.syntax;
        let (Some(function), Some(list)) = (syntax.field(call, "function"), syntax.field(call, "arguments")) else {
            return Typed::unknown();
        };
        let arguments: Vec<Id> = if syntax.kind(list) == "argument_list" { syntax.named(list).collect() } else { vec![list] };
        let callee = syntax.str(function);
        let short = callee.rsplit('.').next().unwrap_or(callee);
        let first = arguments.first().copied().filter(|&a| syntax.kind(a) != "keyword_argument");
        match (short, first) {
            ("Mock" | "MagicMock" | "AsyncMock" | "NonCallableMock" | "create_autospec" | "SimpleNamespace", _) => {
                return self.mock(&arguments, depth);
            }
            ("__new__", Some(class)) => {
                let typed = self.class_named(class, depth);
                return match typed.ty {
                    Ty::Instance(class) if self.is_orchestrator(class) => typed.with(Ty::Mock(true)),
                    _ => Typed::unknown(),
                };
            }
            ("cast", Some(class)) => {
                let typed = self.class_named(class, depth).because(self.line(call), "cast".to_owned());
                let given = || arguments.get(1).map_or_else(Typed::unknown, |&given| self.infer(given, depth + 1));
                return self.but_given(typed, given, "cast", self.line(call));
            }
            ("wait_for" | "shield" | "ensure_future" | "create_task", Some(inner)) => {
                let typed = self.infer(inner, depth + 1);
                return if matches!(typed.ty, Ty::Coroutine(_)) { typed } else { Typed::unknown() };
            }
            // FastAPI's; what a dependency yields or is awaited for.
            ("Depends" | "Security", Some(function)) => {
                let mut given = self.answered(self.infer(function, depth + 1), short, depth);
                // Tests may override it.
                given.strength = given.strength.max(Strength::Likely);
                return match given.ty {
                    Ty::Coroutine(_) => given.opened(Ty::awaited),
                    Ty::Sequence(_) => given.opened(Ty::item),
                    _ => given,
                };
            }
            ("to_thread", Some(function)) => {
                return self.answered(self.infer(function, depth + 1), short, depth).held(Ty::Coroutine);
            }
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
            ("list" | "tuple" | "set" | "sorted" | "reversed" | "iter", Some(inner)) if callee == short => {
                return self.infer(inner, depth + 1);
            }
            ("format" | "join" | "strip" | "lower" | "upper" | "replace", _) if callee != short => {
                let receiver = syntax.field(function, "object").map(|object| self.infer(object, depth + 1).ty);
                if receiver == Some(Ty::Text) {
                    return Typed::plain(Ty::Text);
                }
            }
            ("gather", Some(_)) => return self.gathered(&arguments, depth),
            ("defaultdict", Some(factory)) => {
                let mut typed = self.answered(self.infer(factory, depth + 1), short, depth);
                if arguments.len() > 1 {
                    typed.strength = typed.strength.max(Strength::Likely);
                }
                return typed.held(Ty::Mapping);
            }
            ("next", Some(iterator)) if callee == short => {
                let typed = self.infer(iterator, depth + 1);
                if let Ty::Sequence(_) = typed.ty {
                    return typed.opened(Ty::item);
                }
            }
            ("zip", Some(_)) if callee == short => {
                let parts: Vec<Typed> = arguments.iter().map(|&one| self.infer(one, depth + 1).opened(each)).collect();
                let ty = Ty::Sequence(Box::new(Ty::Tuple(parts.iter().map(|part| part.ty.clone()).collect())));
                return parts.into_iter().find(|part| part.ty.is_telling()).unwrap_or_else(Typed::unknown).with(ty);
            }
            ("max" | "min", Some(one)) if callee == short && arguments.iter().skip(1).all(|&id| syntax.kind(id) == "keyword_argument") => {
                return self.infer(one, depth + 1).opened(each);
            }
            ("dict", None) if callee == short && arguments.iter().all(|&id| syntax.kind(id) == "keyword_argument") => {
                let values = arguments.iter().filter_map(|&id| syntax.field(id, "value"));
                return Typed::join(values.map(|value| self.infer(value, depth + 1)).collect()).held(Ty::Mapping);
            }
            ("enumerate", Some(inner)) if callee == short => {
                let typed = self.infer(inner, depth + 1);
                if let Ty::Sequence(_) = typed.ty {
                    return typed.opened(|ty| ty.item().into_iter().map(pairs).collect());
                }
            }
            ("get" | "pop" | "setdefault", Some(key)) if callee != short && syntax.literal(key).is_some() => {
                let receiver = syntax.field(function, "object").map(|object| self.infer(object, depth + 1).ty);
                if receiver.is_some_and(|ty| is_somebody(&ty)) {
                    return self.left_at(Some(key));
                }
            }
            ("values" | "items", None) => {
                let receiver = syntax.field(function, "object").map(|object| self.infer(object, depth + 1));
                if let Some(typed) = receiver.filter(|typed| matches!(typed.ty, Ty::Mapping(_))) {
                    let all = |inner: Ty| if short == "items" { pairs(inner) } else { Ty::Sequence(Box::new(inner)) };
                    return typed.opened(|ty| ty.target().into_iter().map(all).collect());
                }
            }
            _ => {}
        }
        self.called(function, short, depth)
    }

    pub(super) fn called(&self, function: Id, short: &str, depth: usize) -> Typed {
        let callee = self.infer(function, depth + 1);
        let strength = callee.strength;
        let mut answer = self.answered(callee, short, depth);
        // `module.make = Fake` in another file.
        if self.syntax.kind(function) == "identifier"
            && answer.ty.is_telling()
            && self.is_global(function, short)
            && self.is_about_one(&answer.ty)
            && let Some(other) = self.replacement(short)
        {
            answer = Typed::join(vec![answer, self.answered(other, short, depth)]);
        }
        let object = self.syntax.field(function, "object").filter(|_| self.syntax.kind(function) == "attribute");
        let mut answer = match object.filter(|_| answer.ty.is_telling()) {
            Some(object) => self.but_overridden(answer, &self.infer(object, depth + 1).ty, short),
            None => answer,
        };
        // What is only likely called is only likely answered.
        answer.strength = answer.strength.max(strength);
        answer
    }

    /// `asyncio.gather(one(), two())`: what each gives, in its place; of what is spread, one after the other.
    fn gathered(&self, arguments: &[Id], depth: usize) -> Typed {
        let awaited = |typed: Typed| match typed.ty.clone() {
            Ty::Coroutine(inner) => typed.with(*inner),
            _ => typed,
        };
        let place = |&one: &Id| match self.syntax.kind(one) {
            "list_splat" => self.syntax.named(one).next().map(|list| self.infer(list, depth + 1)),
            _ => Some(awaited(self.infer(one, depth + 1))),
        };
        let is_spread = arguments.iter().any(|&one| self.syntax.kind(one) == "list_splat");
        let given = arguments.iter().filter(|&&one| self.syntax.kind(one) != "keyword_argument");
        let parts: Vec<Typed> = given.filter_map(place).collect();
        let ty = match parts.first().map(|list| &list.ty) {
            Some(Ty::Sequence(inner)) if is_spread && parts.len() == 1 => match &**inner {
                Ty::Coroutine(inner) => Ty::Sequence(inner.clone()),
                _ => return Typed::unknown(),
            },
            _ if is_spread => return Typed::unknown(),
            _ => Ty::Tuple(parts.iter().map(|part| part.ty.clone()).collect()),
        };
        parts.into_iter().find(|part| part.ty.is_telling()).unwrap_or_else(Typed::unknown).with(Ty::Coroutine(Box::new(ty)))
    }

    /// What a method of an object of the project gives that Python calls by itself.
    pub(super) fn answer_of_method(&self, object: Typed, name: &'static str, depth: usize) -> Typed {
        let is_own = matches!(object.ty, Ty::Instance(Cls::Local(_) | Cls::Elsewhere(_)));
        let owner = object.ty.clone();
        let method = if is_own { self.member(object, name, depth + 1) } else { Typed::unknown() };
        match method.ty {
            Ty::Function(_) | Ty::Elsewhere(_) => self.but_overridden(self.answered(method, name, depth + 1), &owner, name),
            _ => Typed::unknown(),
        }
    }

    fn answered(&self, callee: Typed, short: &str, depth: usize) -> Typed {
        if !callee.also.is_empty() {
            return callee.each(Ty::can_be_called, |one| self.answered(one, short, depth));
        }
        match callee.ty.clone() {
            Ty::Calling(inner) => callee.with(*inner),
            Ty::Instance(_) if short != "__call__" => self.answer_of_method(callee, "__call__", depth),
            Ty::Class(class) => callee.with(Ty::Instance(class)),
            Ty::Function(id) => {
                let typed = decorated(self.decorators(id).into_iter(), self.answer(id, depth + 1));
                if self.yields(id) {
                    return typed.held(Ty::Sequence);
                }
                if self.syntax.is_async(id) { typed.held(Ty::Coroutine) } else { typed }
            }
            Ty::Elsewhere(place) => self.answer_elsewhere(place),
            Ty::Method(class, name) => match class.member(name) {
                Some(member) if matches!(member.kind, surface::MemberKind::AsyncMethod | surface::MemberKind::ClassMethod) => {
                    callee.with(Ty::Coroutine(Box::new(valued(member.returns))))
                }
                Some(member) => callee.with(valued(member.returns)),
                None => Typed::unknown(),
            },
            Ty::Mapping(_) => callee.opened(Ty::target),
            Ty::Foreign(_, name) if starts_upper(&name) => Typed::plain(Ty::Other(name.to_string().into())),
            Ty::Unknown if starts_upper(short) => Typed::plain(Ty::Other(short.to_owned().into())),
            _ => Typed::unknown(),
        }
    }

    pub(super) fn mock(&self, arguments: &[Id], depth: usize) -> Typed {
        let spec = arguments.iter().find_map(|&argument| match self.syntax.kind(argument) {
            "keyword_argument" => {
                let name = self.syntax.field(argument, "name").map_or("", |name| self.syntax.str(name));
                if matches!(name, "spec" | "spec_set") { self.syntax.field(argument, "value") } else { None }
            }
            "list_splat" | "dictionary_splat" => None,
            _ => Some(argument),
        });
        match spec.map(|class| self.class_named(class, depth)) {
            Some(typed) => match typed.ty {
                Ty::Instance(class) if self.is_orchestrator(class) => typed.with(Ty::Mock(true)),
                Ty::Other(_) | Ty::Instance(_) => Typed::plain(Ty::Other("a mock of something else".into())),
                _ => Typed::plain(Ty::Mock(false)),
            },
            None => Typed::plain(Ty::Mock(false)),
        }
    }
}

/// What is met one by one in a container.
pub(super) fn each(ty: &Ty) -> Vec<Ty> {
    if let Ty::Tuple(parts) = ty { parts.clone() } else { ty.item() }
}

/// A sequence of pairs whose second part is of the type.
fn pairs(second: Ty) -> Ty {
    Ty::Sequence(Box::new(Ty::Tuple(vec![Ty::Unknown, second])))
}

/// Decorators that leave what a call answers as it is.
const KEEPING: [&str; 12] = [
    "staticmethod",
    "classmethod",
    "abstractmethod",
    "override",
    "final",
    "property",
    "cached_property",
    "cache",
    "lru_cache",
    "fixture",
    "no_type_check",
    "wraps",
];

/// What a call of a decorated function answers: with an unknown decorator, only likely what the function says.
pub(super) fn decorated<'d>(mut decorators: impl Iterator<Item = &'d str>, mut typed: Typed) -> Typed {
    let last = |name: &'d str| name.rsplit('.').next().unwrap_or(name);
    if decorators.any(|name| !KEEPING.contains(&last(name))) {
        typed.strength = typed.strength.max(Strength::Likely);
    }
    typed
}

fn starts_upper(name: &str) -> bool {
    name.trim_start_matches('_').starts_with(char::is_uppercase)
}
