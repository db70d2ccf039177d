//! The order in which files are summed up: what a file imports comes before it, as far as imports do not go in circles.

use std::collections::{BTreeMap, BTreeSet};

use crate::python::modules::FileId;

/// The files in steps; each imports only from earlier steps, or from its own circle in the same step.
#[must_use]
pub fn steps(edges: &BTreeMap<FileId, BTreeSet<FileId>>) -> Vec<Vec<FileId>> {
    let mut depth: BTreeMap<FileId, usize> = BTreeMap::new();
    for circle in circles(edges) {
        let below = circle.iter().flat_map(|file| edges.get(file).into_iter().flatten());
        let level = below.filter(|file| !circle.contains(file)).filter_map(|file| depth.get(file)).max().map_or(0, |deepest| deepest + 1);
        depth.extend(circle.iter().map(|file| (*file, level)));
    }
    let mut steps = vec![Vec::new(); depth.values().max().map_or(0, |deepest| deepest + 1)];
    for (file, level) in depth {
        steps[level].push(file);
    }
    steps
}

/// Strongly connected files, what they import first: Tarjan's algorithm without recursion.
fn circles(edges: &BTreeMap<FileId, BTreeSet<FileId>>) -> Vec<BTreeSet<FileId>> {
    let (mut index, mut low, mut stack, mut found) = (BTreeMap::new(), BTreeMap::new(), Vec::new(), Vec::new());
    let mut on_stack: BTreeSet<FileId> = BTreeSet::new();
    for &root in edges.keys() {
        if index.contains_key(&root) {
            continue;
        }
        let mut work: Vec<(FileId, Vec<FileId>)> = Vec::new();
        let targets = |file: FileId| edges.get(&file).into_iter().flatten().rev().copied().filter(|to| edges.contains_key(to)).collect();
        let mut open = Some(root);
        loop {
            if let Some(file) = open.take() {
                let number = index.len();
                index.insert(file, number);
                low.insert(file, number);
                stack.push(file);
                on_stack.insert(file);
                work.push((file, targets(file)));
            }
            let Some((file, rest)) = work.last_mut() else { break };
            let file = *file;
            if let Some(next) = rest.pop() {
                if !index.contains_key(&next) {
                    open = Some(next);
                } else if on_stack.contains(&next) {
                    let least = low[&file].min(index[&next]);
                    low.insert(file, least);
                }
                continue;
            }
            work.pop();
            if let Some((up, _)) = work.last() {
                let least = low[up].min(low[&file]);
                low.insert(*up, least);
            }
            if low[&file] == index[&file] {
                let mut circle = BTreeSet::new();
                while let Some(member) = stack.pop() {
                    on_stack.remove(&member);
                    circle.insert(member);
                    if member == file {
                        break;
                    }
                }
                found.push(circle);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_imported_comes_first_and_circles_stay_together() {
        let edges = [(0, vec![1, 2]), (1, vec![3]), (2, vec![3]), (3, vec![]), (4, vec![5]), (5, vec![4, 3]), (6, vec![4, 0])];
        let edges = edges.into_iter().map(|(from, to)| (from, to.into_iter().collect())).collect();
        assert_eq!(steps(&edges), [vec![3], vec![1, 2, 4, 5], vec![0], vec![6]]);
    }
}
