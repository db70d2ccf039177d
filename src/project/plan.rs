//! The edits that make a chain of functions asynchronous, over all files it runs through.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;

use rayon::prelude::*;
use rustc_hash::FxHashSet as HashSet;

use super::chain::{Boundary, Chain, Graph, Plugin};
use super::uses::{How, Inside, Means, Use, loops, uses};
use crate::edit::imports::{Import, Imports};
use crate::finding::{Edit, Evidence};
use crate::python::Parsed;
use crate::python::modules::FileId;
use crate::python::outside::{Outside, Place};
use crate::python::{Inference, Syntax};
use crate::source::{Source, configuration};

/// One change of a chain, in bytes of the text as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Change {
    /// `def` at a byte becomes `async def`, with a mark for a test.
    Async { at: usize, mark: Option<&'static str> },
    /// A call is awaited, in parentheses where it needs them.
    Await { start: usize, end: usize, tight: bool },
    /// A call is started by `asyncio.run`.
    Run { start: usize, end: usize },
}

/// A chain that can be made.
#[derive(Clone, Debug)]
pub struct Planned {
    /// What happens, for a person.
    pub steps: Vec<Evidence>,
    /// The functions that become `async def`.
    pub functions: BTreeSet<Place>,
    /// The names of the methods among them.
    methods: BTreeSet<String>,
    changes: BTreeMap<FileId, BTreeSet<Change>>,
}

impl Planned {
    /// The files that change.
    pub fn files(&self) -> impl Iterator<Item = FileId> + '_ {
        self.changes.keys().copied()
    }

    /// The names of the methods that become `async def`.
    pub fn methods(&self) -> impl Iterator<Item = &str> {
        self.methods.iter().map(String::as_str)
    }
}

/// What came of every function that must become `async def`.
pub type Plans = BTreeMap<Place, Result<Planned, Boundary>>;

/// Plans the chain of every root.
#[must_use]
pub fn plan(outside: &Outside, sources: &HashMap<FileId, &Source>, guess: bool, roots: &BTreeSet<Place>) -> Plans {
    if roots.is_empty() {
        return Plans::new();
    }
    let mut ids: Vec<FileId> = sources.keys().copied().collect();
    ids.sort_unstable();
    let functions = || outside.files.values().flat_map(|summary| summary.functions.values());
    let names: HashSet<&str> = functions().map(|function| function.name.as_str()).collect();
    let read: BTreeMap<FileId, Read> =
        ids.par_iter().filter_map(|id| Some((*id, read(outside, *id, sources.get(id)?, guess, &names)?))).collect();
    let paths = |file: FileId| sources.get(&file).map_or_else(String::new, |source| source.path.to_string_lossy().into_owned());
    let def = |place: Place| read.get(&place.file).and_then(|file| file.definitions.get(place.at as usize).copied());
    let lines = |place: Place| def(place).map_or(0, |(_, line)| line);
    let settings = configuration::configuration(sources.values().map(|source| source.path.as_path()));
    let plugin = plugin(sources, &settings);
    let named = |path: &PathBuf| crate::source::shown(path).to_string_lossy().into_owned();
    let entries: Vec<(String, String)> =
        settings.iter().flat_map(|(path, text)| configuration::entries(text).into_iter().map(|entry| (named(path), entry))).collect();
    let loops: BTreeMap<Place, usize> = read.values().flat_map(|file| file.loops.iter().copied()).collect();
    let loops = running(loops, read.values().flat_map(|file| &file.uses));
    let graph =
        Graph::new(outside, read.values().flat_map(|file| file.uses.iter().cloned()).collect(), plugin, (&entries, &loops), &paths, &lines);
    let start = |place: Place| def(place).map(|(byte, _)| byte);
    let planned = |root: &Place| graph.chain(*root).map(|chain| changes(&graph, chain, plugin, &start));
    roots.iter().map(|root| (*root, planned(root))).collect()
}

/// What a chain needs to know of one file.
struct Read {
    uses: Vec<Use>,
    /// Byte and line of every definition, by number.
    definitions: Vec<(usize, usize)>,
    /// The functions that run an event loop themselves, with the line.
    loops: Vec<(Place, usize)>,
}

fn read(outside: &Outside, file: FileId, source: &Source, guess: bool, names: &HashSet<&str>) -> Option<Read> {
    let parsed = Parsed::of(source)?;
    let code = Inference::new((&parsed.syntax, &parsed.scopes, &parsed.lines), guess, outside, file);
    let definitions = parsed.scopes.definitions().iter().map(|&id| (parsed.syntax.start(id), code.line(id))).collect();
    Some(Read { uses: uses(&code, names), definitions, loops: loops(&code) })
}

