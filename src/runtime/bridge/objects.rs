//! Values across the border, and who is who: handles for the core's objects, handles for the program's.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use rustpython::vm::builtins::{PyBaseExceptionRef, PyDict, PyFloat, PyInt, PyList, PyStr, PyTuple, PyWeak};
use rustpython::vm::function::{FuncArgs, KwArgs};
use rustpython::vm::{AsObject, PyObjectRef, PyRef, PyResult, VirtualMachine};

use crate::runtime::handles::Handles;
use crate::runtime::{Arguments, Foreign, Object, Raised, Value, World};

/// The tables of one run.
#[derive(Default)]
pub(super) struct Bridge {
    world: RefCell<Option<Rc<World>>>,
    handles: Handles,
    own: RefCell<HashMap<usize, PyRef<PyWeak>>>,
    foreign: RefCell<Vec<PyObjectRef>>,
    known: RefCell<HashMap<usize, u64>>,
}

impl Bridge {
    pub(super) fn begin(&self, world: Rc<World>) {
        *self.world.borrow_mut() = Some(world);
    }

    /// The run's world; there is one from the first import of `victor` on.
    pub(super) fn world(&self, vm: &VirtualMachine) -> PyResult<Rc<World>> {
        self.world.borrow().clone().ok_or_else(|| vm.new_runtime_error("the runtime has not begun"))
    }

    /// The number of a core object; the same object has the same one.
    pub(super) fn handle(&self, object: &Object) -> usize {
        self.handles.of(object)
    }

    pub(super) fn object(&self, handle: usize, vm: &VirtualMachine) -> PyResult<Object> {
        self.handles.get(handle).ok_or_else(|| vm.new_runtime_error("no such object"))
    }

    /// Remembers which Python object stands for a core object.
    pub(super) fn own(&self, handle: usize, python: &PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
        let weak = python.downgrade(None, vm)?;
        self.own.borrow_mut().insert(handle, weak);
        Ok(())
    }

    pub(super) fn foreign(&self, python: &PyObjectRef) -> Foreign {
        let place = python.get_id();
        if let Some(&known) = self.known.borrow().get(&place) {
            return Foreign(known);
        }
        let mut foreign = self.foreign.borrow_mut();
        foreign.push(python.clone());
        let number = foreign.len() as u64 - 1;
        self.known.borrow_mut().insert(place, number);
        Foreign(number)
    }

    pub(super) fn python_of(&self, foreign: Foreign, vm: &VirtualMachine) -> PyResult<PyObjectRef> {
        let found = usize::try_from(foreign.0).ok().and_then(|at| self.foreign.borrow().get(at).cloned());
        found.ok_or_else(|| vm.new_runtime_error("no such object"))
    }

    /// A Python value as the core sees it. Exactly plain types and exactly our classes are taken over; everything else,
    /// subclasses included, stays with the program.
    pub(super) fn take(&self, python: &PyObjectRef, vm: &VirtualMachine) -> PyResult<Value> {
        let types = &vm.ctx.types;
        let class = python.class();
        if vm.is_none(python) {
            return Ok(Value::None);
        }
        if class.is(types.bool_type) {
            return Ok(Value::Bool(python.is(vm.ctx.true_value.as_object())));
        }
        if class.is(types.int_type) {
            let small = python.downcast_ref::<PyInt>().and_then(|int| i64::try_from(int.as_bigint()).ok());
            return Ok(small.map_or_else(|| Value::Foreign(self.foreign(python)), Value::Int));
        }
        if class.is(types.float_type) {
            return Ok(python.downcast_ref::<PyFloat>().map_or(Value::None, |float| Value::Float(float.to_f64())));
        }
        if class.is(types.str_type) {
            let text = python.downcast_ref::<PyStr>().map(|text| text.to_string_lossy().into_owned());
            return Ok(Value::Text(text.unwrap_or_default()));
        }
        if class.is(types.list_type) {
            let items: Vec<PyObjectRef> = python.downcast_ref::<PyList>().map(|list| list.borrow_vec().to_vec()).unwrap_or_default();
            return items.iter().map(|item| self.take(item, vm)).collect::<PyResult<_>>().map(Value::List);
        }
        if class.is(types.tuple_type) {
            let items = python.downcast_ref::<PyTuple>().map(|tuple| tuple.as_slice().to_vec()).unwrap_or_default();
            return items.iter().map(|item| self.take(item, vm)).collect::<PyResult<_>>().map(Value::Tuple);
        }
        if class.is(types.dict_type) {
            let dict: Option<PyRef<PyDict>> = python.clone().downcast().ok();
            let entries: Vec<(PyObjectRef, PyObjectRef)> = dict.map(|dict| dict.into_iter().collect()).unwrap_or_default();
            let pairs = entries.iter().map(|(key, value)| Ok((self.take(key, vm)?, self.take(value, vm)?)));
            return pairs.collect::<PyResult<_>>().map(Value::Dict);
        }
        if let Some(handle) = self.ours(python, vm)? {
            return self.object(handle, vm).map(Value::Object);
        }
        Ok(Value::Foreign(self.foreign(python)))
    }

