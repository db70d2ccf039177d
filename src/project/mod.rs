//! The project as a whole, before any rule looks at it: which files can matter, and what each says to the others.
//! Reads text that was loaded, never the disk, and knows no rules.

mod active;
mod chain;
mod flows;
mod handed;
mod imports;
mod index;
mod kept;
mod lexicon;
mod merge;
mod order;
mod passed;
mod plan;
mod reach;
mod summary;
mod told;
mod uses;
mod wide;

pub use chain::Boundary;
pub use flows::names_in;
pub use imports::{Import, imports};
pub use index::{Index, Questions};
pub use plan::{Planned, Plans, edits, plan};
pub use reach::{Glance, Reach, reach};
