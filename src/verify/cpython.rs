//! The user's own Python instead of the embedded one: the same programs, with the libraries that are installed there, in a
//! copy of the project. The runtime comes to it over a pipe.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value as Json, json};

use super::copy::{Copy, CopyError};
use super::process::{Home, finish};
use super::prove::Sandbox;
use super::world::World;
use crate::runtime::bridge::Face;
use crate::runtime::pipe::install;
use crate::runtime::sandbox::{Ended, Program, Run};

/// Bytes of address space that a program may use.
const MEMORY: u64 = 8 << 30;

/// Processor seconds, and seconds of the clock, for one program.
const SECONDS: u64 = 120;

/// Asks a Python who it is.
const WHO: &str = "import sys; v = sys.version.split()[0]; sys.stdout.write(v) if sys.version_info >= (3, 8) else sys.exit('it is ' + v)";

/// Why the Python cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PythonError {
    /// It does not start, or is none.
    #[error("{}: is no Python that can be used: {reason}; name one of 3.8 or later", path.display())]
    Unusable {
        /// As it was named.
        path: PathBuf,
        /// What happened.
        reason: String,
    },
    /// There is no copy of the project.
    #[error(transparent)]
    Copy(#[from] CopyError),
}

/// A Python of the user's, and a copy of the project for it. Threads share it.
pub struct Cpython {
    python: PathBuf,
    /// The command that serves the runtime, without the surface.
    server: Vec<String>,
    home: Home,
    copy: Copy,
    roots: Vec<PathBuf>,
    /// Its version, as it says.
    pub version: String,
}

impl Cpython {
    /// Copies the project and asks the Python who it is.
    ///
    /// # Errors
    /// Where it does not answer, or the project cannot be copied.
    pub fn new(python: &Path, server: Vec<String>, root: &Path, world: &World) -> Result<Self, PythonError> {
        let unusable = |reason: String| PythonError::Unusable { path: python.to_owned(), reason };
        let absolute = found(python).map_err(|error| unusable(error.to_string()))?;
        let home = Home::new().map_err(|error| unusable(error.to_string()))?;
        let mut command = home.command(&absolute, home.path());
        command.args(["-c", WHO]);
        let asked = finish(command, Vec::new(), Duration::from_secs(30)).map_err(|error| unusable(error.to_string()))?;
        if !asked.status.is_some_and(|status| status.success()) {
            let words = String::from_utf8_lossy(&asked.stderr).into_owned();
            return Err(unusable(words.lines().last().unwrap_or("it does not answer").to_owned()));
        }
        let version = String::from_utf8_lossy(&asked.stdout).trim().to_owned();
        if !is_version(&version) {
            return Err(unusable("asked for its version, it does not answer as a Python does".to_owned()));
        }
        let copy = Copy::new(root)?;
        let roots = world.roots().into_iter().filter_map(|root| copy.path(root)).collect();
        Ok(Cpython { python: absolute, server, home, copy, roots, version })
    }

    /// What is not in the copy, and why.
    #[must_use]
    pub fn left_out(&self) -> &BTreeMap<PathBuf, String> {
        &self.copy.left_out
    }

    /// Runs one program.
    #[must_use]
    pub fn run(&self, face: Face, program: &Program) -> Run {
        self.attempt(face, program).unwrap_or_else(Run::lost)
    }

    fn attempt(&self, face: Face, program: &Program) -> Result<Run, Ended> {
        let failed = |error: String| Ended::Interpreter(error);
        let mut command = self.home.command(&self.python, self.copy.root());
        command.args(["-X", "utf8", "-c", include_str!("start.py")]);
        let request = self.request(face, program).to_string().into_bytes();
        let finished = finish(command, request, Duration::from_secs(SECONDS)).map_err(|error| failed(error.to_string()))?;
        let Some(status) = finished.status else { return Err(Ended::Limit("time".to_owned())) };
        let answer: Json = serde_json::from_slice(&finished.stdout).map_err(|_| {
            let words = String::from_utf8_lossy(&finished.stderr).into_owned();
            failed(format!("{status} {}", words.lines().last().unwrap_or("")))
        })?;
        if let Some(trace) = answer["failed"].as_str() {
            return Err(failed(trace.lines().last().unwrap_or(trace).to_owned()));
        }
        serde_json::from_value(answer).map_err(|error| failed(error.to_string()))
    }

    fn request(&self, face: Face, program: &Program) -> Json {
        let mut server = self.server.clone();
        server.push(face.word().to_owned());
        let nowhere = |name: &str| self.copy.root().join(name.replace('.', "/")).with_extension("py");
        let is_package = |name: &str, file: &Path| file.ends_with("__init__.py") && name != "__init__";
        let module = |(name, text): (&String, &String)| {
            let file = program.paths.get(name).and_then(|path| self.copy.path(path)).unwrap_or_else(|| nowhere(name));
            (name.clone(), json!([text, file.to_string_lossy(), is_package(name, &file)]))
        };
        let modules: serde_json::Map<String, Json> = program.modules.iter().map(module).collect();
        let keys: BTreeMap<&String, String> = program.modules.keys().map(|name| (name, Program::file(&program.modules, name))).collect();
        let roots: Vec<String> = self.roots.iter().map(|root| root.to_string_lossy().into_owned()).collect();
        json!({
            "text": program.text, "modules": modules, "keys": keys, "roots": roots,
            "file": self.copy.root().join("main.py").to_string_lossy(),
            "install": install(face, &server, true),
            "memory": MEMORY, "seconds": SECONDS,
        })
    }
}

/// Whether a text is the version of a Python of today, as `3.8.10` or `3.14.0rc1`; any program can end well.
fn is_version(text: &str) -> bool {
    let mut parts = text.split('.');
    parts.next() == Some("3")
        && parts.next().is_some_and(|minor| minor.parse::<u32>().is_ok_and(|minor| minor >= 8))
        && parts.next().is_some()
}

/// The program of that name, which a Python has to know of itself to start others. A virtual environment is known by the
/// path of its Python, so that links are not followed.
fn found(python: &Path) -> std::io::Result<PathBuf> {
    if python.components().count() > 1 {
        return std::path::absolute(python);
    }
    let path = std::env::var_os("PATH").unwrap_or_else(|| "/usr/local/bin:/usr/bin:/bin".into());
    let known = std::env::split_paths(&path).map(|folder| folder.join(python)).find(|file| file.is_file());
    Ok(known.unwrap_or_else(|| python.to_owned()))
}

/// A thread's way to it.
impl Sandbox for &Cpython {
    fn run(&mut self, face: Face, program: &Program) -> Run {
        Cpython::run(self, face, program)
    }
}
