//! What is said of a part of a project is what is said of it when all of it is scanned; only the part changes.

use std::path::Path;

use serde_json::Value;

use crate::support::{Project, files_below, python_of, repository};

const IMPORT: &str = "from victor.agent.orchestrator import AgentOrchestrator\n\n\n";
const MAKE: &str = "def make() -> AgentOrchestrator:\n    return AgentOrchestrator()\n";
const USE: &str = "from app.factory import make\n\nprint(make()._config.timeout)\n";
const TRACK: &str = "def track(orch: AgentOrchestrator):\n    orch._usage_analytics.track_event(\"x\", {})\n";

/// A project whose file `app/use.py` is nothing without `app/factory.py`.
fn shop() -> Project {
    let factory = format!("{IMPORT}{MAKE}");
    Project::new(&[("pyproject.toml", ""), ("app/__init__.py", ""), ("app/factory.py", factory.as_str()), ("app/use.py", USE)])
}

/// A project with a function that needs `await`, and its caller.
fn chain(caller: &str) -> Project {
    let track = format!("{IMPORT}{TRACK}");
    Project::new(&[("pyproject.toml", ""), ("app/__init__.py", ""), ("app/track.py", track.as_str()), ("main.py", caller)])
}

/// The findings of a file as the report has them.
fn of_file(report: &Value, path: &str) -> Vec<Value> {
    let all = report["findings"].as_array().expect("a list");
    all.iter().filter(|finding| finding["path"] == path).cloned().collect()
}

#[test]
fn every_file_by_itself_is_told_what_the_whole_project_tells_of_it() {
    let fixtures = repository().join("fixtures");
    let folders = ["harbour", "ferry", "parcels", "shop/before", "negative"].map(|name| fixtures.join(name));
    let traps = std::fs::read_dir(fixtures.join("traps")).expect("a folder").map(|entry| entry.expect("an entry").path());
    let mut compared = 0;
    for folder in folders.into_iter().chain(traps) {
        let project = copy(&folder);
        let whole = project.scan("--format json .").json();
        let paths: Vec<String> = python_of(&project).into_iter().map(|(path, _)| path).collect();
        for path in paths.iter().filter(|path| path.ends_with(".py")) {
            let alone = project.run(&["scan", "--no-cache", "--format", "json", path.as_str()]).json();
            let (alone, wanted) = (of_file(&alone, path), of_file(&whole, path));
            assert_eq!(plain(&alone), plain(&wanted), "{}/{path}", folder.display());
            compared += wanted.len();
        }
    }
    assert!(compared > 100, "{compared} findings");
}

/// A copy of a folder that is marked as a project.
fn copy(folder: &Path) -> Project {
    let files: Vec<(String, Vec<u8>)> = files_below(folder).into_iter().collect();
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let project = Project::new(&files);
    if !project.path("pyproject.toml").exists() {
        project.write("pyproject.toml", "");
    }
    project
}

/// Findings without what a part may not do: change other files.
fn plain(findings: &[Value]) -> Vec<Value> {
    let mut findings = findings.to_vec();
    for finding in findings.iter_mut().filter(|finding| finding.to_string().contains("the chain of callers") || !finding["plan"].is_null())
    {
        let fields = finding.as_object_mut().expect("an object");
        ["reason", "plan", "fix", "elsewhere", "level", "fixes"].iter().for_each(|key| drop(fields.remove(*key)));
    }
    findings
}

#[test]
fn a_value_from_a_file_that_was_not_named_is_known() {
    let project = shop();
    for args in ["app/use.py", "./app/use.py", "app/use.py app/use.py"] {
        let run = project.scan(&format!("--format json {args}")).ends_with(1);
        let report = run.json();
        assert_eq!((of_file(&report, "app/use.py").len(), report["findings"].as_array().map(Vec::len)), (1, Some(1)), "{args}");
    }
    let inside = project.run_in("app", &["scan", "--no-cache", "use.py"]).ends_with(1);
    assert!(inside.out.contains("use.py:3"), "{}", inside.out);
}

#[test]
fn a_part_without_a_site_is_said_to_be_a_part() {
    let project = shop();
    let part = project.run(&["scan", "--no-cache", "app/factory.py"]).ends_with(0);
    assert!(part.out.contains("No open site in what was scanned, a part of the project; scan `"), "{}", part.out);
    assert!(part.out.contains("1 file scanned"), "only what was asked for counts: {}", part.out);
}

#[cfg(unix)]
#[test]
fn a_part_behind_a_symbolic_link_finds_the_rest() {
    let (project, elsewhere) = (shop(), tempfile::tempdir().expect("a folder"));
    let link = elsewhere.path().join("link");
    std::os::unix::fs::symlink(project.root(), &link).expect("a link");
    let path = link.join("app/use.py");
    let run = project.run(&["scan", "--no-cache", path.to_str().expect("UTF-8")]).ends_with(1);
    assert!(run.out.contains("use.py:3"), "{}", run.out);
}

