//! What the commands promise from their arguments to exit code, files and reports, on a small project.

use serde_json::{Value, json};

use crate::support::{PROGRAM, Project, program, repository};

const SHOP: &str = "fixtures/shop/before";
const EVERYTHING: &str = "--unsafe-fixes --modernize";

fn validator() -> jsonschema::Validator {
    let text = std::fs::read_to_string(repository().join("schemas/scan.schema.json")).expect("the schema");
    let schema: Value = serde_json::from_str(&text).expect("the schema is JSON");
    jsonschema::validator_for(&schema).expect("the schema is one")
}

/// A project in which every part of a report has something to say.
fn everything_at_once() -> Project {
    let project = Project::copy_of(SHOP);
    project.write("broken.py", "import victor\nx = (\n");
    project.write("binary.py", b"\0");
    project.write("crlf.py", PROGRAM.replace('\n', "\r\n"));
    project
}

/// The value of `--fix` and the like, twice, must be the value of once.
#[track_caller]
fn comes_to_rest(flags: &str) {
    let project = Project::copy_of(SHOP);
    let before = project.files();
    let first = project.scan(&format!(". --fix {flags}"));
    let once = project.files();
    assert!(once != before && first.out.contains("Fixed "), "{}", first.out);
    let second = project.scan(&format!(". --fix {flags}"));
    assert!(second.out.contains("Nothing to fix: no file was changed."), "{}", second.out);
    assert!(project.files() == once, "the second fix changed a file");
}

#[test]
fn a_second_fix_changes_nothing() {
    comes_to_rest("");
}

#[test]
fn a_second_fix_of_everything_changes_nothing() {
    comes_to_rest(EVERYTHING);
}

#[test]
fn git_makes_of_a_diff_what_fix_makes_of_the_files() {
    if !program("git") {
        return;
    }
    for flags in ["", "--unsafe-fixes", EVERYTHING] {
        let (patched, fixed) = (everything_at_once(), everything_at_once());
        let before = patched.files();
        let diff = patched.scan(&format!(". --diff {flags}")).ends_with(1);
        assert!(patched.files() == before, "a diff writes nothing");
        patched.other("git", &["apply", "--whitespace=nowarn", "-"], &diff.bytes).ends_with(0);
        fixed.scan(&format!(". --fix {flags}")).ends_with(1);
        assert!(fixed.files() != before, "{flags}");
        assert!(patched.files() == fixed.files(), "{flags}\n{}", diff.out);
    }
}

#[test]
fn the_exit_code_says_nothing_left_or_open_sites_or_not_done() {
    let project = Project::new(&[("a.py", PROGRAM), ("clean.py", "print(1)\n")]);
    let clean = project.scan("clean.py").ends_with(0);
    assert!(clean.out.contains("No open site"), "{}", clean.out);
    project.scan(".").ends_with(1);
    project.scan(". --exit-zero").ends_with(0);
    project.scan(". --diff").ends_with(1);
    project.scan(". --diff --exit-zero").ends_with(0);
    project.scan("gone.py").ends_with(2);
    project.scan("gone.py --exit-zero").ends_with(2);
    project.scan(". --no-such-flag").ends_with(2);
    project.run::<&str>(&[]).ends_with(2);
    project.scan(". --fix").ends_with(0);
    project.scan(".").ends_with(0);
}

/// The open sites of a report.
fn open(report: &Value) -> impl Iterator<Item = &Value> {
    report["findings"].as_array().expect("a list of findings").iter().filter(|finding| finding["level"] != "none")
}

/// The rules that have an open site.
fn rules_of(report: &Value) -> Vec<&str> {
    let mut rules: Vec<&str> = open(report).filter_map(|finding| finding["rule"].as_str()).collect();
    rules.sort_unstable();
    rules.dedup();
    rules
}

