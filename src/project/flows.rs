//! Where values go, told from how code is written: from the names that an expression comes from to those that it is bound
//! to, stored under, passed to, returned from. What none of the ways from an orchestrator's own names leads to is none.

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::handed::{CALLING, short};
use crate::python::Id;
use crate::python::annotation::is_protocol;
use crate::python::bindings::{PASS_OBJ, fixture_name};
use crate::python::carriers::{CALLED, Names, PASSED, RESULT, Spelling, Word, hub, is_open, open, passed, result};
use crate::python::filled::FILLING;

/// From one name to another.
pub(super) type Flow = (Word, Word);

/// The flows of all files.
#[derive(Default)]
pub(super) struct Ways {
    from: Directory,
    /// The same from where they lead.
    to: Directory,
}

/// Flows in order, where those that begin at a word are found at once: spellings are hashes, so that the first bits of a word
/// say roughly where it stands.
#[derive(Default)]
struct Directory {
    flows: Vec<Flow>,
    /// For all words with the same first bits, where their flows begin; and one past the last.
    starts: Vec<u32>,
    /// How far a word is shifted for these bits.
    shift: u32,
}

impl Directory {
    fn new(mut flows: Vec<Flow>) -> Self {
        flows.par_sort_unstable();
        flows.dedup();
        let bits = (usize::BITS - flows.len().leading_zeros()).max(1);
        let shift = Word::BITS - bits;
        let mut starts = vec![0; (1 << bits) + 1];
        flows.iter().for_each(|flow| starts[(flow.0 >> shift) as usize + 1] += 1);
        (1..starts.len()).for_each(|at| starts[at] += starts[at - 1]);
        Directory { flows, starts, shift }
    }

    /// Where the flows lead that begin at a word.
    fn of(&self, word: Word) -> impl Iterator<Item = Word> + '_ {
        let at = (word >> self.shift) as usize;
        let range = self.starts.get(at).zip(self.starts.get(at + 1)).map_or(0..0, |(&from, &to)| from as usize..to as usize);
        let near = &self.flows[range];
        let first = near.partition_point(|flow| flow.0 < word);
        near[first..].iter().take_while(move |flow| flow.0 == word).map(|flow| flow.1)
    }
}

impl Ways {
    pub(super) fn new(files: &[Vec<Flow>]) -> Self {
        let from = Directory::new(files.concat());
        let to = Directory::new(from.flows.iter().map(|&(from, to)| (to, from)).collect());
        Ways { from, to }
    }

    /// Adds all names that something can get to from these, and gives those that are new; with what calls give, `results`, where
    /// it is about objects and not about the very functions and classes.
    pub(super) fn reach(&self, from: impl Iterator<Item = Word>, results: bool, found: &mut FxHashSet<Word>) -> Vec<Word> {
        let mut new: Vec<Word> = from.filter(|&word| found.insert(word)).collect();
        let mut at = 0;
        while let Some(&word) = new.get(at) {
            at += 1;
            new.extend(self.next(word, results).into_iter().filter(|&to| found.insert(to)));
        }
        new
    }

    /// Whether something goes straight from one name to another.
    pub(super) fn leads(&self, from: Word, to: Word) -> bool {
        self.from.of(from).any(|next| next == to)
    }

    fn next(&self, word: Word, results: bool) -> Vec<Word> {
        if word & CALLED != 0 {
            let into = self.to.of(word & !CALLED);
            return into.map(|from| if from & PASSED == 0 { passed(from) } else { from | CALLED }).collect();
        }
        let mut next: Vec<Word> = self.from.of(word).collect();
        if word & RESULT != 0 {
            // Whatever is called by another name gives the same by it.
            next.extend(self.from.of(word & !RESULT).map(result));
        }
        match word & PASSED {
            // What is passed to a name is passed to whatever it stands for.
            PASSED => next.push(word & !PASSED | CALLED),
            _ if results => next.push(result(word)),
            _ => {}
        }
        next
    }
}

/// The names of a file whose text is not the one that the project is known by. `None` where new names are among them that
/// other files may have: nobody knows where they lead.
#[must_use]
pub fn names_in(spelling: Spelling<'_, '_>, known: &Names) -> Option<Names> {
    let ways = Ways::new(&[flows(spelling)]);
    let spread = |known: &FxHashSet<Word>| {
        let mut more = FxHashSet::default();
        let marked = |word: Word| [0, RESULT, PASSED, RESULT | PASSED].map(|mark| word | mark);
        let ends = ways.from.flows.iter().flat_map(|flow| [flow.0, flow.1]).flat_map(marked);
        ways.reach(ends.filter(|word| known.contains(word)), true, &mut more);
        more.retain(|word| !known.contains(word));
        (!more.iter().any(|&word| is_open(word))).then_some(more)
    };
    Some(Names { orchestrators: spread(&known.orchestrators)?, functions: spread(&known.functions)? })
}

