//! Scopes and the bindings in them, collected in one pass. Which binding reaches a use is `flow`'s question.

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use super::syntax::{Id, Syntax};

/// How a name came by its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bound {
    /// `name = expr`, also walrus.
    Value(Id),
    /// An element of what is iterated.
    Each(Id),
    /// One part, by position, from the end where negative, of what is unpacked.
    Part(Box<Bound>, isize),
    /// What `*name` takes of what is unpacked.
    Rest(Box<Bound>),
    /// `with expr as name`.
    With(Id),
    /// `name: annotation` with an optional value.
    Annotated(Id, Option<Id>),
    /// `import module` (no name) or `from module import name`.
    Import(String, Option<String>),
    /// A parameter (its node in the parameter list).
    Parameter(Id),
    /// `def` or `class`.
    Definition(Id),
    /// Known to be an instance of the class expression in this region.
    Narrowed(Id),
    /// Bound to something else for certain: `except … as`, `del`, augmented assignment.
    Opaque,
    /// Bound to a part of a value that is not followed: captures.
    Unfollowed,
}

/// One binding.
#[derive(Clone, Debug)]
pub struct Binding {
    /// The node that stands for its place in the flow.
    pub node: Id,
    /// The byte from which on it holds.
    pub at: usize,
    /// What it binds to.
    pub bound: Bound,
}

/// All scopes of a file.
pub struct Scopes<'t> {
    /// For every node, the node of the scope it is evaluated in.
    scope_of: Vec<u32>,
    bindings: HashMap<Id, HashMap<&'t str, Vec<Binding>>>,
    outer: HashMap<Id, HashSet<&'t str>>,
    /// Attributes assigned on `self` in a method, or in the class body: class, name, binding.
    attributes: HashMap<Id, HashMap<&'t str, Vec<Binding>>>,
    /// Modules imported with a star.
    pub stars: Vec<String>,
    /// Every `class` and `def`, in source order.
    definitions: Vec<Id>,
    /// What of `x = y = value` comes next, and the value at its end.
    chained: Option<(Id, Id)>,
}

/// Whether a scope of that kind runs at once, where it stands.
#[must_use]
pub fn runs_in_place(kind: &str) -> bool {
    kind.ends_with("comprehension") || kind == "generator_expression"
}

impl<'t> Scopes<'t> {
    /// Collects the bindings of a file; `package` is the dotted package that relative imports start from.
    #[must_use]
    pub fn new(syntax: &Syntax<'t>, package: &str) -> Self {
        let mut scopes = Self {
            scope_of: super::region::scopes(syntax),
            bindings: HashMap::default(),
            outer: HashMap::default(),
            attributes: HashMap::default(),
            stars: Vec::new(),
            definitions: (0..syntax.len()).filter(|&id| matches!(syntax.kind(id), "class_definition" | "function_definition")).collect(),
            chained: None,
        };
        scopes.outer_names(syntax);
        for id in 0..syntax.len() {
            scopes.collect(syntax, id, package);
        }
        for list in scopes.bindings.values_mut().flat_map(HashMap::values_mut) {
            list.sort_by_key(|binding| binding.at);
        }
        scopes
    }

    /// Every `class` and `def`, in source order.
    #[must_use]
    pub fn definitions(&self) -> &[Id] {
        &self.definitions
    }

    /// The definition of that number, from 0.
    #[must_use]
    pub fn definition(&self, number: u32) -> Option<Id> {
        self.definitions.get(number as usize).copied()
    }

    /// The number of a definition.
    #[must_use]
    pub fn number(&self, definition: Id) -> u32 {
        u32::try_from(self.definitions.partition_point(|&id| id < definition)).unwrap_or(u32::MAX)
    }

    /// The scope a node is evaluated in.
    #[must_use]
    pub fn of(&self, id: Id) -> Id {
        self.scope_of.get(id).map_or(0, |&scope| scope as Id)
    }

    /// The bindings of a name in one scope, by position.
    #[must_use]
    pub fn bindings(&self, scope: Id, name: &str) -> &[Binding] {
        self.bindings.get(&scope).and_then(|names| names.get(name)).map_or(&[], Vec::as_slice)
    }

    /// Every name bound in one scope.
    pub fn names(&self, scope: Id) -> impl Iterator<Item = &'t str> + '_ {
        self.bindings.get(&scope).into_iter().flat_map(|names| names.keys().copied())
    }

    /// What is assigned to an attribute of a class, in its body and through `self`.
    #[must_use]
    pub fn attribute(&self, class: Id, name: &str) -> &[Binding] {
        self.attributes.get(&class).and_then(|names| names.get(name)).map_or(&[], Vec::as_slice)
    }

