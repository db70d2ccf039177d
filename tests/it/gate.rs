//! The gate: red for what is new, green for what is agreed, and never a number that another report does not have.

use serde_json::Value;

use super::support::{PROGRAM, Project, program};

const BASELINE: &str = "victor-migrate-baseline.json";

fn git(project: &Project, args: &[&str]) {
    let who = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false", "-c", "init.defaultBranch=main"];
    project.other("git", &[&who[..], args].concat(), b"").ends_with(0);
}

fn gate(project: &Project, args: &str) -> super::support::Run {
    project.run(&["gate"].into_iter().chain(args.split_whitespace()).collect::<Vec<_>>())
}

fn baseline(project: &Project, args: &str) -> super::support::Run {
    project.run(&["baseline"].into_iter().chain(args.split_whitespace()).collect::<Vec<_>>())
}

fn entries(project: &Project) -> Vec<Value> {
    let file: Value = serde_json::from_slice(&project.read(BASELINE)).expect("JSON");
    file["entries"].as_array().expect("entries").clone()
}

/// `PROGRAM` with one more site, which only a person can do.
fn with_debt() -> String {
    format!("{PROGRAM}print(orch._secret)\n")
}

#[test]
fn the_walk_through_of_the_readme_holds() {
    let project = Project::new(&[("app.py", with_debt())]);
    let red = gate(&project, "").ends_with(1);
    assert!(red.out.starts_with("Gate FAILED\n") && red.out.contains("2 open sites are new"), "{}", red.out);
    let made = baseline(&project, "create").ends_with(0);
    assert_eq!(made.out, format!("{BASELINE}: 2 debts written, from 1 file scanned.\n"));
    project.write("victor-migrate.toml", format!("baseline = \"{BASELINE}\"\n"));
    let green = gate(&project, "").ends_with(0);
    assert!(green.out.starts_with("Gate passed\n") && green.out.contains("2 known, 0 gone."), "{}", green.out);
    project.write("new.py", PROGRAM);
    let red = gate(&project, "").ends_with(1);
    assert!(
        red.out.contains("  FAILED  fail-on         1 open site is new\n          new.py:4 [provider-read] safe orch._model\n"),
        "{}",
        red.out
    );
    assert!(red.out.contains("see: victor-migrate scan --fix"), "{}", red.out);
    project.scan(". --fix").ends_with(1);
    let green = gate(&project, "").ends_with(0);
    assert!(green.out.contains("1 known, 1 gone.") && green.out.contains("gone: app.py [provider-read] orch._model"), "{}", green.out);
    assert_eq!(entries(&project).len(), 2, "reported until it is dropped");
    assert_eq!(baseline(&project, "update").ends_with(0).out, format!("{BASELINE}: 1 debt dropped, 1 left.\n"));
    assert_eq!(entries(&project).len(), 1);
    assert!(gate(&project, "").ends_with(0).out.contains("1 known, 0 gone."));
}

#[test]
fn gate_and_scan_and_checklist_agree_on_every_number() {
    let project = Project::copy_of("fixtures/shop");
    project.write("broken.py", "import victor\ndef (\n");
    project.write("quiet.py", PROGRAM.replace("_model)", "_model)  # victor-migrate: ignore[6] later"));
    let schema: Value = serde_json::from_str(include_str!("../../schemas/gate.schema.json")).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    for extra in ["", " --select 2,3"] {
        let judged = gate(&project, &format!(". --format json{extra}")).ends_with(1).json();
        let problems: Vec<String> = validator.iter_errors(&judged).map(|error| error.to_string()).collect();
        assert!(problems.is_empty(), "{problems:?}");
        let scan = project.scan(&format!(". --format json{extra}")).json();
        let (summary, readiness) = (&scan["summary"], &scan["summary"]["readiness"]);
        for key in ["percent", "sites", "ready", "open", "suppressed", "by_class", "formula"] {
            assert_eq!(judged["readiness"][key], readiness[key], "{key}");
        }
        assert_eq!(judged["files_scanned"], summary["files_scanned"]);
        assert_eq!(judged["new"].as_array().map(Vec::len), summary["due"].as_u64().and_then(|due| usize::try_from(due).ok()));
        let line = |page: &str| {
            page.lines().find(|line| line.contains("eadiness")).unwrap_or_default().replace('*', "").replace(" (only some rules ran)", "")
        };
        let pages = [
            gate(&project, &format!(".{extra}")).out,
            project.scan(&format!(".{extra}")).out,
            project.scan(&format!(". --format markdown{extra}")).out,
        ];
        let lines: Vec<String> = pages.iter().map(|page| line(page)).collect();
        assert!(lines[0] == lines[1] && lines[1] == lines[2] && lines[0].contains(" % = "), "{lines:?}");
    }
}

