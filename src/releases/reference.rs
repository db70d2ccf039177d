//! What a person calls a release, on the command line: a version, a manifest file, or a package.

use std::path::Path;

use super::bundle::{manifest, releases};
use super::{Manifest, Package, extract};
use crate::source::shown;

/// The version in `0.6.0`, `victor-ai==0.6.0` or `victor_ai == 0.6.0`; `None` where the text is none of these.
#[must_use]
pub fn version(text: &str) -> Option<&str> {
    let (name, version) = text.split_once("==").map_or(("", text), |(name, version)| (name.trim(), version.trim()));
    let named = name.is_empty() || name.to_lowercase().replace(['_', '.'], "-") == "victor-ai";
    let is_version = version.trim_start_matches('v').starts_with(|c: char| c.is_ascii_digit()) && !version.contains(['/', '\\']);
    (named && is_version && !Path::new(text).exists()).then_some(version)
}

/// The manifest that a person means: a bundled release, a manifest file, or a package that is read now.
///
/// # Errors
/// There is none, for a person.
pub fn find(text: &str) -> Result<Manifest, String> {
    if let Some(version) = version(text) {
        let known = || format!("there is no bundled manifest of victor-ai {version}; there are {}", releases().join(", "));
        return manifest(version).ok_or_else(|| format!("{}; or name a manifest file, a wheel or a folder", known()));
    }
    let path = Path::new(text);
    if path.extension().is_some_and(|ending| ending == "json") {
        return read(path);
    }
    if !path.exists() {
        let near = crate::near::nearest(text, releases().iter().map(String::as_str)).map(|near| format!("; did you mean `{near}`?"));
        return Err(format!("`{text}` is neither a release such as 0.6.0 nor a path that exists{}", near.unwrap_or_default()));
    }
    let package = Package::read(path).map_err(|error| error.to_string())?;
    extract(&package).map_err(|reason| format!("{}: {reason}", shown(path).display()))
}

/// A manifest file.
fn read(path: &Path) -> Result<Manifest, String> {
    let name = shown(path).display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| format!("{name}: cannot be read: {error}"))?;
    if let Some(releases) = bundled(&text) {
        return Err(format!("{name}: is a bundle of {}; extract the one that is meant into a file of its own", releases.join(", ")));
    }
    let wrong =
        |error: serde_json::Error| format!("{name}:{}: is no manifest: {error}; `victor-migrate surface extract` writes one", error.line());
    let manifest: Manifest = serde_json::from_str(&text).map_err(wrong)?;
    match manifest.orchestrator() {
        Some(_) => Ok(manifest),
        None => Err(format!("{name}: has no class {}, so it says nothing of a release", crate::surface::ORCHESTRATOR)),
    }
}

/// The releases of a bundle, as `surface extract` writes it for several packages; `None` for any other file.
fn bundled(text: &str) -> Option<Vec<String>> {
    let rows: serde_json::Map<String, serde_json::Value> = serde_json::from_str(text).ok()?;
    let is_bundle = rows.iter().all(|(release, row)| row.get("release").and_then(serde_json::Value::as_str) == Some(release));
    (is_bundle && rows.len() > 1).then(|| rows.into_iter().map(|(release, _)| release).collect())
}
