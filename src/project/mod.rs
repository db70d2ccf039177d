//! The project as a whole, before any rule looks at it: which files can matter, and what each says to the others.
//! Reads text that was loaded, never the disk, and knows no rules.

mod build;
mod chain;
mod imports;
mod kept;
mod merge;
mod order;
mod passed;
mod plan;
mod reach;
mod summary;
mod told;
mod uses;

pub use build::build;
pub use chain::Boundary;
pub use imports::{Import, imports};
pub use kept::Kept;
pub use plan::{Planned, Plans, edits, plan};
pub use reach::{Glance, Reach, reach};