    /// The names of the attributes of a class.
    pub fn attributes(&self, class: Id) -> impl Iterator<Item = &'t str> + '_ {
        self.attributes.get(&class).into_iter().flat_map(|names| names.keys().copied())
    }

    /// The scope in which a name used at a node is bound; `None` when nothing here binds it.
    #[must_use]
    pub fn resolve(&self, syntax: &Syntax<'_>, used: Id, name: &str) -> Option<Id> {
        let start = self.of(used);
        let mut scope = start;
        loop {
            let visible = scope == start || syntax.kind(scope) != "class_definition";
            if visible && !self.is_outer(scope, name) && !self.bindings(scope, name).is_empty() {
                return Some(scope);
            }
            if scope == 0 {
                return None;
            }
            scope = self.of(scope);
        }
    }

    /// Whether a scope says `global` or `nonlocal` for a name.
    fn is_outer(&self, scope: Id, name: &str) -> bool {
        self.outer.get(&scope).is_some_and(|names| names.contains(name))
    }

    fn outer_names(&mut self, syntax: &Syntax<'t>) {
        for id in 0..syntax.len() {
            if matches!(syntax.kind(id), "global_statement" | "nonlocal_statement") {
                for name in syntax.named(id) {
                    self.outer.entry(self.of(id)).or_default().insert(syntax.str(name));
                }
            }
        }
    }

    fn collect(&mut self, syntax: &Syntax<'t>, id: Id, package: &str) {
        match syntax.kind(id) {
            "assignment" => self.assignment(syntax, id),
            "augmented_assignment" => self.opaque_target(syntax, syntax.field(id, "left"), syntax.end(id)),
            "named_expression" => {
                if let (Some(name), Some(value)) = (syntax.field(id, "name"), syntax.field(id, "value")) {
                    let mut scope = self.of(id);
                    while runs_in_place(syntax.kind(scope)) {
                        scope = self.of(scope);
                    }
                    self.bind_in(syntax, scope, name, syntax.end(id), Bound::Value(value));
                }
            }
            "for_statement" | "for_in_clause" => {
                if let (Some(left), Some(right)) = (syntax.field(id, "left"), syntax.field(id, "right")) {
                    let scope = if syntax.kind(id) == "for_in_clause" { syntax.parent(id).unwrap_or(0) } else { self.of(id) };
                    let at = if syntax.kind(id) == "for_in_clause" { syntax.start(scope) } else { syntax.end(right) };
                    self.target(syntax, scope, left, at, &Bound::Each(right));
                }
            }
            "as_pattern" => self.as_pattern(syntax, id),
            "type_alias_statement" => {
                let name = syntax.field(id, "left").and_then(|left| syntax.subtree(left).find(|&id| syntax.kind(id) == "identifier"));
                if let (Some(name), Some(value)) = (name, syntax.field(id, "right")) {
                    self.bind_in(syntax, self.of(id), name, syntax.end(id), Bound::Value(value));
                }
            }
            "delete_statement" => {
                for target in syntax.named(id) {
                    for name in syntax.subtree(target).filter(|&n| syntax.kind(n) == "identifier") {
                        if matches!(
                            syntax.kind(syntax.parent(name).unwrap_or(0)),
                            "delete_statement" | "expression_list" | "tuple" | "list"
                        ) {
                            self.bind(syntax, name, syntax.end(id), Bound::Opaque);
                        }
                    }
                }
            }
            "import_statement" | "import_from_statement" | "future_import_statement" => self.import(syntax, id, package),
            "function_definition" | "class_definition" => {
                if let Some(name) = syntax.field(id, "name") {
                    let node = syntax.parent(id).filter(|&up| syntax.kind(up) == "decorated_definition").unwrap_or(id);
                    self.bind_at(syntax, self.of(id), name, node, syntax.end(name), Bound::Definition(id));
                }
                if let Some(parameters) = syntax.field(id, "parameters") {
                    self.parameters(syntax, id, parameters);
                }
            }
            "lambda" => {
                if let Some(parameters) = syntax.field(id, "parameters") {
                    self.parameters(syntax, id, parameters);
                }
            }
            "case_clause" => self.captures(syntax, id),
            "call" => self.narrow(syntax, id),
            "comparison_operator" => self.narrow_by_type(syntax, id),
            _ => {}
        }
    }

    fn bind(&mut self, syntax: &Syntax<'t>, name: Id, at: usize, bound: Bound) {
        self.bind_in(syntax, self.of(name), name, at, bound);
    }