/// The flows of one file, in order.
pub(super) fn flows(spelling: Spelling<'_, '_>) -> Vec<Flow> {
    let mut flows = Flows { spelling, found: Vec::new() };
    for id in 0..spelling.syntax.len() {
        flows.node(id);
    }
    flows.found.sort_unstable();
    flows.found.dedup();
    flows.found
}

struct Flows<'s, 't> {
    spelling: Spelling<'s, 't>,
    found: Vec<Flow>,
}

impl Flows<'_, '_> {
    /// The field of a node, as a value.
    fn value(&self, id: Id, field: &str) -> Vec<Word> {
        self.value_of(self.spelling.syntax.field(id, field))
    }

    /// The values of expressions.
    fn value_of(&self, expressions: impl IntoIterator<Item = Id>) -> Vec<Word> {
        let mut words = Vec::new();
        expressions.into_iter().for_each(|one| self.spelling.value(one, 0, &mut words));
        words
    }

    /// All names of a field of a node.
    fn all(&self, id: Id, field: &str) -> Vec<Word> {
        self.spelling.syntax.field(id, field).map_or_else(Vec::new, |part| self.all_of(part))
    }

    /// The instances that an annotation names, and what `type[…]` names itself.
    fn declared(&self, annotation: Id) -> Vec<Word> {
        let words = self.all_of(annotation);
        let itself = words.iter().any(|&word| word == open("type") || word == open("Type"));
        let instances = words.iter().map(|&word| result(word)).collect::<Vec<_>>();
        if itself { [words, instances].concat() } else { instances }
    }

    fn all_of(&self, id: Id) -> Vec<Word> {
        let mut words = Vec::new();
        self.spelling.all(id, &mut words);
        words
    }

    /// From each to each.
    fn flow(&mut self, from: &[Word], to: &[Word]) {
        if from.len() > 2 && to.len() > 2 {
            // Over a name that nobody has.
            let sum = from.iter().chain(to).fold(Word::MAX, |sum, word| sum.rotate_left(5) ^ word);
            let middle = hub(sum);
            self.flow(from, &[middle]);
            return self.flow(&[middle], to);
        }
        self.found.extend(from.iter().flat_map(|&from| to.iter().map(move |&to| (from, to))).filter(|(from, to)| from != to));
    }

    fn node(&mut self, id: Id) {
        let syntax = self.spelling.syntax;
        match syntax.kind(id) {
            "assignment" => self.assignment(id),
            "named_expression" => self.flow(&self.value(id, "value"), &self.targets(syntax.field(id, "name"))),
            "for_statement" | "for_in_clause" => self.flow(&self.value(id, "right"), &self.targets(syntax.field(id, "left"))),
            "as_pattern" => self.entered(id),
            "match_statement" => self.matched(id),
            "aliased_import" => {
                let name = syntax.field(id, "name").and_then(|path| syntax.named(path).last()).map(|last| open(syntax.str(last)));
                self.flow(name.as_slice(), &self.targets(syntax.field(id, "alias")));
            }
            "import_from_statement" => {
                for name in syntax.children(id).filter(|&name| syntax.role(name) == Some("name") && syntax.kind(name) == "dotted_name") {
                    let local = syntax.named(name).next().map(|name| self.spelling.word(name));
                    self.flow(&[open(syntax.str(name))], local.as_slice());
                }
            }
            "type_alias_statement" => {
                let all = self.all_of(id);
                self.flow(&all, &all);
            }
            "return_statement" | "yield" => {
                let Some(name) = syntax.function(id).and_then(|function| self.name(function)) else { return };
                self.flow(&self.value_of(syntax.named(id)), &[result(name)]);
            }
            "class_definition" => {
                let (bases, name) = (self.all(id, "superclasses"), self.name(id));
                self.flow(&bases, name.as_slice());
                // `self` in one base may be an object of the other.
                self.flow(&bases, &bases);
            }
            "function_definition" => {
                let declared = syntax.field(id, "return_type").map_or_else(Vec::new, |declared| self.declared(declared));
                self.flow(&declared, self.name(id).map(result).as_slice());
                if let Some(name) = fixture_name(syntax, id) {
                    self.flow(self.name(id).map(result).as_slice(), &[result(open(name))]);
                }
                self.parameters(id);
            }
            "lambda" => self.parameters(id),
            // `def f[T: AgentOrchestrator](…)`.
            "constrained_type" => {
                let parts: Vec<Id> = syntax.named(id).collect();
                if let [name, bound] = parts[..] {
                    self.flow(&self.all_of(bound), &self.all_of(name));
                }
            }
            "call" => self.call(id),
            // `type(x) is Class`.
            "comparison_operator" if syntax.named(id).any(|part| syntax.kind(part) == "call") => {
                let all = self.all_of(id);
                self.flow(&if all.contains(&open("type")) { self.declared(id) } else { Vec::new() }, &all);
            }
            _ => {}
        }
    }

