//! The project as a whole, before any rule looks at it: which files can matter, and what each says to the others.
//! Reads text that was loaded, never the disk, and knows no rules.

mod build;
mod imports;
mod passed;
mod reach;
mod summary;

pub use build::build;
pub use imports::imported_modules;
pub use reach::{Glance, reach};
