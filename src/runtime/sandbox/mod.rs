//! The interpreter sandbox: runs one Python program and says what could be seen of it.
//!
//! No file, socket, process, clock, environment variable or native extension of the machine exists in it. It knows
//! nothing of `victor`: the surfaces come in through [`Builder::native`] and [`Builder::python`]. It compares nothing.
//!
//! Reading order: [`record`] (what goes in and out), [`interpreter`] (what the program finds), [`mod@run`] (one program),
//! [`child`] (many programs, in a process that may die).

pub mod child;
pub mod interpreter;
pub mod record;
pub mod run;

mod glue;
mod ledger;
mod limits;
mod native;
mod trace;
mod unawaited;
mod watch;

pub use child::{Child, serve};
pub use interpreter::Builder;
pub use limits::Share;
pub use record::{Ended, Limits, Program, Run};
pub use run::run;
