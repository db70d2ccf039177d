//! From a function that must become `async def` up through everything that calls it: to the entry points, or to the
//! boundary that stops it. All of it holds, or nothing is changed.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::uses::{How, Inside, Means, Use};
use crate::finding::Evidence;
use crate::python::outside::{Class, Function, Outside, Place};
use crate::python::types::{Cls, Ty};
use crate::surface;

/// How the project's tests run coroutines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Plugin {
    /// Every `async def test_…` is one, without a mark.
    pub auto: bool,
    /// The mark that tests carry: `asyncio` or `anyio`.
    pub mark: Option<&'static str>,
}

/// Everything that changes together.
#[derive(Clone, Debug, Default)]
pub struct Chain {
    /// Functions that become `async def`.
    pub functions: BTreeSet<Place>,
    /// Tests among them that need a mark.
    pub marked: BTreeSet<Place>,
    /// Calls that are awaited, as numbers of uses.
    pub awaits: BTreeSet<usize>,
    /// Calls at module level that `asyncio.run` starts.
    pub runs: BTreeSet<usize>,
    /// What happens, step by step, for a person.
    pub steps: Vec<Evidence>,
}

/// Why a chain cannot be made, and how far it went.
#[derive(Clone, Debug)]
pub struct Boundary {
    /// The reason, with its place.
    pub reason: String,
    /// The steps from the site to the boundary.
    pub steps: Vec<Evidence>,
}

/// Who calls whom.
pub struct Graph<'o> {
    outside: &'o Outside,
    paths: &'o dyn Fn(u32) -> String,
    /// The line of a definition.
    lines: &'o dyn Fn(Place) -> usize,
    pub(super) uses: Vec<Use>,
    by_place: HashMap<Place, Vec<usize>>,
    by_name: HashMap<String, Vec<usize>>,
    /// The class of every method.
    owners: HashMap<Place, Place>,
    subclasses: HashMap<Place, Vec<Place>>,
    plugin: Plugin,
    /// `module:function` as the project's configuration names them, with the file that does.
    entries: &'o [(String, String)],
    /// Functions that run an event loop, with the line where they do.
    loops: &'o BTreeMap<Place, usize>,
}

/// Decorators that leave a function what it is.
const PLAIN: [&str; 6] = ["staticmethod", "classmethod", "abstractmethod", "override", "final", "no_type_check"];

/// What unittest and pytest call around tests, by its name.
const CALLED_BY_TESTS: [&str; 15] = [
    "setUp",
    "tearDown",
    "setUpClass",
    "tearDownClass",
    "setUpModule",
    "tearDownModule",
    "load_tests",
    "setup_method",
    "teardown_method",
    "setup_class",
    "teardown_class",
    "setup_module",
    "teardown_module",
    "setup_function",
    "teardown_function",
];

/// Bases that call no method of a subclass.
const QUIET: [&str; 9] =
    ["object", "ABC", "Protocol", "Generic", "Exception", "NamedTuple", "TypedDict", "BaseModel", "IsolatedAsyncioTestCase"];

impl<'o> Graph<'o> {
    /// The graph of all uses.
    pub(super) fn new(
        outside: &'o Outside,
        uses: Vec<Use>,
        plugin: Plugin,
        (entries, loops): (&'o [(String, String)], &'o BTreeMap<Place, usize>),
        paths: &'o dyn Fn(u32) -> String,
        lines: &'o dyn Fn(Place) -> usize,
    ) -> Self {
        let (mut by_place, mut by_name) = (HashMap::<Place, Vec<usize>>::new(), HashMap::<String, Vec<usize>>::new());
        for (at, one) in uses.iter().enumerate() {
            match &one.means {
                Means::This(place) => by_place.entry(*place).or_default().push(at),
                Means::Named(name) => by_name.entry(name.clone()).or_default().push(at),
            }
        }
        let (mut owners, mut subclasses) = (HashMap::new(), HashMap::<Place, Vec<Place>>::new());
        let mut files: Vec<_> = outside.files.iter().collect();
        files.sort_by_key(|(file, _)| **file);
        for (&file, summary) in files {
            for (&at, class) in &summary.classes {
                let place = Place { file, at };
                owners.extend(class.members.values().filter_map(|member| match member.ty {
                    Ty::Elsewhere(method) if method.file == file => Some((method, place)),
                    _ => None,
                }));
                for base in class.bases.iter().filter_map(project) {
                    subclasses.entry(base).or_default().push(place);
                }
            }
        }
        Self { outside, paths, lines, uses, by_place, by_name, owners, subclasses, plugin, entries, loops }
    }

