//! The user's own Python is asked only where they say so, works on a copy, sees the same runtime, and is never waited for.

use serde_json::Value;

use super::support::{Project, Run, program};

fn verify(project: &Project, args: &[&str]) -> Run {
    project.run(&[&["verify", ".", "--python", "python3", "--format", "json"], args].concat())
}

/// Rule, verdict and line of every edit.
fn verdicts(report: &Value) -> Vec<(String, String, u64)> {
    let text = |one: &Value, key: &str| one[key].as_str().expect("a text").to_owned();
    let edit = |one: &Value| (text(one, "rule"), text(one, "verdict"), one["line"].as_u64().expect("a line"));
    report["edits"].as_array().expect("a list").iter().map(edit).collect()
}

#[test]
fn cpython_says_of_every_edit_what_the_sandbox_says() {
    if !program("python3") {
        return;
    }
    for fixture in ["fixtures/scenarios/tool_app/before", "fixtures/scenarios/chat_app/before"] {
        let project = Project::copy_of(fixture);
        let here = verify(&project, &["--unsafe-fixes"]).json();
        let there = project.run(&["verify", ".", "--unsafe-fixes", "--format", "json"]).json();
        assert!(!verdicts(&here).is_empty(), "{fixture}");
        assert_eq!(verdicts(&here), verdicts(&there), "{fixture}");
    }
}

/// Code that only a real interpreter can run: it needs its own data file, writes to the disk and starts a process.
const REAL: &str = "\
import ctypes, os, pathlib, subprocess, sys
from victor.agent.orchestrator import AgentOrchestrator

HERE = pathlib.Path(__file__).parent
NAME = (HERE / \"name.txt\").read_text()
subprocess.run([sys.executable, \"-c\", \"print('noise')\"], check=True)


def model(orch: AgentOrchestrator):
    (HERE / \"name.txt\").write_text(NAME)
    pathlib.Path(\"left.txt\").write_text(\"left\")
    assert \"SECRET\" not in os.environ and os.environ[\"HOME\"] != \"/root\"
    return NAME, orch._model
";

#[test]
fn code_that_needs_the_machine_is_verified_on_a_copy_and_the_project_stays_as_it_is() {
    if !program("python3") {
        return;
    }
    let project = Project::new(&[("app/real.py", REAL), ("app/name.txt", "Ann"), ("pyproject.toml", "")]);
    let before = project.files();
    let run = verify(&project, &[]);
    assert!(run.err.contains("Running your code in Python 3") && run.err.contains("in a copy of"), "{}", run.err);
    let report = run.ends_with(0).json();
    assert_eq!(verdicts(&report), [("provider-read".to_owned(), "verified".to_owned(), 13)], "{report:#}");
    assert_eq!(project.files(), before);
    let sandboxed = project.run(&["verify", ".", "--format", "json"]).json();
    assert_eq!(verdicts(&sandboxed)[0].1, "unproven", "the sandbox has no machine");
}

#[test]
fn what_is_no_python_is_named() {
    let project = Project::new(&[("app.py", super::support::PROGRAM)]);
    let run = project.run(&["verify", ".", "--python", "./no-python"]).ends_with(2);
    assert!(run.err.contains("./no-python: is no Python that can be used: "), "{}", run.err);
    // Each ends well, whatever it is asked.
    for other in ["true", "echo"].into_iter().filter(|other| program(other)) {
        let run = project.run(&["verify", ".", "--python", other]).ends_with(2);
        let told = format!("{other}: is no Python that can be used: asked for its version, it does not answer as a Python does");
        assert!(run.err.contains(&told) && !run.err.contains("Running your code"), "{}", run.err);
    }
}

#[test]
fn every_python_from_the_oldest_to_the_newest_understands_the_runtime() {
    // The client is Python source for all of them; each that is installed beside the default one is asked.
    let project = Project::copy_of("fixtures/scenarios/tenants/before");
    let mut asked = 0;
    for minor in 8..=14 {
        let python = format!("python3.{minor}");
        let answers = std::process::Command::new(&python).arg("--version").output().is_ok_and(|output| output.status.success());
        if answers {
            let report = project.run(&["verify", ".", "--python", &python, "--format", "json"]).ends_with(0).json();
            assert_eq!(verdicts(&report).len(), 4, "{python}");
            assert!(verdicts(&report).iter().all(|one| one.1 == "verified" || one.1 == "declared"), "{python}: {report:#}");
            asked += 1;
        }
    }
    println!("{asked} versions of Python were asked");
}
