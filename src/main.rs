//! The program: hands the process's arguments and streams to the library and ends with its code.

use std::io::{self, BufWriter};
use std::process::ExitCode;

use victor_migrate::cli::{Terminal, run_on};

fn main() -> ExitCode {
    let mut out = BufWriter::new(io::stdout());
    let mut err = io::stderr();
    ExitCode::from(run_on(Terminal::detect(), std::env::args_os(), &mut out, &mut err))
}
