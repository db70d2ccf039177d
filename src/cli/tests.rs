//! The promises of the command line, kept from arguments to exit code; the engine's own are tested elsewhere.

use std::path::Path;

use super::run;

const PROGRAM: &str = "from victor.agent.orchestrator import AgentOrchestrator\n\norch = AgentOrchestrator()\nprint(orch._model)\n";

/// Exit code, standard output, standard error.
fn call(args: &[&str]) -> (u8, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let args = std::iter::once("victor-migrate").chain(args.iter().copied()).map(Into::into);
    let code = run(args, &mut out, &mut err);
    (code, String::from_utf8(out).expect("UTF-8"), String::from_utf8(err).expect("UTF-8"))
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        std::fs::write(dir.path().join(name), text).expect("a file");
    }
    dir
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

#[test]
fn help_is_a_payload_and_a_wrong_flag_is_not() {
    let (code, out, err) = call(&["--help"]);
    assert!(code == 0 && out.contains("scan") && err.is_empty());
    let (code, out, err) = call(&["scan", "--fixx"]);
    assert!(code == 2 && out.is_empty() && err.contains("--fix"));
    assert_eq!(call(&["scan", "--output", "jsn=x"]).0, 2);
}

#[test]
fn open_sites_end_with_1_and_their_fix_with_0() {
    let dir = folder(&[("a.py", PROGRAM)]);
    let file = dir.path().join("a.py");
    let (code, out, err) = call(&["scan", text(dir.path())]);
    assert!(code == 1 && out.contains(" 1 open.") && err.is_empty(), "{code} {out} {err}");
    assert_eq!(call(&["scan", "--exit-zero", text(dir.path())]).0, 0);
    assert_eq!(std::fs::read_to_string(&file).expect("a file"), PROGRAM);
    let (code, out, _) = call(&["scan", "--fix", text(dir.path())]);
    assert!(code == 0 && out.contains("Fixed 1 site"), "{code} {out}");
    assert_eq!(std::fs::read_to_string(&file).expect("a file"), PROGRAM.replace("_model", "model"));
}

#[test]
fn a_diff_has_standard_output_to_itself_and_writes_nothing() {
    let dir = folder(&[("a.py", PROGRAM)]);
    let (code, out, err) = call(&["scan", "--fix", "--diff", text(dir.path())]);
    assert!(code == 1 && out.starts_with("diff --git a/") && out.ends_with("+print(orch.model)\n"), "{code} {out}");
    assert!(err.contains("Would fix 1 site: 1 safe"), "{err}");
    assert_eq!(std::fs::read_to_string(dir.path().join("a.py")).expect("a file"), PROGRAM);
}

#[test]
fn a_missing_path_is_told_and_the_rest_is_done() {
    let dir = folder(&[("a.py", PROGRAM)]);
    let (code, out, err) = call(&["scan", text(dir.path()), "no/such/file.py"]);
    assert!(code == 2 && out.contains("1 file scanned, 2 sites: 1 ready, 1 open"), "{code} {out}");
    assert!(err.starts_with("error: no/such/file.py: "), "{err}");
    assert_eq!(call(&["scan", "--exit-zero", "no/such/file.py"]).0, 2);
}

#[test]
fn a_folder_without_python_is_said_so() {
    let dir = folder(&[("a.txt", "")]);
    let (code, _, err) = call(&["scan", text(dir.path())]);
    assert!(code == 0 && err.contains("No Python file was found in"), "{code} {err}");
}

#[test]
fn reports_go_to_as_many_files_as_asked_for() {
    let dir = folder(&[("a.py", PROGRAM)]);
    let (md, json) = (dir.path().join("todo.md"), dir.path().join("report"));
    let as_json = format!("json={}", text(&json));
    let code = call(&["scan", text(dir.path()), "--output", text(&md), "--output", &as_json]).0;
    assert_eq!(code, 1);
    assert!(std::fs::read_to_string(&md).expect("a file").starts_with("# Migration"));
    assert!(std::fs::read_to_string(&json).expect("a file").starts_with("{\n  \"version\": 1,"));
    let nowhere = dir.path().join("no/folder.json");
    let (code, _, err) = call(&["scan", text(dir.path()), "--output", text(&nowhere)]);
    assert!(code == 2 && err.contains("folder.json: cannot write the report"), "{code} {err}");
}

#[test]
fn a_rule_that_does_not_exist_is_answered_with_one_that_does() {
    let (code, out, _) = call(&["rules", "list"]);
    let name = out.lines().nth(1).and_then(|line| line.split_whitespace().next()).expect("a rule");
    assert_eq!(code, 0);
    assert!(call(&["rules", "show", name]).1.contains("\n# "));
    let misspelt = format!("{name}x");
    for args in [["rules", "show", &misspelt], ["scan", "--select", &misspelt], ["scan", "--ignore", &misspelt]] {
        let (code, out, err) = call(&args);
        assert!(code == 2 && out.is_empty() && err.contains(&format!("did you mean `{name}`?")), "{err}");
    }
    assert!(call(&["scan", "--select", "12"]).2.contains("no Example 12"));
}

#[test]
fn a_selection_leaves_the_other_rules_out() {
    let dir = folder(&[("a.py", PROGRAM)]);
    assert_eq!(call(&["scan", "--select", "2,3", text(dir.path())]).0, 0);
    assert_eq!(call(&["scan", "--select", "6", text(dir.path())]).0, 1);
    assert_eq!(call(&["scan", "--ignore", "6", text(dir.path())]).0, 0);
}

#[test]
fn standard_input_stands_alone() {
    let (code, _, err) = call(&["scan", "-", "a.py"]);
    assert!(code == 2 && err.contains("cannot stand beside other paths"));
    assert_eq!(call(&["scan", "a.py", "--stdin-filename", "b.py"]).0, 2);
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_written_is_told_as_it_is() {
    use std::os::unix::fs::PermissionsExt;
    let dir = folder(&[("a.py", PROGRAM)]);
    let file = dir.path().join("a.py");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o444)).expect("a mode");
    let (code, out, err) = call(&["scan", "--fix", text(dir.path())]);
    assert!(code == 2 && err.contains("a.py: read-only") && out.contains(" 1 open."), "{code} {out} {err}");
    assert_eq!(std::fs::read_to_string(&file).expect("a file"), PROGRAM);
}

#[test]
fn a_reader_who_goes_away_makes_no_gate_pass_and_no_noise() {
    struct Gone;
    impl std::io::Write for Gone {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let args = ["victor-migrate", "rules", "list"].map(Into::into).into_iter();
    let mut err = Vec::new();
    assert_eq!((run(args, &mut Gone, &mut err), err), (141, Vec::new()));
}
