//! How two releases differ, member by member. Says what changed; not what code should do about it.

use std::collections::BTreeSet;

use serde::Serialize;

use super::manifest::{Class, Manifest, Member};
use super::parameters::{How, Parameter, signature};

/// One change of a member from an older release to a newer one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "change", content = "detail", rename_all = "kebab-case")]
pub enum Change {
    /// It is not there any more.
    Gone,
    /// It was not there before.
    New,
    /// It is something else now: before and after, for a person.
    Kind(String, String),
    /// A method takes other arguments: before and after, as signatures.
    Parameters(String, String),
    /// A property cannot be assigned any more.
    ReadOnly,
    /// A property can be assigned now.
    Writable,
    /// It is deprecated now; the package's advice.
    Deprecated(String),
    /// It is not deprecated any more.
    Kept,
}

/// What changed of one member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The class, by dotted name.
    pub class: String,
    /// The member; none where the class itself came or went.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    /// What happened to it.
    pub changes: Vec<Change>,
}

/// What changed of a member, as far as code that uses it can tell.
#[must_use]
pub fn compare(old: Option<&Member>, new: Option<&Member>) -> Vec<Change> {
    let (old, new) = match (old, new) {
        (Some(old), Some(new)) => (old, new),
        (Some(_), None) => return vec![Change::Gone],
        (None, Some(_)) => return vec![Change::New],
        (None, None) => return Vec::new(),
    };
    let mut changes = Vec::new();
    let both_values = old.kind.is_value() && new.kind.is_value();
    if old.kind != new.kind && !both_values {
        changes.push(Change::Kind(old.kind.name().to_owned(), new.kind.name().to_owned()));
    }
    if !old.kind.is_value() && !new.kind.is_value() && shape(&old.params) != shape(&new.params) {
        changes.push(Change::Parameters(signature(&old.params), signature(&new.params)));
    }
    if both_values && old.is_writable() != new.is_writable() {
        changes.push(if new.is_writable() { Change::Writable } else { Change::ReadOnly });
    }
    match (&old.deprecated, &new.deprecated) {
        (None, Some(advice)) => changes.push(Change::Deprecated(advice.clone())),
        (Some(_), None) => changes.push(Change::Kept),
        _ => {}
    }
    changes
}

/// What a call can tell of parameters; annotations are not part of it.
fn shape(parameters: &[Parameter]) -> Vec<(&str, How, Option<&str>)> {
    parameters.iter().map(|one| (one.name.as_str(), one.how, one.default.as_deref())).collect()
}

/// Everything that changed between two releases, by class and member.
#[must_use]
pub fn differences(old: &Manifest, new: &Manifest) -> Vec<Difference> {
    let names: BTreeSet<&String> = old.classes.keys().chain(new.classes.keys()).collect();
    let mut all = Vec::new();
    for name in names {
        match (old.classes.get(name), new.classes.get(name)) {
            (Some(before), Some(after)) => all.extend(of_class(name, before, after)),
            (before, _) => {
                let change = if before.is_some() { Change::Gone } else { Change::New };
                all.push(Difference { class: name.clone(), member: None, changes: vec![change] });
            }
        }
    }
    all
}

fn of_class(name: &str, old: &Class, new: &Class) -> Vec<Difference> {
    let members: BTreeSet<&String> = old.members.keys().chain(new.members.keys()).collect();
    let differs = |member: &String| {
        let changes = compare(old.member(member), new.member(member));
        (!changes.is_empty()).then(|| Difference { class: name.to_owned(), member: Some(member.clone()), changes })
    };
    let mut all: Vec<Difference> = members.into_iter().filter_map(differs).collect();
    let (before, after) = (old.init.as_deref().unwrap_or(&[]), new.init.as_deref().unwrap_or(&[]));
    if shape(before) != shape(after) {
        let change = Change::Parameters(signature(before), signature(after));
        all.push(Difference { class: name.to_owned(), member: Some("__init__".to_owned()), changes: vec![change] });
    }
    all
}
