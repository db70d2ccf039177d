//! What people expect of a program in a terminal: completions, manual pages, numbers, quiet, watching, commits.

use std::io::{BufRead, BufReader, Lines};
use std::process::{Child, ChildStderr, Command, Stdio};

use crate::support::{PROGRAM, Project, Run};

fn run(project: &Project, args: &str) -> Run {
    project.run(&args.split(' ').collect::<Vec<_>>())
}

#[test]
fn every_shell_gets_completions_that_name_the_commands() {
    let project = Project::new::<&str>(&[]);
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = run(&project, &format!("completions {shell}")).ends_with(0);
        assert!(run.out.contains("scan") && run.out.contains("commit-per-rule"), "{shell}");
    }
}

/// What bash offers for the last of these words.
fn offered(project: &Project, words: &str) -> Vec<String> {
    let script = format!(
        ". ./completions.bash; COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); \
         _victor__migrate victor-migrate \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD - 1]}}\"; \
         printf '%s\\n' \"${{COMPREPLY[@]}}\""
    );
    let run = project.other("bash", &["--norc", "-c", &script], b"").ends_with(0);
    run.out.lines().map(str::to_owned).collect()
}

#[cfg(unix)]
#[test]
fn bash_completes_what_follows_a_command() {
    if !crate::support::program("bash") {
        return;
    }
    let project = Project::new::<&str>(&[]);
    project.write("completions.bash", run(&project, "completions bash").ends_with(0).bytes);
    assert_eq!(offered(&project, "victor-migrate sc"), ["scan"]);
    assert_eq!(offered(&project, "victor-migrate scan --fo"), ["--format"]);
    assert!(offered(&project, "victor-migrate scan --format js").contains(&"json".to_owned()));
    assert_eq!(offered(&project, "victor-migrate rules li"), ["list"]);
    assert_eq!(offered(&project, "victor-migrate baseline create --fo"), ["--force"]);
    let commands = offered(&project, "victor-migrate ''");
    assert!(commands.contains(&"undo".to_owned()), "{commands:?}");
    assert!(!commands.iter().any(|name| name == "sandbox" || name == "runtime"), "{commands:?}");
}

#[test]
fn every_command_has_a_manual_page() {
    let project = Project::new::<&str>(&[]);
    assert!(run(&project, "man").ends_with(0).out.starts_with(".ie"), "a page in roff");
    run(&project, "man --output pages").ends_with(0);
    for page in ["victor-migrate.1", "victor-migrate-scan.1", "victor-migrate-gate.1", "victor-migrate-rules-show.1"] {
        assert!(project.text(&format!("pages/{page}")).contains("victor"), "{page}");
    }
}

#[test]
fn statistics_count_what_the_scan_shows() {
    let project = Project::copy_of("fixtures/shop/before");
    let counted = run(&project, "scan --statistics .").ends_with(1).out;
    assert!(counted.ends_with("open sites in 8 scanned files\n"), "{counted}");
    let last = counted.lines().last().and_then(|line| line.split_whitespace().next()).expect("a number");
    let sum: usize =
        counted.lines().rev().skip(1).map(|line| line.split_whitespace().next().and_then(|n| n.parse::<usize>().ok()).expect("n")).sum();
    assert_eq!(sum.to_string(), last);
    assert!(run(&project, "scan .").out.contains(&format!("{sum} open")), "{counted}");
}

#[test]
fn quiet_leaves_out_the_account_and_verbose_says_what_was_done() {
    let project = Project::new(&[("a.py", PROGRAM), ("b.py", "x = 1\n")]);
    let quiet = run(&project, "scan -q .").ends_with(1);
    assert!(quiet.out.contains("a.py:4") && !quiet.out.contains("Readiness"), "{}", quiet.out);
    assert_eq!(run(&project, "scan -qq .").ends_with(1).out, "");
    assert_eq!(run(&project, "scan -qq --statistics .").ends_with(1).out, "");
    let verbose = run(&project, "scan -v .").ends_with(1);
    assert!(verbose.err.starts_with("2 files read, 1 looked into, 1 file with something to say; "), "{}", verbose.err);
}

