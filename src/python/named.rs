//! What can be imported under a dotted path that somebody names: a class and its instances, a module, a function. Never
//! by a name alone: what counts is where an import, or a class of the project, leads.

use std::collections::BTreeSet;

use super::asked::Item;
use super::flow;
use super::infer::{DEPTH, Inference};
use super::outside::Place;
use super::scope::Bound;
use super::syntax::Id;
use super::types::{Cls, Ty, Typed};

impl Inference<'_, '_> {
    /// The expression as an instance of one of the classes, or of a class that derives from one.
    #[must_use]
    pub fn instance(&self, expression: Id, paths: &[String]) -> Option<Typed> {
        let mut typed = self.of(expression);
        let is_one = |ty: &Ty| matches!(*ty, Ty::Instance(class) if paths.iter().any(|path| self.is_named(class, path)));
        if !is_one(&typed.ty)
            && let Some(at) = typed.also.iter().position(is_one)
        {
            std::mem::swap(&mut typed.ty, &mut typed.also[at]);
        }
        is_one(&typed.ty).then_some(typed)
    }

    /// Whether a class is the one of that path, or derives from it.
    #[must_use]
    pub fn is_named(&self, class: Cls, path: &str) -> bool {
        self.lineage(class, 0).into_iter().any(|class| self.is_exactly(class, path))
    }

    fn is_exactly(&self, class: Cls, path: &str) -> bool {
        match class {
            Cls::Named(number) => self.outside.named_path(number) == path,
            Cls::Surface(class) => {
                path.rsplit_once('.').is_some_and(|(module, name)| name == class.name && (class.modules.contains(&module)))
            }
            Cls::Local(id) => self.placed(path) == Some(self.place(id)),
            Cls::Elsewhere(place) => self.placed(path) == Some(place),
        }
    }

    /// The definition in the project that a path leads to.
    fn placed(&self, path: &str) -> Option<Place> {
        if let Some(known) = self.paths.borrow().get(path) {
            return *known;
        }
        let said = path.rsplit_once('.').and_then(|(module, name)| self.outside.imported(module, name, self.file, &self.asked));
        let place = match said.map(|typed| typed.ty) {
            Some(Ty::Class(Cls::Elsewhere(place)) | Ty::Elsewhere(place)) => Some(place),
            _ => None,
        };
        self.paths.borrow_mut().insert(path.to_owned(), place);
        place
    }

    /// Whether a class is one that somebody names, so that its story is kept.
    pub(super) fn is_any_named(&self, class: Cls) -> bool {
        self.outside.named.iter().any(|path| self.is_named(class, path))
    }

    /// The subclasses of a class that bring a member of their own; their names.
    #[must_use]
    pub fn overriding(&self, class: Cls, member: &str) -> Vec<&str> {
        let heirs = self.heirs(class).into_iter().filter_map(|place| self.class_at(place));
        let mut names: Vec<&str> = heirs.filter(|class| class.own.contains(member)).map(|class| class.name.as_str()).collect();
        names.sort_unstable();
        names
    }

    /// The classes of the project that derive from a class, however far.
    pub(super) fn heirs(&self, class: Cls) -> BTreeSet<Place> {
        let of = |place: Place| {
            self.asked.note(Item::Under(place));
            self.outside.subclasses.get(&place)
        };
        let below = match class {
            Cls::Named(number) => {
                self.asked.note(Item::Derived(number));
                self.outside.derived.get(&number)
            }
            Cls::Local(id) => of(self.place(id)),
            Cls::Elsewhere(place) => of(place),
            Cls::Surface(_) => None,
        };
        let mut open: Vec<Place> = below.into_iter().flatten().copied().collect();
        let mut heirs = BTreeSet::new();
        while let Some(place) = open.pop() {
            if heirs.insert(place) {
                open.extend(of(place).into_iter().flatten());
            }
        }
        heirs
    }

    /// The class in which an instance's members are looked for before the named one, its own included, that brings the member
    /// itself: a subclass of the named one, or a base beside it that comes first.
    #[must_use]
    pub fn brings(&self, class: Cls, path: &str, member: &str) -> Option<String> {
        let lineage = self.lineage(class, 0);
        let is_before = lineage.iter().any(|&class| self.is_exactly(class, path));
        let before = lineage.into_iter().take_while(|&class| !self.is_exactly(class, path));
        let before = before.filter(|&class| is_before || self.is_named(class, path));
        let brings = |class: &Cls| match *class {
            Cls::Local(id) => self.assigns(id, member, true),
            Cls::Elsewhere(place) => self.class_at(place).is_some_and(|class| class.own.contains(member)),
            Cls::Surface(_) | Cls::Named(_) => false,
        };
        before.into_iter().find(brings).and_then(|class| self.class_name(class)).map(str::to_owned)
    }

