//! What goes into a run and what comes out: plain values, serialisable, no type of the interpreter.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// The file of a module that is called as the program's own file is, below `/program/`.
pub(super) const MAIN_MODULE: &str = "src/main.py";

/// One program: the text that runs as `__main__`, and the modules of its project that it may import.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    /// Text of `/program/main.py`.
    pub text: String,
    /// Dotted module name to text; a name that prefixes another (`pkg`, `pkg.a`) is a package.
    #[serde(default)]
    pub modules: BTreeMap<String, String>,
    /// Where modules are on the disk, for an interpreter that has one.
    #[serde(skip)]
    pub paths: BTreeMap<String, PathBuf>,
    /// Limits of this run.
    #[serde(default)]
    pub limits: Limits,
}

impl Program {
    /// A program of one file under the default limits.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// The file in which a module is, below `/program/`, as executed lines name it.
    #[must_use]
    pub fn file(modules: &BTreeMap<String, String>, name: &str) -> String {
        let stem = name.replace('.', "/");
        let is_package = modules.keys().any(|other| other.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')));
        match (is_package, stem.as_str()) {
            (true, _) => format!("{stem}/__init__.py"),
            (false, "main") => MAIN_MODULE.to_owned(),
            (false, _) => format!("{stem}.py"),
        }
    }
}

/// How much one run may use. Passing any of them ends it as [`Ended::Limit`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Bytecode instructions of the program plus calls anywhere, library code included.
    pub instructions: u64,
    /// Bytes on stdout and stderr together.
    pub output: usize,
    /// Nested Python calls; also the most `sys.setrecursionlimit` grants.
    pub recursion: usize,
    /// Log records, warnings and uses of stand-ins, together.
    pub records: usize,
    /// Wall-clock milliseconds for what no instruction count sees (`sum(itertools.count())`).
    pub millis: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { instructions: 5_000_000, output: 1 << 20, recursion: 1000, records: 20_000, millis: 10_000 }
    }
}

/// Everything that could be seen of one run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// What reached `sys.stdout`, undecodable bytes replaced.
    pub stdout: String,
    /// What reached `sys.stderr`, undecodable bytes replaced. An uncaught exception is in `exception` instead.
    pub stderr: String,
    /// Records handed to `logging` handlers, in order.
    pub logs: Vec<Log>,
    /// Warnings that the filters let through, in order.
    pub warnings: Vec<Warning>,
    /// Globals of `__main__` in definition order, dunder names left out.
    pub globals: Vec<Global>,
    /// What left the program, `SystemExit` included.
    pub exception: Option<Raised>,
    /// Executed lines, by path below `/program/`.
    pub lines: BTreeMap<String, BTreeSet<u32>>,
    /// Uses of modules that exist neither in the standard library nor here, in order.
    pub standins: Vec<Use>,
    /// Files the program left behind in its in-memory file system, described like globals.
    pub files: BTreeMap<String, String>,
    /// What a recording native module saw, in order.
    pub record: Vec<Entry>,
    /// Whether the run says anything at all.
    pub ended: Ended,
}

impl Run {
    /// A run of which nothing is known but its end.
    pub fn lost(ended: Ended) -> Self {
        Self {
            stdout: String::new(),
            stderr: String::new(),
            logs: Vec::new(),
            warnings: Vec::new(),
            globals: Vec::new(),
            exception: None,
            lines: BTreeMap::new(),
            standins: Vec::new(),
            files: BTreeMap::new(),
            record: Vec::new(),
            ended,
        }
    }
}

/// One thing that a recording native module saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What it was.
    pub kind: String,
    /// What it said, described like globals.
    pub told: String,
    /// Whether two runs must agree on it.
    pub compared: bool,
}

/// How a run ended. Only `Normally` proves anything; a program that raised still ended normally.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "how", content = "why")]
pub enum Ended {
    /// The program came to its end or raised.
    Normally,
    /// A limit was passed; which one.
    Limit(String),
    /// The program asked for something no two runs agree on, or for the machine.
    NotDeterministic(String),
    /// The program decided on a value that only the missing library knows.
    Unknowable(String),
    /// The interpreter failed: a panic, a crash, a reply that is none.
    Interpreter(String),
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Normally => write!(f, "it came to its end"),
            Self::Limit(what) => write!(f, "over the limit of {what}"),
            Self::NotDeterministic(what) => write!(f, "no two runs agree on {what}"),
            Self::Unknowable(what) => write!(f, "it decides on something that only a missing library knows: {what}"),
            Self::Interpreter(what) => write!(f, "the interpreter failed: {what}"),
        }
    }
}

/// One record of `logging`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Log {
    /// Name of the logger.
    pub logger: String,
    /// `INFO`, `ERROR`, …
    pub level: String,
    /// The message after formatting its arguments.
    pub message: String,
    /// The exception logged with it, as `Type: message`.
    pub exception: Option<String>,
}

/// One shown warning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// Qualified name of the category.
    pub category: String,
    /// Its text.
    pub message: String,
    /// Line, when the file is one of the program's.
    pub line: Option<u32>,
}

/// One global of `__main__` at the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Global {
    /// Its name.
    pub name: String,
    /// Its value: exact types, dict order, no addresses (see `describe.py`).
    pub value: String,
}

/// An exception that left the program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Raised {
    /// Qualified type name, without `builtins.`.
    pub class: String,
    /// `str(exception)`.
    pub message: String,
    /// Lines of `/program/main.py` in its traceback, outermost first.
    pub lines: Vec<u32>,
    /// Notes added with `add_note`.
    pub notes: Vec<String>,
    /// Members of an exception group.
    pub group: Vec<Raised>,
    /// `__cause__`, or `__context__` unless suppressed.
    pub cause: Option<Box<Raised>>,
    /// Whether `cause` was given with `raise … from`.
    pub explicit: bool,
}

/// One use of a stand-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Use {
    /// Dotted path: `openai.Client().chat.create`.
    pub path: String,
    /// `import`, `call`, `await`, `iterate`, `enter`, `exit`, `set`, `subclass`, `decorate`, …
    pub kind: String,
    /// Arguments or value, described like globals.
    pub detail: String,
}
