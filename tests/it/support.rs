//! Temporary projects, runs of the built program in them, and the other programs some promises need.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// One site that `--fix` changes.
pub const PROGRAM: &str = "from victor.agent.orchestrator import AgentOrchestrator\n\norch = AgentOrchestrator()\nprint(orch._model)\n";

/// Nothing is remembered outside of a test.
const NO_CACHE: (&str, &str) = ("VICTOR_MIGRATE_CACHE_DIR", "");

/// A folder of files that goes away with the test.
pub struct Project {
    dir: tempfile::TempDir,
}

/// How often a property is tried; `PROPTEST_CASES` in the environment asks for more.
pub fn cases(number: u32) -> proptest::test_runner::Config {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok());
    proptest::test_runner::Config { failure_persistence: None, cases: asked.unwrap_or(number), ..Default::default() }
}

/// How a run of a program ended.
pub struct Run {
    /// The exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// Standard output as bytes.
    pub bytes: Vec<u8>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Project {
    /// A folder with these files in it; a name may have folders in front.
    pub fn new<T: AsRef<[u8]>>(files: &[(&str, T)]) -> Self {
        let project = Project { dir: tempfile::tempdir().expect("a temporary folder") };
        for (name, bytes) in files {
            project.write(name, bytes);
        }
        project
    }

    /// A copy of a folder of the repository.
    pub fn copy_of(folder: &str) -> Self {
        let files = files_below(&repository().join(folder));
        assert!(!files.is_empty(), "{folder} has no files");
        let files: Vec<_> = files.iter().map(|(name, bytes)| (name.as_str(), bytes)).collect();
        Project::new(&files)
    }

    pub fn root(&self) -> &Path {
        self.dir.path()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.root().join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a file has a folder")).expect("folders can be made");
        std::fs::write(path, bytes).expect("a file can be written");
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The file as text, with every byte that is no UTF-8 made visible.
    pub fn text(&self, name: &str) -> String {
        String::from_utf8_lossy(&self.read(name)).into_owned()
    }

    /// Every file by its path; the journal is not one of the project's.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = files_below(self.root());
        files.retain(|name, _| !name.starts_with(".victor-migrate/"));
        files
    }

    /// Runs the program in the folder.
    pub fn run<A: AsRef<OsStr>>(&self, args: &[A]) -> Run {
        self.run_with(args, &[], None)
    }

    /// Runs the program in a folder of it.
    pub fn run_in(&self, folder: &str, args: &[&str]) -> Run {
        let mut command = self.command(args);
        command.current_dir(self.path(folder));
        finish(command, None)
    }

    /// Runs `scan` in the folder; `args` are separated by blanks.
    pub fn scan(&self, args: &str) -> Run {
        self.run(&words(args))
    }

    /// Runs `scan` with `input` on standard input.
    pub fn scan_input(&self, args: &str, input: &[u8]) -> Run {
        self.run_with(&words(args), &[], Some(input))
    }

    /// Runs `scan` with more variables in its environment.
    pub fn scan_env(&self, args: &str, env: &[(&str, &str)]) -> Run {
        self.run_with(&words(args), env, None)
    }

    /// The program, ready to be started in the folder.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_victor-migrate"));
        command
            .args(args)
            .current_dir(self.root())
            .env_clear()
            .env(NO_CACHE.0, NO_CACHE.1)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    fn run_with<A: AsRef<OsStr>>(&self, args: &[A], env: &[(&str, &str)], input: Option<&[u8]>) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_victor-migrate"));
        command.args(args).current_dir(self.root()).env_clear().envs([NO_CACHE]).envs(env.iter().copied());
        finish(command, input)
    }

    /// Runs another program in the folder, away from any configuration of the person who runs the tests.
    pub fn other(&self, name: &str, args: &[&str], input: &[u8]) -> Run {
        let mut command = Command::new(name);
        command.args(args).current_dir(self.root());
        command.env("GIT_CEILING_DIRECTORIES", self.root()).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        finish(command, Some(input))
    }
}

impl Run {
    /// Checks the exit code and shows both streams when it is another.
    #[track_caller]
    pub fn ends_with(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "\n-- out\n{}\n-- err\n{}", self.out, self.err);
        self
    }

    /// Standard output as one JSON value.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error} in\n{}", self.out))
    }
}

fn words(args: &str) -> Vec<&str> {
    std::iter::once("scan").chain(args.split_whitespace()).collect()
}

fn finish(mut command: Command, input: Option<&[u8]>) -> Run {
    command.stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() }).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let pipe = child.stdin.take();
    let Output { status, stdout, stderr } = std::thread::scope(|scope| {
        if let (Some(mut pipe), Some(input)) = (pipe, input) {
            // A program that does not read to the end is judged by what it says.
            scope.spawn(move || _ = pipe.write_all(input));
        }
        child.wait_with_output().expect("the program can be waited for")
    });
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Run { code: status.code(), out: text(&stdout), err: text(&stderr), bytes: stdout }
}

/// Every Python file of a project with its text, for whoever compiles them.
pub fn python_of(project: &Project) -> Vec<(String, String)> {
    let text = |(name, bytes): (String, Vec<u8>)| (name, String::from_utf8(bytes).expect("UTF-8"));
    project.files().into_iter().filter(|(name, _)| name.ends_with(".py")).map(text).collect()
}

/// The folder that holds `Cargo.toml`.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below a folder by its path with `/`; links are not followed.
pub fn files_below(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).unwrap_or_else(|error| panic!("{}: {error}", next.display())) {
            let path = entry.expect("a folder can be read to its end").path();
            if path.is_symlink() {
                continue;
            }
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let name = path.strip_prefix(folder).expect("it is below").to_string_lossy().replace('\\', "/");
            files.insert(name, std::fs::read(&path).expect("a file can be read"));
        }
    }
    files
}

/// Whether another program is installed. A test that goes without it says so, and fails where everything has to run.
pub fn program(name: &str) -> bool {
    let found = std::env::var_os("PATH").is_some_and(|path| {
        std::env::split_paths(&path).any(|folder| folder.join(name).is_file() || folder.join(format!("{name}.exe")).is_file())
    });
    if !found {
        assert!(std::env::var_os("VICTOR_MIGRATE_FULL").is_none_or(|full| full != "1"), "{name} is not installed");
        println!("skipped: {name} is not installed");
    }
    found
}