    /// The chain that makes a function `async def`.
    ///
    /// # Errors
    /// The boundary that stops it.
    pub fn chain(&self, root: Place) -> Result<Chain, Boundary> {
        let mut chain = Chain::default();
        let mut steps: BTreeMap<Place, Vec<Evidence>> = BTreeMap::from([(root, Vec::new())]);
        let mut open = vec![root];
        while let Some(place) = open.pop() {
            if chain.functions.contains(&place) {
                continue;
            }
            let mut so_far = steps.get(&place).cloned().unwrap_or_default();
            let stop = |reason: String, steps: &[Evidence]| Boundary { reason, steps: steps.to_vec() };
            let Some(function) = self.outside.function(place) else {
                return Err(stop(format!("a caller in {} is not understood", (self.paths)(place.file)), &so_far));
            };
            if function.is_async {
                continue;
            }
            so_far.push(self.step(place, (self.lines)(place), format!("`{}` becomes `async def`", function.name)));
            self.own(place, function, &mut chain).map_err(|reason| stop(reason, &so_far))?;
            let uncalled = !self.by_place.contains_key(&place) && chain.functions.is_empty();
            if let (true, Some(last)) = (uncalled, so_far.last_mut()) {
                last.text.push_str("; no call of it was found");
            }
            chain.steps.extend(so_far.last().cloned());
            chain.functions.insert(place);
            for relative in self.family(place) {
                steps.entry(relative).or_insert_with(|| so_far.clone());
                open.push(relative);
            }
            self.structural(place, &function.name, &steps).map_err(|reason| stop(reason, &so_far))?;
            for &at in self.used(place, function).map_err(|reason| stop(reason, &so_far))? {
                let caller = self.call(at, &function.name, &mut chain).map_err(|reason| stop(reason, &so_far))?;
                if let Some(caller) = caller {
                    steps.entry(caller).or_insert_with(|| so_far.clone());
                    open.push(caller);
                }
            }
        }
        Ok(chain)
    }

    /// The name of a function, where it is a method.
    pub(super) fn method(&self, place: Place) -> Option<&str> {
        self.owners.get(&place).and_then(|_| self.outside.function(place)).map(|function| function.name.as_str())
    }

    fn step(&self, place: Place, line: usize, text: String) -> Evidence {
        Evidence { path: Some((self.paths)(place.file)), cell: None, line, text }
    }

    /// What about the function itself forbids it.
    fn own(&self, place: Place, function: &Function, chain: &mut Chain) -> Result<(), String> {
        let name = &function.name;
        let test = self.is_test(place, function);
        if name.starts_with("__") && name.ends_with("__") {
            return Err(format!("`{name}` is called by Python itself and cannot be awaited"));
        }
        if function.has("property") || function.has(".setter") {
            return Err(format!("`{name}` is a property, and reading a property cannot be awaited"));
        }
        if matches!(function.answer.ty, Ty::Coroutine(_)) {
            return Err(format!("`{name}` answers with something that is awaited already"));
        }
        if let Some(file) = self.entries.iter().find_map(|(file, entry)| self.is_entry(place, name, entry).then_some(file)) {
            return Err(format!("`{name}` is an entry point in {file}, which calls it without `await`"));
        }
        if let Some(line) = self.loops.get(&place) {
            return Err(format!("`{name}` runs an event loop at {}:{line}, which no coroutine may", (self.paths)(place.file)));
        }
        let class = self.owners.get(&place).and_then(|class| self.outside.class(*class));
        if let Some((class, decorator)) = class.and_then(|class| Some((class, class.decorators.first()?))) {
            return Err(format!("`@{decorator}` on `{}` may call `{name}` without `await`", class.name));
        }
        if CALLED_BY_TESTS.contains(&name.as_str()) && (self.owners.contains_key(&place) || self.is_test_file(place)) {
            return Err(format!("`{name}` is called by the test framework, which does not await it"));
        }
        if function.yields {
            return Err(format!("`{name}` is a generator; as an asynchronous one it would need another kind of loop"));
        }
        let foreign = |decorator: &&String| {
            let last = decorator.rsplit('.').next().unwrap_or(decorator);
            !(PLAIN.contains(&last) || (test && (decorator.contains("mark.") || decorator.contains("patch"))))
        };
        if let Some(decorator) = function.decorators.iter().find(foreign) {
            return Err(format!("`{name}` is decorated with `@{decorator}`, which may call it without `await`"));
        }
        self.overrides(place, name)?;
        if test {
            let class = self.owners.get(&place).and_then(|class| self.outside.class(*class));
            let unittest = class.is_some_and(|class| class.foreign.iter().any(|base| base.ends_with("IsolatedAsyncioTestCase")));
            let marked = function.decorators.iter().any(|decorator| decorator.contains("mark.asyncio") || decorator.contains("mark.anyio"));
            match (unittest || marked || self.plugin.auto, self.plugin.mark) {
                (true, _) => {}
                (false, Some(_)) => {
                    chain.marked.insert(place);
                }
                (false, None) => return Err(format!("the test `{name}` would have to be a coroutine, and no async test plugin is in use")),
            }
        }
        Ok(())
    }

