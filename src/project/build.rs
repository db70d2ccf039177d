//! The index, in rounds: every file says what it knows, hears what the others say, and speaks again where that changes
//! something, until nothing does. A round sees only what the round before said, so that neither the order of files nor
//! the number of threads can matter.

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::passed::merged;
use super::summary::summary;
use crate::python::modules::{FileId, Modules};
use crate::python::outside::{Outside, Summary};
use crate::python::types::Typed;
use crate::python::{Inference, Scopes, Syntax, syntax};
use crate::source::{Lines, Source};

/// A chain through more files than this is not followed to its end; what is not known by then stays unknown.
const ROUNDS: usize = 12;

/// One parsed file.
pub(super) struct Parsed<'s> {
    pub source: &'s Source,
    pub syntax: Syntax<'s>,
    pub scopes: Scopes<'s>,
    pub lines: Lines<'s>,
}

/// Indexes the files that can matter.
#[must_use]
pub fn build(modules: Modules, sources: &HashMap<FileId, &Source>, guess: bool) -> Outside {
    let mut ids: Vec<FileId> = sources.keys().copied().collect();
    ids.sort_unstable();
    let parsed: Vec<(FileId, Parsed<'_>)> = ids.par_iter().filter_map(|id| Some((*id, parse(sources.get(id).copied()?)?))).collect();
    let mut outside = Outside { modules, ..Outside::default() };
    for _ in 0..ROUNDS {
        let said: Vec<(FileId, Summary)> = parsed
            .par_iter()
            .map(|(id, file)| {
                let code = Inference::new((&file.syntax, &file.scopes, &file.lines), guess, &outside, *id);
                (*id, summary(&code, &file.source.path.to_string_lossy()))
            })
            .collect();
        let changed = said.iter().any(|(id, new)| outside.files.get(id).is_none_or(|old| !same(old, new)));
        outside.files = said.into_iter().map(|(id, summary)| (id, Arc::new(summary))).collect();
        merged(&mut outside);
        if !changed {
            break;
        }
    }
    outside
}

pub(super) fn parse(source: &Source) -> Option<Parsed<'_>> {
    let tree = syntax::parse(&source.text)?;
    let syntax = Syntax::new(&source.text, &tree);
    let scopes = Scopes::new(&syntax, source.package());
    Some(Parsed { source, syntax, scopes, lines: source.lines() })
}

/// Whether two summaries mean the same; the stories may differ.
fn same(old: &Summary, new: &Summary) -> bool {
    let typed = |one: &Typed, other: &Typed| one.ty == other.ty && one.strength == other.strength && one.also == other.also;
    let names = |one: &std::collections::BTreeMap<String, Typed>, other: &std::collections::BTreeMap<String, Typed>| {
        one.len() == other.len() && one.iter().zip(other).all(|(a, b)| a.0 == b.0 && typed(a.1, b.1))
    };
    let passed = || {
        old.passed.len() == new.passed.len()
            && old.passed.iter().zip(&new.passed).all(|(a, b)| {
                let lists = |one: &Vec<Typed>, other: &Vec<Typed>| {
                    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| typed(one, other))
                };
                a.0 == b.0 && a.1.len() == b.1.len() && a.1.iter().zip(b.1).all(|(x, y)| x.0 == y.0 && lists(x.1, y.1))
            })
    };
    names(&old.names, &new.names)
        && old.handed == new.handed
        && old.classes.iter().zip(&new.classes).all(|(a, b)| a.1.bases == b.1.bases && names(&a.1.members, &b.1.members))
        && old.functions.iter().zip(&new.functions).all(|(a, b)| typed(&a.1.answer, &b.1.answer))
        && passed()
}
