//! The coordinator architecture itself: the coordinators, the facade and the legacy internals over one core, deterministic
//! and without I/O. It runs code before and after a migration, and can serve as a fake Victor in tests of your own.
//!
//! The core knows no interpreter. User objects are opaque [`Foreign`] handles; the one way to reach them is the trait
//! [`Host`]. Everything that may wait is a plain future.
//!
//! ```
//! use std::rc::Rc;
//! use victor_migrate::runtime::{Closures, World, finish, orchestrator::Orchestrator};
//!
//! # fn main() -> Result<(), victor_migrate::runtime::Raised> {
//! let world = World::new(Rc::new(Closures::default()));
//! let orchestrator = Orchestrator::simple(&world)?;
//! let chat = Rc::clone(&orchestrator).chat(Rc::clone(&world), Some("Hello, Victor!".into()), None, None);
//! assert_eq!(finish(chat)?.content(), "You said: Hello, Victor!");
//! assert_eq!(orchestrator.core().messages(&orchestrator.session_id()).len(), 2);
//! # Ok(())
//! # }
//! ```

mod arguments;
mod closures;
mod construct;
mod convert;
mod given;
mod host;
mod raised;
mod record;
mod value;
mod world;

pub mod analytics;
pub mod border;
#[cfg(feature = "verify")]
pub mod bridge;
pub mod chat;
pub mod config;
pub mod context;
pub mod core;
pub mod data;
pub mod futures;
pub mod handles;
pub mod legacy;
pub mod metrics;
pub mod orchestrator;
#[cfg(feature = "verify")]
pub mod pipe;
pub mod prompt;
pub mod provider;
#[cfg(feature = "verify")]
pub mod sandbox;
pub mod session;
pub mod small;
pub mod strategy;
pub mod tools;

pub use arguments::{Arguments, Bound, Declared, Flow, Waiting, bind};
pub use closures::Closures;
pub use construct::construct;
pub use convert::{Answer, FromValue, IntoValue};
pub use host::{Host, finish};
pub use raised::Raised;
pub use record::Observation;
pub use value::{Foreign, Object, Value};
pub use world::World;
