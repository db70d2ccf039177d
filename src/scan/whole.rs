//! A whole project: its index, the findings of every file, the chains of functions that fixes make asynchronous, and the
//! fixing. A chain is made in all its files before the fixes that need it, and taken back where one of them fails.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use rayon::prelude::*;

use super::approved;
use super::callers::Callers;
use super::catching::Catching;
use super::file::{self, Given, Look, Seat, Text};
use super::outcome::FileOutcome;
use super::parts;
use super::prefilter::Seen;
use super::{Approved, Options};
use crate::edit;
use crate::finding::{Fix, Level};
use crate::project::{self, Boundary, Glance, Index, Planned, Plans, Questions, Reach};
use crate::python::modules::{FileId, Modules};
use crate::python::outside::Place;
use crate::source::{Form, Overlay, Source};

/// How often chains that did not hold are taken back before no chain is made at all.
const TRIES: usize = 4;

/// New texts of files.
type Texts = BTreeMap<FileId, String>;

/// The files of a project, by their numbers.
pub(super) struct Project {
    pub paths: Vec<PathBuf>,
    pub forms: Vec<Option<Form>>,
    pub modules: Modules,
    /// What stands for some of the files.
    pub overlay: Overlay,
}

/// A project and what was asked for.
pub(super) struct Whole<'g> {
    given: Given<'g>,
    paths: Vec<PathBuf>,
    forms: Vec<Option<Form>>,
    modules: Arc<Modules>,
    overlay: Overlay,
    /// The files that are read: those that can hold a finding, and those that pass on what others see.
    sources: BTreeMap<FileId, Source>,
    /// Those that were read because others can reach them, and for nothing else.
    quiet: BTreeSet<FileId>,
    /// Those that can hold a finding.
    telling: BTreeSet<FileId>,
    /// The same for examples in prose, which are looked at when everything else is done.
    prose: BTreeSet<FileId>,
    /// Those whose types others need.
    reach: Reach,
    callers: Callers,
}

impl<'g> Whole<'g> {
    pub(super) fn new(project: Project, seen: Vec<Seen>, given: Given<'g>, callers: Callers) -> Self {
        let Project { paths, forms, modules, overlay } = project;
        let (mut glances, mut sources): (Vec<Glance>, _) = (Vec::new(), BTreeMap::new());
        for (one, file) in seen.into_iter().zip(0..) {
            let named = one.glance.named;
            glances.push(one.glance);
            // Where nobody imports `victor`, no name can speak for itself.
            let counts = given.facts.imports_victor || one.names_victor || named || given.options.near;
            sources.extend(one.source.filter(|_| counts).map(|source| (file, source)));
        }
        let reach =
            if given.facts.imports_victor || given.facts.sees_named { project::reach(&glances, &modules) } else { Reach::default() };
        // Nothing was kept of a file that says nothing for itself. One that went away meanwhile says nothing.
        let read = |file: FileId| Some((file, load((&paths, &forms), &overlay, file)?));
        let silent: Vec<FileId> = reach.files().filter(|file| !sources.contains_key(file)).collect();
        let quiet = silent.iter().copied().collect();
        let silent: Vec<(FileId, Source)> = silent.into_par_iter().filter_map(read).collect();
        sources.extend(silent);
        let is_prose = |file: &FileId| sources.get(file).and_then(Source::form).is_some_and(Form::is_prose);
        let asked = |file: &FileId| match (&given.options.focus, paths.get(*file as usize)) {
            (Some(focus), Some(path)) => focus.contains(path),
            _ => true,
        };
        let (prose, telling) = sources.keys().copied().filter(asked).partition(is_prose);
        Self { given, paths, forms, modules: Arc::new(modules), overlay, sources, quiet, telling, prose, reach, callers }
    }

    /// How many files are looked into.
    pub(super) fn looked_into(&self) -> usize {
        self.telling.len() + self.prose.len()
    }

    /// The outcome of every file about which there is something to say, by path.
    pub(super) fn run(mut self) -> Vec<FileOutcome> {
        let options = self.given.options;
        let mut outcomes = match &options.approved {
            Some(approved) if options.fix => self.with_approved(approved),
            _ if options.fix && options.unsafe_fixes => self.with_chains(),
            _ => self.pass(&Texts::new(), options),
        };
        self.attach(&mut outcomes);
        self.look_at_prose(&mut outcomes);
        let mut files: Vec<FileOutcome> = outcomes.into_values().collect();
        files.sort_by(|a, b| a.source.path.cmp(&b.source.path));
        parts::say_cells(&mut files, self.sources.values());
        files
    }

