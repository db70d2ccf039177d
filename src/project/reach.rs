//! Which files can matter to the types of others: those that can see `victor`, or what a rule names, and those through which what they see
//! can pass. Everything else is not parsed for its types.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::python::modules::{FileId, Modules};

/// From a caller to what it builds on. What is further away stays unknown, which only stops a chain of callers earlier.
const NEAR: usize = 3;

/// What is known of one file before anything is parsed.
#[derive(Default)]
pub struct Glance {
    /// It imports `victor`.
    pub victor: bool,
    /// It imports what a rule names beyond Victor, or is a module on the way to it.
    pub named: bool,
    /// It names something that a rule looks for.
    pub telling: bool,
    /// The files of the project that it may import.
    pub imports: Vec<FileId>,
}

/// The files to index.
#[derive(Default)]
pub struct Reach {
    /// Each with the indexed files that it imports, or that speak for it as a `conftest.py`.
    pub edges: BTreeMap<FileId, BTreeSet<FileId>>,
    /// Those that can see an orchestrator by what they import, or what is given to tests. The others matter where one gets
    /// into them.
    pub start: BTreeSet<FileId>,
    /// Those that name something which a rule looks for.
    pub telling: BTreeSet<FileId>,
    /// Other files that matter once functions change: those that may call one of an indexed file, and those that an
    /// indexed one builds on, in the same form.
    pub callers: BTreeMap<FileId, BTreeSet<FileId>>,
}

impl Reach {
    /// The files, in order.
    pub fn files(&self) -> impl Iterator<Item = FileId> + '_ {
        self.edges.keys().copied()
    }

    /// The files that may call something in these, as far as they are indexed, and what those build on.
    #[must_use]
    pub fn around(&self, files: impl Iterator<Item = FileId>) -> BTreeSet<FileId> {
        let mut all = self.above(&files.collect());
        let mut last: Vec<FileId> = all.iter().copied().collect();
        for _ in 0..NEAR {
            last = last.iter().filter_map(|file| self.edges.get(file)).flatten().copied().filter(|&file| all.insert(file)).collect();
        }
        all
    }

    /// These files, and all that import them, step by step.
    #[must_use]
    pub fn above(&self, files: &BTreeSet<FileId>) -> BTreeSet<FileId> {
        self.importers().above(files)
    }

    /// Who imports whom.
    pub(super) fn importers(&self) -> Importers {
        let mut importers: BTreeMap<FileId, Vec<FileId>> = BTreeMap::new();
        for (&from, to) in &self.edges {
            to.iter().for_each(|&to| importers.entry(to).or_default().push(from));
        }
        Importers(importers)
    }
}

/// The files that import each.
pub(super) struct Importers(BTreeMap<FileId, Vec<FileId>>);

impl Importers {
    /// These files, and all that import them, step by step.
    pub(super) fn above(&self, files: &BTreeSet<FileId>) -> BTreeSet<FileId> {
        closure(files.iter().copied().collect(), |file| self.0.get(&file).into_iter().flatten().copied()).into_iter().collect()
    }
}