    /// Whether a node stands in the body of the named class, which is its implementation and no use.
    #[must_use]
    pub fn implements(&self, node: Id, path: &str) -> bool {
        let mut classes = self.syntax.frames(node).filter(|&up| self.syntax.kind(up) == "class_definition");
        classes.any(|class| self.is_exactly(Cls::Local(class), path))
    }

    /// Whether this file is a module.
    #[must_use]
    pub fn is_module(&self, module: &str) -> bool {
        self.outside.modules.resolve(module, self.file).contains(&self.file)
    }

    /// The expression as the very thing that a path leads to: a module, a function, a class, a value.
    #[must_use]
    pub fn leads_to(&self, expression: Id, path: &str) -> Option<Typed> {
        let ways = self.ways(expression, 0);
        let right = ways.iter().filter(|(way, _)| way.as_deref() == Some(path)).count();
        if right > 0 {
            let mut typed = Typed::plain(Ty::Module(path.into()));
            if right < ways.len() {
                typed.also.push(Ty::Other("something else".into()));
            }
            for line in ways.iter().filter(|(way, _)| way.as_deref() == Some(path)).map(|(_, line)| *line) {
                let text = self.lines.line_span(line);
                typed = typed.because(line, self.syntax.text.get(text).unwrap_or("").trim().chars().take(100).collect());
            }
            return Some(typed);
        }
        let typed = self.of(expression);
        let is_it = match &typed.ty {
            Ty::Module(module) => **module == *path,
            Ty::Foreign(module, name) => path.strip_prefix(&**module).and_then(|rest| rest.strip_prefix('.')) == Some(name),
            Ty::Class(class) => self.is_exactly(*class, path),
            Ty::Function(id) => self.placed(path) == Some(self.place(*id)),
            Ty::Elsewhere(place) => self.placed(path) == Some(*place),
            _ => false,
        };
        is_it.then(|| Typed { ty: Ty::Module(path.into()), ..typed })
    }

    /// The dotted paths by which imports lead to an expression, one for each binding, with its line; `None` for a
    /// binding that is no import. A fallback `x = None` is none.
    fn ways(&self, expression: Id, depth: usize) -> Vec<(Option<String>, usize)> {
        let syntax = self.syntax;
        let expression = syntax.unparenthesised(expression);
        match syntax.kind(expression) {
            "identifier" => {
                let name = syntax.str(expression);
                let bindings = flow::reaching(syntax, self.scopes, expression, name);
                if bindings.is_empty() && self.scopes.resolve(syntax, expression, name).is_none() {
                    // One star import, and nothing else that could bind the name.
                    let [module] = &self.scopes.stars[..] else { return Vec::new() };
                    return vec![(Some(format!("{module}.{name}")), self.line(expression))];
                }
                let way = |bound: &Bound| match bound {
                    Bound::Import(module, None) => Some(module.clone()),
                    Bound::Import(module, Some(name)) => Some(format!("{module}.{name}")),
                    _ => None,
                };
                let nothing = |bound: &Bound| matches!(bound, Bound::Value(value) if syntax.kind(*value) == "none");
                bindings.iter().filter(|one| !nothing(&one.bound)).map(|one| (way(&one.bound), self.line(one.node))).collect()
            }
            "attribute" if depth < DEPTH => {
                let (Some(object), Some(name)) = (syntax.field(expression, "object"), syntax.field(expression, "attribute")) else {
                    return Vec::new();
                };
                let below = self.ways(object, depth + 1).into_iter();
                below.map(|(way, line)| (way.map(|way| format!("{way}.{}", syntax.str(name))), line)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// What a name or a chain of names is called, for somebody who looks for its path: the path of its imports.
    #[must_use]
    pub fn import_path(&self, expression: Id) -> Option<String> {
        match &self.ways(expression, 0)[..] {
            [(way, _)] => way.clone(),
            _ => None,
        }
    }

    /// What a type is called where a message speaks of the receiver of a rule.
    #[must_use]
    pub fn described(&self, ty: &Ty) -> String {
        match ty {
            Ty::Instance(Cls::Named(number)) => format!("a `{}`", self.outside.named_path(*number)),
            Ty::Instance(class) if !self.is_orchestrator(*class) => match self.class_name(*class) {
                Some(name) => format!("a `{name}`"),
                None => ty.name(),
            },
            Ty::Module(path) => format!("`{path}`"),
            // What has only the name of one is taken for one, too.
            _ => "an orchestrator".to_owned(),
        }
    }
}
