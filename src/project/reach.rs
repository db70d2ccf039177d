//! Which files can matter to the types of others: those that can see `victor`, or what a rule names, and those through which what they see
//! can pass. Everything else is not parsed for its types.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::python::modules::{FileId, Modules};

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
    /// Other files that matter once functions change: those that may call one of an indexed file, and those that an
    /// indexed one builds on, in the same form.
    pub callers: BTreeMap<FileId, BTreeSet<FileId>>,
}

impl Reach {
    /// The files, in order.
    pub fn files(&self) -> impl Iterator<Item = FileId> + '_ {
        self.edges.keys().copied()
    }
}

/// From a telling file to what may hold an orchestrator for it without a word of it: a package that passes a class on, the
/// class, its base.
const NEAR: usize = 3;

/// The files to index: importers of `victor`, or of what a rule names, and, step by step, importers of those; what they import as far as
/// a telling file stands behind it, or near a telling one; and whoever else imports such a telling file and may call it.
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
    // A conftest gives what it sees to every test below it, without an import.
    let given = ids().filter(|&(id, file)| file.telling && modules.conftests(id).any(|conftest| seeing.contains(&conftest)));
    let seeing: HashSet<FileId> = seeing.iter().copied().chain(given.map(|(id, _)| id)).collect();
    let below = closure(seeing.iter().copied().collect(), out);
    let telling = below.iter().copied().filter(|&id| files[id as usize].telling);
    let above = closure(telling.collect(), into);
    let between = below.intersection(&above).copied();
    let mut all: HashSet<FileId> = between.chain(seeing.iter().copied()).collect();
    let mut near: Vec<FileId> = seeing.iter().copied().filter(|&id| files[id as usize].telling).collect();
    for _ in 0..NEAR {
        near = near.into_iter().flat_map(out).collect::<HashSet<FileId>>().into_iter().collect();
        all.extend(near.iter().copied());
    }
    let callers: Vec<FileId> = all.iter().copied().filter(|&id| files[id as usize].telling).flat_map(into).collect();
    all.extend(callers);
    // A nearer fixture of the same name counts, even one that has nothing to do with `victor`.
    let speaking: Vec<FileId> = all.iter().flat_map(|&id| modules.conftests(id)).collect();
    all.extend(speaking);
    let asks = |&file: &FileId| {
        let asked = out(file).chain(modules.conftests(file)).filter(|to| *to != file && all.contains(to));
        (file, asked.collect())
    };
    let mut with_callers = closure(all.iter().copied().collect(), into);
    with_callers.extend(closure(all.iter().copied().collect(), out));
    let callers = with_callers.difference(&all).map(|&file| (file, out(file).filter(|to| with_callers.contains(to)).collect())).collect();
    Reach { edges: all.iter().map(asks).collect(), callers }
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
        assert_eq!(reach(&files, &modules).files().collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
    }
}
