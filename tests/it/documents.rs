//! Notebooks, and with `--docs` the examples in Markdown, reStructuredText and docstrings.

use serde_json::{Value, json};
use victor_migrate::rule::RuleSet;
use victor_migrate::scan::{Options, run_text};
use victor_migrate::source::{Form, Source};

use super::support::{PROGRAM, Project, cases, program};

/// A notebook with much that must stay as it is.
const BOOK: &str = include_str!("../../fixtures/documents/book.ipynb");

/// The same after `--fix`.
const FIXED: &str = include_str!("../../fixtures/documents/book.fixed.ipynb");

/// A notebook of code cells, in the form in which Jupyter writes it.
pub fn book(cells: &[&str]) -> String {
    let cell = |source: &&str| json!({"cell_type": "code", "metadata": {}, "outputs": [], "source": source});
    let cells: Vec<Value> = cells.iter().map(cell).collect();
    serde_json::to_string_pretty(&json!({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})).expect("JSON") + "\n"
}

/// The sources of the cells of a notebook on disk.
pub fn sources(project: &Project, name: &str) -> Vec<String> {
    let book: Value = serde_json::from_slice(&project.read(name)).expect("JSON");
    let text = |cell: &Value| match &cell["source"] {
        Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
        other => other.as_str().unwrap_or("").to_owned(),
    };
    book["cells"].as_array().expect("cells").iter().map(text).collect()
}

#[test]
fn only_the_source_lines_of_changed_cells_differ_and_undo_takes_them_back() {
    let project = Project::new(&[("book.ipynb", BOOK), ("same.ipynb", &BOOK.replace("orch._", "orch."))]);
    project.scan("--fix").ends_with(0);
    assert_eq!(project.text("book.ipynb"), FIXED);
    assert_eq!(project.text("same.ipynb"), BOOK.replace("orch._", "orch."), "nobody changed it");
    project.scan("--fix").ends_with(0);
    assert_eq!(project.text("book.ipynb"), FIXED, "a second run changes nothing");
    project.run(&["undo"]).ends_with(0);
    assert_eq!(project.text("book.ipynb"), BOOK);
}

#[test]
fn the_diff_of_a_notebook_is_one_that_git_applies() {
    if !program("git") {
        return;
    }
    let project = Project::new(&[("book.ipynb", BOOK)]);
    let diff = project.scan("--diff").ends_with(1);
    assert_eq!(project.text("book.ipynb"), BOOK);
    project.other("git", &["apply", "-"], &diff.bytes).ends_with(0);
    assert_eq!(project.text("book.ipynb"), FIXED);
}

#[test]
fn carriage_returns_a_byte_order_mark_and_a_missing_line_end_survive() {
    let odd = format!("\u{feff}{}", BOOK.trim_end().replace('\n', "\r\n"));
    let project = Project::new(&[("book.ipynb", &odd)]);
    project.scan("--fix").ends_with(0);
    assert_eq!(project.text("book.ipynb"), format!("\u{feff}{}", FIXED.trim_end().replace('\n', "\r\n")));
}

#[test]
fn a_finding_is_told_by_its_cell() {
    let project = Project::new(&[("book.ipynb", BOOK)]);
    let text = project.scan("--explain").ends_with(1).out;
    assert!(text.contains(" --> book.ipynb:cell 3:2:7\n") && text.contains("cell 2, line 4: "), "{text}");
    let report = project.scan("--format json").ends_with(1).json();
    let schema: Value = serde_json::from_str(victor_migrate::report::json::SCHEMA).expect("JSON");
    assert!(jsonschema::validator_for(&schema).expect("a schema").is_valid(&report));
    let model = report["findings"].as_array().expect("findings").iter().find(|one| one["rule"] == "provider-read").expect("a finding");
    assert_eq!(model["cell"], json!({"number": 3, "id": "c-3", "line": 25}));
    assert_eq!((&model["range"]["start"]["line"], &model["range"]["start"]["column"]), (&json!(2), &json!(7)));
    let byte = usize::try_from(model["range"]["start"]["byte"].as_u64().expect("a byte")).expect("small");
    assert!(BOOK[byte..].starts_with("orch._model"), "{}", &BOOK[byte..byte + 20]);
    let sarif = project.scan("--format sarif").ends_with(1).json();
    let lines: Vec<u64> = sarif["runs"][0]["results"]
        .as_array()
        .expect("results")
        .iter()
        .filter_map(|one| one["locations"][0]["physicalLocation"]["region"]["startLine"].as_u64())
        .collect();
    let line = 1 + BOOK[..byte].matches('\n').count() as u64;
    assert!(lines.contains(&line), "{lines:?} are lines of the file, and {line} is one");
    assert!(project.scan("--format github").out.contains("Cell 3, line 2: "));
}

