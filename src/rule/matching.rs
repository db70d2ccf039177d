//! Whether a pattern holds at a place in the code, and what its variables stand for there. Edits nothing.

use std::collections::BTreeMap;

use super::arguments::Given;
use super::pattern::{Pattern, Shape, matters};
use super::receiver::Receiver;
use crate::python::flow;
use crate::python::infer::Inference;
use crate::python::scope::Bound;
use crate::python::syntax::{Id, Syntax};
use crate::python::types::{Cls, Ty, Typed};
use crate::surface;

/// What a variable stands for; `None` for an optional argument that the call leaves out.
pub type Captures = BTreeMap<String, Option<Id>>;

/// A pattern that holds.
#[derive(Clone, Debug, Default)]
pub struct Match {
    /// The variables.
    pub captures: Captures,
    /// The accesses `O._name` that the pattern spelled out, each owned by one finding.
    pub owned: Vec<Id>,
    /// The typed receiver: its expression and why it is what it is.
    pub receiver: Option<(Id, Typed)>,
    /// The nodes matched: one expression, or the statements in order.
    pub nodes: Vec<Id>,
    /// Arguments taken by `$*rest`.
    pub rest: Vec<Id>,
    /// The receiver was reached through a name that holds a component.
    pub alias: bool,
    /// The path by which the receiver was found, where it is none of Victor's.
    pub named: Option<String>,
    /// The receiver and method fit, the arguments do not: why.
    pub near: Option<String>,
}

/// Matches against one file; `wheres` are the types of variables.
pub struct Matcher<'c, 'a, 't> {
    /// The file.
    pub code: &'c Inference<'a, 't>,
    /// Variable and type.
    pub wheres: &'c [(String, Receiver)],
}