    fn is_test(&self, place: Place, function: &Function) -> bool {
        function.name.starts_with("test") && self.is_test_file(place)
    }

    fn is_test_file(&self, place: Place) -> bool {
        let path = (self.paths)(place.file);
        let file = path.rsplit('/').next().unwrap_or(&path);
        file.starts_with("test") || file.ends_with("_test.py")
    }

    /// Whether `module:name` means a function.
    fn is_entry(&self, place: Place, name: &str, entry: &str) -> bool {
        let Some((module, function)) = entry.split_once(':') else { return false };
        let file = self.outside.modules.path(place.file).trim_end_matches(".py").trim_end_matches("/__init__").replace('/', ".");
        let last = function.rsplit('.').next().unwrap_or(function);
        last == name && (file == module || file.ends_with(&format!(".{module}")))
    }

    /// A method that a class outside the project may call.
    fn overrides(&self, place: Place, name: &str) -> Result<(), String> {
        let mut open: Vec<Place> = self.owners.get(&place).copied().into_iter().collect();
        let mut seen = BTreeSet::new();
        while let Some(class) = open.pop().and_then(|place| seen.insert(place).then(|| self.outside.class(place)).flatten()) {
            for base in &class.bases {
                match base {
                    Cls::Surface(of) if of.member(name).is_some() => {
                        return Err(format!("`{name}` overrides a method of `{}`, which calls it without `await`", of.name));
                    }
                    Cls::Elsewhere(place) => open.push(*place),
                    _ => {}
                }
            }
            let loud = |base: &&String| {
                let last = base.split('[').next().unwrap_or(base).rsplit('.').next().unwrap_or(base);
                !QUIET.contains(&last) && last != surface::ORCHESTRATOR
            };
            if let Some(base) = class.foreign.iter().find(loud) {
                return Err(format!("`{name}` may be called by `{base}`, a base of `{}` that is not part of the project", class.name));
            }
        }
        Ok(())
    }

    /// The same method in bases and subclasses: whoever calls one may mean another.
    fn family(&self, place: Place) -> Vec<Place> {
        let twins = self.twins(place);
        let Some(&class) = self.owners.get(&place) else { return twins };
        let Some(name) = self.outside.function(place).map(|function| function.name.as_str()) else { return Vec::new() };
        let (mut open, mut seen, mut found) = (vec![class], BTreeSet::new(), twins);
        while let Some(class) = open.pop() {
            if !seen.insert(class) {
                continue;
            }
            let Some(known) = self.outside.class(class) else { continue };
            if is_protocol(known) {
                // Whatever has such a method may be used as one.
                let alike = self.owners.iter().filter(|(method, _)| self.outside.function(**method).is_some_and(|of| of.name == name));
                let mut alike: Vec<Place> = alike.map(|(_, class)| *class).collect();
                alike.sort_unstable();
                open.extend(alike);
            }
            if let Some(Ty::Elsewhere(method)) = known.members.get(name).map(|member| member.ty.clone()) {
                found.push(method);
            }
            open.extend(known.bases.iter().filter_map(project));
            open.extend(self.subclasses.get(&class).into_iter().flatten());
        }
        found
    }