    /// The handle of an object whose class is exactly one that we generated.
    fn ours(&self, python: &PyObjectRef, vm: &VirtualMachine) -> PyResult<Option<usize>> {
        let class = python.class();
        let generated = crate::surface::class(&class.name()).is_some();
        if !generated || vm.get_attribute_opt(class.to_owned().into(), "_gone")?.is_none() {
            return Ok(None);
        }
        let handle = python.get_attr("_handle", vm)?;
        handle.try_into_value::<usize>(vm).map(Some)
    }

    /// A value of the core as Python.
    pub(super) fn give(&self, value: &Value, vm: &VirtualMachine) -> PyResult<PyObjectRef> {
        let all = |items: &[Value]| items.iter().map(|item| self.give(item, vm)).collect::<PyResult<Vec<_>>>();
        Ok(match value {
            Value::None => vm.ctx.none(),
            Value::Bool(value) => vm.ctx.new_bool(*value).into(),
            Value::Int(value) => vm.ctx.new_int(*value).into(),
            Value::Float(value) => vm.ctx.new_float(*value).into(),
            Value::Text(text) => vm.ctx.new_str(text.as_str()).into(),
            Value::List(items) => vm.ctx.new_list(all(items)?).into(),
            Value::Tuple(items) => vm.ctx.new_tuple(all(items)?).into(),
            Value::Dict(entries) => {
                let dict = vm.ctx.new_dict();
                for (key, value) in entries {
                    dict.set_item(&*self.give(key, vm)?, self.give(value, vm)?, vm)?;
                }
                dict.into()
            }
            Value::Foreign(foreign) => self.python_of(*foreign, vm)?,
            Value::Object(object) => self.wrapped(object, vm)?,
        })
    }

    fn wrapped(&self, object: &Object, vm: &VirtualMachine) -> PyResult<PyObjectRef> {
        let handle = self.handle(object);
        if let Some(alive) = self.own.borrow().get(&handle).and_then(|weak| weak.upgrade()) {
            return Ok(alive);
        }
        let wrap = vm.import("_victor", 0)?.get_attr("_wrap", vm)?;
        let name = vm.ctx.new_str(object.0.class().name);
        let made = wrap.call((name, vm.ctx.new_int(handle)), vm)?;
        self.own(handle, &made, vm)?;
        Ok(made)
    }

    /// The arguments of a call from Python.
    pub(super) fn arguments(&self, args: &PyObjectRef, kwargs: &PyObjectRef, vm: &VirtualMachine) -> PyResult<Arguments> {
        let positional = match self.take(args, vm)? {
            Value::Tuple(items) | Value::List(items) => items,
            other => vec![other],
        };
        let named = match self.take(kwargs, vm)? {
            Value::Dict(entries) => entries.into_iter().map(|(name, value)| (name.text().unwrap_or_default().to_owned(), value)).collect(),
            _ => Vec::new(),
        };
        Ok(Arguments { positional, named })
    }

    /// The arguments of a call into Python.
    pub(super) fn call(&self, arguments: &Arguments, vm: &VirtualMachine) -> PyResult<FuncArgs> {
        let positional = arguments.positional.iter().map(|value| self.give(value, vm)).collect::<PyResult<Vec<_>>>()?;
        let named = arguments.named.iter().map(|(name, value)| Ok((name.clone(), self.give(value, vm)?))).collect::<PyResult<Vec<_>>>()?;
        Ok(FuncArgs::new(positional, KwArgs::new(named.into_iter().collect())))
    }

    /// A Python exception for the core.
    pub(super) fn raised(&self, error: &PyBaseExceptionRef, vm: &VirtualMachine) -> Raised {
        let python: PyObjectRef = error.clone().into();
        let message = python.str(vm).map(|text| text.to_string_lossy().into_owned()).unwrap_or_default();
        Raised { class: error.class().name().to_string(), message, origin: Some(self.foreign(&python)) }
    }

    /// An exception of the core for Python: the program's own as it was, else a built-in one.
    pub(super) fn exception(&self, raised: &Raised, vm: &VirtualMachine) -> PyBaseExceptionRef {
        let original = raised.origin.and_then(|foreign| self.python_of(foreign, vm).ok());
        if let Some(Ok(error)) = original.map(|python| python.try_into_value::<PyBaseExceptionRef>(vm)) {
            return error;
        }
        let exceptions = &vm.ctx.exceptions;
        let class = match raised.class.as_str() {
            "TypeError" => exceptions.type_error,
            "ValueError" => exceptions.value_error,
            "AttributeError" => exceptions.attribute_error,
            "KeyError" => exceptions.key_error,
            _ => exceptions.runtime_error,
        };
        vm.new_exception_msg(class.to_owned(), raised.message.clone().into())
    }
}