impl Matcher<'_, '_, '_> {
    /// Tries a shape at a node: an expression, or the first of its statements.
    #[must_use]
    pub fn at(&self, shape: &Shape, node: Id) -> Option<Match> {
        let mut found = Match::default();
        match shape {
            Shape::Expression(pattern) => {
                let holds = self.holds(pattern, node, &mut found);
                (holds || found.near.is_some()).then_some(())?;
                (!is_target(self.code, node)).then_some(())?;
                found.nodes.push(node);
            }
            Shape::Statements(list) => {
                self.statements(list, node, &mut found)?;
                found.near = None;
            }
        }
        Some(found)
    }

    fn statements(&self, list: &[Option<Pattern>], first: Id, found: &mut Match) -> Option<()> {
        let syntax = self.code.syntax;
        let mut siblings = std::iter::once(first).chain(syntax.following(first));
        let mut gap = false;
        for step in list {
            let Some(pattern) = step else {
                gap = true;
                continue;
            };
            loop {
                let statement = siblings.next()?;
                if self.holds(pattern, statement, found) {
                    found.nodes.push(statement);
                    break;
                }
                if !gap {
                    return None;
                }
            }
            gap = false;
        }
        Some(())
    }

    pub(super) fn holds(&self, pattern: &Pattern, node: Id, found: &mut Match) -> bool {
        let syntax = self.code.syntax;
        match pattern {
            Pattern::Variable(name) => self.variable(name, node, found),
            Pattern::Attribute(object, name) => self.attribute(object, name, syntax.unparenthesised(node), found),
            Pattern::Path(path) => self.path(path, syntax.unparenthesised(node), found),
            Pattern::Builtin(name) => {
                syntax.kind(node) == "identifier" && syntax.str(node) == name && self.code.scopes.resolve(syntax, node, name).is_none()
            }
            Pattern::Call { function, arguments, rest, signature } => {
                let node = syntax.unparenthesised(node);
                if syntax.kind(node) != "call" {
                    return false;
                }
                let Some(callee) = syntax.field(node, "function") else {
                    return false;
                };
                if !self.holds(function, callee, found) {
                    return false;
                }
                let given = Given { call: node, wanted: arguments, rest: rest.is_some(), signature: *signature };
                match self.arguments(&given, found) {
                    Ok(()) => true,
                    Err(reason) => {
                        found.near = reason;
                        false
                    }
                }
            }
            Pattern::Leaf(text) => match syntax.literal(node) {
                Some(value) => text.trim_matches(['"', '\'']) == value && text.starts_with(['"', '\'']),
                None => syntax.str(node) == text,
            },
            Pattern::Node(kind, parts) => {
                if syntax.kind(node) != kind {
                    return false;
                }
                let children: Vec<Id> = syntax.children(node).filter(|&child| matters(syntax, child)).collect();
                children.len() == parts.len() && parts.iter().zip(children).all(|(part, child)| self.holds(part, child, found))
            }
        }
    }

    fn variable(&self, name: &str, node: Id, found: &mut Match) -> bool {
        let syntax = self.code.syntax;
        // `O._model = m = "x"`: the right side is an assignment, and no value.
        if matches!(syntax.kind(node), "list_splat" | "dictionary_splat" | "keyword_argument" | "assignment" | "augmented_assignment") {
            return false;
        }
        if let Some(Some(earlier)) = found.captures.get(name) {
            // `get()._provider = p` and `get()._model = m` may be two orchestrators.
            return syntax.str(*earlier) == syntax.str(node) && self.code.is_pure(node);
        }
        if let Some((_, receiver)) = self.wheres.iter().find(|(variable, _)| variable == name) {
            let Some(typed) = self.receiver(receiver, node) else { return false };
            if *receiver != Receiver::Text && found.receiver.is_none() {
                found.named = receiver.paths().first().cloned();
                found.receiver = Some((node, typed));
            }
        }
        found.captures.insert(name.to_owned(), Some(node));
        true
    }

    /// The node as what a variable must stand for.
    fn receiver(&self, receiver: &Receiver, node: Id) -> Option<Typed> {
        let code = self.code;
        match receiver {
            Receiver::Orchestrator => code.orchestrator(node),
            Receiver::Text => Some(code.of(node)).filter(|typed| typed.ty == Ty::Text && typed.also.is_empty()),
            Receiver::Surface(class) => {
                Some(code.of(node)).filter(|typed| matches!(typed.ty, Ty::Instance(Cls::Surface(is)) if is.name == class.name))
            }
            // In the class itself, and in the module itself, the old is not used but made.
            Receiver::Instance(paths) => code.instance(node, paths).filter(|_| !paths.iter().any(|path| code.implements(node, path))),
            Receiver::Module(module) => code.leads_to(node, module).filter(|_| !code.is_module(module)),
        }
    }

    /// A name, or a chain of names, that leads to a path.
    fn path(&self, path: &str, node: Id, found: &mut Match) -> bool {
        if !is_read(self.code.syntax, node) {
            return false;
        }
        let home = path.rsplit_once('.').map_or(path, |(module, _)| module);
        let Some(typed) = self.code.leads_to(node, path).filter(|_| !self.code.is_module(home)) else { return false };
        if found.receiver.is_none() {
            found.named = Some(path.to_owned());
            found.receiver = Some((node, typed));
        }
        found.owned.push(node);
        true
    }

    fn attribute(&self, object: &Pattern, name: &str, node: Id, found: &mut Match) -> bool {
        let syntax = self.code.syntax;
        let here = syntax.kind(node) == "attribute" && {
            let spelled = syntax.field(node, "attribute").map_or("", |id| syntax.str(id));
            name.starts_with('$') || spelled == name
        };
        if here && let (Some(owner), Some(id)) = (syntax.field(node, "object"), syntax.field(node, "attribute")) {
            let mut trial = found.clone();
            if self.holds(object, owner, &mut trial) {
                *found = trial;
                match name.strip_prefix('$') {
                    Some(bound) => {
                        found.captures.insert(bound.to_owned(), Some(id));
                    }
                    None if name.starts_with('_') || found.named.is_some() => found.owned.push(node),
                    None => {}
                }
                return true;
            }
        }
        if name.starts_with('$') || !surface::is_component(name) {
            return false;
        }
        let Some(origin) = alias_origin(self.code, node) else {
            return false;
        };
        let mut trial = found.clone();
        let named = syntax.field(origin, "attribute").is_some_and(|id| syntax.str(id) == name);
        if named && syntax.field(origin, "object").is_some_and(|owner| self.holds(object, owner, &mut trial)) {
            trial.alias = true;
            trial.owned.push(node);
            *found = trial;
            return true;
        }
        false
    }
}

