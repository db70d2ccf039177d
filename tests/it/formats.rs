//! The formats of other people: each as its schema says, all with the numbers of the scan, in one run.

use std::path::Path;

use serde_json::Value;

use super::support::{PROGRAM, Project, program, repository};

/// The shop with everything that is awkward: names to escape, wide characters, a quiet site, a known one, a broken file.
fn project() -> Project {
    let project = Project::copy_of("fixtures/shop");
    project.write("my folder/é#1.py", PROGRAM.replace("print(", "print('\u{1F40D}é', "));
    project.write("quiet.py", PROGRAM.replace("_model)", "_model)  # victor-migrate: ignore[6] \"later\" & <never>"));
    project.write("multi.py", "from victor.agent import AgentOrchestrator\n\n\nasync def f(o: AgentOrchestrator):\n    a = o._secret\n    return (\n        o._config\n        .timeout, a, o._other['%\\n::error::x,y:z']\n    )\n");
    project.write("known.py", PROGRAM);
    project.run(&["baseline", "create", "--path", "known.py"]).ends_with(0);
    project.write("victor-migrate.toml", "baseline = \"victor-migrate-baseline.json\"\n");
    project.write("broken.py", "import victor\ndef (\n");
    project.write("latin.py", b"# caf\xe9\n");
    project
}

/// All reports of one run, and its JSON.
fn reports() -> (Project, Value) {
    let project = project();
    let outputs = [
        "json=scan.json",
        "jsonl=scan.jsonl",
        "sarif=scan.sarif",
        "gitlab=gitlab.json",
        "junit=junit.xml",
        "rdjson=rd.json",
        "github=github.txt",
        "step-summary=summary.md",
        "markdown=checklist.md",
        "html=report.html",
    ];
    let args: Vec<&str> = ["scan", "."].into_iter().chain(outputs.iter().flat_map(|output| ["--output", output])).collect();
    project.run(&args).ends_with(1);
    let json = serde_json::from_slice(&project.read("scan.json")).expect("JSON");
    (project, json)
}

#[track_caller]
fn valid(name: &str, instance: &Value) {
    let text = std::fs::read_to_string(repository().join("tests/schemas").join(name)).expect("a schema");
    // The published pattern for languages has a bracket too many, which not every engine takes.
    let text = text.replace("-[a-zA-Z]{2}]?$", "-[a-zA-Z]{2}$");
    let schema: Value = serde_json::from_str(&text).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let problems: Vec<String> = validator.iter_errors(instance).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(problems.is_empty(), "{problems:#?}");
}

fn read(project: &Project, name: &str) -> Value {
    serde_json::from_slice(&project.read(name)).expect("JSON")
}

/// How many open findings of the JSON report satisfy something.
fn count(json: &Value, what: impl Fn(&Value) -> bool) -> usize {
    let findings = json["findings"].as_array().expect("a list");
    findings.iter().filter(|one| one["level"] != "none" && what(one)).count()
}

fn is_due(finding: &Value) -> bool {
    finding.get("suppressed").is_none() && finding.get("known").is_none()
}

#[test]
fn sarif_keeps_to_its_schema_and_suppresses_instead_of_removing() {
    let (project, json) = reports();
    let log = read(&project, "scan.sarif");
    valid("sarif-2.1.0.json", &log);
    let run = &log["runs"][0];
    let results = run["results"].as_array().expect("results");
    assert_eq!(results.len(), count(&json, |_| true));
    assert_eq!(run["properties"]["readiness"], json["summary"]["readiness"]["percent"]);
    let suppressed = |kind: &str| results.iter().filter(|one| one["suppressions"][0]["kind"] == kind).count();
    assert_eq!((suppressed("inSource"), suppressed("external")), (1, 1));
    assert_eq!(results.iter().filter(|one| one["baselineState"] == "unchanged").count(), 1);
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let odd = results.iter().find(|one| one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "my%20folder/%C3%A9%231.py");
    let region = &odd.expect("the odd name")["locations"][0]["physicalLocation"]["region"];
    assert_eq!((&region["startColumn"], &region["snippet"]["text"]), (&Value::from(13), &Value::from("orch._model")));
    let mut prints: Vec<&Value> = results.iter().map(|one| &one["partialFingerprints"]["victorMigrateSite/v1"]).collect();
    prints.sort_by_key(|print| print.to_string());
    prints.dedup();
    assert_eq!(prints.len(), results.len(), "every fingerprint is one site's");
    for one in results {
        let at = usize::try_from(one["ruleIndex"].as_u64().expect("an index")).expect("small");
        assert_eq!(run["tool"]["driver"]["rules"][at]["id"], one["ruleId"]);
    }
    let notifications = run["invocations"][0]["toolExecutionNotifications"].as_array().expect("a list");
    assert!(notifications.iter().any(|one| one["message"]["text"].as_str().is_some_and(|text| text.contains("does not parse at line 2"))));
}