#[test]
fn rules_are_selected_and_ignored_by_name_and_by_example() {
    let project = Project::copy_of(SHOP);
    let json = |flags: &str| project.scan(&format!(". --format json --exit-zero {flags}")).ends_with(0).json();
    let all = json("");
    assert!(rules_of(&all).len() > 5, "{:?}", rules_of(&all));
    assert_eq!(rules_of(&json("--select config-attribute")), ["config-attribute"]);
    assert_eq!(rules_of(&json("--select provider-read,config-attribute")), ["config-attribute", "provider-read"]);
    let third = json("--select 3");
    assert!(rules_of(&third).iter().all(|rule| rule.starts_with("context-")) && rules_of(&third).len() > 1, "{third}");
    let both = json("--select 2 --select 3 --ignore config-attribute");
    assert!(rules_of(&both).contains(&"config-write") && !rules_of(&both).contains(&"config-attribute"), "{both}");
    let without = json("--ignore 2,provider-read");
    let left_out = |f: &&Value| f["example"] == 2 || f["rule"] == "provider-read";
    assert_eq!(open(&without).filter(left_out).count(), 0);
    assert_eq!(open(&without).count(), open(&all).filter(|f| !left_out(f)).count());
}

#[test]
fn only_selected_rules_fix() {
    let text = PROGRAM.to_owned() + "print(orch._config.model)\n";
    let project = Project::new(&[("a.py", text.as_str())]);
    project.scan(". --fix --select provider-read").ends_with(0);
    assert_eq!(project.text("a.py"), text.replace("_model", "model"));
}

#[test]
fn an_unknown_rule_is_answered_with_a_suggestion_and_nothing_is_done() {
    let project = Project::new(&[("a.py", PROGRAM)]);
    for flag in ["--select", "--ignore"] {
        let run = project.scan(&format!(". --fix {flag} config-atribute,nothing-like-it,12")).ends_with(2);
        assert!(run.out.is_empty() && run.err.lines().count() == 3, "{} {}", run.out, run.err);
        assert!(run.err.contains(&format!("{flag}: there is no rule `config-atribute`; did you mean `config-attribute`?")), "{}", run.err);
        assert!(run.err.contains("`nothing-like-it`") && run.err.contains("there is no Example 12"), "{}", run.err);
    }
    assert_eq!(project.text("a.py"), PROGRAM);
}

#[test]
fn every_mistake_in_a_folder_of_rules_is_said_at_once_with_its_place() {
    let project = Project::new(&[
        ("a.py", PROGRAM),
        (
            "own/first.md",
            "---\nexample: 99\nreplaces: X._y\nlevl: safe\neffort: 2-5 min\n---\n\n# First\n\nWhy.\n\n```python match\n$orch._y\n```\n",
        ),
        ("own/deep/second.md", "---\nexample: 2\nreplaces: X._y\nlevel: manual\neffort: 5-2 min\nnext: Do it.\n---\n\n# Second\n\nWhy.\n"),
    ]);
    let run = project.scan(". --fix --rules own").ends_with(2);
    let places: Vec<&str> = run.err.lines().filter_map(|line| line.strip_prefix("error: own/")?.split(": ").next()).collect();
    assert_eq!(places, ["deep/second.md:1", "deep/second.md:5", "first.md:2", "first.md:4"], "{}", run.err);
    assert!(run.err.contains("first.md:4: unknown key `levl`; did you mean `level`?"), "{}", run.err);
    assert_eq!((project.text("a.py").as_str(), run.out.as_str()), (PROGRAM, ""));
    assert_eq!(project.run(&["rules", "list", "--rules", "own"]).ends_with(2).err, run.err);
}

#[test]
fn a_pattern_that_is_no_python_is_said_with_its_place() {
    let page = "---\nexample: 11\nreplaces: X._y\nlevel: manual\neffort: 1-2 min\nnext: Do it.\n---\n\n# Own\n\nWhy.\n\n```python match\n$orch.(\n```\n";
    let project = Project::new(&[("own/odd.md", page)]);
    let run = project.scan(". --rules own").ends_with(2);
    assert!(run.err.starts_with("error: own/odd.md:14: "), "{}", run.err);
    let run = project.scan(". --rules no/such").ends_with(2);
    assert!(run.err.starts_with("error: no/such: "), "{}", run.err);
}

