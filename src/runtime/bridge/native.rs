//! `_victor_core`: the functions that the generated classes call.

use std::rc::Rc;

use rustpython::vm::builtins::{PyBaseExceptionRef, PyModule, PyStrRef};
use rustpython::vm::{PyObjectRef, PyRef, PyResult, VirtualMachine};

use super::objects::Bridge;
use super::python::Face;
use super::waiting::Embedded;
use crate::runtime::sandbox::interpreter::define;
use crate::runtime::{Arguments, Flow, Observation, Value, World, border};

fn text(name: &PyStrRef) -> String {
    name.to_string_lossy().into_owned()
}

/// Fills the module.
pub(super) fn install(vm: &VirtualMachine, module: &PyRef<PyModule>, face: Face) -> PyResult<()> {
    let bridge = Rc::new(Bridge::default());
    let host = Rc::new(Embedded::new(Rc::clone(&bridge)));
    bridge.begin(World::new(host.clone()));

    let own = Rc::clone(&bridge);
    let new = move |name: PyStrRef, args: PyObjectRef, kwargs: PyObjectRef, vm: &VirtualMachine| -> PyResult<usize> {
        let arguments = own.arguments(&args, &kwargs, vm)?;
        let made = border::make(&own.world(vm)?, &text(&name), arguments, face != Face::Legacy);
        let made = made.map_err(|raised| own.exception(&raised, vm))?;
        Ok(own.handle(&made))
    };
    define(vm, module, "new", new)?;

    let own = Rc::clone(&bridge);
    define(vm, module, "own", move |handle: usize, python: PyObjectRef, vm: &VirtualMachine| own.own(handle, &python, vm))?;

    let own = Rc::clone(&bridge);
    define(vm, module, "get", move |handle: usize, name: PyStrRef, vm: &VirtualMachine| -> PyResult {
        let (object, name) = (own.object(handle, vm)?, text(&name));
        let found = border::get(&own.world(vm)?, &object, &name);
        found.map_err(|raised| own.exception(&raised, vm)).and_then(|value| own.give(&value, vm))
    })?;

    let own = Rc::clone(&bridge);
    define(vm, module, "set", move |handle: usize, name: PyStrRef, value: PyObjectRef, vm: &VirtualMachine| -> PyResult<()> {
        let (object, name) = (own.object(handle, vm)?, text(&name));
        let value = own.take(&value, vm)?;
        let done = border::set(&own.world(vm)?, &object, &name, value);
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
        flowing(&own, &driver, border::call(&own.world(vm)?, &object, &name, arguments), vm)
    };
    define(vm, module, "call", call)?;

    let (own, driver) = (Rc::clone(bridge), Rc::clone(host));
    let call_class = move |class: PyStrRef, name: PyStrRef, args: PyObjectRef, kwargs: PyObjectRef, vm: &VirtualMachine| -> PyResult {
        let arguments = own.arguments(&args, &kwargs, vm)?;
        flowing(&own, &driver, border::call_class(&own.world(vm)?, &text(&class), &text(&name), arguments), vm)
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

    let driver = Rc::clone(host);
    define(vm, module, "drop", move |token: u64| driver.futures.forget(token))
}

/// An answer at once, or the number of a future.
fn flowing(bridge: &Bridge, driver: &Embedded, flow: Flow, vm: &VirtualMachine) -> PyResult {
    match flow {
        Flow::Done(answer) => answer.map_err(|raised| bridge.exception(&raised, vm)).and_then(|value| bridge.give(&value, vm)),
        Flow::Coroutine(future) => Ok(vm.ctx.new_int(driver.futures.start(future)).into()),
    }
}
