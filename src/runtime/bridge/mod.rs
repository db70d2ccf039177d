//! The runtime in the sandbox: `victor` as Python modules over the Rust core. It holds no semantics: generated Python
//! classes call one native module, `_victor_core`, which converts values and drives the core's futures.
//!
//! Reading order: `python` (the classes as text), `objects` (handles and values), `waiting` (futures and awaitables),
//! `native` (the functions that the text calls).

mod native;
mod objects;
mod python;
mod waiting;

pub use python::{Face, modules};

use super::sandbox::Builder;

/// An interpreter in which `victor` is one of the surfaces.
#[must_use]
pub fn with_victor(face: Face) -> Builder {
    let mut builder = Builder::new().native("_victor_core", move |vm, module| native::install(vm, module, face));
    for (name, text) in python::modules(face) {
        builder = builder.python(name, text);
    }
    builder
}
