//! Moves Python from Victor's legacy `AgentOrchestrator` to its coordinators.
//!
//! A rule is a Markdown page; the engine finds where it applies and edits bytes. Data flows one way:
//! paths → [`source`] → [`python`] (names and types) → [`project`] (what files say to each other) → [`scan`] (findings) → [`edit`] (new text) →
//! [`readiness`] (the number, the gate) → [`report`] → [`lsp`] (the same in an editor). [`settings`] and [`suppress`] are what people said
//! in files and in comments. [`releases`] is what published versions of `victor-ai` offer, and [`target`] which of them the code is judged
//! against.
//! A stage knows the stages before it and none after. What `victor` offers is declared once, in [`runtime`], and read by all
//! through [`surface`].
//!
//! What is absent, on purpose:
//!
//! * Only `source` (reading, walking, git), `settings::find`, `releases::package`, `target::detect`, `edit::write`, `edit::journal`,
//!   `edit::answers`, `cache` and the owners of `readiness` touch the file system; the stages between are pure. `lsp` asks it for names and
//!   times, and writes nothing.
//! * No library code prints or exits: `report` renders into a writer, `cli` hands it stdout. `lsp` alone has the standard streams to itself.
//! * Nothing is pretty-printed: an edit is a byte range of the text it was computed from; every byte not named survives.
//! * Parsing never fails: a broken file is scanned as far as it goes, reported, and never made worse.
//! * No result depends on file order, thread count or hash order.
//! * Silence is a bug: every file skipped and every use not resolved is counted and listed.

pub mod bridge;
pub mod cache;
pub mod cli;
pub mod draft;
pub mod edit;
pub mod finding;
pub mod lsp;
pub mod near;
pub mod project;
pub mod python;
pub mod readiness;
pub mod releases;
pub mod report;
pub mod rule;
pub mod runtime;
pub mod scan;
pub mod settings;
pub mod source;
pub mod suppress;
pub mod surface;
pub mod target;
pub mod transform;
pub mod trial;
#[cfg(feature = "verify")]
pub mod verify;
