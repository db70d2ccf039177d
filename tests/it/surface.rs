//! No rule matches a name that the legacy surface lacks, and none writes one that the coordinator surface lacks.

use std::collections::BTreeSet;

use victor_migrate::rule::RuleSet;
use victor_migrate::surface::{self, CLASSES, Side};

/// The attributes that a fence of a page spells out behind a dot, and the keywords it passes.
fn attributes(text: &str) -> BTreeSet<String> {
    let word = |rest: &str| -> String { rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect() };
    text.match_indices('.')
        .map(|(at, _)| word(&text[at + 1..]))
        .filter(|name| name.starts_with(|c: char| c.is_alphabetic() || c == '_'))
        .collect()
}

/// What plain dicts and lists have.
const BUILT_IN: [&str; 2] = ["get", "extend"];

fn known(name: &str, sides: &[Side]) -> bool {
    CLASSES.iter().flat_map(|class| class.members).any(|member| member.name == name && sides.contains(&member.side))
}

#[test]
fn what_a_rule_matches_the_legacy_surface_has() {
    let rules = RuleSet::load(None).expect("the built-in rules");
    for page in rules.pages().filter(|page| !page.is_of_releases()) {
        for pair in &page.pairs {
            for name in pair.matches.iter().flat_map(|text| attributes(&text.body)) {
                assert!(known(&name, &[Side::Legacy, Side::Both]), "{}: the legacy surface has no `{name}`", page.name);
            }
        }
    }
}

#[test]
fn what_a_rule_writes_the_coordinator_surface_has() {
    let rules = RuleSet::load(None).expect("the built-in rules");
    for page in rules.pages().filter(|page| !page.is_of_releases()) {
        for text in page.pairs.iter().filter_map(|pair| pair.rewrite.as_ref()) {
            for name in attributes(&text.body) {
                let fine = known(&name, &[Side::Coordinator, Side::Both]) || BUILT_IN.contains(&name.as_str());
                assert!(fine, "{}: the coordinator surface has no `{name}`", page.name);
            }
        }
        for dotted in &page.imports {
            let (module, name) = dotted.rsplit_once('.').unwrap_or((dotted, ""));
            assert!(surface::exported(module, name).is_some() || !dotted.starts_with("victor"), "{}: no `{dotted}`", page.name);
        }
    }
}

#[test]
fn every_member_says_what_it_does_and_every_answer_is_known() {
    for class in CLASSES {
        for member in class.members {
            assert!(!member.doc.is_empty(), "{}.{}", class.name, member.name);
            let plain = ["any", "none", "str", "int", "float", "bool", "list", "dict"].contains(&member.returns);
            assert!(plain || surface::class(member.returns).is_some(), "{}.{} answers {}", class.name, member.name, member.returns);
        }
    }
}
