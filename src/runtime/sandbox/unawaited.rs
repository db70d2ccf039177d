//! "coroutine … was never awaited": RustPython 0.5.0 does not say it, and a forgotten `await` is what migrations get wrong.

use std::sync::OnceLock;

use rustpython::vm::frame::Frame;
use rustpython::vm::{PyObject, PyResult, VirtualMachine};

type DelFunc = fn(&PyObject, &VirtualMachine) -> PyResult<()>;

/// What the interpreter does with a dropped coroutine; the same function for every thread.
static ORIGINAL: OnceLock<DelFunc> = OnceLock::new();

/// Makes the coroutine type of this interpreter warn.
pub(super) fn install(vm: &VirtualMachine) {
    let slot = &vm.ctx.types.coroutine_type.slots.del;
    if let Some(original) = slot.load() {
        ORIGINAL.get_or_init(|| original);
        slot.store(Some(dropped));
    }
}

fn dropped(coroutine: &PyObject, vm: &VirtualMachine) -> PyResult<()> {
    // A closed coroutine has no frame; one that never ran has a frame at its start.
    let unstarted =
        coroutine.get_attr("cr_frame", vm).is_ok_and(|frame| frame.downcast_ref::<Frame>().is_some_and(|frame| frame.lasti() == 0));
    if unstarted {
        vm.import("_sandbox", 0)?.get_attr("unawaited", vm)?.call((coroutine.to_owned(),), vm)?;
    }
    ORIGINAL.get().map_or(Ok(()), |original| original(coroutine, vm))
}