#[test]
fn standard_input_stands_for_a_file_of_its_project() {
    let project = shop();
    let with_more = format!("{USE}print(make()._config.retries)\n");
    let run = project.scan_input("--format json --stdin-filename app/use.py", with_more.as_bytes()).ends_with(1);
    assert_eq!(run.json()["findings"].as_array().map(Vec::len), Some(2), "{}", run.out);
    let fixed = project.scan_input("--fix --stdin-filename app/use.py", "# caf\u{e9}\n".as_bytes()).ends_with(0);
    assert_eq!(fixed.out, "# caf\u{e9}\n");
    assert_eq!(project.text("app/use.py"), USE, "nothing is written");
    let latin = b"# -*- coding: latin-1 -*-\nfrom app.factory import make\n\nprint('caf\xe9', make()._config.timeout)\n";
    let fixed = project.scan_input("--fix --stdin-filename app/use.py", latin);
    assert!(fixed.out.contains("caf\u{fffd}"), "in its own encoding: {}", fixed.out);
}

#[test]
fn a_chain_that_stays_inside_is_made_and_one_that_leaves_is_not() {
    let outside = chain("from app.track import track\n\ntrack(None)\n");
    let before = outside.files();
    for args in ["--fix --unsafe-fixes app", "--unsafe-fixes --fix app/track.py"] {
        let run = outside.scan(args).ends_with(1);
        assert!(run.out.contains("main.py must change with it and is not among what is scanned; name it too"), "{}", run.out);
        assert_eq!(outside.files(), before, "{args}");
    }
    let inside = chain("print('no caller')\n");
    inside.scan("--fix --unsafe-fixes app/track.py").ends_with(0);
    assert!(inside.text("app/track.py").contains("async def track"), "{}", inside.text("app/track.py"));
}

#[test]
fn a_chain_stops_where_a_caller_cannot_be_read() {
    let project = chain("from app.track import track\n\ntrack(None)\n");
    project.write("main.py", format!("from app.track import track\n\ntrack(None)\nx = '{}'\n", "x".repeat(1_000_001)));
    for args in ["--fix --unsafe-fixes app", "--fix --unsafe-fixes ."] {
        let run = project.scan(args).ends_with(1);
        assert!(run.out.contains("files of the project cannot be read, and may call (1)"), "{}", run.out);
    }
}

#[test]
fn two_parts_of_two_projects_know_both() {
    let (one, two) = (shop(), chain("from app.track import track\n\ntrack(None)\n"));
    let paths = [one.path("app/use.py"), two.path("app/track.py")].map(|path| path.to_str().expect("UTF-8").to_owned());
    let run = one.run(&["scan", "--no-cache", "--unsafe-fixes", paths[0].as_str(), paths[1].as_str()]).ends_with(1);
    assert!(run.out.contains("use.py:3") && run.out.contains("main.py must change with it"), "{}", run.out);
}

#[test]
fn the_way_to_a_part_does_not_matter() {
    let project = chain("from app.track import track\n\ntrack(None)\n");
    project.write("app/sub/x.py", "");
    project.write("app/setup.py", "def setup():\n    pass\n");
    for (folder, path) in [("app/sub", "../track.py"), ("app", "track.py"), ("app", "../app/track.py"), ("app/sub", "..")] {
        let run = project.run_in(folder, &["scan", "--no-cache", "--unsafe-fixes", path]).ends_with(1);
        assert!(run.out.contains("main.py must change with it"), "{folder} {path}: {}", run.out);
    }
}

#[cfg(unix)]
#[test]
fn a_part_behind_a_link_of_another_name_finds_its_callers() {
    let (project, elsewhere) = (chain("from app.track import track\n\ntrack(None)\n"), tempfile::tempdir().expect("a folder"));
    let link = elsewhere.path().join("other");
    std::os::unix::fs::symlink(project.path("app"), &link).expect("a link");
    let path = link.join("track.py");
    let run = project.run(&["scan", "--no-cache", "--unsafe-fixes", path.to_str().expect("UTF-8")]).ends_with(1);
    assert!(run.out.contains("main.py must change with it"), "{}", run.out);
}

#[test]
fn standard_input_is_judged_against_the_release_of_its_project() {
    let project = shop();
    project.write("requirements.txt", "victor-ai==0.7.0\n");
    let text =
        "from victor.agent.orchestrator import AgentOrchestrator\n\n\ndef run(o: AgentOrchestrator):\n    return o._config.token_budget\n";
    for name in ["app/use.py", "app/new.py", "app/deeper/new.py"] {
        let run = project.scan_input(&format!("--format json - --stdin-filename {name}"), text.as_bytes());
        assert_eq!(run.json()["target"]["name"], "victor-ai 0.7.0", "{name}: {}", run.out);
    }
    let new = project.scan_input("--format json - --stdin-filename app/new.py", USE.as_bytes()).ends_with(1);
    assert_eq!(new.json()["findings"].as_array().map(Vec::len), Some(1), "a file that is not there yet: {}", new.out);
}
