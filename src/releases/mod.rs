//! What each published release of `victor-ai` offers, as its own source says: manifests, how they are read from a package,
//! and how two differ. Nothing of a package is imported or run. Not the surface of the guide, which is `surface`, and no
//! rules.

mod archive;
mod bundle;
mod difference;
mod extract;
mod manifest;
mod package;
mod parameters;
mod reference;

pub use bundle::{bundle, history, is_same, manifest, releases};
pub use difference::{Change, Difference, compare, differences};
pub use extract::extract;
pub use manifest::{Binding, Class, Kind, Manifest, Member, Seen};
pub use package::{Package, PackageError};
pub use parameters::{How, Parameter, signature};
pub use reference::{find, version};