    /// Nobody may call a method through a protocol that does not follow.
    fn structural(&self, method: Place, name: &str, following: &BTreeMap<Place, Vec<Evidence>>) -> Result<(), String> {
        match self.protocols(method, name).filter(|(other, _)| !following.contains_key(other)).min() {
            Some((_, class)) => Err(format!("`{name}` may be called through the protocol `{class}`, which has a method of that name")),
            None => Ok(()),
        }
    }

    /// The methods of that name in protocols of the project, with the names of those: objects of a class may be used through
    /// one that it does not derive from.
    fn protocols<'g>(&'g self, method: Place, name: &'g str) -> impl Iterator<Item = (Place, &'g str)> {
        let own = self.owners.get(&method);
        let named = self.owners.iter().filter(move |(at, class)| {
            own.is_some_and(|own| own != *class) && self.outside.function(**at).is_some_and(|of| of.name == name)
        });
        named.filter_map(move |(at, class)| Some((*at, self.outside.class(*class).filter(|class| is_protocol(class))?.name.as_str())))
    }

    /// The same function in the module's stub, or in the module of the stub.
    fn twins(&self, place: Place) -> Vec<Place> {
        let Some(function) = self.outside.function(place) else { return Vec::new() };
        let of = |file: u32| {
            let functions = self.outside.files.get(&file).map(|summary| &summary.functions).into_iter().flatten();
            functions.filter(|(_, other)| other.path == function.path).map(move |(&at, _)| Place { file, at }).collect::<Vec<_>>()
        };
        self.outside.modules.twin(place.file).map(of).unwrap_or_default()
    }

    /// The calls of a function; a use that is none, or may or may not be one, is a boundary.
    fn used(&self, place: Place, function: &Function) -> Result<&[usize], String> {
        let name = &function.name;
        let at = |one: &Use| format!("{}:{}", (self.paths)(one.file), one.line);
        let known = self.by_place.get(&place).map_or(&[][..], Vec::as_slice);
        for one in known.iter().map(|&at| &self.uses[at]) {
            match one.how {
                How::Call(_) => {}
                How::Perhaps => return Err(format!("{} means `{name}` or something else, which is not known", at(one))),
                How::Replaced => return Err(format!("`{name}` is replaced by something else at {}", at(one))),
                How::Value | How::Text => {
                    return Err(format!("`{name}` is passed as a value at {}, and what calls it there is not known", at(one)));
                }
            }
        }
        let method = self.owners.contains_key(&place);
        for one in self.by_name.get(name).into_iter().flatten().map(|&at| &self.uses[at]) {
            match one.how {
                How::Text => return Err(format!("`{name}` is named in a string at {}", at(one))),
                _ if method => return Err(format!("{} may mean `{name}` too; the type of its receiver is not known", at(one))),
                _ => {}
            }
        }
        Ok(known)
    }

    /// What becomes of one call; the function that has to follow, where there is one.
    fn call(&self, number: usize, name: &str, chain: &mut Chain) -> Result<Option<Place>, String> {
        let one = &self.uses[number];
        let How::Call(site) = &one.how else { return Ok(None) };
        let at = format!("{}:{}", (self.paths)(one.file), one.line);
        if site.awaited {
            return Err(format!("`{name}` is awaited already at {at}, so it answers with something that can be"));
        }
        let (place, text) = match &site.inside {
            Inside::Nowhere(reason) => return Err(format!("`{name}` is called at {at}, where {reason}")),
            Inside::Module => (None, format!("`{name}` is started by `asyncio.run` at module level")),
            Inside::Coroutine => (None, format!("`{name}` is awaited; the caller is `async def` already")),
            Inside::Function(caller) => (Some(*caller), format!("`{name}` is awaited")),
        };
        match site.inside {
            Inside::Module => chain.runs.insert(number),
            _ => chain.awaits.insert(number),
        };
        chain.steps.push(Evidence { path: Some((self.paths)(one.file)), cell: None, line: one.line, text });
        Ok(place)
    }
}

fn is_protocol(class: &Class) -> bool {
    class.foreign.iter().any(|base| base.split('[').next().is_some_and(|base| base.ends_with("Protocol")))
}

fn project(class: &Cls) -> Option<Place> {
    match class {
        Cls::Elsewhere(place) => Some(*place),
        _ => None,
    }
}
