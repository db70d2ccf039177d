//! `victor` for a Python of the user's, as text: a finder that serves the generated classes, and their core at the other end
//! of a pipe.

use serde_json::{Map, Value as Json, json};

use crate::runtime::bridge::{Face, modules};

/// The modules that make `victor` importable, by name.
#[must_use]
pub fn sources(face: Face) -> Map<String, Json> {
    let own = [("_victor_core", include_str!("core.py")), ("_sandbox_describe", include_str!("../sandbox/py/describe.py"))];
    let own = own.into_iter().map(|(name, text)| (name.to_owned(), json!(text)));
    modules(face).into_iter().map(|(name, text)| (name, json!(text))).chain(own).collect()
}

/// A program that makes `victor` importable where it is run. `server` is the command at the other end of the pipe; a victor
/// that is installed comes first unless `first` says otherwise.
#[must_use]
pub fn install(face: Face, server: &[String], first: bool) -> String {
    let settings = format!("install({}, {}, {})", json!(sources(face)), json!(server), if first { "True" } else { "False" });
    // JSON of texts and lists is Python, too.
    format!("{}\n\n{settings}\n", include_str!("install.py"))
}
