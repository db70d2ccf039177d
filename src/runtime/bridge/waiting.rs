//! The host that an embedded interpreter is: the core's futures on the program's event loop, and calls back into it.

use std::pin::Pin;
use std::rc::Rc;

use rustpython::vm::vm::thread::with_current_vm;
use rustpython::vm::{PyObjectRef, PyResult, VirtualMachine};

use super::objects::Bridge;
use crate::runtime::futures::{Futures, Outcome, Step};
use crate::runtime::{Arguments, Foreign, Host, Raised, Value, World};

/// The host that an embedded interpreter is.
pub(super) struct Embedded {
    pub(super) bridge: Rc<Bridge>,
    pub(super) futures: Futures,
}

impl Embedded {
    pub(super) fn new(bridge: Rc<Bridge>) -> Self {
        Embedded { bridge, futures: Futures::default() }
    }

    /// Goes on with a future: `(True, answer)`, or `(False, awaitable)` to wait for.
    pub(super) fn poll(&self, token: u64, outcome: Option<Outcome>, vm: &VirtualMachine) -> PyResult<(bool, PyObjectRef)> {
        match self.futures.step(token, outcome) {
            Ok(Step::Done(value)) => Ok((true, self.bridge.give(&value, vm)?)),
            Ok(Step::Waits(value)) => Ok((false, self.bridge.give(&value, vm)?)),
            Err(raised) => Err(self.bridge.exception(&raised, vm)),
        }
    }

    fn python<T>(&self, work: impl FnOnce(&VirtualMachine) -> PyResult<T>) -> Result<T, Raised> {
        with_current_vm(|vm| work(vm).map_err(|error| self.bridge.raised(&error, vm)))
    }

    fn is_awaitable(&self, value: &Value) -> bool {
        let Value::Foreign(foreign) = value else { return false };
        let found = self.python(|vm| {
            let python = self.bridge.python_of(*foreign, vm)?;
            Ok(vm.get_attribute_opt(python, "__await__")?.is_some())
        });
        found.unwrap_or(false)
    }
}

impl Host for Embedded {
    fn call(&self, _: &Rc<World>, target: Foreign, arguments: Arguments) -> Outcome {
        self.python(|vm| {
            let callable = self.bridge.python_of(target, vm)?;
            let answer = callable.call_with_args(self.bridge.call(&arguments, vm)?, vm)?;
            self.bridge.take(&answer, vm)
        })
    }

    fn attribute(&self, _: &Rc<World>, target: Foreign, name: &str) -> Result<Option<Value>, Raised> {
        self.python(|vm| {
            let python = self.bridge.python_of(target, vm)?;
            let found = vm.get_attribute_opt(python, vm.ctx.intern_str(name))?;
            found.map(|value| self.bridge.take(&value, vm)).transpose()
        })
    }

    fn wait(&self, _: &Rc<World>, value: Value) -> Pin<Box<dyn Future<Output = Outcome>>> {
        if self.is_awaitable(&value) { self.futures.wait(value) } else { Box::pin(std::future::ready(Ok(value))) }
    }

    fn takes(&self, _: &Rc<World>, callable: Foreign, positional: usize) -> bool {
        let bound = self.python(|vm| {
            let python = self.bridge.python_of(callable, vm)?;
            let signature = vm.import("inspect", 0)?.get_attr("signature", vm)?.call((python,), vm)?;
            let nothing = (0..positional).map(|_| vm.ctx.none()).collect::<Vec<_>>();
            signature.get_attr("bind", vm)?.call(nothing, vm)
        });
        bound.is_ok()
    }

    fn abandon(&self, _: &Rc<World>, value: &Value) {
        if let Value::Foreign(foreign) = value {
            let closed = self.python(|vm| {
                let python = self.bridge.python_of(*foreign, vm)?;
                match vm.get_attribute_opt(python, "close")? {
                    Some(close) => close.call((), vm).map(drop),
                    None => Ok(()),
                }
            });
            drop(closed);
        }
    }

    fn next(&self, world: &Rc<World>, iterator: Foreign) -> Pin<Box<dyn Future<Output = Result<Option<Value>, Raised>>>> {
        let asked = self.python(|vm| {
            let python = self.bridge.python_of(iterator, vm)?;
            let next = vm.get_attribute_opt(python, "__anext__")?;
            let next = next.ok_or_else(|| vm.new_type_error("'async for' requires an object with __aiter__ method"))?;
            let awaitable = next.call((), vm)?;
            self.bridge.take(&awaitable, vm)
        });
        let waiting = asked.map(|value| self.wait(world, value));
        Box::pin(async move {
            match waiting {
                Err(raised) => Err(raised),
                Ok(waiting) => match waiting.await {
                    Ok(item) => Ok(Some(item)),
                    Err(raised) if raised.class == "StopAsyncIteration" => Ok(None),
                    Err(raised) => Err(raised),
                },
            }
        })
    }
}
