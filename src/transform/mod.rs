//! The migrations no pattern can say, one file each, named by a rule's `transform:`. Not a second engine: each one
//! finds its places and hands edits to the same machinery.

mod alias;
mod beside;
mod chat;
mod compaction;
mod config_uses;
mod config_value;
mod current;
mod early;
mod error_tracking;
mod fresh;
mod halves;
mod hand_provider;
mod hand_state;
mod import_path;
mod internals;
mod overrides;
mod patches;
mod released;
mod sessions;
mod streamed;
mod tool_functions;
mod tool_loop;

pub(crate) use alias::aliases;
pub(crate) use patches::patched;
pub(crate) use released::is_installed;

use crate::rule::Rule;
use crate::scan::{Context, Draft};

/// The rule of what is ready.
pub(crate) const CURRENT: &str = "current-api";

/// The names a rule page may use.
pub const NAMES: [&str; 17] = [
    "chat",
    "compaction",
    "config_value",
    "current",
    "error_tracking",
    "halves",
    "hand_provider",
    "hand_state",
    "import_path",
    "internals",
    "overrides",
    "patches",
    "released",
    "sessions",
    "streamed",
    "tool_functions",
    "tool_loop",
];

/// Runs the transform of that name for one rule.
pub(crate) fn run(name: &str, context: &Context<'_, '_, '_>, rule: &Rule) -> Vec<Draft> {
    match name {
        "chat" => chat::find(context, rule),
        "compaction" => compaction::find(context, rule),
        "config_value" => config_value::find(context, rule),
        "current" => current::find(context, rule),
        "error_tracking" => error_tracking::find(context, rule),
        "halves" => halves::find(context, rule),
        "hand_provider" => hand_provider::find(context, rule),
        "hand_state" => hand_state::find(context, rule),
        "import_path" => import_path::find(context, rule),
        "internals" => internals::find(context, rule),
        "overrides" => overrides::find(context, rule),
        "patches" => patches::find(context, rule),
        "released" => released::find(context, rule),
        "sessions" => sessions::find(context, rule),
        "streamed" => streamed::find(context, rule),
        "tool_functions" => tool_functions::find(context, rule),
        "tool_loop" => tool_loop::find(context, rule),
        _ => Vec::new(),
    }
}