#[test]
fn the_fixes_of_sarif_make_the_text_that_fix_writes() {
    let project = Project::new(&[(
        "a.py",
        "from victor.agent import AgentOrchestrator\r\no = AgentOrchestrator()\r\nprint('é🐍', o._config.x, o._model)\r\n",
    )]);
    let log = project.scan(". --format sarif").ends_with(1).json();
    let text = project.text("a.py");
    let starts: Vec<usize> = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let byte = |line: &Value, column: &Value| {
        let start = starts[usize::try_from(line.as_u64().expect("a line")).expect("small") - 1];
        let column = usize::try_from(column.as_u64().expect("a column")).expect("small") - 1;
        start + text[start..].chars().take(column).map(char::len_utf8).sum::<usize>()
    };
    let mut edits = Vec::new();
    for result in log["runs"][0]["results"].as_array().expect("results") {
        for edit in result["fixes"][0]["artifactChanges"][0]["replacements"].as_array().expect("edits") {
            let region = &edit["deletedRegion"];
            let (from, to) = (byte(&region["startLine"], &region["startColumn"]), byte(&region["endLine"], &region["endColumn"]));
            edits.push((from, to, edit["insertedContent"]["text"].as_str().expect("a text").to_owned()));
        }
    }
    edits.sort();
    edits.dedup();
    let mut fixed = text.clone();
    for (from, to, new) in edits.iter().rev() {
        fixed.replace_range(*from..*to, new);
    }
    project.scan(". --fix").ends_with(0);
    assert_eq!(fixed, project.text("a.py"));
}

#[test]
fn gitlab_and_reviewdog_get_what_is_theirs() {
    let (project, json) = reports();
    let issues = read(&project, "gitlab.json");
    valid("gitlab-code-quality.json", &issues);
    let is_file = |one: &&Value, rule: &str| one[rule].as_str().is_some_and(|rule| rule == "not-parsed" || rule == "not-read");
    let (files, issues): (Vec<&Value>, Vec<_>) = issues.as_array().expect("a list").iter().partition(|one| is_file(one, "check_name"));
    assert_eq!(issues.len(), count(&json, |one| one.get("suppressed").is_none()));
    let places: Vec<_> = files.iter().map(|one| (one["location"]["path"].as_str(), one["severity"].as_str())).collect();
    assert_eq!(places, [(Some("latin.py"), Some("minor")), (Some("broken.py"), Some("major"))]);
    let result = read(&project, "rd.json");
    valid("rdjson.json", &result);
    let all = result["diagnostics"].as_array().expect("a list");
    let (files, diagnostics): (Vec<&Value>, Vec<_>) = all.iter().partition(|one| is_file(&&one["code"], "value"));
    assert_eq!((files.len(), diagnostics.len()), (2, count(&json, is_due)));
    let odd = diagnostics.iter().find(|one| one["location"]["path"] == "my folder/é#1.py").expect("the odd name");
    // `print('🐍é', orch` with bytes counted.
    assert_eq!(odd["location"]["range"]["start"], serde_json::json!({"line": 4, "column": 17}));
    assert_eq!(odd["suggestions"][0]["text"], ".model");
}

#[test]
fn junit_counts_what_it_holds_and_keeps_to_the_schema() {
    let (project, json) = reports();
    let xml = project.text("junit.xml");
    let number = |name: &str| {
        let at = xml.find(&format!(" {name}=\"")).expect("an attribute") + name.len() + 3;
        xml[at..].split('"').next().and_then(|text| text.parse::<usize>().ok()).expect("a number")
    };
    assert_eq!(number("failures"), count(&json, is_due));
    assert_eq!((number("skipped"), number("errors")), (3, 1));
    assert_eq!((number("tests"), xml.matches("<failure ").count()), (xml.matches("<testcase ").count(), number("failures")));
    assert!(xml.contains("&quot;later&quot; &amp; &lt;never&gt;"), "{xml}");
    if program("xmllint") {
        let schema = repository().join("tests/schemas/junit-10.xsd");
        project.other("xmllint", &["--noout", "--schema", &schema.to_string_lossy(), "junit.xml"], b"").ends_with(0);
    }
}