    /// The name of a function or class.
    fn name(&self, definition: Id) -> Option<Word> {
        self.spelling.definition(definition)
    }

    fn assignment(&mut self, id: Id) {
        let syntax = self.spelling.syntax;
        let left = self.targets(syntax.field(id, "left"));
        let declared = syntax.field(id, "type").map_or_else(Vec::new, |declared| self.declared(declared));
        self.flow(&declared, &left);
        self.flow(&self.value(id, "right"), &left);
        if let Some(kind) = syntax.field(id, "type")
            && says_nothing(syntax.str(kind))
            && syntax.function(id).is_none_or(|function| syntax.class_of(function).is_none())
        {
            // A field, which calls of its class give.
            let class = syntax.frames(id).find(|&up| syntax.kind(up) == "class_definition").and_then(|class| self.name(class));
            self.flow(class.map(passed).as_slice(), &left);
        }
        let last = |&right: &Id| syntax.field(right, "right").filter(|_| syntax.kind(right) == "assignment");
        let Some(right) = std::iter::successors(syntax.field(id, "right"), last).last() else { return };
        if let Some(class) =
            syntax.field(id, "left").filter(|&left| syntax.str(left) == "__init__").map(|left| self.spelling.scopes.of(left))
        {
            // `__init__ = set_up`: a call of the class is one of that.
            let class: Vec<Word> = self.name(class).into_iter().map(passed).collect();
            self.flow(&class, &self.value(id, "right").into_iter().map(passed).collect::<Vec<_>>());
        }
        let part = |name: &str| syntax.field(right, name).map_or("", |part| syntax.kind(part));
        match syntax.kind(right) {
            // `Desk: TypeAlias = "AgentOrchestrator | None"`.
            "string" if syntax.field(id, "type").is_some_and(|kind| syntax.str(kind).ends_with("TypeAlias")) => {
                self.flow(&self.all_of(right), &left);
            }
            // `Maybe = Optional[AgentOrchestrator]`, `Maybe = AgentOrchestrator | None`.
            "subscript" if matches!(part("value"), "identifier" | "attribute") => self.flow(&self.all_of(right), &left),
            "binary_operator" if part("operator") == "|" => self.flow(&self.all_of(right), &left),
            _ => {}
        }
    }

    /// `with value as name`, `case Class() as name`.
    fn entered(&mut self, id: Id) {
        let syntax = self.spelling.syntax;
        let mut from = vec![result(open("__enter__")), result(open("__aenter__"))];
        let Some(alias) = syntax.field(id, "alias") else {
            return self.flow(&self.declared(id), &self.all_of(id));
        };
        match syntax.named(id).next() {
            Some(value) if syntax.parent(id).is_some_and(|up| syntax.kind(up) == "with_item") => self.spelling.value(value, 0, &mut from),
            _ => from.extend(self.declared(id)),
        }
        self.flow(&from, &self.targets(Some(alias)));
    }

    /// `match value:`, with what the patterns of its clauses take of it.
    fn matched(&mut self, id: Id) {
        let syntax = self.spelling.syntax;
        let from = self.value_of(syntax.named(id).filter(|&part| syntax.role(part) == Some("subject")));
        let clauses = syntax.field(id, "body").into_iter().flat_map(|body| syntax.named(body));
        let parts = clauses.flat_map(|clause| syntax.named(clause)).filter(|&part| syntax.kind(part) == "case_pattern");
        let mut classes = Vec::new();
        for pattern in parts {
            self.flow(&from, &self.targets(Some(pattern)));
            classes.extend(self.declared(pattern));
        }
        // `case Desk():`
        let subject: Vec<Word> = syntax.field(id, "subject").map_or_else(Vec::new, |subject| self.all_of(subject));
        self.flow(&classes, &subject);
    }