#[test]
fn every_edit_in_the_report_makes_its_fix_in_the_bytes_of_the_file() {
    let markdown = format!("- é\n\n  ```python\n{}  ```\n", PROGRAM.lines().map(|line| format!("  {line}\n")).collect::<String>());
    for (name, before) in [("book.ipynb", BOOK), ("a.md", &markdown)] {
        let project = Project::new(&[(name, before)]);
        let report = project.scan("--docs --format json").ends_with(1).json();
        let findings = report["findings"].as_array().expect("findings");
        let fixes = findings.iter().filter(|one| one["fix"]["level"] == "safe" && one["level"] != "none").collect::<Vec<_>>();
        assert!(!fixes.is_empty());
        for fix in fixes {
            let edit = &fix["fix"]["edits"][0];
            let at = |key: &str| usize::try_from(edit[key].as_u64().expect("a byte")).expect("small");
            let after = format!("{}{}{}", &before[..at("start")], edit["text"].as_str().expect("a text"), &before[at("end")..]);
            project.write(name, &after);
            let again = project.scan("--docs --format json").json();
            let due = |report: &Value| report["summary"]["due"].as_u64().expect("a number");
            assert_eq!(due(&again) + 1, due(&report), "{fix}");
        }
    }
}

#[test]
fn types_flow_from_cell_to_cell_and_into_the_project() {
    let make = "from victor.agent.orchestrator import AgentOrchestrator\n\ndef make():\n    return AgentOrchestrator()\n";
    let cells = book(&["import make\norch = make.make()", "def use():\n    return orch._model", "print(use(), orch._config.top_p)"]);
    let project = Project::new(&[("make.py", make), ("b/book.ipynb", &cells), ("book.ipynb", &cells)]);
    project.scan("--fix").ends_with(0);
    let after = sources(&project, "book.ipynb");
    assert_eq!(after[1], "def use():\n    return orch.model");
    assert!(after[2].contains("get_config()[\"top_p\"]"), "{after:?}");
}

#[test]
fn a_cell_awaits_where_a_module_would_call_asyncio_run() {
    let start = "from victor.agent.orchestrator import AgentOrchestrator\norch = AgentOrchestrator()";
    let cells = book(&[start, "print(orch.chat(\"hi\").content)", "%%time\nprint(orch.chat(\"hi\").content)"]);
    let project = Project::new(&[("book.ipynb", &cells)]);
    project.scan("--fix --modernize");
    let after = sources(&project, "book.ipynb");
    assert!(after[1].starts_with("print((await orch.chat(") && !after.concat().contains("asyncio"), "{after:?}");
    assert_eq!(after[2], "%%time\nprint(orch.chat(\"hi\").content)", "nothing can be awaited there");
}

#[test]
fn a_function_that_becomes_async_is_awaited_in_the_cells_that_call_it() {
    let lib = "from victor.agent.orchestrator import AgentOrchestrator\n\n\ndef note(orch: AgentOrchestrator):\n    orch._usage_analytics.track_event(event_type=\"x\", data={})\n";
    let cells = book(&["from lib import note\nfrom victor.agent import AgentOrchestrator", "note(AgentOrchestrator())"]);
    let project = Project::new(&[("pyproject.toml", ""), ("lib.py", lib), ("book.ipynb", &cells)]);
    project.scan("--fix --unsafe-fixes").ends_with(0);
    assert!(project.text("lib.py").contains("async def note"));
    assert_eq!(sources(&project, "book.ipynb")[1], "await note(AgentOrchestrator())");
}

