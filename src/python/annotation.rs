//! From a type annotation to the class it names: strings, `Optional`, unions, containers, aliases.

use super::flow;
use super::infer::Inference;
use super::scope::{Binding, Bound};
use super::syntax::Id;
use super::types::{Cls, Ty, Typed};
use crate::finding::Strength;

impl Inference<'_, '_> {
    /// The type of a value annotated like that.
    #[must_use]
    pub fn annotated(&self, annotation: Id) -> Typed {
        if let Some(text) = self.syntax.subtree(annotation).find_map(|id| self.syntax.literal(id))
            && self.syntax.named(annotation).next().is_none_or(|inner| self.syntax.kind(inner) == "string")
        {
            return self.written(text, annotation);
        }
        self.written(self.syntax.str(annotation), annotation)
    }

    /// The type that the text of an annotation names, seen from a node.
    fn written(&self, text: &str, at: Id) -> Typed {
        let line = self.line(at);
        let typed = self.annotation_text(text.trim(), at, 0);
        if typed.ty.is_telling() { typed.because(line, format!("annotated `{}`", text.trim())) } else { typed }
    }

    fn annotation_text(&self, text: &str, at: Id, depth: usize) -> Typed {
        let text = text.trim().trim_matches(['"', '\'']).trim();
        if depth > 8 {
            return Typed::unknown();
        }
        let parts = split(text, '|');
        if parts.len() > 1 {
            return Typed::join(parts.iter().map(|part| self.annotation_text(part, at, depth + 1)).collect());
        }
        if let Some((head, inner)) = text.strip_suffix(']').and_then(|open| open.split_once('[')) {
            let inner = split(inner, ',');
            let of = |place: usize| inner.get(place).map_or_else(Typed::unknown, |part| self.annotation_text(part, at, depth + 1));
            return match head.rsplit('.').next().unwrap_or(head).trim() {
                "Optional" | "Annotated" | "ClassVar" | "Final" | "Required" | "NotRequired" => of(0),
                "Union" => Typed::join((0..inner.len()).map(of).collect()),
                "type" | "Type" => {
                    let typed = of(0);
                    match typed.ty {
                        Ty::Instance(class) => typed.with(Ty::Class(class)),
                        _ => Typed::unknown(),
                    }
                }
                "list" | "List" | "set" | "Set" | "frozenset" | "Sequence" | "Iterable" | "Iterator" | "Collection" | "deque"
                | "Generator" | "AsyncIterator" | "AsyncGenerator" | "AsyncIterable" => of(0).held(Ty::Sequence),
                // Whoever makes one may put something else in.
                "Callable" | "ref" | "ReferenceType" => {
                    let mut typed = of(inner.len().saturating_sub(1));
                    typed.strength = typed.strength.max(Strength::Likely);
                    typed.held(Ty::Calling)
                }
                "ContextVar" | "Queue" | "SimpleQueue" | "LifoQueue" | "PriorityQueue" => {
                    let mut typed = of(0);
                    typed.strength = typed.strength.max(Strength::Likely);
                    typed.held(Ty::Mapping)
                }
                "dict" | "Dict" | "Mapping" | "MutableMapping" | "defaultdict" | "OrderedDict" | "WeakValueDictionary" => {
                    of(1).held(Ty::Mapping)
                }
                "tuple" | "Tuple" => {
                    let parts: Vec<Typed> = (0..inner.len()).map(of).collect();
                    let ty = Ty::Tuple(parts.iter().map(|part| part.ty.clone()).collect());
                    parts.into_iter().next().unwrap_or_else(Typed::unknown).with(ty)
                }
                "Awaitable" | "Coroutine" => of(inner.len().saturating_sub(1)).held(Ty::Coroutine),
                // `type Maybe[T] = T | None`: what it is made of, in some way.
                name if self.is_alias(name, at) => {
                    let mut typed = Typed::join((0..inner.len()).map(of).collect());
                    typed.strength = typed.strength.max(Strength::Likely);
                    typed
                }
                other => Typed::plain(Ty::Other(other.to_owned().into())),
            };
        }
        self.annotation_name(text, at)
    }