    /// The names that a target binds or stores into.
    fn targets(&self, id: Option<Id>) -> Vec<Word> {
        let syntax = self.spelling.syntax;
        let (mut words, mut open): (Vec<Word>, Vec<Id>) = (Vec::new(), id.into_iter().collect());
        while let Some(id) = open.pop() {
            match syntax.kind(id) {
                "identifier" | "attribute" | "subscript" => self.spelling.value(id, 0, &mut words),
                _ => open.extend(syntax.named(id)),
            }
        }
        words.retain(|word| word & RESULT == 0);
        words
    }

    /// Whether click gives a command the `obj` of its context.
    fn is_given_obj(&self, function: Id) -> bool {
        let syntax = self.spelling.syntax;
        let holder = syntax.parent(function).into_iter().flat_map(|holder| syntax.named(holder));
        holder
            .filter(|&part| syntax.kind(part) == "decorator")
            .any(|decorator| syntax.str(decorator).trim_end_matches("()").ends_with(PASS_OBJ))
    }

    fn parameters(&mut self, function: Id) {
        let (syntax, spelling) = (self.spelling.syntax, self.spelling);
        let class = syntax.class_of(function);
        let name = syntax.field(function, "name").map_or("", |name| syntax.str(name));
        let mut callers: Vec<Word> = self.name(function).into_iter().map(passed).collect();
        if name == "__init__" {
            callers.extend(class.and_then(|class| self.name(class)).map(passed));
        }
        let is_decorated = syntax.parent(function).is_some_and(|up| syntax.kind(up) == "decorated_definition");
        let is_given = name.starts_with("test") || is_decorated;
        let list: Vec<Id> = syntax.field(function, "parameters").into_iter().flat_map(|list| syntax.named(list)).collect();
        for (place, parameter) in list.into_iter().enumerate() {
            let Some(first) = syntax.subtree(parameter).find(|&id| syntax.kind(id) == "identifier") else { continue };
            let own = spelling.word_in(function, syntax.str(first));
            let mut from = syntax.field(parameter, "type").map_or_else(Vec::new, |declared| self.declared(declared));
            from.extend(self.value(parameter, "value"));
            match class.filter(|_| place == 0) {
                // `self`; with a decorator it may be `cls`, or a static method's first.
                Some(class) => {
                    from.extend(self.name(class).map(result));
                    from.extend(self.name(class).filter(|_| is_decorated));
                }
                None => from.extend(&callers),
            }
            if class.is_some() && is_decorated {
                from.extend(&callers);
            }
            if place == 0 && is_decorated && self.is_given_obj(function) {
                from.push(open("obj"));
            }
            // A fixture of that name.
            from.extend(is_given.then(|| result(open(syntax.str(first)))));
            self.flow(&from, &[own]);
        }
    }

    fn call(&mut self, id: Id) {
        let syntax = self.spelling.syntax;
        let (Some(function), Some(list)) = (syntax.field(id, "function"), syntax.field(id, "arguments")) else { return };
        let callees = match syntax.kind(function) {
            "identifier" => vec![self.spelling.word(function)],
            "attribute" => syntax.field(function, "attribute").map(|name| open(syntax.str(name))).into_iter().collect(),
            // `HANDLERS[name](orchestrator)`.
            _ => self.value_of([function]),
        };
        let given =
            |argument: Id| syntax.field(argument, "value").filter(|_| syntax.kind(argument) == "keyword_argument").unwrap_or(argument);
        let callees: Vec<Word> = callees.into_iter().filter(|word| word & RESULT == 0).map(passed).collect();
        self.flow(&self.value_of(syntax.named(list).map(given)), &callees);
        let arguments: Vec<Id> = syntax.named(list).collect();
        if let (Some(object), Some(name)) = (syntax.field(function, "object"), syntax.field(function, "attribute"))
            && FILLING.contains(&syntax.str(name))
        {
            self.flow(&self.value_of(arguments.iter().copied().map(given)), &self.targets(Some(object)));
        }
        if CALLING.contains(&short(syntax, id)) {
            let functions: Vec<Word> =
                self.value_of(arguments.iter().copied().map(given)).into_iter().filter(|word| word & RESULT == 0).collect();
            let all = self.all_of(list);
            self.flow(&all, &functions.into_iter().map(passed).collect::<Vec<_>>());
        }
        match (syntax.str(function), &arguments[..]) {
            ("isinstance", [object, class, ..]) => self.flow(&self.declared(*class), &self.all_of(*object)),
            (name, [_, name_of, value, ..]) if name.ends_with("setattr") => self.flow(&self.value_of([*value]), &self.all_of(*name_of)),
            _ => {}
        }
    }
}

/// Whether an annotation leaves open what a field is, as far as its words tell.
fn says_nothing(annotation: &str) -> bool {
    annotation.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|word| matches!(word, "Any" | "object") || is_protocol(word))
}