#[test]
fn entries_survive_moved_lines_and_renamed_files_and_no_copy_hides_behind_them() {
    let project = Project::new(&[("pkg/app.py", with_debt()), ("other.py", String::new())]);
    baseline(&project, "create --owner @core --reason later").ends_with(0);
    let flag = format!("--baseline {BASELINE}");
    project.write("pkg/app.py", format!("# one\n\n\n{}", with_debt()));
    assert!(gate(&project, &flag).ends_with(0).out.contains("2 known, 0 gone."));
    std::fs::rename(project.path("pkg/app.py"), project.path("pkg/renamed.py")).expect("renamed");
    assert!(gate(&project, &flag).ends_with(0).out.contains("2 known, 0 gone."));
    baseline(&project, "update").ends_with(0);
    let kept = entries(&project);
    assert!(kept.iter().all(|one| one["path"] == "pkg/renamed.py" && one["owner"] == "@core" && one["reason"] == "later"), "{kept:?}");
    project.write("copy.py", with_debt());
    let red = gate(&project, &flag).ends_with(1);
    assert!(red.out.contains("2 open sites are new") && red.out.contains("copy.py:4"), "{}", red.out);
    project.write("copy.py", "");
    project.write("pkg/renamed.py", format!("{}print(orch._secret)\n", with_debt()));
    assert!(gate(&project, &flag).ends_with(1).out.contains("1 open site is new"), "a second one like the first is new");
}

#[test]
fn nothing_is_judged_where_a_named_path_could_not_be_scanned() {
    let project = Project::new(&[("clean.py", "x = 1\n")]);
    for args in ["nope", "clean.py nope --format json", "clean.py nope --format github --output report.json"] {
        let run = gate(&project, args).ends_with(2);
        assert_eq!(run.out, "", "{args}");
        assert!(run.err.contains("error: nope: no such file or folder\n") && run.err.contains("judged nothing"), "{}", run.err);
        assert!(!project.path("report.json").exists());
    }
}

#[test]
fn an_entry_past_its_day_fails_and_names_its_owner() {
    let project = Project::new(&[("app.py", PROGRAM)]);
    baseline(&project, "create --owner @core --expires 2020-02-29").ends_with(0);
    let red = gate(&project, &format!("--baseline {BASELINE}")).ends_with(1);
    assert!(
        red.out.contains("FAILED  expires") && red.out.contains("app.py [provider-read] orch._model expired on 2020-02-29, @core"),
        "{}",
        red.out
    );
    baseline(&project, "create --force --expires 2999-01-01").ends_with(0);
    assert_eq!(entries(&project)[0]["expires"], "2020-02-29", "what the file says of a debt is kept");
    std::fs::remove_file(project.path(BASELINE)).expect("removed");
    baseline(&project, "create --expires 2999-01-01").ends_with(0);
    gate(&project, &format!("--baseline {BASELINE}")).ends_with(0);
    baseline(&project, "create --force --expires tomorrow").ends_with(2);
}

