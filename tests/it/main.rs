//! The promises of the program, held by running it and its rules.

mod authors;
mod awaits;
mod bridge;
mod cache;
mod commands;
mod cpython;
mod documents;
mod formats;
mod fuzz;
mod gate;
mod generated;
mod habits;
mod html;
mod inputs;
mod interactive;
mod lsp;
mod negative;
#[cfg(feature = "verify")]
mod own_python;
mod parts;
mod project;
#[cfg(feature = "verify")]
mod proofs;
mod properties;
mod releases;
mod runtime;
mod samples;
#[cfg(feature = "verify")]
mod sandbox;
#[cfg(feature = "verify")]
mod scenarios;
mod settings;
#[cfg(all(feature = "verify", unix))]
mod suite;
mod support;
mod suppression;
mod surface;
mod targets;
mod undo;
mod unseen;
#[cfg(feature = "verify")]
mod verify;
