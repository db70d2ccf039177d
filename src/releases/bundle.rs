//! The manifests of the published releases that are built into the program: the oldest whole, of each later one only what
//! differs, as JSON merge patches (RFC 7396).

use std::str::FromStr;
use std::sync::OnceLock;

use pep440_rs::Version;
use serde_json::{Map, Value};

use super::manifest::Manifest;

/// Written by `releases/bundle`; releases from the oldest to the newest.
const BUNDLED: &str = include_str!("../../releases/manifests.json");

/// All of them, read once.
fn all() -> &'static [Manifest] {
    static ALL: OnceLock<Vec<Manifest>> = OnceLock::new();
    ALL.get_or_init(|| {
        let rows: Map<String, Value> = serde_json::from_str(BUNDLED).unwrap_or_default();
        let mut whole = Value::Null;
        let read = |(_, patch)| {
            merge(&mut whole, patch);
            serde_json::from_value(whole.clone()).ok()
        };
        rows.into_iter().filter_map(read).collect()
    })
}

/// The releases that have a bundled manifest, the oldest first.
#[must_use]
pub fn releases() -> Vec<String> {
    all().iter().map(|manifest| manifest.release.clone()).collect()
}

/// The manifests of all bundled releases, the oldest first.
#[must_use]
pub fn history() -> &'static [Manifest] {
    all()
}

/// The manifest of a release such as `0.6.0`, which is also `0.6` and `v0.6.0`; `None` for one that is not bundled.
#[must_use]
pub fn manifest(release: &str) -> Option<Manifest> {
    all().iter().find(|manifest| is_same(&manifest.release, release)).cloned()
}

/// Whether two texts are one version, as pip compares them.
#[must_use]
pub fn is_same(one: &str, other: &str) -> bool {
    one == other || Version::from_str(one).is_ok_and(|one| Version::from_str(other).is_ok_and(|other| one == other))
}

/// Manifests, the oldest first, as the text of a bundle.
///
/// # Errors
/// A manifest that JSON cannot hold.
pub fn bundle(manifests: &[Manifest]) -> Result<String, serde_json::Error> {
    let mut before = Value::Null;
    let mut lines = Vec::new();
    for manifest in manifests {
        let value = serde_json::to_value(manifest)?;
        lines.push(format!("{}:{}", Value::from(manifest.release.as_str()), difference(&before, &value)));
        before = value;
    }
    Ok(format!("{{\n{}\n}}\n", lines.join(",\n")))
}

/// Changes a value as a patch says: `null` takes away.
fn merge(value: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *value = patch;
        return;
    };
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    let Value::Object(old) = value else { return };
    for (key, patch) in patch {
        match patch {
            Value::Null => {
                old.remove(&key);
            }
            patch => merge(old.entry(key).or_insert(Value::Null), patch),
        }
    }
}

/// The patch that turns one value into another.
fn difference(old: &Value, new: &Value) -> Value {
    let (Value::Object(old), Value::Object(new)) = (old, new) else { return new.clone() };
    let mut patch = Map::new();
    for key in old.keys().filter(|key| !new.contains_key(*key)) {
        patch.insert(key.clone(), Value::Null);
    }
    for (key, value) in new {
        match old.get(key) {
            Some(before) if before == value => {}
            before => {
                patch.insert(key.clone(), difference(before.unwrap_or(&Value::Null), value));
            }
        }
    }
    Value::Object(patch)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::releases::{Class, Kind, Member};

    #[test]
    fn a_bundle_gives_back_every_manifest_it_was_made_of() {
        let member = |kind| Member { annotation: Some("str".to_owned()), ..Member::new(kind) };
        let manifest = |release: &str, members: &[(&str, Kind)]| {
            let members = members.iter().map(|(name, kind)| ((*name).to_owned(), member(*kind))).collect();
            let class = Class { members, ..Class::default() };
            Manifest { release: release.to_owned(), classes: [("a.A".to_owned(), class)].into(), exports: vec!["x".to_owned()] }
        };
        let all = [
            manifest("1.0", &[("one", Kind::Method), ("two", Kind::Attribute)]),
            manifest("1.1", &[("two", Kind::Property), ("three", Kind::Async)]),
        ];
        let text = bundle(&all).expect("JSON");
        let mut value = Value::Null;
        let rows: Map<String, Value> = serde_json::from_str(&text).expect("JSON");
        for ((release, patch), manifest) in rows.into_iter().zip(&all) {
            merge(&mut value, patch);
            assert_eq!(release, manifest.release);
            assert_eq!(&serde_json::from_value::<Manifest>(value.clone()).expect("a manifest"), manifest);
        }
    }

    #[test]
    fn every_bundled_release_has_the_orchestrator_and_its_chat() {
        let releases = releases();
        assert!(releases.len() >= 9, "{releases:?}");
        for release in releases {
            let manifest = manifest(&release).expect("a manifest");
            assert_eq!(manifest.release, release);
            let chat = manifest.orchestrator().and_then(|class| class.member("chat")).expect("chat");
            assert_eq!(chat.kind, Kind::Async, "{release}");
        }
        assert_eq!(manifest("0.1.0"), None);
    }
}