#[test]
fn an_import_lands_in_a_cell_that_has_run_by_then() {
    let start = "from victor.agent.orchestrator import AgentOrchestrator\norch = AgentOrchestrator()";
    let event = "async def note():\n    orch._usage_analytics.track_event(event_type='x', data={})";
    let cells = book(&["# nothing yet", start, event, "from victor.tools import read_file"]);
    let project = Project::new(&[("book.ipynb", &cells)]);
    project.scan("--fix");
    let after = sources(&project, "book.ipynb");
    assert!(after[1].contains("\nfrom victor.protocols import AnalyticsEvent\n"), "{after:?}");
    assert_eq!((after[0].as_str(), after[3].as_str()), ("# nothing yet", "from victor.tools import read_file"));
    let cells = book(&["import helpers", "async def note():\n    helpers.orch._usage_analytics.track_event(event_type='x', data={})"]);
    let project = Project::new(&[("book.ipynb", &cells), ("helpers.py", &start.to_owned())]);
    project.scan("--fix");
    assert!(sources(&project, "book.ipynb")[0].starts_with("import helpers\nfrom victor.protocols import AnalyticsEvent"));
}

#[test]
fn magics_stay_and_what_is_no_python_is_counted() {
    let start = "from victor.agent.orchestrator import AgentOrchestrator\norch = AgentOrchestrator()";
    let magic = "%matplotlib inline\n!ls \\\n  -l\nfiles = !ls\nx = %pwd\norch?\n?orch\nif files:\n    %time\nprint(orch._model)";
    let cells = book(&[start, magic, "%%bash\necho $orch._model victor", "orch._model (", "%%capture\nprint(orch._model)"]);
    let project = Project::new(&[("book.ipynb", &cells)]);
    let run = project.scan("--fix").ends_with(1);
    let after = sources(&project, "book.ipynb");
    assert_eq!(after[1], magic.replace("_model", "model"));
    assert_eq!(after[4], "%%capture\nprint(orch.model)");
    assert_eq!(&after[2..4], ["%%bash\necho $orch._model victor", "orch._model ("]);
    assert!(run.out.contains("1 cell left out: `%%bash` hands it to another program (cell 3)"), "{}", run.out);
    assert!(run.out.contains("1 cell left out: no Python that parses (cell 4)"), "{}", run.out);
    project.write("book.ipynb", book(&["import victor ("]));
    let run = project.scan("").ends_with(1);
    assert!(run.out.contains("book.ipynb:3 names victor: repair it"), "{}", run.out);
}

#[test]
fn a_notebook_that_cannot_be_read_is_said_and_left() {
    let old = json!({"worksheets": [{"cells": []}], "nbformat": 3}).to_string();
    let other = json!({"cells": [], "metadata": {"kernelspec": {"language": "julia", "name": "julia-1.9"}}}).to_string();
    let twice = "{\"cells\": [], \"cells\": []}";
    let deep = format!("{{\"cells\": {}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    for (name, bytes, reason) in [
        ("broken.ipynb", "{\"cells\": [".as_bytes(), "line 1 column 11"),
        ("empty.ipynb", b"", "is no notebook that can be read"),
        ("list.ipynb", b"[1]", "is no notebook"),
        ("none.ipynb", b"{}", "it has no `cells`"),
        ("twice.ipynb", twice.as_bytes(), "duplicate field `cells`"),
        ("old.ipynb", old.as_bytes(), "format 3 or older"),
        ("julia.ipynb", other.as_bytes(), "is a notebook in julia, not in Python"),
        ("deep.ipynb", deep.as_bytes(), "is no notebook"),
        ("latin.ipynb", b"{\"cells\": [], \"a\": \"\xe9\"}", "not valid utf-8; convert the file"),
        ("nul.ipynb", b"{\"cells\": [\0]}", "binary file"),
        ("cell.ipynb", b"{\"cells\": [{\"source\": \"x\"}]}", "cell 1: missing field `cell_type`"),
    ] {
        let project = Project::new(&[(name, bytes), ("a.py", PROGRAM.as_bytes())]);
        let walked = project.scan("--fix").ends_with(0);
        assert!(walked.out.contains(name) && walked.out.contains(reason), "{}", walked.out);
        let named = project.scan(&format!("--fix {name}")).ends_with(2);
        assert!(named.err.contains(reason), "{}", named.err);
        assert_eq!(project.read(name), bytes);
    }
}

