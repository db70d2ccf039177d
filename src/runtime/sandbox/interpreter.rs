//! Starting RustPython without the host: frozen standard library, our modules in the host's place, hooks for more.
//!
//! RustPython must be built without `host_env` and without `threading`. Without `threading` its types and interned
//! strings are thread-local, so [`super::run()`] gives each program a thread of its own and with it a world of its own.

use std::sync::Arc;

use rustpython::vm::builtins::PyModule;
use rustpython::vm::common::rc::PyRc;
use rustpython::vm::compiler::Mode;
use rustpython::vm::signal::{UserSignalSender, user_signal_channel};
use rustpython::vm::{self, AsObject, PyRef, PyResult, Settings, VirtualMachine};
use rustpython::{InterpreterBuilder, InterpreterBuilderExt};

use super::ledger::Ledger;
use super::{glue, native, unawaited};

pub use super::native::define;

/// Fills a native module once the interpreter is up.
pub type Fill = dyn Fn(&VirtualMachine, &PyRef<PyModule>) -> PyResult<()> + Send + Sync;

/// Modules that a frozen standard library carries but that reach what must not be reached.
const WITHHELD: &[&str] = &["_remote_debugging"];

/// What an interpreter is made of beyond the standard library. Cheap to clone; one serves many runs.
#[derive(Clone, Default)]
pub struct Builder {
    natives: Vec<(&'static str, Arc<Fill>)>,
    modules: Vec<(String, String)>,
}

/// One started interpreter, with the line over which it can be interrupted from another thread.
pub(super) struct Started {
    pub(super) interpreter: vm::Interpreter,
    pub(super) interrupt: UserSignalSender,
}

impl Builder {
    /// Nothing beyond the standard library.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a native module, importable from the first line; `fill` puts functions and classes into it.
    #[must_use]
    pub fn native<F>(mut self, name: &'static str, fill: F) -> Self
    where
        F: Fn(&VirtualMachine, &PyRef<PyModule>) -> PyResult<()> + Send + Sync + 'static,
    {
        self.natives.push((name, Arc::new(fill)));
        self
    }

    /// Adds a Python module of ours under its dotted name; a prefix of another name is a package.
    #[must_use]
    pub fn python(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.modules.push((name.into(), text.into()));
        self
    }

    /// Starts an interpreter whose glue writes into `ledger`.
    pub(super) fn start(&self, ledger: &Arc<Ledger>) -> Result<Started, String> {
        let (interrupt, receiver) = user_signal_channel();
        let interpreter = InterpreterBuilder::new()
            .settings(settings())
            .init_stdlib()
            .init_hook(move |vm| {
                vm.set_user_signal_channel(receiver);
                if let Some(state) = PyRc::get_mut(&mut vm.state) {
                    state.module_defs.retain(|name, _| !WITHHELD.contains(name));
                }
            })
            .interpreter();
        let booted = interpreter.enter(|vm| self.boot(vm, ledger).map_err(|error| shown(vm, &error)));
        booted.map(|()| Started { interpreter, interrupt })
    }

    fn boot(&self, vm: &VirtualMachine, ledger: &Arc<Ledger>) -> PyResult<()> {
        vm.recursion_limit.set(ledger.limits().recursion);
        native::install(vm, ledger)?;
        for (name, fill) in &self.natives {
            fill(vm, &native::module(vm, name)?)?;
        }
        let sources = vm.ctx.new_dict();
        let ours = self.modules.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        for (name, text) in glue::MODULES.iter().copied().chain(ours) {
            sources.set_item(name, vm.ctx.new_str(text).into(), vm)?;
        }
        let boot = native::module(vm, "_sandbox_boot")?;
        boot.dict().set_item("SOURCES", sources.into(), vm)?;
        execute(vm, &boot, glue::BOOT, "<sandbox>/boot.py")?;
        unawaited::install(vm);
        Ok(())
    }
}

/// Runs `text` in the namespace of `module`.
pub(super) fn execute(vm: &VirtualMachine, module: &PyRef<PyModule>, text: &str, path: &str) -> PyResult<()> {
    let code = vm.compile(text, Mode::Exec, path.to_owned()).map_err(|error| vm.new_syntax_error(&error, Some(text)))?;
    let scope = vm::scope::Scope::with_builtins(None, module.dict(), vm);
    vm.run_code_obj(code, scope).map(drop)
}

/// An exception of the glue itself, for an error message.
pub(super) fn shown(vm: &VirtualMachine, error: &vm::builtins::PyBaseExceptionRef) -> String {
    let mut text = String::new();
    match vm.write_exception(&mut text, error) {
        Ok(()) => text,
        Err(_) => error.class().name().to_string(),
    }
}

fn settings() -> Settings {
    let mut settings = Settings::default();
    settings.isolated = true;
    settings.ignore_environment = true;
    settings.import_site = false;
    settings.user_site_directory = false;
    settings.write_bytecode = false;
    settings.install_signal_handlers = false;
    settings.allow_external_library = false;
    settings.hash_seed = Some(0);
    settings.argv = vec!["/program/main.py".to_owned()];
    settings
}
