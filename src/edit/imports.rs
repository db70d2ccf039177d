//! What a fix needs imported: under which name the site can write it, and the edit that imports it.
//! It adds; taking away what is no longer used is `unused`.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::ops::Range;

use crate::python::syntax::{Id, Syntax};

use super::import_block::{Imported, Place, Statement, first_part, identifiers, statements, words};
use super::import_place;
pub use super::unused::unused_after;
use crate::finding::Edit;
use crate::source::Source;

/// Something a rewrite needs at run time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Import {
    /// `victor.protocols` or `asyncio`.
    pub module: String,
    /// `AnalyticsEvent`; none for `import asyncio`.
    pub name: Option<String>,
}

impl Import {
    /// The name as the site writes it where nothing is in the way.
    pub(super) fn plain(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.module)
    }

    /// How the site reaches this import through `bound`, if it does.
    fn through(&self, bound: &Imported) -> Option<String> {
        let same = bound.name == self.name && bound.module == self.module;
        if same && (bound.alias.is_some() || self.name.is_some()) {
            return Some(bound.local().to_owned());
        }
        // `import asyncio.subprocess` binds `asyncio`; `import a.b` lets the site write `a.b`.
        let reaches = bound.module == self.module || bound.module.strip_prefix(&self.module).is_some_and(|rest| rest.starts_with('.'));
        (self.name.is_none() && bound.name.is_none() && bound.alias.is_none() && reaches).then(|| self.module.clone())
    }

    /// Whether the name that `bound` puts into its scope means the same object that `local` is to mean.
    fn agrees(&self, bound: &Imported) -> bool {
        let packages = self.name.is_none() && bound.name.is_none() && bound.alias.is_none();
        self.through(bound).is_some() || packages && first_part(&bound.module) == first_part(&self.module)
    }

    /// Whether the statement makes this import reachable as `local`.
    pub(super) fn is_bound_by(&self, statement: &Statement, local: &str) -> bool {
        statement.names.iter().any(|bound| self.through(bound).as_deref() == Some(local))
    }

    /// The name as written in the import statement: `X`, or `X as VictorX`.
    pub(super) fn clause(&self, local: &str) -> String {
        if local == self.plain() { local.to_owned() } else { format!("{} as {local}", self.plain()) }
    }

    /// The import as a statement of its own.
    pub(super) fn line(&self, local: &str) -> String {
        match self.name {
            Some(_) => format!("from {} import {}", self.module, self.clause(local)),
            None => format!("import {}", self.clause(local)),
        }
    }

    /// A module of the standard library, which is imported above everything else.
    pub(super) fn is_standard(&self) -> bool {
        self.name.is_none() && !self.module.contains('.') && self.module != "victor"
    }
}

/// The imports of one text. Everything is looked up at most once, however many findings ask.
pub struct Imports<'s, 't> {
    syntax: &'s Syntax<'t>,
    statements: OnceCell<Vec<Statement>>,
    names: RefCell<HashMap<Import, String>>,
    /// The parts of a document; none of a file.
    parts: Vec<Range<usize>>,
    /// Its parts may be programs of their own.
    prose: bool,
}

impl<'s, 't> Imports<'s, 't> {
    /// The imports of a parsed text.
    #[must_use]
    pub fn new(syntax: &'s Syntax<'t>) -> Self {
        Imports { syntax, statements: OnceCell::new(), names: RefCell::default(), parts: Vec::new(), prose: false }
    }

    /// The same for a text that came of a source, which may be a document.
    #[must_use]
    pub fn within(self, source: &Source) -> Self {
        let prose = source.document.as_ref().is_some_and(|document| document.form().is_prose());
        Imports { parts: source.parts(self.syntax.text), prose, ..self }
    }

    fn statements(&self) -> &[Statement] {
        self.statements.get_or_init(|| statements(self.syntax))
    }

    /// The name under which a site can write the import: one the module already has, the plain name, or a free alias.
    pub fn local_name(&self, import: &Import) -> String {
        if let Some(name) = self.names.borrow().get(import) {
            return name.clone();
        }
        let name = local_name(self.syntax, self.statements(), import);
        self.names.borrow_mut().insert(import.clone(), name.clone());
        name
    }

