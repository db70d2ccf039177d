//! The trace hook: counts instructions, notes executed lines, stops a run that is over.
//!
//! `line` events come only when the line changes, so `while True: pass` has none; opcode events are what counts. They
//! are asked for in the program's own frames; elsewhere only calls count, which keeps library code fast.
//!
//! The end of a body returns `None`, and that instruction carries the last line's number, even where a condition kept
//! that line from running. Such a line counts as executed only where it says `return`.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustpython::vm::bytecode::Instruction;
use rustpython::vm::frame::Frame;
use rustpython::vm::function::FuncArgs;
use rustpython::vm::{AsObject, PyObjectRef, PyResult, VirtualMachine};

use super::ledger::Ledger;
use super::native::stop;

/// Where the program's files seem to be.
pub(super) const ROOT: &str = "/program/";

/// Lines of the program, by path below [`ROOT`], that begin with `return`.
pub(super) type Returns = BTreeSet<(String, u32)>;

/// Starts counting in every frame entered from here on.
pub(super) fn install(vm: &VirtualMachine, ledger: Arc<Ledger>, returns: Returns) {
    let hook = vm.new_function("trace", move |args: FuncArgs, vm: &VirtualMachine| on_event(&ledger, &returns, &args, vm));
    let own: PyObjectRef = hook.into();
    vm.trace_func.replace(own);
    vm.use_tracing.set(true);
}

/// Ends counting.
pub(super) fn remove(vm: &VirtualMachine) {
    vm.use_tracing.set(false);
    vm.trace_func.replace(vm.ctx.none());
}

fn on_event(ledger: &Ledger, returns: &Returns, args: &FuncArgs, vm: &VirtualMachine) -> PyResult<PyObjectRef> {
    let [frame, event, ..] = args.args.as_slice() else { return Ok(vm.ctx.none()) };
    let (Some(frame), Some(event)) = (frame.downcast_ref::<Frame>(), event.downcast_ref::<rustpython::vm::builtins::PyStr>()) else {
        return Ok(vm.ctx.none());
    };
    let event = event.as_bytes();
    if matches!(event, b"opcode" | b"call") && !ledger.is_sealed() && !ledger.step() {
        return Err(stop(vm, ledger));
    }
    let path = frame.code.source_path().as_bytes();
    let Some(path) = path.strip_prefix(ROOT.as_bytes()) else { return Ok(vm.ctx.none()) };
    match event {
        b"call" => *frame.trace_opcodes.lock() = true,
        b"line" => {
            let place = (String::from_utf8_lossy(path).into_owned(), u32::try_from(frame.f_lineno()).unwrap_or(0));
            if !at_the_end(frame) || returns.contains(&place) {
                ledger.line(place);
            }
        }
        _ => {}
    }
    // Anything but None keeps the frame traced.
    Ok(vm.ctx.true_value.clone().as_object().to_owned())
}

/// Whether the frame is about to return `None` and do nothing else.
fn at_the_end(frame: &Frame) -> bool {
    let (instructions, next) = (&frame.code.instructions, frame.lasti() as usize);
    let op = |at: usize| (at < instructions.len()).then(|| instructions.read_op(at).deoptimize());
    matches!(op(next.saturating_sub(1)), Some(Instruction::LoadConst { .. })) && matches!(op(next), Some(Instruction::ReturnValue))
}