    /// Looks at examples, in the files as they are when their code was fixed. Nobody calls an example, and none calls for
    /// functions to become `async def`.
    fn look_at_prose(&mut self, outcomes: &mut BTreeMap<FileId, FileOutcome>) {
        if self.prose.is_empty() {
            return;
        }
        let hosts: HashMap<PathBuf, FileId> =
            outcomes.iter().filter(|(_, host)| host.fixed.is_some()).map(|(file, host)| (host.source.path.clone(), *file)).collect();
        self.telling = std::mem::take(&mut self.prose);
        let host = |source: &Source| hosts.get(&source.path).copied().filter(|_| source.form() == Some(Form::Docstrings));
        for source in
            self.telling.iter().filter_map(|file| self.sources.get(file).map(|source| (*file, source.clone()))).collect::<Vec<_>>()
        {
            let Some(fixed) = host(&source.1).and_then(|host| outcomes.get(&host)).map(FileOutcome::now) else { continue };
            let read = fixed.encode(&fixed.text).and_then(|bytes| Source::decode_as(Form::Docstrings, &fixed.path, &bytes));
            self.sources.extend(read.ok().map(|read| (source.0, read)));
        }
        let options = self.given.options;
        let mut found = match &options.approved {
            Some(approved) if options.fix => self.with_approved(approved),
            _ => self.pass(&Texts::new(), options),
        };
        for outcome in found.values_mut().filter(|outcome| outcome.fixed.is_some()) {
            if let Some(host) = host(&outcome.source).and_then(|host| outcomes.get_mut(&host)) {
                (outcome.before, outcome.joined, host.carried) = (Some(Box::new(host.source.clone())), host.joined, true);
            }
        }
        outcomes.append(&mut found);
    }

    /// Says what the findings that wait for a coroutine need.
    fn attach(&mut self, outcomes: &mut BTreeMap<FileId, FileOutcome>) {
        if outcomes.values().any(|outcome| outcome.findings.iter().any(|finding| finding.wants.is_some())) {
            let fixed = |(file, outcome): (&FileId, &FileOutcome)| Some((*file, outcome.fixed.clone()?));
            self.load_callers(outcomes);
            let texts: Texts = outcomes.iter().filter_map(fixed).collect();
            let plans = self.plans(&texts, outcomes);
            attach(outcomes, &plans, &self.sources(&texts));
        }
    }

    /// Fixes with edits that were executed, and no others.
    fn with_approved(&mut self, approved: &Approved) -> BTreeMap<FileId, FileOutcome> {
        let mut before = self.pass(&Texts::new(), &self.looking());
        self.attach(&mut before);
        let level = if self.given.options.unsafe_fixes { Level::Review } else { Level::Safe };
        let mut made = approved::make(&before, &self.sources, approved, level);
        let mut after = self.pass(&made.texts, &Options { fix: false, ..self.given.options.clone() });
        for (file, outcome) in &mut after {
            outcome.joined = made.joined.contains(file);
            outcome.applied = made.applied.remove(file).unwrap_or_default();
            if made.broken.contains(file) {
                outcome.notes.push("its fixes were taken out because the file would not parse with them".to_owned());
            }
        }
        after
    }

    /// The options of a look that changes nothing.
    fn looking(&self) -> Options {
        Options { fix: false, comments: super::Comments::default(), ..self.given.options.clone() }
    }

    /// Reads the files that may only call, once the chains of some findings need to know them.
    fn load_callers(&mut self, outcomes: &BTreeMap<FileId, FileOutcome>) {
        let callers = std::mem::take(&mut self.reach.callers);
        self.reach.edges.extend(callers);
        for file in self.reach.around(roots(outcomes).iter().map(|root| root.file)) {
            if !self.sources.contains_key(&file) {
                self.sources.extend(load((&self.paths, &self.forms), &self.overlay, file).map(|source| (file, source)));
            }
        }
    }

