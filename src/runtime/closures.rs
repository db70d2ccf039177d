//! A host of Rust closures: user objects for tests written in Rust, without any interpreter.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::future::{Future, ready};
use std::pin::Pin;
use std::rc::Rc;

use super::arguments::Arguments;
use super::host::Host;
use super::raised::Raised;
use super::value::{Foreign, Value};
use super::world::World;

type Function = Rc<dyn Fn(Arguments) -> Result<Value, Raised>>;

enum Thing {
    Function(Function),
    Object(HashMap<String, Value>),
    Stream(VecDeque<Value>),
}

/// User objects made of closures. Everything answers at once; nothing is awaitable.
#[derive(Default)]
pub struct Closures {
    things: RefCell<Vec<Thing>>,
}

impl Closures {
    fn keep(&self, thing: Thing) -> Value {
        let mut things = self.things.borrow_mut();
        things.push(thing);
        Value::Foreign(Foreign(things.len() as u64 - 1))
    }

    /// A function of the user.
    pub fn function(&self, body: impl Fn(Arguments) -> Result<Value, Raised> + 'static) -> Value {
        self.keep(Thing::Function(Rc::new(body)))
    }

    /// An object with attributes, its methods among them.
    pub fn object(&self, attributes: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
        self.keep(Thing::Object(attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()))
    }

    /// An object with one method.
    pub fn with_method(&self, name: &'static str, body: impl Fn(Arguments) -> Result<Value, Raised> + 'static) -> Value {
        let method = self.function(body);
        self.object([(name, method)])
    }

    /// An asynchronous iterator.
    pub fn stream(&self, items: impl IntoIterator<Item = Value>) -> Value {
        self.keep(Thing::Stream(items.into_iter().collect()))
    }
}

impl Host for Closures {
    fn call(&self, _: &Rc<World>, target: Foreign, arguments: Arguments) -> Result<Value, Raised> {
        let function = match self.things.borrow().get(target.0 as usize) {
            Some(Thing::Function(function)) => Rc::clone(function),
            _ => return Err(Raised::type_error("object is not callable")),
        };
        function(arguments)
    }

    fn attribute(&self, _: &Rc<World>, target: Foreign, name: &str) -> Result<Option<Value>, Raised> {
        match self.things.borrow().get(target.0 as usize) {
            Some(Thing::Object(attributes)) => Ok(attributes.get(name).cloned()),
            _ => Ok(None),
        }
    }

    fn wait(&self, _: &Rc<World>, value: Value) -> Pin<Box<dyn Future<Output = Result<Value, Raised>>>> {
        Box::pin(ready(Ok(value)))
    }

    fn takes(&self, _: &Rc<World>, _: Foreign, positional: usize) -> bool {
        positional == 1
    }

    fn abandon(&self, _: &Rc<World>, _: &Value) {}

    fn next(&self, _: &Rc<World>, iterator: Foreign) -> Pin<Box<dyn Future<Output = Result<Option<Value>, Raised>>>> {
        let next = match self.things.borrow_mut().get_mut(iterator.0 as usize) {
            Some(Thing::Stream(items)) => Ok(items.pop_front()),
            _ => Err(Raised::type_error("object is not an async iterator")),
        };
        Box::pin(ready(next))
    }
}