#[test]
fn workflow_commands_are_lines_that_nothing_breaks_out_of() {
    let (project, json) = reports();
    let text = project.text("github.txt");
    for line in text.lines() {
        let Some(command) = line.strip_prefix("::") else { continue };
        let (head, _) = command.split_once("::").unwrap_or_else(|| panic!("no data in {line}"));
        let (kind, properties) = head.split_once(' ').expect("properties");
        assert!(["error", "warning", "notice"].contains(&kind), "{line}");
        for property in properties.split(',') {
            let (name, value) = property.split_once('=').unwrap_or_else(|| panic!("{property} in {line}"));
            assert!(["file", "line", "endLine", "col", "endColumn", "title"].contains(&name) && !value.contains(':'), "{line}");
        }
    }
    let odd = project.run(&["scan", "my folder", "--format", "github"]).ends_with(1).out;
    assert!(
        odd.starts_with("::notice file=my folder/é#1.py,line=4,endLine=4,col=13,endColumn=24,title=victor-migrate [provider-read]::"),
        "{odd}"
    );
    assert!(text.contains("::error file=broken.py,line=2,title=victor-migrate::names victor"), "{text}");
    let readiness = &json["summary"]["readiness"];
    for page in [text, project.text("summary.md"), project.text("checklist.md")] {
        assert!(
            page.contains(&format!("eadiness: {} % = {} ready / {} sites", readiness["percent"], readiness["ready"], readiness["sites"])),
            "{page}"
        );
    }
}

#[test]
fn the_summary_of_a_step_is_added_to_the_file_that_the_runner_names() {
    let project = Project::new(&[("a.py", PROGRAM), ("steps.md", "before\n")]);
    let summary = project.path("steps.md");
    let run = project.scan_env(". --format github", &[("GITHUB_STEP_SUMMARY", &summary.to_string_lossy())]).ends_with(1);
    assert!(run.out.starts_with("::notice file=a.py,line=4"), "{}", run.out);
    let text = project.text("steps.md");
    assert!(text.starts_with("before\n## victor-migrate\n") && text.contains("| a.py:4 | `provider-read` |"), "{text}");
    project.scan_env(".", &[("GITHUB_STEP_SUMMARY", &summary.to_string_lossy())]);
    assert_eq!(project.text("steps.md"), text, "only where annotations were asked for");
    let run = project.scan_env(". --format github", &[("GITHUB_STEP_SUMMARY", "/nowhere/at/all")]).ends_with(2);
    assert!(run.err.contains("/nowhere/at/all: cannot write the summary"), "{}", run.err);
}

#[test]
fn every_line_of_json_lines_is_a_finding_but_the_last() {
    let (project, json) = reports();
    let text = project.text("scan.jsonl");
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let (last, findings) = lines.split_last().expect("lines");
    let found: Vec<&Value> = findings.iter().map(|line| &line["finding"]).collect();
    assert_eq!(found, json["findings"].as_array().expect("a list").iter().collect::<Vec<_>>());
    assert_eq!(last["report"]["summary"], json["summary"]);
}

#[test]
fn the_gate_writes_the_reports_of_its_run() {
    let project = project();
    let run =
        project.run(&["gate", "--baseline", "victor-migrate-baseline.json", "--format", "github", "--output", "gate.sarif"]).ends_with(1);
    assert!(run.out.contains("::error file=") && run.out.contains("Gate FAILED"), "{}", run.out);
    let log = read(&project, "gate.sarif");
    valid("sarif-2.1.0.json", &log);
    let results = log["runs"][0]["results"].as_array().expect("results");
    assert_eq!(results.iter().filter(|one| one["baselineState"] == "unchanged").count(), 1);
    assert!(Path::new(&project.path("gate.sarif")).exists());
}

#[test]
fn no_report_takes_the_place_of_a_file_that_is_scanned_or_of_another_report() {
    let project =
        Project::new(&[("a.py", PROGRAM), ("tool", PROGRAM), ("guide.md", "# Guide\n"), (".gitignore", "made.py\n"), ("made.py", "")]);
    let before = project.files();
    for (args, file) in [
        (". --output a.py", "a.py"),
        (". --fix --output json=./a.py", "a.py"),
        ("tool --output tool", "tool"),
        (". --docs --output guide.md", "guide.md"),
    ] {
        let run = project.scan(args).ends_with(2);
        assert!(run.err.starts_with(&format!("error: {file}: is one of the files that are scanned")), "{}", run.err);
    }
    let gate = project.run(&["gate", "--output", "a.py"]).ends_with(2);
    assert!(gate.err.contains("is one of the files that are scanned"), "{}", gate.err);
    let twice = project.scan(". --output json=r.txt --output md=./r.txt").ends_with(2);
    assert!(twice.err.starts_with("error: r.txt: two reports cannot go into one file"), "{}", twice.err);
    assert!(project.files() == before);
    for _ in 0..2 {
        project.scan(". --docs --output todo.md --output made.py --output report.json").ends_with(1);
    }
}