    /// The sources, some with other texts.
    fn sources(&self, texts: &Texts) -> BTreeMap<FileId, Source> {
        let with = |(file, source): (&FileId, &Source)| match texts.get(file) {
            Some(text) => (*file, Source { text: text.clone(), ..source.clone() }),
            None => (*file, source.clone()),
        };
        self.sources.iter().map(with).collect()
    }

    /// What the files can say to each other.
    fn index<'s>(&'s self, sources: &'s HashMap<FileId, &'s Source>) -> Index<'s> {
        let classes: Vec<String> = self.given.rules.names().classes.iter().cloned().collect();
        Index::new((self.modules.clone(), classes.into()), &self.reach, sources, self.given.facts.imports_victor)
    }

    /// Looks at every file, as it is or as prepared, and changes it where asked.
    fn pass(&self, prepared: &Texts, options: &Options) -> BTreeMap<FileId, FileOutcome> {
        let changed: BTreeMap<FileId, Source> = if prepared.is_empty() { BTreeMap::new() } else { self.sources(prepared) };
        let sources = borrowed(if prepared.is_empty() { &self.sources } else { &changed });
        let given = Given { options, ..self.given };
        let wanted: BTreeSet<FileId> = self.telling.iter().copied().chain(prepared.keys().copied()).collect();
        // What was seen of files whose fixes wait for what others are.
        let waiting = Mutex::new(HashMap::<FileId, (Look, Questions)>::new());
        // What is prepared is to be written, whatever it says for itself.
        let quiet: BTreeSet<FileId> = self.quiet.iter().copied().filter(|file| !prepared.contains_key(file)).collect();
        let catching = Catching::new(self.sources.values());
        let (scanned, circling) = self.index(&sources).settle(wanted, &quiet, |file, outside, parsed, same| {
            let Some(source) = self.sources.get(&file) else { return (Some(None), Questions::new()) };
            let seen = waiting.lock().ok().and_then(|mut all| all.remove(&file)).filter(|_| same);
            let (seen, asked) = seen.map_or_else(Default::default, |(look, asked)| (Some(look), RefCell::new(asked)));
            let seat = Seat { outside, file, text: Text::Known, catching: &catching, asked: &asked };
            match file::scan(source, prepared.get(&file), (parsed, seen), given, seat) {
                Ok(outcome) => (Some(outcome), asked.into_inner()),
                Err(look) => {
                    let asked = asked.into_inner();
                    if let (Some(look), Ok(mut all)) = (look, waiting.lock()) {
                        all.insert(file, (look, asked.clone()));
                    }
                    (None, asked)
                }
            }
        });
        let mut outcomes: BTreeMap<FileId, FileOutcome> =
            scanned.into_iter().filter_map(|(file, outcome)| Some((file, outcome?))).collect();
        for (file, source) in
            circling.iter().filter(|file| self.telling.contains(file)).filter_map(|file| Some((*file, self.sources.get(file)?)))
        {
            outcomes.entry(file).or_insert_with(|| FileOutcome::of(source.clone())).notes.push(CIRCLING.to_owned());
        }
        outcomes
    }

    /// What the chains of the findings take. An object may be handed to where its class is not imported, and its methods be
    /// called there: files that may hold one and have the name of such a method are read too, until there are no more.
    fn plans(&mut self, texts: &Texts, outcomes: &BTreeMap<FileId, FileOutcome>) -> Plans {
        let roots = roots(outcomes);
        if let Some(reason) = &self.callers.missing {
            let stopped = || Err(Boundary { reason: reason.clone(), steps: Vec::new() });
            return roots.into_iter().map(|root| (root, stopped())).collect();
        }
        let mut around = self.reach.around(roots.iter().map(|root| root.file));
        loop {
            let plans = self.planned(texts, &roots, &around);
            let more = self.beyond(&plans, &around);
            if more.is_empty() {
                return plans;
            }
            around.extend(more.iter().map(|(file, _)| *file));
            self.sources.extend(more);
        }
    }

    /// The same with the files that are known so far.
    fn planned(&self, texts: &Texts, roots: &BTreeSet<Place>, around: &BTreeSet<FileId>) -> Plans {
        let changed = self.sources(texts);
        let mut sources = borrowed(&changed);
        sources.retain(|file, source| is_code(source) && around.contains(file));
        let outside = self.index(&sources).everything();
        let plans = project::plan(&outside, &sources, self.given.facts.imports_victor, roots);
        plans.into_iter().map(|(root, plan)| (root, plan.and_then(|planned| self.callers.fenced(planned, &sources)))).collect()
    }

    /// The other files that may call a method of these chains.
    fn beyond(&self, plans: &Plans, around: &BTreeSet<FileId>) -> Vec<(FileId, Source)> {
        let methods: BTreeSet<&str> = plans.values().filter_map(|plan| plan.as_ref().ok()).flat_map(Planned::methods).collect();
        if methods.is_empty() {
            return Vec::new();
        }
        let called: Vec<String> = methods.into_iter().map(|name| format!(".{name}")).collect();
        let others: Vec<FileId> = self.reach.above(around).difference(around).copied().collect();
        let calls = |file: FileId| {
            let source = load((&self.paths, &self.forms), &self.overlay, file)?;
            called.iter().any(|name| source.text.contains(name)).then_some((file, source))
        };
        others.into_par_iter().filter_map(calls).collect()
    }

    /// Fixes with the chains that the fixes need: all of a chain, or nothing of it.
    fn with_chains(&mut self) -> BTreeMap<FileId, FileOutcome> {
        let before = self.pass(&Texts::new(), &self.looking());
        self.load_callers(&before);
        let mut plans = self.plans(&Texts::new(), &before);
        for _ in 0..TRIES {
            let good: Vec<&Planned> = plans.values().filter_map(|plan| plan.as_ref().ok()).collect();
            let edits = project::edits(good.into_iter(), &borrowed(&self.sources));
            let text = |file: &FileId| self.sources.get(file).map_or("", |source| source.text.as_str());
            let prepared: Texts = edits.iter().map(|(file, edits)| (*file, edit::apply(text(file), edits))).collect();
            let mut after = self.pass(&prepared, self.given.options);
            let failed = failed(&plans, &before, &after);
            if failed.is_empty() {
                reviewed(&mut after, &before, &plans);
                note(&mut after, &plans);
                return after;
            }
            plans.retain(|root, _| !failed.contains(root));
        }
        self.pass(&Texts::new(), self.given.options)
    }
}

