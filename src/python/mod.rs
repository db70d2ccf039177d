//! What Python means: the tree, scopes, which binding a name has, and the types that follow. Knows no rules.

pub mod annotation;
pub mod effects;
pub mod flow;
pub mod infer;
pub mod place;
pub mod scope;
pub mod syntax;
pub mod types;

pub use infer::Inference;
pub use scope::Scopes;
pub use syntax::{Id, Syntax};
