//! One program, from its text to its [`Run`].

use std::sync::Arc;
use std::thread;

use rustpython::vm::builtins::PyStrRef;
use rustpython::vm::{PyResult, VirtualMachine};
use serde::Deserialize;

use super::interpreter::{Builder, shown};
use super::ledger::Ledger;
use super::record::{Ended, Entry, Global, MAIN_MODULE, Program, Raised, Run};
use super::trace;
use super::watch::{GiveUp, Watch};

/// Stack of the thread a program runs on; 1,000 nested Python calls take about a tenth of it.
const STACK: usize = 256 << 20;

/// What the glue knows at the end and the ledger does not.
#[derive(Deserialize)]
struct Rest {
    globals: Vec<Global>,
    exception: Option<Raised>,
    files: std::collections::BTreeMap<String, String>,
    record: Vec<Entry>,
}

/// Runs `program` in this process. One uninterruptible instruction hangs it and one huge allocation ends it: that is
/// what [`super::Child`] is for.
pub fn run(builder: &Builder, program: &Program) -> Run {
    run_or(builder, program, Arc::new(|_| {}))
}

/// As [`run`], but a program that cannot be stopped is handed to `give_up`.
pub(super) fn run_or(builder: &Builder, program: &Program, give_up: GiveUp) -> Run {
    let (builder, program) = (builder.clone(), program.clone());
    let thread = thread::Builder::new().name("python".into()).stack_size(STACK).spawn(move || on_own_thread(&builder, &program, give_up));
    match thread.map(thread::JoinHandle::join) {
        Ok(Ok(run)) => run,
        Ok(Err(panic)) => Run::lost(Ended::Interpreter(format!("panicked: {}", said(panic.as_ref())))),
        Err(error) => Run::lost(Ended::Interpreter(format!("no thread: {error}"))),
    }
}

fn on_own_thread(builder: &Builder, program: &Program, give_up: GiveUp) -> Run {
    let ledger = Ledger::new(program.limits.clone());
    let started = match builder.start(&ledger) {
        Ok(started) => started,
        Err(error) => return Run::lost(Ended::Interpreter(format!("did not start: {error}"))),
    };
    let watch = Watch::over(Arc::clone(&ledger), started.interrupt, give_up);
    let rest = started.interpreter.enter(|vm| {
        let result = drive(vm, &ledger, program).map_err(|error| shown(vm, &error));
        trace::remove(vm);
        result
    });
    ledger.seal();
    watch.done();
    // Dropping the interpreter would run the program's `__del__` methods unwatched; its thread ends instead.
    std::mem::forget(started.interpreter);
    let rest = rest.and_then(|text| serde_json::from_str::<Rest>(&text).map_err(|error| error.to_string()));
    match rest {
        Ok(rest) => {
            let run = ledger.close(Ended::Normally);
            Run { globals: rest.globals, exception: rest.exception, files: rest.files, record: rest.record, ..run }
        }
        Err(error) => ledger.close(Ended::Interpreter(error)),
    }
}

/// Calls the three steps of `boot.py`; the first alone is traced, the last is not interrupted.
fn drive(vm: &VirtualMachine, ledger: &Arc<Ledger>, program: &Program) -> PyResult<String> {
    let boot = vm.import("_sandbox_boot", 0)?;
    let files = vm.ctx.new_dict();
    for (name, text) in &program.modules {
        files.set_item(name.as_str(), vm.ctx.new_str(text.as_str()).into(), vm)?;
    }
    let prepared = boot.get_attr("prepare", vm)?.call((vm.ctx.new_str(program.text.as_str()), files), vm)?;
    let play = boot.get_attr("play", vm)?;
    let finish = boot.get_attr("finish", vm)?;
    trace::install(vm, Arc::clone(ledger), returns(program));
    let raised = match play.call((prepared,), vm) {
        Ok(_) => vm.ctx.none(),
        Err(error) => error.into(),
    };
    trace::remove(vm);
    ledger.seal();
    let text: PyStrRef = finish.call((raised,), vm)?.try_into_value(vm)?;
    Ok(text.to_string_lossy().into_owned())
}

fn returns(program: &Program) -> trace::Returns {
    let lines = |path: String, text: &str| -> trace::Returns {
        let says = text.lines().zip(1..).filter(|(line, _)| line.trim_start().starts_with("return"));
        says.map(|(_, at)| (path.clone(), at)).collect()
    };
    let modules = program.modules.iter().flat_map(|(name, text)| {
        let stem = name.replace('.', "/");
        let file = if stem == "main" { MAIN_MODULE.to_owned() } else { format!("{stem}.py") };
        [lines(file, text), lines(format!("{stem}/__init__.py"), text)]
    });
    std::iter::once(lines("main.py".to_owned(), &program.text)).chain(modules).flatten().collect()
}

fn said(panic: &(dyn std::any::Any + Send)) -> &str {
    panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a word")
}