#[test]
fn a_part_of_the_project_says_nothing_about_the_rest() {
    let project = Project::new(&[("a/app.py", PROGRAM), ("b/app.py", PROGRAM), ("c.py", "import victor\ndef (\n")]);
    baseline(&project, "create").ends_with(0);
    let run = gate(&project, &format!("a --baseline {BASELINE}")).ends_with(0);
    assert!(run.out.contains("1 known, 0 gone."), "{}", run.out);
    let run = gate(&project, &format!(". --select 2 --baseline {BASELINE}")).ends_with(0);
    assert!(run.out.contains("0 gone."), "rules that did not run lost nothing: {}", run.out);
    assert!(baseline(&project, "update --path a").ends_with(0).out.contains("0 debts dropped, 3 left."));
    assert_eq!(entries(&project).len(), 3, "the file that does not parse is a debt too");
}

#[test]
fn thresholds_hold_for_the_whole_and_the_configuration_may_set_them() {
    let project =
        Project::new(&[("app.py", with_debt()), ("victor-migrate.toml", "[gate]\nmin-readiness = 33\nmax-manual = 1\n".to_owned())]);
    let run = gate(&project, "").ends_with(0);
    assert!(run.out.contains("ok      min-readiness   readiness is 33 %, at least 33 % is asked for"), "{}", run.out);
    assert!(gate(&project, "--min-readiness 34").ends_with(1).out.contains("see: victor-migrate scan --by package"));
    gate(&project, "--max-manual 0").ends_with(1);
    assert!(gate(&project, "--fail-on manual").ends_with(1).out.contains("1 open site is new"));
    gate(&project, "--fail-on never --max-unresolved 0").ends_with(0);
    gate(&project, "--min-readiness 101").ends_with(2);
}

#[test]
fn since_looks_only_at_the_lines_of_a_change() {
    if !program("git") {
        return;
    }
    let project = Project::new(&[("app.py", with_debt()), ("sub dir/é.py", PROGRAM.to_owned())]);
    git(&project, &["init", "-q"]);
    git(&project, &["add", "-A"]);
    git(&project, &["commit", "-q", "-m", "debts"]);
    let run = gate(&project, "--since HEAD").ends_with(0);
    assert!(run.out.contains("0 open sites are new") && run.out.contains("4 sites") || run.out.contains("3 open"), "{}", run.out);
    project.write("app.py", format!("{}\n\nprint(orch._model)\n", with_debt()));
    project.write("sub dir/é.py", PROGRAM.replace("print(", "print(1, "));
    project.write("untracked.py", PROGRAM);
    let red = gate(&project, "--since HEAD").ends_with(1);
    for line in ["3 open sites are new", "app.py:8 [provider-read]", "sub dir/é.py:4 [provider-read]", "untracked.py:4 [provider-read]"] {
        assert!(red.out.contains(line), "{line}: {}", red.out);
    }
    assert!(!red.out.contains("app.py:4"), "{}", red.out);
}

#[test]
fn a_file_that_git_moved_has_no_new_lines_but_those_that_changed() {
    if !program("git") {
        return;
    }
    let project = Project::new(&[("a.py", with_debt())]);
    git(&project, &["init", "-q"]);
    git(&project, &["add", "-A"]);
    git(&project, &["commit", "-q", "-m", "debts"]);
    git(&project, &["mv", "a.py", "moved.py"]);
    let run = gate(&project, "--since HEAD").ends_with(0);
    assert!(run.out.contains("0 open sites are new"), "{}", run.out);
    project.write("moved.py", format!("{}print(orch._model, 2)\n", with_debt()));
    let red = gate(&project, "--since HEAD").ends_with(1);
    assert!(red.out.contains("1 open site is new") && red.out.contains("moved.py:6 "), "{}", red.out);
}

/// A baseline of which two sides changed the same lines.
const MERGED: &str = "<<<<<<< HEAD\n{\"version\": 1, \"entries\": []}\n=======\n{}\n>>>>>>> other\n";