    fn bind_in(&mut self, syntax: &Syntax<'t>, scope: Id, name: Id, at: usize, bound: Bound) {
        self.bind_at(syntax, scope, name, name, at, bound);
    }

    fn bind_at(&mut self, syntax: &Syntax<'t>, scope: Id, name: Id, node: Id, at: usize, bound: Bound) {
        let text = syntax.str(name);
        let mut home = scope;
        while home != 0 && self.is_outer(home, text) {
            home = self.of(home);
            while home != 0 && syntax.kind(home) == "class_definition" {
                home = self.of(home);
            }
        }
        let binding = Binding { node, at, bound };
        if syntax.kind(home) == "class_definition" {
            self.attributes.entry(home).or_default().entry(text).or_default().push(binding.clone());
        }
        self.bindings.entry(home).or_default().entry(text).or_default().push(binding);
    }

    fn opaque_target(&mut self, syntax: &Syntax<'t>, target: Option<Id>, at: usize) {
        if let Some(target) = target {
            self.target(syntax, self.of(target), target, at, &Bound::Opaque);
        }
    }

    fn assignment(&mut self, syntax: &Syntax<'t>, id: Id) {
        let Some(left) = syntax.field(id, "left") else {
            return;
        };
        let value = syntax.field(id, "right");
        let bound = match (syntax.field(id, "type"), value) {
            (Some(annotation), value) => Bound::Annotated(annotation, value),
            (None, Some(value)) => Bound::Value(super::region::last_value(syntax, &mut self.chained, id, value)),
            (None, None) => return,
        };
        self.target(syntax, self.of(id), left, syntax.end(id), &bound);
    }

    /// Binds every name in an assignment target.
    fn target(&mut self, syntax: &Syntax<'t>, scope: Id, target: Id, at: usize, bound: &Bound) {
        match syntax.kind(target) {
            "identifier" => self.bind_in(syntax, scope, target, at, bound.clone()),
            "attribute" => self.attribute_target(syntax, target, at, bound),
            "pattern_list" | "tuple_pattern" | "list_pattern" | "tuple" | "list" => {
                let parts: Vec<Id> = syntax.named(target).collect();
                let star = parts.iter().position(|&part| syntax.kind(part).starts_with("list_splat"));
                for (place, &part) in parts.iter().enumerate() {
                    let from_end = if star.is_some_and(|star| star < place) { parts.len() } else { 0 };
                    let of = match bound {
                        Bound::Opaque => Bound::Opaque,
                        _ if star == Some(place) => Bound::Rest(Box::new(bound.clone())),
                        _ => Bound::Part(Box::new(bound.clone()), place.cast_signed() - from_end.cast_signed()),
                    };
                    self.target(syntax, scope, part, at, &of);
                }
            }
            "list_splat_pattern" | "list_splat" => {
                if let Some(name) = syntax.named(target).next() {
                    self.target(syntax, scope, name, at, bound);
                }
            }
            "parenthesized_expression" => self.target(syntax, scope, syntax.unparenthesised(target), at, bound),
            _ => {}
        }
    }

    fn attribute_target(&mut self, syntax: &Syntax<'t>, target: Id, at: usize, bound: &Bound) {
        let (Some(object), Some(name)) = (syntax.field(target, "object"), syntax.field(target, "attribute")) else {
            return;
        };
        let Some(function) = syntax.function(target) else {
            return;
        };
        if let Some(class) = syntax.class_of(function)
            && self_name(syntax, function).is_some_and(|own| own == syntax.str(object))
        {
            let binding = Binding { node: target, at, bound: bound.clone() };
            self.attributes.entry(class).or_default().entry(syntax.str(name)).or_default().push(binding);
        }
    }

    fn as_pattern(&mut self, syntax: &Syntax<'t>, id: Id) {
        let Some(alias) = syntax.field(id, "alias") else {
            return;
        };
        let holder = syntax.ancestors(id).find(|&up| !matches!(syntax.kind(up), "tuple" | "parenthesized_expression"));
        let bound = match (holder.map(|up| syntax.kind(up)), syntax.named(id).next()) {
            (Some("with_item"), Some(value)) => Bound::With(value),
            _ => Bound::Opaque,
        };
        let Some(name) = syntax.named(alias).next().or(Some(alias)) else {
            return;
        };
        let at = match holder {
            Some(up) if syntax.kind(up) == "with_item" => syntax.end(up),
            _ => syntax.end(id),
        };
        self.target(syntax, self.of(id), name, at, &bound);
    }