#[test]
fn what_a_quiet_run_ends_with_1_for_is_named() {
    let broken = "from victor.agent.orchestrator import AgentOrchestrator\n\no = AgentOrchestrator(\n";
    let project = Project::new(&[("b.py", broken), ("clean.py", "x = 1\n")]);
    let quiet = run(&project, "scan -q .").ends_with(1);
    assert!(quiet.out.starts_with("b.py:3: not parsed, and names victor: ") && quiet.out.lines().count() == 1, "{}", quiet.out);
    let counted = run(&project, "scan --statistics .").ends_with(1);
    assert!(counted.err.starts_with("b.py:3: not parsed") && counted.out.contains("0  open sites"), "{}", counted.err);
    for number in 0..30 {
        project.write(&format!("more/{number}.py"), broken);
    }
    let many = run(&project, "scan -q .").ends_with(1);
    assert!(
        many.out.lines().count() == 21 && many.out.ends_with("and 11 files more not parsed (--format json lists all)\n"),
        "{}",
        many.out
    );
    let unknown = Project::new(&[("a.py", "from victor import x\n\ndef f(orch):\n    return orch._tool_executor\n")]);
    let project = Project::new(&[("a.py", PROGRAM)]);
    let silent = [project.scan(". --diff -qq"), project.scan_input("--fix -qq --stdin-filename a.py", PROGRAM.as_bytes())];
    for run in silent {
        assert!(!run.out.is_empty() && run.err.is_empty(), "{}", run.err);
    }
    let quiet = run(&unknown, "scan -q .").ends_with(1);
    assert!(quiet.out.contains("a.py:4"), "{}", quiet.out);
}

/// A scan that watches, and is ended with the test.
struct Watched {
    child: Child,
    told: Lines<BufReader<ChildStderr>>,
}

impl Watched {
    fn new(project: &Project, args: &str) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_victor-migrate"));
        command.args(["scan", "--watch"]).args(args.split(' ')).current_dir(project.root()).env("VICTOR_MIGRATE_CACHE_DIR", "");
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
        let told = BufReader::new(child.stderr.take().expect("a pipe")).lines();
        let mut watched = Self { child, told };
        assert!(watched.until("Watching"));
        watched
    }

    fn until(&mut self, wanted: &str) -> bool {
        self.told.find(|line| line.as_ref().is_ok_and(|line| line.contains(wanted))).is_some()
    }

    /// After a change of a file that is told.
    fn sees(&mut self, name: &str) {
        assert!(self.until(&format!("changed: {name}")) && self.until("Watching"), "{name}");
    }

    fn ends(mut self) -> String {
        self.child.kill().expect("is there");
        self.child.wait().expect("ends");
        std::io::read_to_string(self.child.stdout.take().expect("a pipe")).expect("UTF-8")
    }
}

#[test]
fn watching_scans_again_when_a_file_changes() {
    let project = Project::new(&[("a.py", PROGRAM)]);
    let mut watched = Watched::new(&project, "--statistics .");
    project.write("a.py", "x = 1\n");
    watched.sees("a.py");
    let shown = watched.ends();
    let totals: Vec<&str> = shown.lines().filter(|line| line.contains(" in ")).map(str::trim).collect();
    assert_eq!(totals, ["1  open site in 1 scanned file", "0  open sites in 1 scanned file"]);
}

#[test]
fn watching_sees_what_says_how_files_are_scanned() {
    let files = [("pyproject.toml", ""), ("requirements.txt", ""), ("app/a.py", PROGRAM), ("app/b.py", PROGRAM)];
    let shared = Project::new(&[("team.toml", "")]);
    let project = Project::new(&files);
    let team = shared.path("team.toml");
    project.write("app/victor-migrate.toml", format!("extend = {:?}\n", team.display().to_string()));
    let mut watched = Watched::new(&project, "--statistics app");
    project.write("requirements.txt", "victor-ai==0.6.0\n");
    watched.sees("requirements.txt");
    project.write("uv.lock", "");
    watched.sees("uv.lock");
    project.write("app/.gitignore", "b.py\n");
    watched.sees("app/.gitignore");
    shared.write("team.toml", "exclude = [\"app/a.py\"]\n");
    watched.sees(&std::fs::canonicalize(&team).expect("a path").display().to_string());
    project.write("app/a.py", "x = 1\n");
    watched.sees("app/a.py");
    project.write("more.py", "y = 1\n");
    watched.sees("more.py");
    std::fs::create_dir(project.path("app/new")).expect("a folder");
    watched.sees("app/new");
    watched.ends();
}

#[test]
fn what_cannot_be_watched_is_named() {
    let project = Project::new(&[("a.py", PROGRAM)]);
    let run = run(&project, "scan --watch a.py gone.py").ends_with(2);
    assert_eq!(run.err, "error: gone.py: no such file or folder\n");
}