#[test]
fn odd_cells_are_left_and_the_others_are_fixed() {
    let odd = r#"{"cells": [
 {"cell_type": "code"}, {"cell_type": "code", "source": null}, {"cell_type": "code", "source": []},
 {"cell_type": "code", "source": "x = '\ud800'"}, {"cell_type": "code", "source": "a = 1\rb = 2"},
 {"cell_type": "code", "source": "c = '\ue000'"}, {"cell_type": "raw", "source": 3},
 {"cell_type": "code", "id": 7, "outputs": ["\udfff"], "source": ["from victor.agent import Agent", "Orchestrator as A\n", "print(A()._model, '\u00e9')"]},
 {"cell_type": "code", "source": 3}
]}"#;
    let project = Project::new(&[("odd.ipynb", odd)]);
    let run = project.scan("--fix").ends_with(0);
    let after = odd.replace(
        r#"["from victor.agent import Agent", "Orchestrator as A\n", "print(A()._model, '\u00e9')"]"#,
        r#"["from victor.agent import AgentOrchestrator as A\n", "print(A().model, '\u00e9')"]"#,
    );
    assert_eq!(project.text("odd.ipynb"), after);
    for reason in [
        "no source (cell 1, cell 2)",
        "a source that is no text (cell 9)",
        "surrogate pair in the source (cell 4)",
        "carriage return (cell 5)",
        "(U+E000), which is used here (cell 6)",
    ] {
        assert!(run.out.contains(reason), "{reason} in {}", run.out);
    }
}

#[test]
fn a_notebook_with_huge_outputs_is_fixed_like_any_other() {
    let image = "A".repeat(3_000_000);
    let big = BOOK.replace("\"text\": [", &format!("\"image\": \"{image}\", \"text\": ["));
    assert_ne!(big, BOOK);
    let project = Project::new(&[("book.ipynb", &big)]);
    project.scan("--fix").ends_with(0);
    assert_eq!(project.text("book.ipynb").replace(&image, ""), FIXED.replace("\"text\": [", "\"image\": \"\", \"text\": ["));
}

#[test]
fn comments_baseline_and_standard_input_work_in_a_notebook() {
    let quiet = BOOK.replace("print(orch._model)", "print(orch._model)  # victor-migrate: ignore[provider-read] until 2.0");
    let project = Project::new(&[("book.ipynb", &quiet)]);
    project.scan("--fix").ends_with(0);
    assert!(project.text("book.ipynb").contains("print(orch._model)  # victor-migrate"));
    project.write("book.ipynb", BOOK);
    project.run(&["baseline", "create"]).ends_with(0);
    project.run(&["gate", "--baseline", "victor-migrate-baseline.json"]).ends_with(0);
    let run = project.scan_input("--fix --stdin-filename x.ipynb -", BOOK.as_bytes()).ends_with(0);
    assert_eq!(run.out, FIXED);
    project.scan("--add-ignores later").ends_with(0);
    assert!(project.text("book.ipynb").contains("# victor-migrate: ignore[provider-read] later\\n\""));
}

#[cfg(feature = "verify")]
#[test]
fn a_notebook_is_not_executed_and_that_is_said() {
    let project = Project::new(&[("book.ipynb", BOOK)]);
    let run = project.run(&["verify"]);
    assert!(run.out.contains("unproven") && run.out.contains("notebook: only modules are executed"), "{}", run.out);
}