    fn annotation_name(&self, text: &str, at: Id) -> Typed {
        match text {
            "None" => return Typed::plain(Ty::Nothing),
            "str" => return Typed::plain(Ty::Text),
            "" | "Any" | "typing.Any" | "object" => return Typed::unknown(),
            "Self" | "typing.Self" | "typing_extensions.Self" => {
                let class = self.syntax.frames(at).find(|&up| self.syntax.kind(up) == "class_definition");
                return class.map_or_else(Typed::unknown, |class| Typed::plain(Ty::Instance(Cls::Local(class))));
            }
            _ => {}
        }
        let mut names = text.split('.');
        let mut typed = self.annotation_root(names.next().unwrap_or(text), at);
        for name in names {
            typed = self.member(typed, name.trim(), 0);
        }
        match typed.ty {
            Ty::Class(class) if self.class_name(class).is_some_and(is_protocol) => Typed::unknown(),
            Ty::Class(class) => typed.with(Ty::Instance(class)),
            Ty::Foreign(ref module, ref name) if module.starts_with("victor") && is_protocol(name) => Typed::unknown(),
            Ty::Foreign(_, ref name) if **name == *"Any" => Typed::unknown(),
            _ => Typed::plain(Ty::Other(text.to_owned().into())),
        }
    }

    /// A name in an annotation: what a type checker sees counts before what runs.
    fn annotation_root(&self, name: &str, at: Id) -> Typed {
        let Some(scope) = self.scopes.resolve(self.syntax, at, name) else {
            return self.bound_of_parameter(name, at).unwrap_or_else(|| self.starred(name));
        };
        let known = (scope, name.to_owned());
        if let Some(typed) = self.roots.borrow().get(&known) {
            return typed.clone();
        }
        // `x: x.y` asks for what it is asked for.
        self.roots.borrow_mut().insert(known.clone(), Typed::unknown());
        let bindings = flow::settled(self.syntax, self.scopes.bindings(scope, name));
        let checked = bindings.iter().find(|binding| self.only_for_checkers(binding.node));
        let typed = match checked {
            Some(binding) => self.bound(binding, 0),
            None => Typed::join(bindings.iter().map(|binding| self.meant(binding)).collect()),
        };
        self.roots.borrow_mut().insert(known, typed.clone());
        typed
    }

    /// What a binding means in an annotation: `Maybe = Optional[AgentOrchestrator]` is one itself.
    pub(crate) fn meant(&self, binding: &Binding) -> Typed {
        let of_class = |typed: Typed| match typed.ty {
            Ty::Instance(class) => typed.with(Ty::Class(class)),
            _ => Typed::unknown(),
        };
        match binding.bound {
            Bound::Annotated(annotation, Some(value)) if self.syntax.str(annotation).ends_with("TypeAlias") => {
                of_class(self.annotated(value))
            }
            Bound::Value(value) if let Some(bound) = self.bound_of_variable(value) => of_class(self.annotated(bound)),
            Bound::Value(value) if matches!(self.syntax.kind(value), "subscript" | "binary_operator" | "type") => {
                of_class(self.annotation_text(self.syntax.str(value), value, 1))
            }
            _ => self.bound(binding, 0),
        }
    }

    /// Whether a name stands for a type that is written out: `Maybe = Optional[T]`.
    fn is_alias(&self, name: &str, at: Id) -> bool {
        let written = |bound: &Bound| match bound {
            Bound::Value(value) => matches!(self.syntax.kind(*value), "subscript" | "binary_operator" | "type"),
            _ => false,
        };
        let scope = self.scopes.resolve(self.syntax, at, name);
        scope.is_some_and(|scope| self.scopes.bindings(scope, name).iter().any(|binding| written(&binding.bound)))
    }

