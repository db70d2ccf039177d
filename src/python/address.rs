//! Where something stands in the project, for those who do not have its text.

use super::modules::FileId;

/// A class or function of a file: the how-manieth definition of the file it is. Edits move it; they do not renumber it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// Counted from 0 over all `class` and `def` of the file, in source order.
    pub at: u32,
}

/// What somebody stores into from outside: a module's name, or an attribute of a class's instances.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    /// The module of a file.
    Module(FileId),
    /// A class.
    Class(Place),
    /// An object whose class nobody knows.
    Somebody,
}
