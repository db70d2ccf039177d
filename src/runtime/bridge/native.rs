//! `_victor_core`: the functions that the generated classes call.

use std::rc::Rc;

use rustpython::vm::builtins::{PyBaseExceptionRef, PyModule, PyStrRef};
use rustpython::vm::{PyObjectRef, PyRef, PyResult, VirtualMachine};

use super::objects::Bridge;
use super::python::Face;
use super::waiting::Embedded;
use crate::runtime::legacy::LegacyConfig;
use crate::runtime::orchestrator::Orchestrator;
use crate::runtime::sandbox::interpreter::define;
use crate::runtime::{Arguments, Flow, Object, Observation, Raised, Value, World, construct};

fn text(name: &PyStrRef) -> String {
    name.to_string_lossy().into_owned()
}

/// The generated class that an attribute or method was looked for on has it not.
fn missing(object: &Object, name: &str) -> Raised {
    Raised::attribute_error(format!("'{}' object has no attribute '{name}'", object.0.class().name))
}

/// Fills the module.
pub(super) fn install(vm: &VirtualMachine, module: &PyRef<PyModule>, face: Face) -> PyResult<()> {
    let bridge = Rc::new(Bridge::default());
    let host = Rc::new(Embedded::new(Rc::clone(&bridge)));
    bridge.begin(World::new(host.clone()));

    let own = Rc::clone(&bridge);
    let new = move |name: PyStrRef, args: PyObjectRef, kwargs: PyObjectRef, vm: &VirtualMachine| -> PyResult<usize> {
        let arguments = own.arguments(&args, &kwargs, vm)?;
        let made = construct(&own.world(vm)?, &text(&name), arguments).map_err(|raised| own.exception(&raised, vm))?;
        if let Some(orchestrator) = Value::Object(made.clone()).as_object::<Orchestrator>() {
            orchestrator.core().counts_errors.set(face != Face::Legacy);
        }
        Ok(own.handle(&made))
    };
    define(vm, module, "new", new)?;

    let own = Rc::clone(&bridge);
    define(vm, module, "own", move |handle: usize, python: PyObjectRef, vm: &VirtualMachine| own.own(handle, &python, vm))?;

    let own = Rc::clone(&bridge);
    define(vm, module, "get", move |handle: usize, name: PyStrRef, vm: &VirtualMachine| -> PyResult {
        let (object, name) = (own.object(handle, vm)?, text(&name));
        let found = Rc::clone(&object.0).get(&own.world(vm)?, &name).unwrap_or_else(|| {
            let config = Value::Object(object.clone()).as_object::<LegacyConfig>();
            config.and_then(|config| config.key(&name)).ok_or_else(|| missing(&object, &name))
        });
        found.map_err(|raised| own.exception(&raised, vm)).and_then(|value| own.give(&value, vm))
    })?;

    let own = Rc::clone(&bridge);
    define(vm, module, "set", move |handle: usize, name: PyStrRef, value: PyObjectRef, vm: &VirtualMachine| -> PyResult<()> {
        let (object, name) = (own.object(handle, vm)?, text(&name));
        let value = own.take(&value, vm)?;
        let done = match Value::Object(object.clone()).as_object::<LegacyConfig>() {
            Some(config) => {
                config.put(&name, value);
                Ok(())
            }
            None => Rc::clone(&object.0).set(&own.world(vm)?, &name, value).unwrap_or_else(|| Err(missing(&object, &name))),
        };
        done.map_err(|raised| own.exception(&raised, vm))
    })?;

    methods(vm, module, &bridge, &host)
}

/// Calls and futures.
fn methods(vm: &VirtualMachine, module: &PyRef<PyModule>, bridge: &Rc<Bridge>, host: &Rc<Embedded>) -> PyResult<()> {
    let (own, driver) = (Rc::clone(bridge), Rc::clone(host));
    let call = move |handle: usize, name: PyStrRef, args: PyObjectRef, kwargs: PyObjectRef, vm: &VirtualMachine| -> PyResult {
        let (object, name) = (own.object(handle, vm)?, text(&name));
        let arguments: Arguments = own.arguments(&args, &kwargs, vm)?;
        let flow = Rc::clone(&object.0).call(&own.world(vm)?, &name, arguments);
        flowing(&own, &driver, flow.unwrap_or_else(|| Flow::Done(Err(missing(&object, &name)))), vm)
    };
    define(vm, module, "call", call)?;

    let (own, driver) = (Rc::clone(bridge), Rc::clone(host));
    let call_class = move |class: PyStrRef, name: PyStrRef, args: PyObjectRef, kwargs: PyObjectRef, vm: &VirtualMachine| -> PyResult {
        let arguments = own.arguments(&args, &kwargs, vm)?;
        let flow = Orchestrator::call_class(&own.world(vm)?, &text(&name), arguments);
        let none =
            || Flow::Done(Err(Raised::attribute_error(format!("type object '{}' has no attribute '{}'", text(&class), text(&name)))));
        flowing(&own, &driver, flow.unwrap_or_else(none), vm)
    };
    define(vm, module, "call_class", call_class)?;

    let (own, driver) = (Rc::clone(bridge), Rc::clone(host));
    let poll = move |token: u64, sent: PyObjectRef, raised: Option<PyBaseExceptionRef>, vm: &VirtualMachine| -> PyResult {
        let outcome = match raised {
            Some(error) => Err(own.raised(&error, vm)),
            None => Ok(own.take(&sent, vm)?),
        };
        let (done, value) = driver.poll(token, Some(outcome), vm)?;
        Ok(vm.ctx.new_tuple(vec![vm.ctx.new_bool(done).into(), value]).into())
    };
    define(vm, module, "poll", poll)?;

    let own = Rc::clone(bridge);
    let record = move |vm: &VirtualMachine| -> PyResult {
        let world = own.world(vm)?;
        let seen = world.record().clone();
        let entry = |seen: &Observation| -> PyResult {
            let (kind, fields) = seen.told();
            let fields = own.give(&Value::dict(fields), vm)?;
            Ok(vm.ctx.new_tuple(vec![vm.ctx.new_str(kind).into(), fields, vm.ctx.new_bool(seen.is_compared()).into()]).into())
        };
        Ok(vm.ctx.new_list(seen.iter().map(entry).collect::<PyResult<Vec<_>>>()?).into())
    };
    define(vm, module, "record", record)?;
    let recorders = vm.import("_sandbox", 0)?.get_attr("recorders", vm)?;
    vm.call_method(&recorders, "append", (module.get_attr("record", vm)?,))?;

    let own = Rc::clone(bridge);
    define(vm, module, "drop", move |token: u64| {
        let gone = own.running.borrow_mut().remove(&token);
        drop(gone);
    })
}

/// An answer at once, or the number of a future.
fn flowing(bridge: &Bridge, driver: &Embedded, flow: Flow, vm: &VirtualMachine) -> PyResult {
    match flow {
        Flow::Done(answer) => answer.map_err(|raised| bridge.exception(&raised, vm)).and_then(|value| bridge.give(&value, vm)),
        Flow::Coroutine(future) => Ok(vm.ctx.new_int(driver.start(future)).into()),
    }
}
