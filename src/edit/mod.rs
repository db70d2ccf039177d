//! Edits: byte ranges, all-or-nothing groups, imports, and the atomic write. No opinions about what to edit.

pub mod answers;
mod import_block;
mod import_place;
mod import_top;
pub mod imports;
pub mod journal;
mod paths;
pub mod statements;
pub mod template;
pub mod unused;
pub mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::finding::{Edit, Fix};

/// The text after the edits, which must be sorted and must not overlap.
#[must_use]
pub fn apply(text: &str, edits: &[Edit]) -> String {
    let mut out = String::with_capacity(text.len() + 64 * edits.len());
    let mut at = 0;
    for edit in edits {
        out.push_str(text.get(at..edit.start).unwrap_or(""));
        out.push_str(&edit.text);
        at = edit.end;
    }
    out.push_str(text.get(at..).unwrap_or(""));
    out
}

/// Whether two edits cannot both be made: they touch the same bytes. Equal edits are one edit.
fn clash(a: &Edit, b: &Edit) -> bool {
    if a == b {
        return false;
    }
    if a.start == a.end && b.start == b.end {
        return false;
    }
    if a.start == a.end || b.start == b.end {
        let (point, range) = if a.start == a.end { (a.start, b) } else { (b.start, a) };
        return range.start < point && point < range.end;
    }
    a.start < b.end && b.start < a.end
}

/// The groups that can be made together in one round: earlier ones first, a group that overlaps an accepted one waits.
#[must_use]
pub fn compatible<'f>(fixes: &[&'f Fix]) -> Vec<(usize, &'f Fix)> {
    let mut taken: Vec<(usize, &Fix)> = Vec::new();
    let mut edits: BTreeSet<&Edit> = BTreeSet::new();
    let mut reads = Reads::default();
    for (at, &fix) in fixes.iter().enumerate() {
        let free = fix.edits.iter().all(|edit| near(&edits, edit.start, edit.end).all(|other| !clash(edit, other)))
            && fix.reads.iter().all(|read| {
                near(&edits, read.start, read.end).all(|e| fix.edits.contains(e) || e.start >= read.end || e.end <= read.start)
            })
            && fix.edits.iter().all(|edit| edits.contains(edit) || !reads.touch(edit));
        if !free {
            continue;
        }
        edits.extend(&fix.edits);
        fix.reads.iter().for_each(|read| reads.add(read));
        taken.push((at, fix));
    }
    taken
}

/// The accepted edits that may touch a range. They do not overlap, so only the last that begins before it can reach into it.
fn near<'e>(edits: &'e BTreeSet<&'e Edit>, start: usize, end: usize) -> impl Iterator<Item = &'e Edit> {
    let from = |start: usize, end: usize| Edit { start, end, text: String::new() };
    let (here, after) = (from(start, 0), from(end.saturating_add(1), 0));
    let before = edits.range::<Edit, _>(..&here).next_back().copied();
    before.into_iter().chain(edits.range::<Edit, _>(&here..&after).copied())
}

/// The ranges whose text accepted groups have copied, by start.
#[derive(Default)]
struct Reads {
    ends: BTreeMap<usize, usize>,
    longest: usize,
}

impl Reads {
    fn add(&mut self, read: &Range<usize>) {
        let end = self.ends.entry(read.start).or_insert(read.end);
        *end = read.end.max(*end);
        self.longest = self.longest.max(read.len());
    }

    /// Whether the edit changes something that was copied.
    fn touch(&self, edit: &Edit) -> bool {
        let from = edit.start.saturating_sub(self.longest);
        self.ends.range(from..edit.end).any(|(_, &end)| end > edit.start)
    }
}

/// All edits of the groups in order, each once.
#[must_use]
pub fn merged<'f>(fixes: impl Iterator<Item = &'f Fix>) -> Vec<Edit> {
    let mut edits: Vec<Edit> = fixes.flat_map(|fix| fix.edits.iter().cloned()).collect();
    edits.sort();
    edits.dedup();
    edits
}