const OWN: &str = "---
example: 11
replaces: AgentOrchestrator._metrics_collector
level: safe
effort: 1-2 min
---

# Own title

Why it is so.

```python match
$orch._metrics_collector
```

```python rewrite
$orch._metrics_coordinator
```

## Sample

```python before
from victor.agent import AgentOrchestrator
print(AgentOrchestrator()._metrics_collector)
```

```python after
from victor.agent import AgentOrchestrator
print(AgentOrchestrator()._metrics_coordinator)
```

## Kept

```python keep
print(a._metrics_collector)
```
";

#[test]
fn a_rule_of_the_users_own_is_found_fixed_listed_and_shown() {
    let text = PROGRAM.replace("_model", "_metrics_collector");
    let project = Project::new(&[("a.py", text.as_str()), ("own/metrics-read.md", OWN)]);
    let report = project.scan("a.py --format json --rules own").ends_with(1).json();
    assert_eq!(open(&report).map(|f| (&f["rule"], &f["example"])).collect::<Vec<_>>(), [(&json!("metrics-read"), &json!(11))]);
    let listed = project.run(&["rules", "list", "--rules", "own"]).ends_with(0).out;
    assert!(listed.lines().any(|line| line.starts_with("metrics-read ") && line.ends_with("._metrics_collector")), "{listed}");
    assert_eq!(project.run(&["rules", "show", "metrics-read", "--rules", "own"]).ends_with(0).out, OWN);
    project.scan("a.py --fix --rules own").ends_with(0);
    assert_eq!(project.text("a.py"), text.replace("_metrics_collector", "_metrics_coordinator"));
}

#[test]
fn a_rule_of_the_users_own_takes_the_place_of_a_built_in_one() {
    let page = "---\nexample: 6\nreplaces: AgentOrchestrator._model\nlevel: manual\neffort: 1-2 min\nnext: Ask us.\n---\n\n# Ours\n\nWhy.\n\n```python match\n$orch._model\n```\n";
    let project = Project::new(&[("a.py", PROGRAM), ("own/provider-read.md", page)]);
    let report = project.scan("a.py --format json --rules own").ends_with(1).json();
    assert_eq!(open(&report).map(|f| (&f["rule"], &f["level"])).collect::<Vec<_>>(), [(&json!("provider-read"), &json!("manual"))]);
    project.scan("a.py --fix --rules own").ends_with(1);
    assert_eq!(project.text("a.py"), PROGRAM);
}

#[test]
fn every_built_in_rule_is_listed_once_and_shown_as_its_page() {
    let project = Project::new::<&str>(&[]);
    let listed = project.run(&["rules", "list"]).ends_with(0).out;
    let pages = crate::support::files_below(&repository().join("rules"));
    let mut count = 0;
    for (path, bytes) in pages.iter().filter(|(path, _)| path.ends_with(".md") && !path.ends_with("README.md")) {
        let name = path.rsplit('/').next().and_then(|name| name.strip_suffix(".md")).expect("a name");
        assert_eq!(listed.lines().filter(|line| line.split_whitespace().next() == Some(name)).count(), 1, "{name}\n{listed}");
        assert!(&project.run(&["rules", "show", name]).ends_with(0).bytes == bytes, "{name}");
        count += 1;
    }
    assert_eq!(listed.lines().count(), count + 1, "a head and the rules:\n{listed}");
}

