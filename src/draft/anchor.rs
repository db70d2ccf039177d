//! What ties a piece of code to a rule: an object whose class is known, a module, or something imported. Without one a
//! pattern would match by names alone.

use super::code::tokens;
use crate::finding::Strength;
use crate::python::types::{Cls, Ty};
use crate::python::{Id, Inference};
use crate::surface;

/// The tie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    /// An object, the words of its `where:`, and the member that is asked for.
    Receiver { node: Id, words: String, member: String },
    /// A name, or a chain of names, that leads to a path.
    Path { node: Id, path: String },
}

impl Anchor {
    pub fn node(&self) -> Id {
        match self {
            Anchor::Receiver { node, .. } | Anchor::Path { node, .. } => *node,
        }
    }

    /// For `replaces:`.
    pub fn replaced(&self) -> String {
        match self {
            Anchor::Receiver { words, member, .. } => format!("{}.{member}", words.strip_prefix("module ").unwrap_or(words)),
            Anchor::Path { path, .. } => path.clone(),
        }
    }
}

/// The first tie in a piece of code; `kept` says whether the program after has an expression with these tokens, too.
pub(super) fn anchor(code: &Inference<'_, '_>, root: Id, kept: &dyn Fn(&str) -> bool) -> Option<Anchor> {
    let syntax = code.syntax;
    let attributes: Vec<Id> = syntax.subtree(root).filter(|&id| syntax.kind(id) == "attribute").collect();
    let receivers = attributes.iter().filter_map(|&id| {
        let (node, name) = (syntax.field(id, "object")?, syntax.field(id, "attribute")?);
        Some(Anchor::Receiver { node, words: words(code, node)?, member: syntax.str(name).to_owned() })
    });
    // The one that stands furthest to the left, and of those the shortest: `orch` of `orch._config.name`.
    if let Some(receiver) = receivers.min_by_key(|anchor| (syntax.start(anchor.node()), syntax.end(anchor.node()))) {
        return Some(receiver);
    }
    let modules = attributes.iter().filter_map(|&id| {
        let (node, name) = (syntax.field(id, "object")?, syntax.field(id, "attribute")?);
        let path = code.import_path(node).filter(|_| !matches!(code.of(node).ty, Ty::Class(_)))?;
        kept(&tokens(syntax, node)).then(|| Anchor::Receiver { node, words: format!("module {path}"), member: syntax.str(name).to_owned() })
    });
    modules.min_by_key(|anchor| syntax.start(anchor.node())).or_else(|| {
        let mut names = syntax.subtree(root).filter(|&id| matches!(syntax.kind(id), "identifier" | "attribute"));
        names.find_map(|node| Some(Anchor::Path { node, path: path(code, node)? }))
    })
}

/// The path of an imported thing, where the node is the whole chain of names.
pub(super) fn path(code: &Inference<'_, '_>, node: Id) -> Option<String> {
    let syntax = code.syntax;
    if !crate::rule::matching::is_read(syntax, node) {
        return None;
    }
    code.import_path(node).filter(|path| path.contains('.'))
}

/// What `where:` says of an object, where its class is known for certain and has a path.
fn words(code: &Inference<'_, '_>, object: Id) -> Option<String> {
    let typed = code.of(object);
    let Ty::Instance(class) = typed.ty else { return None };
    (typed.also.is_empty() && typed.strength == Strength::Proven).then(|| class_words(code, class)).flatten()
}

fn class_words(code: &Inference<'_, '_>, class: Cls) -> Option<String> {
    if code.is_orchestrator(class) {
        return Some(surface::ORCHESTRATOR.to_owned());
    }
    code.lineage(class, 0).into_iter().find_map(|class| match class {
        Cls::Surface(class) => Some(class.name.to_owned()),
        Cls::Named(number) => Some(code.outside.named_path(number).to_owned()),
        Cls::Local(_) | Cls::Elsewhere(_) => None,
    })
}

/// Why a piece of code has no tie, for its author.
pub(super) fn missing(code: &Inference<'_, '_>, root: Id) -> String {
    let syntax = code.syntax;
    let object = syntax.subtree(root).find(|&id| syntax.kind(id) == "attribute").and_then(|id| syntax.field(id, "object"));
    let Some(object) = object else {
        return "nothing in it is imported or has a known class, so a rule would match by names alone".to_owned();
    };
    let shown = syntax.str(object);
    match code.of(object).ty {
        Ty::Instance(Cls::Local(_)) => {
            format!("the class of `{shown}` is defined in the program itself; import it, so that the rule knows its path")
        }
        _ => format!("the type of `{shown}` is not known; annotate it, or make it where the program can be followed"),
    }
}
