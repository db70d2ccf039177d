//! Fields of classes whose `__init__` nobody writes: dataclasses, named tuples, models. What a call of the class is given goes
//! into them.

use super::infer::{Inference, TELLING};
use super::outside::Place;
use super::scope::Binding;
use super::syntax::Id;
use super::types::{Cls, Ty, Typed};

/// Bases of which every field is seen: they have none.
const BARE: [&str; 6] = ["object", "ABC", "NamedTuple", "Generic", "BaseModel", "Struct"];

/// Before the name of a field that only a keyword gives.
const KEYWORD: char = '*';

/// A field as a call of a class gives it.
pub struct Field {
    /// The class that declares it.
    pub class: Place,
    /// Its name.
    pub name: String,
    /// An argument without a keyword can give it.
    pub by_place: bool,
}

impl Inference<'_, '_> {
    /// The fields that a class of this file declares, in order; with a star before those that only a keyword gives.
    #[must_use]
    pub fn own_fields(&self, class: Id) -> Vec<String> {
        let syntax = self.syntax;
        let holder = syntax.parent(class).filter(|&up| syntax.kind(up) == "decorated_definition");
        let decorators = holder.into_iter().flat_map(|holder| syntax.named(holder)).filter(|&part| syntax.kind(part) == "decorator");
        let mut keyword = decorators.into_iter().any(|decorator| says(syntax.str(decorator), "kw_only=True"));
        let mut fields = Vec::new();
        for statement in syntax.field(class, "body").into_iter().flat_map(|body| syntax.named(body)) {
            let Some(assignment) = syntax.named(statement).next().filter(|&part| syntax.kind(part) == "assignment") else { continue };
            let (Some(name), Some(kind)) = (syntax.field(assignment, "left"), syntax.field(assignment, "type")) else { continue };
            let (kind, value) = (syntax.str(kind), syntax.field(assignment, "right").map_or("", |value| syntax.str(value)));
            if kind.ends_with("KW_ONLY") {
                keyword = true;
            } else if !kind.trim_matches(['"', '\'']).trim_start_matches("typing.").starts_with("ClassVar") && !says(value, "init=False") {
                let star = keyword || says(value, "kw_only=True");
                fields.push(if star { format!("{KEYWORD}{}", syntax.str(name)) } else { syntax.str(name).to_owned() });
            }
        }
        fields
    }

    /// The fields that a call of a class gives, those of its bases first.
    #[must_use]
    pub fn fields(&self, class: Cls) -> Vec<Field> {
        let mut fields: Vec<Field> = Vec::new();
        let mut lineage = self.lineage(class, 0);
        lineage.reverse();
        let in_order = lineage.iter().all(|&class| self.has_seen_bases(class));
        for class in lineage {
            let (place, own) = match class {
                Cls::Local(id) => (self.place(id), self.own_fields(id)),
                Cls::Elsewhere(place) => (place, self.class_at(place).map_or_else(Vec::new, |class| class.fields.clone())),
                Cls::Surface(_) | Cls::Named(_) => continue,
            };
            for field in own {
                let name = field.trim_start_matches(KEYWORD).to_owned();
                match fields.iter_mut().find(|known| known.name == name) {
                    Some(known) => known.class = place,
                    None => fields.push(Field { class: place, by_place: in_order && !field.starts_with(KEYWORD), name }),
                }
            }
        }
        fields
    }

    /// Whether all bases of a class are known, or have nothing that matters.
    pub(super) fn has_seen_bases(&self, class: Cls) -> bool {
        let is_bare = |base: &str| BARE.contains(&base.split('[').next().and_then(|base| base.rsplit('.').next()).unwrap_or(base));
        match class {
            Cls::Local(id) => {
                self.written_bases(id).all(|base| is_bare(self.syntax.str(base)) || matches!(self.infer(base, 1).ty, Ty::Class(_)))
            }
            Cls::Elsewhere(place) => self.class_at(place).is_some_and(|class| class.foreign.iter().all(|base| is_bare(base))),
            Cls::Surface(_) | Cls::Named(_) => true,
        }
    }

    /// What a field is whose declaration says this much.
    pub(super) fn given(&self, class: Id, name: &str, declaration: &Binding, declared: Typed) -> Typed {
        let syntax = self.syntax;
        if syntax.function(declaration.node).is_some_and(|function| syntax.contains(class, function)) {
            return declared;
        }
        if !matches!(declared.ty, Ty::Unknown | Ty::Nothing) {
            return self.doubted(declared, class, name, self.line(declaration.node));
        }
        let given = self.passed(class, name, None);
        let is_one = matches!(given.ty, Ty::Instance(class) | Ty::Class(class) if self.is_orchestrator(class));
        // `orchestrator: Any`: its name says more than what somebody gives.
        if given.ty == Ty::Unknown || !is_one && TELLING.contains(&name) {
            return declared;
        }
        given.because(self.line(declaration.node), format!("the field `{name}`"))
    }
}

/// Whether an expression has an argument like that, however it is spaced.
fn says(expression: &str, argument: &str) -> bool {
    expression.split_whitespace().collect::<String>().contains(argument)
}