/// Whether a name stands for its value: it is no part of a longer one, no keyword, and is not just being bound.
#[must_use]
pub fn is_read(syntax: &Syntax<'_>, node: Id) -> bool {
    let up = syntax.parent(node).map_or("", |up| syntax.kind(up));
    match syntax.role(node) {
        Some("attribute") => false,
        Some("name") => !matches!(
            up,
            "keyword_argument"
                | "function_definition"
                | "class_definition"
                | "default_parameter"
                | "typed_default_parameter"
                | "named_expression"
                | "import_statement"
                | "import_from_statement"
                | "aliased_import"
        ),
        _ => !matches!(
            up,
            "dotted_name" | "parameters" | "lambda_parameters" | "typed_parameter" | "global_statement" | "nonlocal_statement"
        ),
    }
}

/// Whether the expression is assigned to, deleted, or bound by a loop or `with`.
#[must_use]
pub fn is_target(code: &Inference<'_, '_>, node: Id) -> bool {
    let syntax = code.syntax;
    let mut below = node;
    for up in syntax.ancestors(node) {
        match (syntax.kind(up), syntax.role(below)) {
            ("assignment" | "augmented_assignment" | "for_statement" | "for_in_clause", Some("left"))
            | ("delete_statement" | "as_pattern_target", _) => {
                return true;
            }
            ("pattern_list" | "tuple_pattern" | "list_pattern" | "tuple" | "list" | "expression_list" | "list_splat_pattern", _) => {
                below = up
            }
            _ => return false,
        }
    }
    false
}

/// The access `O._name` that a name or `self.name` stands for, where it can stand for nothing else and `O` is still
/// the same object.
#[must_use]
pub fn alias_origin(code: &Inference<'_, '_>, node: Id) -> Option<Id> {
    let syntax = code.syntax;
    if syntax.kind(node) != "identifier" || is_target(code, node) {
        return None;
    }
    let name = syntax.str(node);
    let bindings = flow::reaching_up_to(syntax, code.scopes, (node, name), 1);
    let [only] = bindings[..] else { return None };
    let Bound::Value(value) = only.bound else {
        return None;
    };
    if syntax.kind(only.node) != "identifier" || syntax.kind(value) != "attribute" {
        return None;
    }
    // Of an earlier round of a loop it may be another orchestrator's.
    if !flow::precedes(syntax, only.node, node) {
        return None;
    }
    let owner = syntax.field(value, "object")?;
    (same_object(code, owner, value, node) && code.is_pure(owner)).then_some(value)
}

/// Whether an orchestrator expression means the same object at two places: a name bound once for both, or
/// `self.attribute` assigned once in the class.
fn same_object(code: &Inference<'_, '_>, owner: Id, there: Id, here: Id) -> bool {
    let syntax = code.syntax;
    match syntax.kind(owner) {
        "identifier" => {
            let name = syntax.str(owner);
            let at =
                |place: Id| -> Vec<Id> { flow::reaching_up_to(syntax, code.scopes, (place, name), 1).iter().map(|b| b.node).collect() };
            let (first, second) = (at(there), at(here));
            first == second && first.len() == 1 && syntax.function(there) == syntax.function(here)
        }
        "attribute" => {
            let (Some(object), Some(name)) = (syntax.field(owner, "object"), syntax.field(owner, "attribute")) else {
                return false;
            };
            let Ty::Instance(Cls::Local(class)) = code.of(object).ty else {
                return false;
            };
            code.scopes.attribute(class, syntax.str(name)).len() == 1
                && syntax.function(there) == syntax.function(here)
                && same_object(code, object, there, here)
        }
        _ => false,
    }
}