#[test]
fn every_json_report_is_as_the_schema_says() {
    let validator = validator();
    let project = everything_at_once();
    for flags in
        ["--exit-zero", "--explain", "--diff --output json=diff.json", "gone.py", "--select 5", "--fix", "--fix --unsafe-fixes --modernize"]
    {
        let run = project.scan(&format!(". --format json {flags}"));
        let report =
            if flags.starts_with("--diff") { serde_json::from_slice(&project.read("diff.json")).expect("JSON") } else { run.json() };
        let wrong: Vec<String> = validator.iter_errors(&report).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(wrong.is_empty(), "{flags}: {wrong:#?}");
    }
    let mut report = project.scan(". --format json").json();
    assert_eq!((&report["skipped"][0]["path"], &report["syntax_errors"][0]["path"]), (&json!("binary.py"), &json!("broken.py")));
    report["findings"][0]["level"] = json!("dangerous");
    assert!(!validator.is_valid(&report), "the schema would take anything");
}

/// The number that stands in front of some words, such as `31` of `10 files scanned, 41 sites: 10 ready, 31 open`.
#[track_caller]
fn number(page: &str, words: &str) -> u64 {
    let at = page.find(words).unwrap_or_else(|| panic!("{words:?} is not in\n{page}"));
    let digits = page[..at].chars().rev().take_while(char::is_ascii_digit).count();
    page[at - digits..at].parse().unwrap_or_else(|_| panic!("no number before {words:?} in\n{page}"))
}

#[test]
fn text_and_json_and_markdown_agree_on_every_total() {
    for flags in ["", "--fix", "--fix --unsafe-fixes --modernize", "--select 2,3"] {
        let report = |format: &str| everything_at_once().scan(&format!(". --format {format} {flags}")).ends_with(1);
        let (text, markdown, json) = (report("text").out, report("markdown").out, report("json").json());
        let (summary, findings) = (&json["summary"], json["findings"].as_array().expect("a list"));
        let count = |level: &str| findings.iter().filter(|f| f["level"] == level).count() as u64;
        for level in ["none", "safe", "review", "manual"] {
            assert_eq!(summary["by_level"][level], count(level), "{flags} {level}");
        }
        let open = findings.len() as u64 - count("none");
        assert_eq!(summary["open"], open + 1, "the broken file names victor");
        for page in [&text, &markdown] {
            assert_eq!(summary["files_scanned"], number(page, " files scanned, "), "{flags}");
            assert_eq!((number(page, " open.\n"), number(page, " ready, ")), (open, count("none")), "{flags}\n{page}");
            assert!(page.contains(&format!(": {} % = ", summary["readiness"]["percent"])), "{flags}\n{page}");
        }
        let boxes = markdown.lines().filter(|line| line.starts_with("- [ ] [")).count() as u64;
        assert_eq!(boxes, open + 1, "a box for each open site and one for the broken file:\n{markdown}");
        assert_eq!(summary["fixable"]["safe"], number(&markdown, " fixable with `--fix`, "), "{flags}");
        assert_eq!(summary["fixable"]["unsafe"], number(&markdown, " more with `--fix --unsafe-fixes`"), "{flags}");
        if flags.starts_with("--fix") {
            assert_eq!(summary["applied"], number(&text[text.find("\nFixed ").expect("fixes")..], " sites: "), "{flags}");
        } else {
            assert_eq!(summary["fixable"]["safe"], number(&text, " sites fixable with --fix.\n"), "{flags}");
        }
    }
}

#[test]
fn the_number_of_threads_changes_no_byte_of_any_output() {
    let shop = Project::copy_of(SHOP);
    let mut runs = Vec::new();
    for threads in ["1", "4"] {
        let project = everything_at_once();
        for copy in 0..12 {
            shop.files().iter().for_each(|(name, bytes)| project.write(&format!("part{copy}/{name}"), bytes));
        }
        let mut outputs = Vec::new();
        for flags in ["--explain", "--format json", "--format markdown", "--diff --unsafe-fixes", "--fix --unsafe-fixes --modernize"] {
            let run = project.scan_env(&format!(". {flags}"), &[("RAYON_NUM_THREADS", threads)]).ends_with(1);
            outputs.push((run.bytes, run.err));
        }
        runs.push((outputs, project.files()));
    }
    assert!(runs[0].0.iter().all(|(bytes, _)| bytes.len() > 1000), "there is something to compare");
    assert!(runs[0] == runs[1], "the outputs differ");
}