    /// The edit that makes `import` reachable as `local` at the byte `site`; none where it already is.
    ///
    /// The same arguments give the same edit, so that the findings of one file can share it.
    pub fn insertion(&self, import: &Import, local: &str, site: usize) -> Option<Edit> {
        let Some(part) = self.parts.iter().find(|part| part.contains(&site)) else {
            return import_place::insertion(self.statements(), self.syntax, import, local, site..usize::MAX);
        };
        let inside = |s: &&Statement| part.contains(&self.syntax.start(s.node));
        let own: Vec<Statement> = self.statements().iter().filter(inside).cloned().collect();
        // What brings its own `victor` is read for itself, and does not know the imports of other examples.
        let alone = self.prose && own.iter().any(Statement::is_victor);
        let seen = if alone { &own } else { self.statements() };
        import_place::insertion(seen, self.syntax, import, local, site..part.end)
    }
}

fn local_name(syntax: &Syntax<'_>, imports: &[Statement], import: &Import) -> String {
    let running = imports.iter().filter(|s| s.place == Place::Run);
    let there = running
        .flat_map(|s| s.names.iter().filter_map(move |bound| Some((s, import.through(bound)?))))
        .find(|(own, local)| !is_bound(syntax, imports, import, first_part(local), Some(own)));
    if let Some((_, local)) = there {
        return local;
    }
    let plain = import.plain();
    if !is_bound(syntax, imports, import, first_part(plain), None) {
        return plain.to_owned();
    }
    let alias = match &import.name {
        Some(name) if first_part(&import.module) == "victor" => format!("Victor{name}"),
        Some(name) => format!("{}_{name}", first_part(&import.module)),
        None => format!("{}_module", import.module.rsplit('.').next().unwrap_or(plain)),
    };
    let mut free = alias.clone();
    let mut number = 2;
    while words(syntax.text, &free).next().is_some() {
        free = format!("{alias}{number}");
        number += 1;
    }
    free
}

/// Whether `word` means something other than `import` anywhere in the file, in whatever scope.
///
/// `try: from victor… import X / except ImportError: X = None`: the handlers of `own` are its substitute, no clash.
fn is_bound(syntax: &Syntax<'_>, imports: &[Statement], import: &Import, word: &str, own: Option<&Statement>) -> bool {
    let guard =
        own.and_then(|s| s.guard).filter(|&guard| own.is_some_and(|s| syntax.field(guard, "body").is_some_and(|body| body == s.block)));
    let substitute = |node: Id| {
        guard.is_some_and(|guard| {
            syntax.named(guard).any(|clause| {
                syntax.kind(clause).starts_with("except")
                    && syntax.start(clause) <= syntax.start(node)
                    && syntax.end(node) <= syntax.end(clause)
            })
        })
    };
    let clashes = |s: &Statement| !substitute(s.node) && s.names.iter().any(|b| b.local() == word && !import.agrees(b));
    if imports.iter().any(clashes) {
        return true;
    }
    // A name that is used and nowhere bound comes out of somebody's star import, and a later one may bind any name anew.
    let strange = |s: &&Statement| s.star.is_some() && !s.is_victor();
    let strangers = imports.iter().any(|s| strange(&s));
    if import.name.is_some() && imports.iter().filter(strange).any(|s| own.is_none_or(|own| s.node > own.node)) {
        return true;
    }
    let known = imports.iter().any(|s| s.names.iter().any(|b| b.local() == word));
    let stands_in_import = |node: Id| {
        let next = imports.partition_point(|s| syntax.start(s.node) <= syntax.start(node));
        next.checked_sub(1).is_some_and(|i| syntax.end(node) <= syntax.end(imports[i].node))
    };
    identifiers(syntax, word)
        .into_iter()
        .filter(|node| !stands_in_import(*node) && !substitute(*node))
        .any(|node| strangers && !known || binds(syntax, node))
}

/// Patterns nest without bound; what is nested deeper than this is taken for a binding.
const DEEPEST_PATTERN: usize = 64;

