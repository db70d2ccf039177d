//! One run: the host, the record, and the numbers that stand in for clocks and chance.

use std::cell::{Cell, Ref, RefCell};
use std::future::Future;
use std::rc::Rc;

use super::arguments::{Arguments, Flow};
use super::host::Host;
use super::raised::Raised;
use super::record::Observation;
use super::value::{Foreign, Value};

/// What all objects of a run share.
pub struct World {
    host: Rc<dyn Host>,
    record: RefCell<Vec<Observation>>,
    sessions: Cell<u64>,
}

impl World {
    /// A run over a host.
    pub fn new(host: Rc<dyn Host>) -> Rc<Self> {
        Rc::new(World { host, record: RefCell::default(), sessions: Cell::new(0) })
    }

    /// Writes down what happened.
    pub fn observe(&self, observation: Observation) {
        self.record.borrow_mut().push(observation);
    }

    /// What happened so far.
    pub fn record(&self) -> Ref<'_, Vec<Observation>> {
        self.record.borrow()
    }

    /// A session id that no other orchestrator of this run has: `session-1`, `session-2`, …
    pub fn fresh_session(&self) -> String {
        self.sessions.set(self.sessions.get() + 1);
        format!("session-{}", self.sessions.get())
    }

    /// Calls a user's object.
    ///
    /// # Errors
    /// What it raised.
    pub fn call(self: &Rc<Self>, target: Foreign, arguments: Arguments) -> Result<Value, Raised> {
        self.host.call(self, target, arguments)
    }

    /// An attribute of a user's object.
    ///
    /// # Errors
    /// What the read raised.
    pub fn attribute(self: &Rc<Self>, target: Foreign, name: &str) -> Result<Option<Value>, Raised> {
        self.host.attribute(self, target, name)
    }

    /// Waits for a value if it is awaitable.
    pub fn wait(self: &Rc<Self>, value: Value) -> impl Future<Output = Result<Value, Raised>> + use<> {
        self.host.wait(self, value)
    }

    /// The next item of a user's asynchronous iterator.
    pub fn next(self: &Rc<Self>, iterator: Foreign) -> impl Future<Output = Result<Option<Value>, Raised>> + use<> {
        self.host.next(self, iterator)
    }

    /// Reads an attribute of any value: of the core's objects through their declaration, of dicts by key, else of the host's.
    ///
    /// # Errors
    /// What the read raised.
    pub fn read(self: &Rc<Self>, of: &Value, name: &str) -> Result<Option<Value>, Raised> {
        match of {
            Value::Object(object) => Rc::clone(&object.0).get(self, name).transpose(),
            Value::Foreign(foreign) => self.attribute(*foreign, name),
            other => Ok(other.key(name).cloned()),
        }
    }

    /// Whether an object of the user has a method that takes so many positional arguments.
    ///
    /// # Errors
    /// What looking it up raised.
    pub fn takes(self: &Rc<Self>, of: &Value, method: &str, positional: usize) -> Result<bool, Raised> {
        let found = self.read(of, method)?;
        Ok(matches!(found, Some(Value::Foreign(callable)) if self.host.takes(self, callable, positional)))
    }

    /// Closes an awaitable that nobody will wait for.
    pub fn abandon(self: &Rc<Self>, value: &Value) {
        self.host.abandon(self, value);
    }

    /// Calls a method that the object may lack, and waits for its answer if it is awaitable; `None` when it lacks it.
    ///
    /// # Errors
    /// What it raised.
    pub async fn ask(self: Rc<Self>, of: Value, method: &str, arguments: Arguments) -> Result<Option<Value>, Raised> {
        if let Value::Object(object) = &of {
            return match Rc::clone(&object.0).call(&self, method, arguments) {
                Some(Flow::Done(answer)) => answer.map(Some),
                Some(Flow::Coroutine(waiting)) => waiting.await.map(Some),
                None => Ok(None),
            };
        }
        match self.ask_now(&of, method, arguments)? {
            Some(answer) => self.wait(answer).await.map(Some),
            None => Ok(None),
        }
    }

    /// Calls a method of a user's object that it may lack; the answer may be awaitable.
    ///
    /// # Errors
    /// What it raised.
    pub fn ask_now(self: &Rc<Self>, of: &Value, method: &str, arguments: Arguments) -> Result<Option<Value>, Raised> {
        let Value::Foreign(foreign) = of else {
            return Ok(None);
        };
        match self.attribute(*foreign, method)? {
            Some(Value::Foreign(callable)) => self.call(callable, arguments).map(Some),
            _ => Ok(None),
        }
    }
}