/// Said of a file whose types did not come to rest.
const CIRCLING: &str = "what is passed around here goes in circles, or through too many functions, and was not followed to the end; \
                        look at it yourself, or annotate what is an orchestrator";

fn load((paths, forms): (&[PathBuf], &[Option<Form>]), overlay: &Overlay, file: FileId) -> Option<Source> {
    let (path, form) = (paths.get(file as usize)?, forms.get(file as usize)?);
    overlay.load_as(*form, path, path).ok()
}

fn borrowed(sources: &BTreeMap<FileId, Source>) -> HashMap<FileId, &Source> {
    sources.iter().map(|(file, source)| (*file, source)).collect()
}

fn is_code(source: &Source) -> bool {
    !source.form().is_some_and(Form::is_prose)
}

/// The functions that must become `async def` for fixes.
fn roots(outcomes: &BTreeMap<FileId, FileOutcome>) -> BTreeSet<Place> {
    outcomes.iter().filter(|(_, outcome)| is_code(&outcome.source)).flat_map(|(file, outcome)| wanted(*file, outcome)).collect()
}

/// The functions that must become `async def` for the fixes of a file.
fn wanted(file: FileId, outcome: &FileOutcome) -> impl Iterator<Item = Place> + '_ {
    outcome.findings.iter().filter_map(move |finding| Some(Place { file, at: finding.wants.as_ref()?.function }))
}

/// The chains that were made for nothing: a fix that they were made for was not applied, or a file broke.
fn failed(plans: &Plans, before: &BTreeMap<FileId, FileOutcome>, after: &BTreeMap<FileId, FileOutcome>) -> BTreeSet<Place> {
    let roots = plans.iter().filter(|(_, plan)| plan.is_ok()).map(|(root, _)| *root);
    let open = |file: Option<&FileOutcome>, rule: &str| {
        file.map_or(0, |file| file.findings.iter().filter(|f| f.rule == rule && f.is_open()).count())
    };
    roots
        .filter(|root| {
            let (Some(old), new) = (before.get(&root.file), after.get(&root.file)) else { return false };
            let broke = plans.get(root).and_then(|plan| plan.as_ref().ok()).is_some_and(|planned| {
                planned.files().any(|file| {
                    let error = |file: Option<&FileOutcome>| file.and_then(|file| file.syntax_error);
                    error(after.get(&file)).is_some() && error(before.get(&file)).is_none()
                })
            });
            let of_root = |finding: &&crate::finding::Finding| finding.wants.as_ref().is_some_and(|wants| wants.function == root.at);
            let left = old.findings.iter().filter(of_root).any(|finding| {
                let same = |other: &&crate::finding::Finding| of_root(other) && other.rule == finding.rule;
                let asked = old.findings.iter().filter(same).count();
                open(new, &finding.rule) > open(Some(old), &finding.rule).saturating_sub(asked)
            });
            broke || left
        })
        .collect()
}

