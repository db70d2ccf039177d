//! The one way from the core to the user's objects, and how plain Rust runs a future of the core.

use std::future::Future;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use super::arguments::Arguments;
use super::raised::Raised;
use super::value::{Foreign, Value};
use super::world::World;

/// Calls back into whatever owns the user's objects: an interpreter, a pipe to one, or closures.
pub trait Host {
    /// Calls an object.
    ///
    /// # Errors
    /// What the call raised.
    fn call(&self, world: &Rc<World>, target: Foreign, arguments: Arguments) -> Result<Value, Raised>;

    /// An attribute of an object; `None` when it has none of that name.
    ///
    /// # Errors
    /// What the read raised, other than that there is none.
    fn attribute(&self, world: &Rc<World>, target: Foreign, name: &str) -> Result<Option<Value>, Raised>;

    /// Waits for an object if it is awaitable; anything else is answered as it is.
    fn wait(&self, world: &Rc<World>, value: Value) -> Pin<Box<dyn Future<Output = Result<Value, Raised>>>>;

    /// Whether a callable takes so many positional arguments.
    fn takes(&self, world: &Rc<World>, callable: Foreign, positional: usize) -> bool;

    /// Closes an awaitable that nobody will wait for, so that it does not complain. Does nothing to anything else.
    fn abandon(&self, world: &Rc<World>, value: &Value);

    /// The next item of an asynchronous iterator; `None` at its end.
    fn next(&self, world: &Rc<World>, iterator: Foreign) -> Pin<Box<dyn Future<Output = Result<Option<Value>, Raised>>>>;
}

/// Runs a future that never really waits, as all do whose host answers at once.
///
/// # Errors
/// What it raised; `RuntimeError` when it waits for something that only an event loop can bring.
pub fn finish<T>(future: impl Future<Output = Result<T, Raised>>) -> Result<T, Raised> {
    let mut future = pin!(future);
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => Err(Raised::new("RuntimeError", "this waits for the event loop; await it")),
    }
}