/// What `--fix --docs` makes of a file, and that a second run changes nothing.
#[track_caller]
fn fixed(name: &str, before: &str) -> String {
    let project = Project::new(&[(name, before)]);
    project.scan("--fix --docs");
    let after = project.text(name);
    project.scan("--fix --docs");
    assert_eq!(project.text(name), after, "a second run changes nothing");
    after
}

const IMPORT: &str = "from victor.agent.orchestrator import AgentOrchestrator";

#[test]
fn fences_of_markdown_are_fixed_where_they_stand() {
    let before = format!(
        "# A\n\n1. Item\n\n   ```python\n   {IMPORT}\n   orch = AgentOrchestrator()\n\n   async def f():\n       orch._usage_analytics.track_event(event_type=\"x\", data={{}})\n   ```\n\n\
         > ~~~ {{.python}}\n> print(orch._model)\n> ~~~\n\n```\nprint(orch._model)\n```\n\n```pycon\n>>> orch._model\n'orch._model'\n```\n\nprint(orch._model)\n"
    );
    let after = fixed("README.md", &before);
    let expected = before
        .replace("   orch = Agent", "   from victor.protocols import AnalyticsEvent\n   orch = Agent")
        .replace(
            "orch._usage_analytics.track_event(event_type=\"x\", data={})",
            "await orch._analytics_coordinator.track_event(session_id=orch.session_id, event=AnalyticsEvent(type=\"x\", data={}))",
        )
        .replace("> print(orch._model)", "> print(orch.model)")
        .replace(">>> orch._model", ">>> orch.model");
    assert_eq!(after, expected);
}

#[test]
fn a_program_in_a_fence_gets_its_own_imports() {
    let whole = |body: &str| format!("```py\n{IMPORT}\n\nasync def f(orch: AgentOrchestrator):\n    {body}\n```\n\n");
    let old = whole("orch._usage_analytics.track_event(event_type=\"x\", data={})");
    let after = fixed("a.md", &format!("{old}Again:\n\n{old}"));
    assert_eq!(after.matches("from victor.protocols import AnalyticsEvent\n").count(), 2, "{after}");
}

#[test]
fn restructured_text_is_fixed_in_its_code_blocks_and_sessions() {
    let before = format!(
        "A\n=\n\n.. code-block:: python\n   :linenos:\n\n   {IMPORT}\n   orch = AgentOrchestrator()\n   print(orch._model)\n\nNot known::\n\n    print(orch._model)\n\n\
         >>> async def f():\n...     orch._provider = p\n...     orch._model = m\n>>> orch._model\n'orch._model'\n"
    );
    let after = fixed("a.rst", &before);
    let expected = before
        .replace("   print(orch._model)\n\nNot", "   print(orch.model)\n\nNot")
        .replace("...     orch._provider = p\n...     orch._model = m\n", "...     await orch.switch_provider(provider=p, model=m)\n")
        .replace(">>> orch._model", ">>> orch.model");
    assert_eq!(after, expected);
}

#[test]
fn examples_in_docstrings_are_fixed_together_with_the_code_around_them() {
    let before = format!(
        "{IMPORT}\r\n\r\n\r\ndef f(orch: AgentOrchestrator):\r\n    \"\"\"Say.\r\n\r\n    >>> {IMPORT}\r\n    >>> orch = AgentOrchestrator()\r\n    >>> if orch:\r\n    ...     f(orch._model)\r\n    'orch._model'\r\n\r\n    ```python\r\n    orch._model\r\n    ```\r\n\r\n    orch._model\r\n    \"\"\"\r\n    return orch._model\r\n"
    );
    let expected = before
        .replace("f(orch._model)", "f(orch.model)")
        .replace("```python\r\n    orch._model", "```python\r\n    orch.model")
        .replace("return orch._model", "return orch.model");
    assert_eq!(fixed("a.py", &before), expected);
    let project = Project::new(&[("a.py", &before)]);
    project.scan("--fix --docs").ends_with(0);
    project.run(&["undo"]).ends_with(0);
    assert_eq!(project.text("a.py"), before);
    let run = project.scan_input("--fix --docs --stdin-filename a.py -", before.as_bytes()).ends_with(0);
    assert_eq!(run.out, expected);
    project.scan("--fix").ends_with(0);
    assert_eq!(project.text("a.py"), before.replace("return orch._model", "return orch.model"), "without --docs only code is code");
}