/// The files to index: importers of `victor`, or of what a rule names, and, step by step, importers of those; all that they import, which
/// may hold what it is given without a word of it; whoever else imports a telling file of those and may call it; and telling
/// files that import one of them.
#[must_use]
pub fn reach(files: &[Glance], modules: &Modules) -> Reach {
    let ids = || (0..).zip(files);
    let edges: Vec<HashSet<FileId>> =
        ids().map(|(id, file)| file.imports.iter().copied().filter(|&to| to != id && (to as usize) < files.len()).collect()).collect();
    let mut importers: Vec<Vec<FileId>> = vec![Vec::new(); files.len()];
    for (from, targets) in (0..).zip(&edges) {
        for &to in targets {
            importers[to as usize].push(from);
        }
    }
    let into = |id: FileId| importers[id as usize].iter().copied();
    let out = |id: FileId| edges[id as usize].iter().copied();
    let seeds = ids().filter(|(_, file)| file.victor || file.named).map(|(id, _)| id);
    let seeing = closure(seeds.collect(), into);
    // A conftest gives what it sees to every test below it, without an import, under any name.
    let given = ids().filter(|&(id, _)| modules.conftests(id).any(|conftest| seeing.contains(&conftest)));
    let seeing: HashSet<FileId> = seeing.iter().copied().chain(given.map(|(id, _)| id)).collect();
    let mut all = closure(seeing.iter().copied().collect(), out);
    // What the names of values lead to is known for orchestrators only; for what else rules name, all ways count.
    let is_named = files.iter().any(|file| file.named);
    let between = || {
        let above = closure(all.iter().copied().filter(|&id| files[id as usize].telling).collect(), into);
        all.intersection(&above).copied().collect::<Vec<_>>()
    };
    let start: BTreeSet<FileId> = if is_named { between() } else { Vec::new() }.into_iter().chain(seeing.iter().copied()).collect();
    let telling: BTreeSet<FileId> = all.iter().copied().filter(|&id| files[id as usize].telling).collect();
    all.extend(telling.iter().copied().flat_map(into));
    // Somebody may have put an orchestrator into what they import.
    let beside: Vec<FileId> = ids().filter(|&(id, file)| file.telling && out(id).any(|to| all.contains(&to))).map(|(id, _)| id).collect();
    let telling: BTreeSet<FileId> = telling.into_iter().chain(beside.iter().copied()).collect();
    all.extend(beside);
    // A nearer fixture of the same name counts, even one that has nothing to do with `victor`.
    let speaking: Vec<FileId> = all.iter().flat_map(|&id| modules.conftests(id)).collect();
    let start = start.iter().flat_map(|&id| modules.conftests(id).chain([id])).collect();
    all.extend(speaking);
    let asks = |&file: &FileId| {
        let asked = out(file).chain(modules.conftests(file)).filter(|to| *to != file && all.contains(to));
        (file, asked.collect())
    };
    let mut with_callers = closure(all.iter().copied().collect(), into);
    with_callers.extend(closure(all.iter().copied().collect(), out));
    let callers = with_callers.difference(&all).map(|&file| (file, out(file).filter(|to| with_callers.contains(to)).collect())).collect();
    Reach { edges: all.iter().map(asks).collect(), start, telling, callers }
}

fn closure<I: Iterator<Item = FileId>>(start: Vec<FileId>, next: impl Fn(FileId) -> I) -> HashSet<FileId> {
    let mut known: HashSet<FileId> = start.iter().copied().collect();
    let mut open = start;
    while let Some(id) = open.pop() {
        open.extend(next(id).filter(|&id| known.insert(id)));
    }
    known
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn only_files_that_can_see_or_pass_an_orchestrator_are_indexed() {
        let file = |victor: bool, telling: bool, imports: &[FileId]| Glance { victor, named: false, telling, imports: imports.to_vec() };
        let paths = ["/p/make.py", "/p/deps.py", "/p/app.py", "/p/pass_on.py", "/p/use.py", "/p/other.py", "/p/far.py"];
        let files = [
            file(true, true, &[]),
            file(false, false, &[0]),
            file(false, false, &[1, 3]),
            file(false, false, &[4]),
            file(false, true, &[]),
            file(false, true, &[]),
            file(false, false, &[5]),
        ];
        let modules = Modules::new(paths.iter().map(Path::new));
        let reach_of = |files: &[Glance]| reach(files, &modules);
        assert_eq!(reach_of(&files).files().collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
        assert_eq!(reach_of(&files).start, BTreeSet::from([0, 1, 2]), "into the others one has to get by a name");
        let mut named = files;
        named[0].named = true;
        assert_eq!(reach_of(&named).start, BTreeSet::from([0, 1, 2, 3, 4]), "what else a rule names may get anywhere");
    }
}
