//! Edits: byte ranges, all-or-nothing groups, imports, and the atomic write. No opinions about what to edit.

mod import_block;
mod import_place;
mod import_top;
pub mod imports;
pub mod statements;
pub mod template;
pub mod unused;
pub mod write;

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
    let mut edits: Vec<&Edit> = Vec::new();
    let mut reads: Vec<&std::ops::Range<usize>> = Vec::new();
    for (at, &fix) in fixes.iter().enumerate() {
        let near = |start: usize, end: usize| {
            let from = edits.partition_point(|edit| edit.end < start.saturating_sub(1));
            edits[from..].iter().take_while(move |edit| edit.start <= end).copied().collect::<Vec<_>>()
        };
        let free = fix.edits.iter().all(|edit| near(edit.start, edit.end).into_iter().all(|other| !clash(edit, other)))
            && fix.reads.iter().all(|read| {
                near(read.start, read.end).into_iter().all(|e| fix.edits.contains(e) || e.start >= read.end || e.end <= read.start)
            })
            && reads.iter().all(|read| fix.edits.iter().all(|e| e.start >= read.end || e.end <= read.start));
        if !free {
            continue;
        }
        for edit in &fix.edits {
            let place = edits.partition_point(|other| (other.start, other.end) < (edit.start, edit.end));
            edits.insert(place, edit);
        }
        reads.extend(&fix.reads);
        taken.push((at, fix));
    }
    taken
}

/// All edits of the groups in order, each once.
#[must_use]
pub fn merged<'f>(fixes: impl Iterator<Item = &'f Fix>) -> Vec<Edit> {
    let mut edits: Vec<Edit> = fixes.flat_map(|fix| fix.edits.iter().cloned()).collect();
    edits.sort();
    edits.dedup();
    edits
}