#[test]
fn a_report_goes_to_files_and_standard_output_stays_what_it_was() {
    let project = Project::copy_of(SHOP);
    let plain = project.scan(". --format text").ends_with(1);
    let markdown = project.scan(". --format markdown").ends_with(1);
    let run = project.scan(". --output markdown=todo --output report.json").ends_with(1);
    assert_eq!(run.out, plain.out);
    assert_eq!(project.text("todo"), markdown.out);
    let report: Value = serde_json::from_slice(&project.read("report.json")).expect("JSON");
    assert!(validator().is_valid(&report) && report["summary"]["open"] == 31, "{}", report["summary"]);
    let run = project.scan(". --output no/folder/report.json").ends_with(2);
    assert!(run.err.contains("no/folder/report.json: cannot write the report") && run.out == plain.out, "{}", run.err);
}

#[test]
fn the_fixed_project_compiles_in_cpython() {
    if !program("python3") {
        return;
    }
    for flags in ["", EVERYTHING] {
        let project = Project::copy_of(SHOP);
        project.scan(&format!(". --fix {flags}")).ends_with(1);
        let files = project.files();
        let mut args = vec!["-m", "py_compile"];
        args.extend(files.keys().map(String::as_str).filter(|name| name.ends_with(".py")));
        assert!(args.len() > 8, "{args:?}");
        project.other("python3", &args, b"").ends_with(0);
    }
}

#[test]
fn a_diff_has_no_other_form_and_a_report_can_lie_beside_it() {
    let project = Project::new(&[("a.py", PROGRAM)]);
    let run = project.scan(". --diff --format json").ends_with(2);
    assert!(run.out.is_empty() && run.err.contains("--diff prints a diff, so that --format has nothing to form"), "{}{}", run.out, run.err);
    let run = project.scan(". --diff --format json --output report").ends_with(1);
    assert!(run.out.starts_with("--- a/a.py") || run.out.starts_with("diff "), "{}", run.out);
    assert!(project.text("report").starts_with('{'));
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_written_is_in_one_account_only() {
    use std::os::unix::fs::PermissionsExt;
    let project = Project::new(&[("a.py", PROGRAM), ("b.py", PROGRAM)]);
    std::fs::set_permissions(project.path("a.py"), std::fs::Permissions::from_mode(0o444)).expect("a mode");
    let run = project.scan(". --fix").ends_with(2);
    assert!(run.err.contains("a.py: read-only"), "{}", run.err);
    assert!(run.out.contains("Accounted for: 2 = 1 fixed + 1 fixable.\n"), "{}", run.out);
}

#[test]
fn no_report_takes_the_place_of_a_configuration_or_the_baseline() {
    let settings = "baseline = \"debts.json\"\n";
    let project = Project::new(&[("a.py", PROGRAM), ("victor-migrate.toml", settings), ("pyproject.toml", "")]);
    project.run(&["baseline", "create"]).ends_with(0);
    let debts = project.text("debts.json");
    for name in ["victor-migrate.toml", "pyproject.toml", "debts.json"] {
        for command in ["scan", "gate"] {
            let run = project.run(&[command, "--output", &format!("json={name}")]).ends_with(2);
            assert!(run.err.contains("and the report would take its place"), "{name}: {}", run.err);
        }
    }
    assert_eq!((project.text("victor-migrate.toml").as_str(), project.text("debts.json")), (settings, debts));
}

#[test]
fn the_account_of_the_readme_is_that_of_the_program() {
    let page = std::fs::read_to_string(repository().join("README.md")).expect("the page");
    let (from, to) = ("8 files scanned, 41 sites", "Unresolved, the receiver's");
    let told = page.find(from).and_then(|from| page[from..].split(to).next()).expect("the account");
    let out = Project::copy_of("fixtures/shop/before").scan(".").ends_with(1).out;
    assert!(out.contains(told), "{told}\n{out}");
}
