//! What Python means: the tree, scopes, which binding a name has, and the types that follow. Knows no rules.

pub mod above;
mod absent;
mod address;
pub mod annotation;
pub mod asked;
mod bindings;
mod calls;
pub mod carriers;
pub mod effects;
mod elsewhere;
mod fields;
pub mod flow;
mod frames;
pub mod infer;
mod lineage;
mod members;
pub mod modules;
mod named;
pub mod nodes;
pub mod outside;
mod parsed;
pub mod place;
mod region;
pub mod scope;
mod splice;
mod stand_ins;
mod story;
pub mod syntax;
pub mod types;
pub mod uses;

pub use infer::Inference;
pub use parsed::Parsed;
pub use scope::Scopes;
pub use story::Story;
pub use syntax::{Id, Syntax};
