//! `#[surface]`: one declaration of a class that Python sees, on the Rust `impl` that behaves so. It yields the entry in
//! the manifest, the binding of calls, and keeps the documentation in one place. It adds one table and hides nothing else.
//!
//! ```text
//! #[surface(modules = ["victor.agent.coordinators"], side = coordinator)]
//! impl ConfigCoordinator {
//!     /// A coordinator over providers.
//!     #[new]
//!     fn new(_: &Rc<World>, #[default = "None"] providers: Option<Vec<Value>>) -> Result<Self, Raised> { … }
//!
//!     /// The merged configuration.
//!     #[returns = "dict"]
//!     fn get_config(&self, world: &Rc<World>) -> Result<Value, Raised> { … }
//!
//!     /// Asks every provider.
//!     async fn load_config(self: Rc<Self>, world: Rc<World>, session_id: String) -> Result<Value, Raised> { … }
//! }
//! ```
//!
//! The first parameter after `self` is the world and nothing that Python sees. A sync method takes `&self` or
//! `self: &Rc<Self>` and `&Rc<World>`; an async one `self: Rc<Self>` and `Rc<World>`.
//!
//! On parameters: `#[default = "<Python text>"]`, `#[named]` (this and all behind it by keyword only), `#[also = "type"]`
//! (a second spelling), `#[rest]` (a dict of all other keywords). On members: `#[new]`, `#[property]` (with `#[assigned]`, the type's
//! `fn assign(&self, world: &Rc<World>, name: &str, value: Value) -> Result<(), Raised>` takes what Python assigns), `#[setter]`, `#[class_method]`, `#[hidden]`,
//! `#[name = "_config"]`, `#[also_as = "config"]`, `#[returns = "Context"]`, `#[side = legacy]`.

mod bind;
mod declaration;
mod expand;
mod member;

use proc_macro::TokenStream;

/// Declares a Python class; see the crate.
#[proc_macro_attribute]
pub fn surface(arguments: TokenStream, item: TokenStream) -> TokenStream {
    expand::surface(arguments.into(), item.into()).unwrap_or_else(|errors| errors.to_compile_error()).into()
}