fn git(project: &Project, args: &str) -> String {
    let run = Command::new("git")
        .args(["-c", "user.name=a", "-c", "user.email=a@b"])
        .args(args.split(' '))
        .current_dir(project.root())
        .output()
        .expect("git runs");
    assert!(run.status.success(), "git {args}: {}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8_lossy(&run.stdout).into_owned()
}

#[test]
fn each_rule_has_its_own_commit_and_together_they_are_the_fix() {
    let project = committed(Project::copy_of("fixtures/shop/before"));
    let committed = run(&project, "scan --fix --commit-per-rule .");
    let subjects = git(&project, "log --format=%s");
    assert!(subjects.contains("Read configuration through ConfigCoordinator\n"), "{subjects}");
    assert!(subjects.lines().count() > 4, "{subjects}");
    let bodies = git(&project, "log --format=%b");
    assert!(bodies.contains("```python match") && bodies.contains("victor-migrate config-attribute: "), "{bodies}");
    assert_eq!(git(&project, "status --porcelain"), "");
    let whole = Project::copy_of("fixtures/shop/before");
    run(&whole, "scan --fix .");
    let left = |project: &Project| run(project, "scan --format json .").json()["summary"].clone();
    assert_eq!(left(&project), left(&whole), "nothing is left that the fix does in one go");
    assert!(bodies.contains("tool-execution: 1 site, tool-executor: 1 site in 1 file"), "{bodies}");
    assert!(committed.out.lines().any(|line| line.starts_with("Fixed ")), "{}", committed.out);
    assert!(committed.out.contains(" fixed + ") && !committed.out.contains("Nothing to fix"), "{}", committed.out);
    let commits = subjects.lines().count() - 1;
    assert!(committed.err.contains(&format!("{commits} commits, each a run of its own for `victor-migrate undo`.")), "{}", committed.err);
    let runs = run(&project, "undo --list").ends_with(0).out;
    assert_eq!(runs.lines().count(), commits, "{runs}");
    for file in ["tuning.py", "operations.py", "reports.py"].map(|name| format!("shop_assistant/{name}")) {
        if whole.path(&file).exists() {
            assert_eq!(project.text(&file), whole.text(&file), "{file}");
        }
    }
}

/// A project whose files are committed.
fn committed(project: Project) -> Project {
    for args in ["init -q", "config user.name a", "config user.email a@b", "add .", "commit -qm start"] {
        git(&project, args);
    }
    project
}

#[test]
fn commits_are_told_beside_a_report_for_programs_and_not_in_it() {
    let project = committed(Project::new(&[("a.py", PROGRAM)]));
    let told = run(&project, "scan --fix --commit-per-rule --format json .").ends_with(0);
    assert_eq!(told.json()["summary"]["applied"], 1, "{}", told.out);
    let hash = git(&project, "rev-parse --short HEAD");
    assert!(told.err.contains(&format!("{} ", hash.trim())) && told.err.contains("(1 file)\n"), "{}", told.err);
    git(&project, "reset -q --hard HEAD~1");
    let silent = run(&project, "scan --fix --commit-per-rule -qq .").ends_with(0);
    assert_eq!((silent.out.as_str(), silent.err.as_str()), ("", ""));
}

#[cfg(unix)]
fn hook(project: &Project, script: &str) {
    use std::os::unix::fs::PermissionsExt;
    project.write(".git/hooks/pre-commit", format!("#!/bin/sh\n{script}\n"));
    std::fs::set_permissions(project.path(".git/hooks/pre-commit"), std::fs::Permissions::from_mode(0o755)).expect("a mode");
}

#[cfg(unix)]
#[test]
fn a_commit_that_git_refuses_leaves_nothing_staged_and_all_of_its_reasons_are_told() {
    let project = committed(Project::new(&[("a.py", PROGRAM), (".gitignore", ".victor-migrate/\n")]));
    hook(&project, "echo first reason >&2; echo second reason >&2; exit 1");
    let refused = run(&project, "scan --fix --commit-per-rule .").ends_with(2);
    for line in ["error: git: first reason\n", "error: git: second reason\n"] {
        assert!(refused.err.contains(line), "{}", refused.err);
    }
    assert!(refused.err.contains("take them back with `victor-migrate undo`"), "{}", refused.err);
    assert_eq!(git(&project, "status --porcelain"), " M a.py\n");
    run(&project, "undo").ends_with(0);
    assert_eq!(git(&project, "status --porcelain"), "");
}

#[cfg(unix)]
#[test]
fn where_a_hook_changed_the_files_git_takes_them_back() {
    let project = committed(Project::new(&[("a.py", PROGRAM)]));
    hook(&project, "echo '# formatted' >> a.py; exit 1");
    let refused = run(&project, "scan --fix --commit-per-rule .").ends_with(2);
    assert!(refused.err.contains("take them back with `git checkout -- a.py`"), "{}", refused.err);
    git(&project, "checkout -q -- a.py");
    assert_eq!(project.text("a.py"), PROGRAM);
}

#[test]
fn while_a_merge_is_under_way_no_commit_is_made() {
    let project = committed(Project::new(&[("a.py", PROGRAM)]));
    git(&project, "checkout -q -b other");
    git(&project, "commit -q --allow-empty -m theirs");
    git(&project, "checkout -q -");
    git(&project, "commit -q --allow-empty -m ours");
    git(&project, "merge -q --no-commit --no-ff other");
    assert_eq!(git(&project, "status --porcelain"), "");
    let head = git(&project, "rev-parse HEAD");
    let refused = run(&project, "scan --fix --commit-per-rule .").ends_with(2);
    assert!(refused.err.contains("a merge is under way") && refused.err.contains("`git merge --continue`"), "{}", refused.err);
    assert_eq!((git(&project, "rev-parse HEAD"), project.text("a.py").as_str()), (head, PROGRAM));
}

#[test]
fn what_git_would_not_commit_is_told_before_anything_is_written() {
    let project = committed(Project::new(&[("a.py", PROGRAM), (":b.py", PROGRAM), (".gitignore", "own.py\n.victor-migrate/\n")]));
    let refused = |args: &str, told: &str| {
        let run = run(&project, &format!("scan --fix --commit-per-rule {args}")).ends_with(2);
        assert!(run.err.contains(told), "{told}: {}", run.err);
        assert_eq!(project.text("a.py"), PROGRAM);
        assert_eq!(git(&project, "rev-list --count HEAD"), "1\n");
    };
    project.write("own.py", PROGRAM);
    refused("own.py", "git does not take them all (error: pathspec 'own.py' did not match any file(s) known to git)");
    git(&project, "config status.showUntrackedFiles no");
    project.write("new.py", PROGRAM);
    refused("a.py", "git says `?? new.py`");
    std::fs::remove_file(project.path("new.py")).expect("gone");
    git(&project, "update-index --assume-unchanged a.py");
    refused("a.py", "`a.py` is marked so that git does not look at its changes");
    git(&project, "update-index --no-assume-unchanged a.py");
    git(&project, "config user.name ");
    git(&project, "config user.useConfigOnly true");
    refused("a.py", "git does not know who commits");
    git(&project, "config user.name a");
    run(&project, "scan --fix --commit-per-rule a.py :b.py").ends_with(0);
    assert_eq!(git(&project, "show --format= --name-only"), ":b.py\na.py\n");
}

#[test]
fn a_tree_with_changes_gets_no_commits() {
    let project = Project::new(&[("a.py", PROGRAM)]);
    git(&project, "init -q");
    let run = run(&project, "scan --fix --commit-per-rule .").ends_with(2);
    assert!(run.err.contains("needs a tree without changes, and git says `?? a.py`"), "{}", run.err);
    assert_eq!(project.text("a.py"), PROGRAM);
}

#[test]
fn the_python_package_starts_the_program_that_stands_beside_it() {
    let project = Project::new::<&str>(&[]);
    let package = project.path("lib/victor_migrate");
    std::fs::create_dir_all(package.join("../bin")).expect("a folder");
    std::fs::create_dir_all(&package).expect("a folder");
    for file in ["__init__.py", "__main__.py"] {
        std::fs::copy(crate::support::repository().join("python/victor_migrate").join(file), package.join(file)).expect("a copy");
    }
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_victor-migrate"), project.path("lib/bin/victor-migrate")).expect("a link");
    let start = |args: &[&str]| {
        let mut command = Command::new("python3");
        command.args(["-m", "victor_migrate"]).args(args).env("PYTHONPATH", project.path("lib")).output().expect("python runs")
    };
    let version = start(&["--version"]);
    assert!(String::from_utf8_lossy(&version.stdout).starts_with("victor-migrate "), "{version:?}");
    assert_eq!(start(&["scan", "gone.py"]).status.code(), Some(2));
}

#[test]
fn git_applies_a_diff_that_was_made_in_a_folder() {
    for in_git in [true, false] {
        let project = Project::new(&[("a.py", PROGRAM), ("sub/b.py", PROGRAM), ("sub/c/d.py", PROGRAM)]);
        if in_git {
            git(&project, "init -q");
        }
        let below = project.run_in("sub", &["scan", "--diff", "."]).ends_with(1);
        assert!(!below.err.contains("apply it there"), "{}", below.err);
        project.write("one.patch", &below.bytes);
        git(&project, "-C sub apply ../one.patch");
        assert!(project.text("sub/b.py").contains("orch.model") && project.text("sub/c/d.py").contains("orch.model"), "{}", below.out);
        let above = project.run_in("sub", &["scan", "--diff", ".."]).ends_with(1);
        assert!(above.out.starts_with("diff --git a/a.py b/a.py\n") && above.err.contains("apply it there"), "{}", above.err);
        project.other("git", &["apply", "-"], &above.bytes).ends_with(0);
        assert!(project.text("a.py").contains("orch.model"), "{}", above.out);
    }
}