    fn parameters(&mut self, syntax: &Syntax<'t>, function: Id, parameters: Id) {
        let at = syntax.field(function, "body").map_or(syntax.end(parameters), |body| syntax.start(body));
        for parameter in syntax.named(parameters) {
            let name = match syntax.kind(parameter) {
                "identifier" => Some(parameter),
                "default_parameter" | "typed_default_parameter" => syntax.field(parameter, "name"),
                _ => syntax.subtree(parameter).find(|&n| syntax.kind(n) == "identifier"),
            };
            if let Some(name) = name {
                let bare = matches!(syntax.kind(parameter), "list_splat_pattern" | "dictionary_splat_pattern");
                let bound = if bare { Bound::Opaque } else { Bound::Parameter(parameter) };
                self.bind_at(syntax, function, name, function, at.min(syntax.end(parameters)), bound);
            }
        }
    }

    fn captures(&mut self, syntax: &Syntax<'t>, clause: Id) {
        if let (Some((subject, class)), Some(body)) = (super::captures::classed(syntax, clause), syntax.field(clause, "consequence")) {
            self.bind_at(syntax, self.of(subject), subject, body, syntax.start(body), Bound::Narrowed(class));
        }
        for pattern in syntax.named(clause).filter(|&part| syntax.kind(part) == "case_pattern") {
            for name in syntax.subtree(pattern).filter(|&id| syntax.kind(id) == "identifier") {
                if let Some(bound) = super::captures::captured(syntax, name) {
                    self.bind(syntax, name, syntax.end(name), bound);
                }
            }
        }
    }

    fn import(&mut self, syntax: &Syntax<'t>, id: Id, package: &str) {
        let from = syntax.field(id, "module_name").map(|module| super::region::absolute(syntax.str(module), package));
        for name in syntax.children(id).filter(|&n| syntax.role(n) == Some("name")) {
            let (path, alias) = match syntax.kind(name) {
                "aliased_import" => (syntax.field(name, "name"), syntax.field(name, "alias")),
                _ => (Some(name), None),
            };
            let Some(path) = path else { continue };
            let dotted = syntax.str(path).to_owned();
            let (target, bound) = match (&from, alias) {
                (Some(module), _) => (alias.unwrap_or(path), Bound::Import(module.clone(), Some(dotted))),
                (None, Some(alias)) => (alias, Bound::Import(dotted, None)),
                (None, None) => {
                    let first = syntax.named(path).next().unwrap_or(path);
                    (first, Bound::Import(syntax.str(first).to_owned(), None))
                }
            };
            self.bind(syntax, target, syntax.end(id), bound);
        }
        if let Some(module) = from
            && syntax.named(id).any(|n| syntax.kind(n) == "wildcard_import")
        {
            self.stars.push(module);
        }
    }

    /// Regions in which `isinstance(name, Class)` is known to be true.
    fn narrow(&mut self, syntax: &Syntax<'t>, call: Id) {
        if syntax.field(call, "function").is_none_or(|f| syntax.str(f) != "isinstance") {
            return;
        }
        let Some(arguments) = syntax.field(call, "arguments") else {
            return;
        };
        let mut arguments = syntax.named(arguments);
        let (Some(name), Some(class)) = (arguments.next(), arguments.next()) else {
            return;
        };
        self.known(syntax, call, name, class);
    }

    /// `type(name) is Class`.
    fn narrow_by_type(&mut self, syntax: &Syntax<'t>, comparison: Id) {
        let parts: Vec<Id> = syntax.named(comparison).collect();
        let [call, class] = parts[..] else { return };
        let is = syntax.children(comparison).any(|part| !syntax.is_named(part) && matches!(syntax.str(part), "is" | "=="));
        if !is || syntax.field(call, "function").is_none_or(|f| syntax.str(f) != "type") {
            return;
        }
        let mut arguments = syntax.field(call, "arguments").into_iter().flat_map(|list| syntax.named(list));
        if let (Some(name), None) = (arguments.next(), arguments.next()) {
            self.known(syntax, comparison, name, class);
        }
    }

    fn known(&mut self, syntax: &Syntax<'t>, condition: Id, name: Id, class: Id) {
        if syntax.kind(name) == "identifier" {
            for (node, at) in super::region::known_true(syntax, condition, syntax.str(name)) {
                self.bind_at(syntax, self.of(name), name, node, at, Bound::Narrowed(class));
            }
        }
    }
}

/// The name of the first parameter of a method.
#[must_use]
pub fn self_name<'t>(syntax: &Syntax<'t>, function: Id) -> Option<&'t str> {
    let first = syntax.named(syntax.field(function, "parameters")?).next()?;
    let name = syntax.subtree(first).find(|&n| syntax.kind(n) == "identifier")?;
    Some(syntax.str(name))
}
