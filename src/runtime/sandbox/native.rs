//! The native module `_sandbox`: what the Python glue calls to write into the ledger, and the exception that stops.

use std::sync::Arc;

use rustpython::vm::builtins::{PyBaseExceptionRef, PyBytesRef, PyModule, PyStrRef, PyTypeRef};
use rustpython::vm::function::{FuncArgs, IntoPyNativeFn};
use rustpython::vm::{PyObjectRef, PyRef, PyResult, VirtualMachine};

use super::ledger::Ledger;
use super::record::{Ended, Log, Use, Warning};

/// A native function of a module, by name.
pub fn define<F, K>(vm: &VirtualMachine, module: &PyRef<PyModule>, name: &'static str, f: F) -> PyResult<()>
where
    F: IntoPyNativeFn<K>,
{
    module.dict().set_item(name, vm.new_function(name, f).into(), vm)
}

/// Puts an empty module into `sys.modules`.
pub fn module(vm: &VirtualMachine, name: &str) -> PyResult<PyRef<PyModule>> {
    let module = vm.new_module(name, vm.ctx.new_dict(), None);
    vm.sys_module.get_attr("modules", vm)?.set_item(name, module.clone().into(), vm)?;
    Ok(module)
}

/// The exception of a run that is over. Every `except Exception` lets it pass.
pub(super) fn stop(vm: &VirtualMachine, ledger: &Ledger) -> PyBaseExceptionRef {
    let why = match ledger.reason() {
        Some(Ended::Limit(why) | Ended::NotDeterministic(why) | Ended::Unknowable(why)) => why,
        _ => "stopped".to_owned(),
    };
    let class = vm
        .import("_sandbox", 0)
        .and_then(|module| module.get_attr("NotDeterministic", vm))
        .and_then(|class| class.try_into_value::<PyTypeRef>(vm));
    match class {
        Ok(class) => vm.new_exception_msg(class, why.into()),
        Err(other) => other,
    }
}

/// Builds `_sandbox`.
pub(super) fn install(vm: &VirtualMachine, ledger: &Arc<Ledger>) -> PyResult<()> {
    let own = module(vm, "_sandbox")?;
    let base = vm.ctx.exceptions.base_exception_type.to_owned();
    let class = vm.ctx.new_exception_type("sandbox", "NotDeterministic", Some(vec![base]));
    // Functions of native modules that answer what they saw, as (kind, what, whether it is compared).
    own.dict().set_item("recorders", vm.ctx.new_list(Vec::new()).into(), vm)?;
    own.dict().set_item("NotDeterministic", class.clone().into(), vm)?;
    let unknowable = vm.ctx.new_exception_type("sandbox", "Unknowable", Some(vec![class]));
    own.dict().set_item("Unknowable", unknowable.into(), vm)?;
    own.dict().set_item("RECURSION", vm.ctx.new_int(ledger.limits().recursion).into(), vm)?;

    define(vm, &own, "count", |on: bool, vm: &VirtualMachine| vm.use_tracing.replace(on))?;
    // Some static types of RustPython 0.5.0 miss their interned name, and asking for their `__name__` panics.
    define(vm, &own, "name_class", |class: PyTypeRef, vm: &VirtualMachine| {
        vm.ctx.intern_str(&*class.name());
    })?;
    define(vm, &own, "unbound", |name: PyStrRef, f: PyObjectRef, vm: &VirtualMachine| {
        let name: &'static str = Box::leak(text(&name).into_boxed_str());
        vm.new_function(name, move |args: FuncArgs, vm: &VirtualMachine| f.call(args, vm))
    })?;
    let book = Arc::clone(ledger);
    define(vm, &own, "write", move |to_stderr: bool, bytes: PyBytesRef, vm: &VirtualMachine| {
        let kept = book.write(to_stderr, bytes.as_bytes());
        if kept { Ok(()) } else { Err(stop(vm, &book)) }
    })?;
    let book = Arc::clone(ledger);
    define(vm, &own, "end", move |kind: PyStrRef, why: PyStrRef| {
        let why = text(&why);
        book.end(match kind.as_bytes() {
            b"limit" => Ended::Limit(why),
            b"unknowable" => Ended::Unknowable(why),
            _ => Ended::NotDeterministic(why),
        });
    })?;
    let book = Arc::clone(ledger);
    let log = move |logger: PyStrRef, level: PyStrRef, message: PyStrRef, exc: Option<PyStrRef>, vm: &VirtualMachine| {
        let exception = exc.as_ref().map(text);
        let entry = Log { logger: text(&logger), level: text(&level), message: text(&message), exception };
        if book.add(|b| b.logs.push(entry)) { Ok(()) } else { Err(stop(vm, &book)) }
    };
    define(vm, &own, "log", log)?;
    let book = Arc::clone(ledger);
    define(vm, &own, "warning", move |category: PyStrRef, message: PyStrRef, line: Option<u32>, vm: &VirtualMachine| {
        let entry = Warning { category: text(&category), message: text(&message), line };
        if book.add(|b| b.warnings.push(entry)) { Ok(()) } else { Err(stop(vm, &book)) }
    })?;
    let book = Arc::clone(ledger);
    define(vm, &own, "used", move |path: PyStrRef, kind: PyStrRef, detail: PyStrRef, vm: &VirtualMachine| {
        let entry = Use { path: text(&path), kind: text(&kind), detail: text(&detail) };
        if book.add(|b| b.standins.push(entry)) { Ok(()) } else { Err(stop(vm, &book)) }
    })
}

/// Text of a Python string, lone surrogates replaced.
fn text(s: &PyStrRef) -> String {
    s.to_string_lossy().into_owned()
}