    /// `def f[T: AgentOrchestrator](orch: T)`: what `T` stands for at least.
    fn bound_of_parameter(&self, name: &str, at: Id) -> Option<Typed> {
        let syntax = self.syntax;
        let of = |up: Id| syntax.field(up, "type_parameters");
        let mut bounds = syntax.frames(at).filter_map(of).flat_map(|list| syntax.subtree(list));
        let bound = bounds
            .find(|&id| syntax.kind(id) == "constrained_type" && syntax.named(id).next().is_some_and(|first| syntax.str(first) == name))?;
        let typed = self.annotated(syntax.named(bound).nth(1)?);
        Some(match typed.ty {
            Ty::Instance(class) => typed.with(Ty::Class(class)),
            _ => Typed::unknown(),
        })
    }

    /// What `TypeVar("T", bound=…)` and `NewType("N", …)` stand for.
    fn bound_of_variable(&self, call: Id) -> Option<Id> {
        let syntax = self.syntax;
        let callee = syntax.field(call, "function").filter(|_| syntax.kind(call) == "call")?;
        let mut arguments = syntax.named(syntax.field(call, "arguments")?);
        match syntax.str(callee).rsplit('.').next() {
            Some("NewType") => arguments.nth(1),
            Some("TypeVar") => {
                let is_bound = |argument: &Id| syntax.field(*argument, "name").is_some_and(|name| syntax.str(name) == "bound");
                syntax.field(arguments.find(is_bound)?, "value")
            }
            _ => None,
        }
    }

    fn only_for_checkers(&self, node: Id) -> bool {
        self.syntax.frames(node).any(|up| {
            self.syntax.kind(up) == "if_statement"
                && self.syntax.field(up, "condition").is_some_and(|test| self.syntax.str(test).ends_with("TYPE_CHECKING"))
                && self.syntax.field(up, "consequence").is_some_and(|body| self.syntax.contains(body, node))
        })
    }

    /// The name of a class of the project.
    #[must_use]
    pub fn class_name(&self, class: Cls) -> Option<&str> {
        match class {
            Cls::Local(id) => self.syntax.field(id, "name").map(|name| self.syntax.str(name)),
            Cls::Elsewhere(place) => self.class_at(place).map(|class| class.name.as_str()),
            Cls::Surface(_) | Cls::Named(_) => None,
        }
    }

    /// The class an expression names, for `isinstance` and `cast`.
    #[must_use]
    pub fn class_named(&self, expression: Id, depth: usize) -> Typed {
        let inner = self.syntax.unparenthesised(expression);
        if self.syntax.kind(inner) == "tuple" {
            return Typed::join(self.syntax.named(inner).map(|part| self.class_named(part, depth + 1)).collect());
        }
        let typed = match self.syntax.literal(inner) {
            Some(text) => return self.annotation_text(text, expression, 0),
            None => self.infer(inner, depth + 1),
        };
        match typed.ty {
            Ty::Class(class) => typed.with(Ty::Instance(class)),
            Ty::Foreign(_, ref name) => Typed::plain(Ty::Other(name.to_string().into())),
            _ => Typed::plain(Ty::Other(self.syntax.str(inner).to_owned().into())),
        }
    }
}

/// A protocol that stands for the orchestrator in annotations.
pub(crate) fn is_protocol(name: &str) -> bool {
    name.contains("Orchestrator") && (name.ends_with("Protocol") || name.starts_with("IAgent") || name == "IOrchestrator")
}

/// Splits at a separator that stands outside brackets and quotes.
fn split(text: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut from) = (0usize, 0usize);
    for (at, c) in text.char_indices() {
        match c {
            '[' | '(' => depth += 1,
            ']' | ')' => depth = depth.saturating_sub(1),
            c if c == separator && depth == 0 => {
                parts.push(&text[from..at]);
                from = at + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[from..]);
    parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect()
}

impl Cls {
    /// The surface class, where it is one.
    #[must_use]
    pub fn surface(self) -> Option<&'static crate::surface::Class> {
        match self {
            Cls::Surface(class) => Some(class),
            Cls::Local(_) | Cls::Elsewhere(_) | Cls::Named(_) => None,
        }
    }
}
