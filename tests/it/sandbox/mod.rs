//! What the sandbox promises: nothing of the machine, and an honest account of how a run ended.

mod hostile;
mod native;
mod records;
mod standins;
mod surfaces;
mod variety;

use std::process::Command;

use victor_migrate::runtime::sandbox::{Child, Program, Run};

pub(crate) fn child_on(surface: &'static str) -> Child {
    Child::new(move || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_victor-migrate"));
        command.args(["sandbox", surface]);
        command
    })
}

fn child() -> Child {
    child_on("coordinator")
}

fn go(text: &str) -> Run {
    child().run(&Program::new(text))
}

/// Value of a global, `?` when there is none.
fn global<'a>(run: &'a Run, name: &str) -> &'a str {
    run.globals.iter().find(|g| g.name == name).map_or("?", |g| g.value.as_str())
}
