//! What is remembered of a scan changes no word of it, and is believed only where nothing changed.

use std::fs::{File, FileTimes};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::support::{PROGRAM, Project, Run};

/// A project that is large enough, at rest for a minute.
fn project() -> Project {
    let project = Project::new(&[("app.py", PROGRAM)]);
    for number in 0..220 {
        project.write(&format!("part/m{number}.py"), "x = 1\n");
    }
    rest(&project);
    project
}

/// Puts the times of all files a minute back.
fn rest(project: &Project) {
    let before = SystemTime::now() - Duration::from_secs(60);
    for name in project.files().keys() {
        let file = File::options().append(true).open(project.path(name)).expect("a file");
        file.set_times(FileTimes::new().set_modified(before)).expect("times");
    }
}

fn scan(project: &Project, cache: &Path, args: &str) -> Run {
    project.scan_env(args, &[("VICTOR_MIGRATE_CACHE_DIR", cache.to_str().expect("UTF-8"))])
}

fn entries(cache: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(cache).map(|all| all.map(|entry| entry.expect("an entry").path()).collect()).unwrap_or_default()
}

#[test]
fn the_second_scan_says_the_same_without_reading() {
    let (project, cache) = (project(), tempfile::tempdir().expect("a folder"));
    let first = scan(&project, cache.path(), "-v --format json");
    let second = scan(&project, cache.path(), "-v --format json");
    assert!(first.err.contains("221 files read"), "{}", first.err);
    assert!(second.err.contains("221 files unchanged since an earlier run"), "{}", second.err);
    assert_eq!((first.code, first.out), (second.code, second.out));
    let none = scan(&project, cache.path(), "-v --no-cache");
    assert!(none.err.contains("221 files read"), "{}", none.err);
    assert_eq!(entries(cache.path()).len(), 1);
}

#[test]
fn a_change_of_the_rest_of_the_project_is_seen() {
    let (project, cache) = (project(), tempfile::tempdir().expect("a folder"));
    project.write("pyproject.toml", "");
    project.write("part/use.py", "from make import make\n\nprint(make()._config.model)\n");
    project.write("make.py", "def make():\n    return 1\n");
    rest(&project);
    let remembered = |run: &Run| run.err.contains("unchanged since");
    let first = scan(&project, cache.path(), "-v part").ends_with(0);
    assert!(!remembered(&first) && remembered(&scan(&project, cache.path(), "-v part")));
    project.write("make.py", "from victor.agent.orchestrator import AgentOrchestrator as A\n\n\ndef make():\n    return A()\n");
    rest(&project);
    assert!(!remembered(&scan(&project, cache.path(), "-v part").ends_with(1)));
}

#[test]
fn a_change_of_a_file_a_setting_or_the_surroundings_is_seen() {
    let (project, cache) = (project(), tempfile::tempdir().expect("a folder"));
    let remembered = |args: &str| scan(&project, cache.path(), &format!("-v {args}")).err.contains("unchanged since");
    assert!(!remembered("") && remembered(""));
    assert!(!remembered("--ignore provider-read") && !remembered("--unsafe-fixes") && remembered(""));
    // The same length, and the same time of change.
    project.write("part/m7.py", "y = 2\n");
    rest(&project);
    assert!(!remembered("") && remembered(""));
    project.write("pyproject.toml", "[tool.victor-migrate]\nmodernize = true\n");
    assert!(!remembered(""));
    project.write("new.py", PROGRAM);
    rest(&project);
    assert!(scan(&project, cache.path(), "").out.contains("new.py"));
}

#[test]
fn what_is_damaged_or_still_moving_is_not_believed() {
    let (project, cache) = (project(), tempfile::tempdir().expect("a folder"));
    let first = scan(&project, cache.path(), "");
    let entry = entries(cache.path()).pop().expect("an entry");
    let bytes = std::fs::read(&entry).expect("bytes");
    for at in [0, 30, 64, 65, bytes.len() / 2, bytes.len() - 1] {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1;
        std::fs::write(&entry, damaged).expect("a file");
        let again = scan(&project, cache.path(), "-v");
        assert!(again.err.contains("files read"), "byte {at}: {}", again.err);
        assert_eq!(again.out, first.out);
    }
    std::fs::write(&entry, &bytes[..bytes.len() / 2]).expect("a file");
    assert_eq!(scan(&project, cache.path(), "").out, first.out);
    std::fs::remove_dir_all(cache.path()).expect("safe to delete");
    assert_eq!(scan(&project, cache.path(), "").out, first.out);
    // A file that was written a moment ago may change again without a trace.
    project.write("part/m1.py", "z = 3\n");
    scan(&project, cache.path(), "");
    assert!(scan(&project, cache.path(), "-v").err.contains("files read"));
}

#[test]
fn a_fix_is_never_made_from_memory() {
    let (project, cache) = (project(), tempfile::tempdir().expect("a folder"));
    scan(&project, cache.path(), "");
    assert_eq!(scan(&project, cache.path(), "--fix").code, Some(0));
    assert!(project.text("app.py").contains("orch.model"));
    assert_eq!(scan(&project, cache.path(), "").code, Some(0));
}