#[test]
fn what_cannot_be_judged_ends_with_2_and_overwrites_nothing() {
    let project = Project::new(&[
        ("app.py", PROGRAM),
        ("damaged.json", "{\"version\": 1,\n"),
        ("future.json", "{\"version\": 9, \"entries\": []}"),
        ("merged.json", MERGED),
    ]);
    for (args, part) in [
        ("--baseline none.json", "none.json: there is no such baseline; `victor-migrate baseline create none.json` writes it"),
        ("--baseline damaged.json", "damaged.json: is no baseline, line 2: EOF"),
        ("--baseline merged.json", "merged.json: is no baseline, line 1: a merge left its conflict there; restore it, or write it anew"),
        ("--baseline future.json", "its version is 9, and this program knows version 1"),
        ("--since main", "--since needs a git repository"),
        ("none", "none: "),
        ("--config gate.min=3", "unknown key `gate.min`"),
    ] {
        let run = gate(&project, args).ends_with(2);
        assert!(run.err.contains(part), "{args}: {}", run.err);
    }
    for args in ["create damaged.json", "update damaged.json", "update none.json", "create new.json --path none"] {
        baseline(&project, args).ends_with(2);
    }
    assert_eq!(project.text("damaged.json"), "{\"version\": 1,\n");
    assert!(!project.path("none.json").exists() && !project.path("new.json").exists());
    baseline(&project, "create damaged.json --force").ends_with(0);
    gate(&project, "--baseline damaged.json").ends_with(0);
    if !program("git") {
        return;
    }
    git(&project, &["init", "-q"]);
    git(&project, &["add", "-A"]);
    git(&project, &["commit", "-q", "-m", "all"]);
    let run = gate(&project, "--since no-such-branch").ends_with(2);
    assert!(run.err.contains("--since no-such-branch: git knows no such commit, branch or tag"), "{}", run.err);
    let run = gate(&project, "--since --output=x").ends_with(2);
    assert!(!run.err.is_empty());
    let empty = Project::new::<&str>(&[]);
    assert!(gate(&empty, "").ends_with(2).err.contains("the gate can say nothing"));
}

#[test]
fn owners_have_their_own_number() {
    let project =
        Project::new(&[("a/app.py", with_debt()), ("b/app.py", PROGRAM.to_owned()), (".github/CODEOWNERS", "/a/ @core\n".to_owned())]);
    let report = project.scan(". --format json").ends_with(1).json();
    let owners = &report["breakdown"]["owner"];
    assert_eq!((&owners[0]["name"], &owners[0]["open"]), (&Value::from("@core"), &Value::from(2)));
    assert_eq!((&owners[1]["name"], &owners[1]["percent"]), (&Value::from("(no owner)"), &Value::from(50)));
    let run = project.scan(". --by owner").ends_with(1);
    assert!(run.out.lines().any(|line| line.starts_with("  @core ") && line.ends_with(" 33")), "{}", run.out);
    assert!(project.scan(". --format markdown").out.contains("| @core | 3 | 1 | 2 |"));
}

#[test]
fn no_threshold_lets_a_file_pass_that_was_not_understood() {
    let broken = "class X(\n  import victor\n  def :orch._model\n";
    let project =
        Project::new(&[("ok.py", b"x = 1\n".as_slice()), ("bad.py", broken.as_bytes()), ("latin.py", b"import victor\n# caf\xe9\n")]);
    let red = gate(&project, "--min-readiness 100 --max-manual 0 --max-unresolved 0").ends_with(1);
    assert!(red.out.contains("FAILED  not-understood  2 files that name victor were not understood\n"), "{}", red.out);
    for line in ["bad.py:1 [not-parsed] manual", "latin.py:1 [not-read] manual", "latin.py: line 2: bytes at offset"] {
        assert!(red.out.contains(line), "{line}: {}", red.out);
    }
    assert!(gate(&project, "").ends_with(1).out.contains("2 open sites are new"));
    gate(&project, "--fail-on never").ends_with(0);
    baseline(&project, "create").ends_with(0);
    gate(&project, &format!("--min-readiness 100 --baseline {BASELINE}")).ends_with(0);
}

