//! What `fuzz/` finds with a nightly toolchain, sought on any: its targets over its seeds, torn and mixed.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

#[path = "../../fuzz/src/lib.rs"]
mod targets;

use super::support::{cases, repository};

/// One way to damage bytes.
#[derive(Clone, Debug)]
enum Damage {
    /// Other bytes at a place.
    Put(Index, Vec<u8>),
    /// A range is gone.
    Cut(Index, Index),
    /// A range is there again, somewhere else.
    Copy(Index, Index, Index),
}

fn damage() -> impl Strategy<Value = Damage> {
    let piece = prop_oneof![
        vec(any::<u8>(), 0..6),
        prop::sample::select(vec![
            "orch", "._model", "await ", "$x", "$$$y", "```", "\"", "(", "\n    ", "\r\n", "\\", "{", "0", "..", "\u{feff}"
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
    ];
    prop_oneof![
        (any::<Index>(), piece).prop_map(|(at, bytes)| Damage::Put(at, bytes)),
        (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Damage::Cut(from, to)),
        (any::<Index>(), any::<Index>(), any::<Index>()).prop_map(|(from, to, at)| Damage::Copy(from, to, at)),
    ]
}

fn damaged(mut bytes: Vec<u8>, all: &[Damage]) -> Vec<u8> {
    for damage in all {
        let place = |index: &Index| index.index(bytes.len() + 1);
        let range = |from: &Index, to: &Index| place(from).min(place(to))..place(from).max(place(to)).min(place(from).min(place(to)) + 200);
        match damage {
            Damage::Put(at, new) => drop(bytes.splice(place(at)..place(at), new.iter().copied())),
            Damage::Cut(from, to) => drop(bytes.drain(range(from, to))),
            Damage::Copy(from, to, at) => {
                let piece = bytes[range(from, to)].to_vec();
                let at = place(at);
                drop(bytes.splice(at..at, piece));
            }
        }
    }
    bytes
}

/// The seeds of a target.
fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = repository().join("fuzz/seeds").join(target);
    let mut files: Vec<_> = std::fs::read_dir(folder).expect("seeds").flatten().map(|entry| entry.path()).collect();
    files.sort();
    files.iter().map(|file| std::fs::read(file).expect("a seed")).collect()
}

#[test]
fn no_bytes_break_a_reader_and_no_damage_makes_a_fix_wrong() {
    for (name, target) in targets::TARGETS {
        let seeds = seeds(name);
        assert!(!seeds.is_empty(), "{name}");
        seeds.iter().for_each(|seed| target(seed));
        let mut runner = proptest::test_runner::TestRunner::new(cases(96));
        let inputs = (any::<Index>(), vec(damage(), 1..8), vec(any::<u8>(), 0..100), prop::bool::weighted(0.1));
        let ran = runner.run(&inputs, |(seed, damages, arbitrary, only)| {
            let bytes = if only { arbitrary } else { damaged(seeds[seed.index(seeds.len())].clone(), &damages) };
            target(&bytes);
            Ok(())
        });
        if let Err(error) = ran {
            panic!("{name}: {error}");
        }
    }
}