/// A fix that needed a chain is for review, whatever its rule says.
fn reviewed(after: &mut BTreeMap<FileId, FileOutcome>, before: &BTreeMap<FileId, FileOutcome>, plans: &Plans) {
    for (&file, old) in before {
        let planned = |at: u32| plans.get(&Place { file, at }).is_some_and(Result::is_ok);
        let asked = old.findings.iter().filter(|finding| finding.wants.as_ref().is_some_and(|wants| planned(wants.function)));
        for finding in asked {
            let applied = after
                .get_mut(&file)
                .and_then(|new| new.applied.iter_mut().find(|applied| applied.rule == finding.rule && applied.level == Level::Safe));
            if let Some(applied) = applied {
                applied.level = Level::Review;
            }
        }
    }
}

/// Says in every file which of its functions became `async def`.
fn note(outcomes: &mut BTreeMap<FileId, FileOutcome>, plans: &Plans) {
    let planned = plans.values().filter_map(|plan| plan.as_ref().ok());
    let places: BTreeSet<Place> = planned.flat_map(|planned| planned.functions.iter().copied()).collect();
    for (file, outcome) in outcomes {
        let count = places.iter().filter(|place| place.file == *file).count();
        if count > 0 {
            let functions = if count == 1 { "1 function".to_owned() } else { format!("{count} functions") };
            outcome
                .notes
                .push(format!("{functions} became `async def`, so that fixes can await; the calls in the project were changed with them"));
        }
    }
}

/// Tells every finding that waits for a coroutine what that takes, or what stops it.
fn attach(outcomes: &mut BTreeMap<FileId, FileOutcome>, plans: &Plans, sources: &BTreeMap<FileId, Source>) {
    let borrowed = borrowed(sources);
    // Many findings wait for the same function.
    let mut made: BTreeMap<Place, BTreeMap<FileId, Vec<crate::finding::Edit>>> = BTreeMap::new();
    for (&file, outcome) in outcomes.iter_mut() {
        for finding in &mut outcome.findings {
            let Some(wants) = &finding.wants else { continue };
            match plans.get(&Place { file, at: wants.function }) {
                Some(Ok(planned)) => {
                    let mut fix = wants.fix.clone();
                    let place = Place { file, at: wants.function };
                    let chain = made.entry(place).or_insert_with(|| project::edits(std::iter::once(planned), &borrowed));
                    for (&other, edits) in chain.iter() {
                        let path = sources.get(&other).map_or_else(String::new, |source| source.path.to_string_lossy().into_owned());
                        if other == file {
                            fix = with(fix, edits);
                        } else {
                            finding.elsewhere.extend(edits.iter().map(|edit| (path.clone(), edit.clone())));
                        }
                    }
                    let functions = if planned.functions.len() == 1 {
                        "the function around it".to_owned()
                    } else {
                        format!("{} functions", planned.functions.len())
                    };
                    finding.reason =
                        Some(format!("needs `await`, so {functions} must become `async def`; --explain lists what changes with it"));
                    finding.plan.clone_from(&planned.steps);
                    finding.fix = Some(fix);
                }
                Some(Err(boundary)) => {
                    let more = format!("; the chain of callers stops: {}", boundary.reason);
                    finding.reason = Some(finding.reason.take().unwrap_or_default() + &more);
                    finding.plan.clone_from(&boundary.steps);
                }
                None => {}
            }
        }
    }
}

/// A fix with the edits of its chain in the same file.
fn with(fix: Fix, chain: &[crate::finding::Edit]) -> Fix {
    let mut edits = fix.edits;
    edits.extend_from_slice(chain);
    edits.sort();
    edits.dedup();
    Fix { level: Level::Review, edits, reads: fix.reads }
}

#[cfg(test)]
mod tests;