#[test]
fn a_baseline_is_written_over_baselines_only() {
    let project = Project::new(&[("app.py", PROGRAM), ("package.json", "{\"name\": \"x\", \"version\": \"1\"}\n")]);
    for args in ["create app.py", "create app.py --force", "update app.py", "create package.json --force", "update package.json"] {
        let run = baseline(&project, args).ends_with(2);
        assert!(run.err.contains("is no baseline but something else; name the baseline here"), "{args}: {}", run.err);
    }
    assert_eq!(project.text("app.py"), PROGRAM);
}

#[test]
fn a_baseline_written_anew_for_a_part_keeps_the_rest() {
    let project = Project::new(&[("src/a.py", with_debt()), ("tools/b.py", with_debt())]);
    baseline(&project, "create --owner ann").ends_with(0);
    let before = entries(&project);
    project.write("src/a.py", PROGRAM);
    let run = baseline(&project, "create --force --path src").ends_with(0);
    assert_eq!(run.out, format!("{BASELINE}: 1 debt written, from 1 file scanned; 2 debts of what was not looked at kept.\n"));
    let of = |entries: &[Value], path: &str| entries.iter().filter(|entry| entry["path"] == path).cloned().collect::<Vec<_>>();
    let after = entries(&project);
    assert_eq!((of(&after, "src/a.py").len(), of(&after, "tools/b.py")), (1, of(&before, "tools/b.py")));
}

#[test]
fn what_git_does_not_compare_is_new() {
    if !program("git") {
        return;
    }
    let project = Project::new(&[("app.py", "x = 1\n"), ("old.py", PROGRAM), (".gitignore", "gen/\n"), (".gitattributes", "*.py -diff\n")]);
    git(&project, &["init", "-q"]);
    git(&project, &["add", "-A"]);
    git(&project, &["commit", "-q", "-m", "all"]);
    assert!(gate(&project, "--since HEAD").ends_with(0).out.contains("0 open sites are new"));
    project.write("app.py", PROGRAM);
    assert!(gate(&project, "--since HEAD").ends_with(1).out.contains("app.py:4 "), "an attribute hides nothing");
    project.write("gen/made.py", PROGRAM);
    assert!(gate(&project, "gen/made.py --since HEAD").ends_with(1).out.contains("gen/made.py:4 "), "an ignored file that is named");
    assert!(gate(&project, "old.py --since HEAD").ends_with(0).out.contains("0 open sites are new"));
}

#[test]
fn the_command_shows_the_same_run() {
    let project = Project::new(&[("my app.py", with_debt())]);
    let args = ["gate", "my app.py", "--select", "internal-attribute,provider-read", "--config", "docs=true", "--isolated"];
    let red = project.run(&args).ends_with(1);
    let command = "see: victor-migrate scan 'my app.py' --select internal-attribute,provider-read --config docs=true --isolated --fix\n";
    assert!(red.out.contains(command), "{}", red.out);
}

#[test]
fn a_baseline_in_a_folder_of_its_own_holds_in_another_checkout() {
    let settings = "[project]\nname = \"x\"\n[tool.victor-migrate]\nbaseline = \"ci/known.json\"\n";
    let files = [("pyproject.toml", settings), ("src/app.py", PROGRAM), ("ci/README", "")];
    let project = Project::new(&files);
    baseline(&project, "create").ends_with(0);
    let known = project.text("ci/known.json");
    assert!(known.contains("\"path\": \"../src/app.py\""), "{known}");
    let copy = Project::new(&files);
    copy.write("ci/known.json", &known);
    gate(&copy, "").ends_with(0);
    gate(&project, "").ends_with(0);
}

#[test]
fn what_cannot_be_read_is_not_written_over() {
    let project = Project::new(&[("a.py", with_debt())]);
    std::fs::create_dir(project.path("known.json")).expect("a folder");
    let run = baseline(&project, "create known.json").ends_with(2);
    assert!(run.err.contains("known.json: cannot be read: it is no regular file"), "{}", run.err);
}
