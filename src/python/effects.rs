//! Whether evaluating an expression can be noticed, and so must happen once and in its old place.

use super::infer::Inference;
use super::outside::Function;
use super::scope::Bound;
use super::syntax::{Id, Syntax};
use super::types::{Cls, Ty};

/// Kinds of expressions that do something.
const DOING: [&str; 8] = [
    "call",
    "await",
    "named_expression",
    "yield",
    "list_comprehension",
    "set_comprehension",
    "dictionary_comprehension",
    "generator_expression",
];

impl Inference<'_, '_> {
    /// Names, constants, attributes of names, and containers of those: evaluated twice or elsewhere, nobody can tell. What of
    /// it runs code of the project, a property or `__getitem__`, has to be steady.
    #[must_use]
    pub fn is_pure(&self, expression: Id) -> bool {
        let mut nodes = self.syntax.subtree(expression);
        nodes.all(|id| match self.syntax.kind(id) {
            "attribute" => {
                let name = self.syntax.field(id, "attribute").map_or("", |name| self.syntax.str(name));
                !self.is_noticed(self.syntax.field(id, "object"), name)
            }
            "subscript" => !self.is_noticed(self.syntax.field(id, "value"), "__getitem__"),
            kind => !DOING.contains(&kind),
        })
    }

    /// Whether reading a member of an object runs something that can be noticed each time.
    fn is_noticed(&self, object: Option<Id>, name: &str) -> bool {
        let Some(typed) = object.map(|object| self.of(object)) else { return false };
        let classes = std::iter::once(&typed.ty).chain(&typed.also);
        classes.filter_map(|ty| if let Ty::Instance(class) = ty { Some(*class) } else { None }).any(|class| self.runs(class, name))
    }

    /// Whether a class, or the first of its bases that has the member, runs code for it that is not steady.
    fn runs(&self, class: Cls, name: &str) -> bool {
        let always = name == "__getitem__";
        let of = |class: Cls| match class {
            Cls::Local(id) => {
                let bindings = self.scopes.attribute(id, name);
                let is_property = |function: &Id| always || self.decorators(*function).iter().any(|decorator| is_property(decorator));
                let definition = |bound: &Bound| if let Bound::Definition(id) = bound { Some(*id) } else { None };
                let mut properties = bindings.iter().filter_map(|one| definition(&one.bound)).filter(is_property);
                (!bindings.is_empty()).then(|| properties.any(|function| !is_steady(self.syntax, function)))
            }
            Cls::Elsewhere(place) => match self.member_at(place, name)?.ty {
                Ty::Elsewhere(method) => {
                    let function = self.function_at(method);
                    let runs = |it: &Function| always || it.decorators.iter().any(|decorator| is_property(decorator));
                    Some(function.is_some_and(|it| !it.steady && runs(it)))
                }
                _ => Some(false),
            },
            Cls::Surface(_) | Cls::Named(_) => None,
        };
        self.lineage(class, 0).into_iter().find_map(of).unwrap_or(false)
    }
}

/// A property that runs each time.
fn is_property(decorator: &str) -> bool {
    let last = decorator.rsplit('.').next().unwrap_or(decorator);
    last.ends_with("property") && !last.contains("cached")
}

/// Whether a function gives the same however often it is called, and does nothing else that can be noticed: it reads names
/// and attributes, and calls something only to fill an attribute that was empty, or to raise.
#[must_use]
pub fn is_steady(syntax: &Syntax<'_>, function: Id) -> bool {
    let Some(body) = syntax.field(function, "body") else { return false };
    let does = |id: Id| {
        let left = || syntax.field(id, "left").map_or("", |left| syntax.kind(left));
        match syntax.kind(id) {
            "assignment" => left() != "identifier",
            "augmented_assignment" | "delete_statement" | "global_statement" | "nonlocal_statement" => true,
            kind => DOING.contains(&kind),
        }
    };
    let allowed = |id: Id| {
        let mut around = syntax.ancestors(id).take_while(|&up| up > body);
        syntax.kind(id) == "raise_statement" || around.any(|up| syntax.kind(up) == "raise_statement" || fills(syntax, up))
    };
    syntax.subtree(body).filter(|&id| does(id)).all(allowed)
}

/// `if self._orch is None: self._orch = make()`.
fn fills(syntax: &Syntax<'_>, id: Id) -> bool {
    let (Some(condition), Some(block)) = (syntax.field(id, "condition"), syntax.field(id, "consequence")) else { return false };
    let asked = syntax.str(condition);
    let stored = |statement: Id| {
        let assignment = syntax.named(statement).next().filter(|&id| syntax.kind(id) == "assignment")?;
        syntax.field(assignment, "left").filter(|&left| syntax.kind(left) == "attribute")
    };
    syntax.kind(id) == "if_statement"
        && syntax.field(id, "alternative").is_none()
        && !syntax.subtree(condition).any(|id| DOING.contains(&syntax.kind(id)))
        && syntax.named(block).filter_map(stored).any(|left| {
            [" is None", ""]
                .iter()
                .zip(["", "not "])
                .any(|(after, before)| asked.trim_matches(['(', ')']) == format!("{before}{}{after}", syntax.str(left)))
        })
}