/// The functions that run an event loop, and those that call them, each with a line.
fn running<'u>(mut loops: BTreeMap<Place, usize>, uses: impl Iterator<Item = &'u Use>) -> BTreeMap<Place, usize> {
    let mut callers: BTreeMap<Place, Vec<(Place, usize)>> = BTreeMap::new();
    for one in uses {
        if let (Means::This(called), How::Call(site)) = (&one.means, &one.how)
            && let Inside::Function(caller) = site.inside
        {
            callers.entry(*called).or_default().push((caller, one.line));
        }
    }
    let mut open: Vec<Place> = loops.keys().copied().collect();
    while let Some(place) = open.pop() {
        for &(caller, line) in callers.get(&place).into_iter().flatten() {
            loops.entry(caller).or_insert_with(|| {
                open.push(caller);
                line
            });
        }
    }
    loops
}

fn changes(graph: &Graph<'_>, chain: Chain, plugin: Plugin, start: &dyn Fn(Place) -> Option<usize>) -> Planned {
    let mut changes: BTreeMap<FileId, BTreeSet<Change>> = BTreeMap::new();
    for &place in &chain.functions {
        let mark = plugin.mark.filter(|_| chain.marked.contains(&place));
        changes.entry(place.file).or_default().extend(start(place).map(|at| Change::Async { at, mark }));
    }
    for (&number, run) in chain.awaits.iter().map(|at| (at, false)).chain(chain.runs.iter().map(|at| (at, true))) {
        let one = &graph.uses[number];
        let How::Call(site) = &one.how else { continue };
        let (start, end) = (site.span.start, site.span.end);
        let change = if run { Change::Run { start, end } } else { Change::Await { start, end, tight: site.tight } };
        changes.entry(one.file).or_default().insert(change);
    }
    let methods = chain.functions.iter().filter_map(|&place| graph.method(place)).map(str::to_owned).collect();
    Planned { steps: chain.steps, functions: chain.functions, methods, changes }
}

/// The async plugin that the project's tests use.
fn plugin(sources: &HashMap<FileId, &Source>, settings: &[(PathBuf, String)]) -> Plugin {
    let uses = |word: &str| sources.values().any(|source| source.text.contains(word));
    let mark = if uses("mark.asyncio") {
        Some("asyncio")
    } else if uses("mark.anyio") {
        Some("anyio")
    } else {
        None
    };
    Plugin { auto: settings.iter().any(|(_, text)| configuration::says_auto(text)), mark }
}

/// The edits of chains together, file by file.
#[must_use]
pub fn edits<'p>(planned: impl Iterator<Item = &'p Planned>, sources: &HashMap<FileId, &Source>) -> BTreeMap<FileId, Vec<Edit>> {
    let mut all: BTreeMap<FileId, BTreeSet<Change>> = BTreeMap::new();
    for one in planned {
        for (&file, changes) in &one.changes {
            all.entry(file).or_default().extend(changes);
        }
    }
    let written = |(file, changes): (FileId, BTreeSet<Change>)| Some((file, write(sources.get(&file)?, &changes)?));
    all.into_iter().filter_map(written).collect()
}

fn write(source: &Source, changes: &BTreeSet<Change>) -> Option<Vec<Edit>> {
    let text = source.text.as_str();
    let syntax = Syntax::parse(text)?;
    let imports = Imports::new(&syntax).within(source);
    let mut edits = Vec::new();
    // (byte, order at that byte, text): what opens first closes last.
    let mut inserts: Vec<(usize, i64, String)> = Vec::new();
    let mut import = |name: &str, at: usize| {
        let import = Import { module: name.to_owned(), name: None };
        let local = imports.local_name(&import);
        edits.extend(imports.insertion(&import, &local, at));
        local
    };
    let order = |byte: usize| i64::try_from(byte).unwrap_or(i64::MAX);
    for change in changes {
        match *change {
            Change::Async { at, mark } => {
                inserts.push((at, 0, mark.map_or_else(String::new, |mark| marked(text, at, mark, &mut import)) + "async "))
            }
            Change::Await { start, end, tight } => {
                inserts.push((start, -order(end), if tight { "(await ".to_owned() } else { "await ".to_owned() }));
                inserts.extend(tight.then(|| (end, -order(start), ")".to_owned())));
            }
            Change::Run { start, end } => {
                let asyncio = import("asyncio", start);
                inserts.push((start, -order(end), format!("{asyncio}.run(")));
                inserts.push((end, -order(start), ")".to_owned()));
            }
        }
    }
    inserts.sort();
    for part in inserts.chunk_by(|one, next| one.0 == next.0) {
        let text = part.iter().map(|(.., text)| text.as_str()).collect();
        edits.push(Edit { start: part[0].0, end: part[0].0, text });
    }
    edits.sort();
    edits.dedup();
    Some(edits)
}

/// The line with the mark, above the `def` at a byte.
fn marked(text: &str, at: usize, mark: &str, import: &mut dyn FnMut(&str, usize) -> String) -> String {
    let own_mark = text.lines().any(|line| line.starts_with("pytestmark") && line.contains(&format!("mark.{mark}")));
    if own_mark {
        return String::new();
    }
    let pytest = import("pytest", at);
    let line = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    format!("@{pytest}.mark.{mark}{newline}{}", &text[line..at])
}