/// Whether the identifier is bound here rather than read; in doubt it is.
fn binds(syntax: &Syntax<'_>, identifier: Id) -> bool {
    let mut node = identifier;
    for _ in 0..DEEPEST_PATTERN {
        let Some(parent) = syntax.parent(node) else {
            return false;
        };
        let is = |field| syntax.field(parent, field).is_some_and(|c| c == node);
        match syntax.kind(parent) {
            "pattern_list"
            | "tuple_pattern"
            | "list_pattern"
            | "list_splat_pattern"
            | "tuple"
            | "list"
            | "list_splat"
            | "type"
            | "parenthesized_expression"
            | "expression_list"
            | "as_pattern_target" => node = parent,
            "assignment" | "augmented_assignment" | "for_statement" | "for_in_clause" | "type_alias_statement" => return is("left"),
            "named_expression" | "function_definition" | "class_definition" | "default_parameter" | "typed_default_parameter" => {
                return is("name");
            }
            "typed_parameter" => return !is("type"),
            "parameters"
            | "lambda_parameters"
            | "dictionary_splat_pattern"
            | "splat_pattern"
            | "global_statement"
            | "nonlocal_statement"
            | "delete_statement"
            | "ERROR" => return true,
            "as_pattern" => {
                return syntax.named(parent).next().is_some_and(|first| first != node);
            }
            // `case X:` captures, `case X.Y:` and `case X():` read.
            "dotted_name" if syntax.named(parent).count() == 1 => {
                return syntax
                    .parent(parent)
                    .is_some_and(|p| matches!(syntax.kind(p), "case_pattern" | "keyword_pattern" | "union_pattern"));
            }
            "type_parameter" => {
                return syntax.parent(parent).is_some_and(|p| matches!(syntax.kind(p), "function_definition" | "class_definition"));
            }
            _ => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::import_place::tests::{check, with};

    fn local(text: &str, module: &str, name: Option<&str>) -> String {
        let syntax = Syntax::parse(text).expect("a short text");
        Imports::new(&syntax).local_name(&Import { module: module.into(), name: name.map(str::to_owned) })
    }

    fn event(text: &str) -> String {
        local(text, "victor.protocols", Some("AnalyticsEvent"))
    }

    #[test]
    fn what_the_module_has_is_used_under_its_name_there() {
        for (text, name) in [
            ("import os\n", "AnalyticsEvent"),
            ("from victor.protocols import A, AnalyticsEvent\n", "AnalyticsEvent"),
            ("from victor.protocols import AnalyticsEvent as AE\n", "AE"),
            ("try:\n    from victor.protocols import AnalyticsEvent as AE\nexcept ImportError:\n    AE = None\n", "AE"),
            (
                "from victor.protocols import AnalyticsEvent, AnalyticsEvent as VictorAnalyticsEvent\ndef f(AnalyticsEvent): ...\n",
                "VictorAnalyticsEvent",
            ),
            ("if TYPE_CHECKING:\n    from victor.protocols import AnalyticsEvent\n", "AnalyticsEvent"),
            ("def f():\n    from victor.protocols import AnalyticsEvent\n", "AnalyticsEvent"),
            ("from other import *\nfrom victor.protocols import AnalyticsEvent\n", "AnalyticsEvent"),
            ("from victor.protocols import *\n", "AnalyticsEvent"),
            ("x.AnalyticsEvent = 1\nf(AnalyticsEvent=2)\n# AnalyticsEvent = 3\ns = 'AnalyticsEvent = 1'\n", "AnalyticsEvent"),
            ("def f(x: list[AnalyticsEvent]): return AnalyticsEvent(1), [AnalyticsEvent]\n", "AnalyticsEvent"),
        ] {
            assert_eq!(event(text), name, "in {text}");
        }
        assert_eq!(local("import asyncio as aio\n", "asyncio", None), "aio");
        assert_eq!(local("import asyncio.subprocess\n", "asyncio", None), "asyncio");
        assert_eq!(local("import victor.agent\n", "victor.protocols", None), "victor.protocols");
    }

    #[test]
    fn a_taken_name_is_never_shadowed() {
        for text in [
            "AnalyticsEvent = 1",
            "AnalyticsEvent: int",
            "a, (AnalyticsEvent, *b) = c",
            "AnalyticsEvent += 1",
            "def AnalyticsEvent(): ...",
            "class AnalyticsEvent: ...",
            "class A:\n    AnalyticsEvent = 1",
            "def f(AnalyticsEvent): ...",
            "def f(*, AnalyticsEvent: int = 2): ...",
            "def f(AnalyticsEvent: int): ...",
            "def f(*AnalyticsEvent): ...",
            "def f(**AnalyticsEvent): ...",
            "def f[AnalyticsEvent](): ...",
            "lambda AnalyticsEvent: 1",
            "for AnalyticsEvent in x: ...",
            "[1 for a, AnalyticsEvent in x]",
            "with a as AnalyticsEvent: ...",
            "with a as (b, AnalyticsEvent): ...",
            "try: ...\nexcept E as AnalyticsEvent: ...",
            "def f():\n    global AnalyticsEvent",
            "(AnalyticsEvent := 1)",
            "del AnalyticsEvent",
            "match x:\n    case AnalyticsEvent: ...",
            "match x:\n    case [*AnalyticsEvent]: ...",
            "match x:\n    case C(a=AnalyticsEvent): ...",
            "match x:\n    case 1 as AnalyticsEvent: ...",
            "import AnalyticsEvent",
            "import a as AnalyticsEvent",
            "from .protocols import AnalyticsEvent",
            "from other import *",
            "from other import *\nAnalyticsEvent(1)",
            "from victor.protocols import AnalyticsEvent\nfrom other import *",
            "if TYPE_CHECKING:\n    from victor.protocols import AnalyticsEvent\nelse:\n    AnalyticsEvent = object",
            "from victor.protocols import AnalyticsEvent\ndef f(AnalyticsEvent): ...",
        ] {
            assert_eq!(event(text), "VictorAnalyticsEvent", "in {text}");
        }
        assert_eq!(event("AnalyticsEvent = VictorAnalyticsEvent"), "VictorAnalyticsEvent2");
        assert_eq!(local("asyncio = 1", "asyncio", None), "asyncio_module");
    }

    #[test]
    fn endless_nesting_is_walked_without_recursion() {
        let text = format!("{}AnalyticsEvent{} = x\n", "[".repeat(3000), "]".repeat(3000));
        assert_eq!(event(&text), "VictorAnalyticsEvent");
        let deep: String = (0..300).map(|i| format!("{}if x:\n", " ".repeat(i))).collect();
        assert_eq!(event(&format!("{deep}{}AnalyticsEvent = 1\n", " ".repeat(300))), "VictorAnalyticsEvent");
    }

    #[test]
    fn an_import_that_the_site_can_see_is_enough() {
        for seen in [
            "from victor.p import X\n§x()\n",
            "try:\n    from victor.p import X\nexcept ImportError:\n    X = None\n§x()\n",
            "def f():\n    from victor.p import X\n    if a:\n        §x()\n",
            "def f():\n    from victor.p import X\n    def g():\n        §x()\n",
            "if a:\n    from victor.p import X\n    §x()\n",
        ] {
            assert_eq!(with(seen, "victor.p.X"), seen.replace('§', ""));
        }
        check(&[
            // Bound in the function, but not yet.
            (
                "from victor.p import X\ndef f():\n    'd'\n    §x()\n    from victor.p import X\n",
                "from victor.p import X\ndef f():\n    'd'\n    from victor.p import X\n    x()\n    from victor.p import X\n",
            ),
            ("import a\n§x()\nfrom victor.p import X\n", "import a\nfrom victor.p import X\nx()\nfrom victor.p import X\n"),
            (
                "import a\nif TYPE_CHECKING:\n    from victor.p import X\n§x()\n",
                "import a\nfrom victor.p import X\nif TYPE_CHECKING:\n    from victor.p import X\nx()\n",
            ),
        ]);
    }
}