#[test]
fn the_places_of_examples_are_those_of_the_file() {
    let text = format!("x\n\n- ```python\n  {IMPORT}\n  é = AgentOrchestrator()\n  print('é', é._model)\n  ```\n");
    let project = Project::new(&[("a.md", &text)]);
    let shown = project.scan("--docs").ends_with(1).out;
    assert!(shown.contains(" --> a.md:6:14\n") && shown.contains("6 |   print('é', é._model)\n"), "{shown}");
    let report = project.scan("--docs --format json").json();
    let finding = report["findings"].as_array().expect("findings").iter().find(|one| one["rule"] == "provider-read").expect("a finding");
    assert_eq!(finding["cell"], json!({"line": 3}));
    assert_eq!(finding["range"]["start"], json!({"line": 6, "column": 14, "byte": text.find("é._model").expect("there")}));
}

#[test]
fn prose_is_looked_at_only_where_that_is_asked_for() {
    let text = format!("```py\n{IMPORT}\nprint(AgentOrchestrator()._model)\n```\n");
    let project = Project::new(&[("a.md", text.as_str()), ("b.py", "x = 1\n")]);
    project.scan("").ends_with(0);
    project.run(&["gate"]).ends_with(0);
    let named = project.scan("a.md").ends_with(2);
    assert!(named.err.contains("a.md: is no Python file; --docs scans the examples in it"), "{}", named.err);
    project.write("victor-migrate.toml", "docs = true\n");
    project.scan("").ends_with(1);
    project.run(&["gate"]).ends_with(1);
    project.run(&["baseline", "create"]).ends_with(0);
    project.run(&["gate", "--baseline", "victor-migrate-baseline.json"]).ends_with(0);
    project.write("c.md", &text);
    project.run(&["gate", "--baseline", "victor-migrate-baseline.json"]).ends_with(1);
}

#[test]
fn pages_of_rules_are_left_as_they_are() {
    let project = Project::copy_of("rules");
    let before = project.files();
    project.scan("--fix --unsafe-fixes --docs").ends_with(0);
    assert!(project.files() == before);
}

proptest::proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn a_damaged_document_is_written_back_or_refused(which in 0..4_usize, at in 0..4000_usize, byte in proptest::prelude::any::<u8>(), cut in 0..3) {
        let prose = format!("- ```py\n  {IMPORT}\n  o = AgentOrchestrator()\n  o._model\n  ```\n\n.. code:: python\n\n   o._model\n\n>>> o._model\n");
        let code = format!("'''D.\n\n>>> {IMPORT}\n>>> o = AgentOrchestrator()\n>>> o._model\n'''\n");
        let (form, text) = [(Form::Notebook, BOOK), (Form::Markdown, &prose), (Form::Rst, &prose), (Form::Docstrings, &code)][which];
        let mut bytes = text.as_bytes().to_vec();
        let at = at % bytes.len();
        match cut {
            0 => bytes.truncate(at),
            1 => bytes[at] = byte,
            _ => bytes.insert(at, byte),
        }
        if let Ok(source) = Source::decode_as(form, "x.py", &bytes) {
            assert_eq!(source.encode(&source.text).as_ref(), Ok(&bytes));
            let options = Options { fix: true, unsafe_fixes: true, docs: true, ..Options::default() };
            for file in run_text(source, &RuleSet::load(None).expect("rules"), &options).files {
                file.source.encode(file.text()).expect("what a fix makes can be written");
            }
        }
    }
}
