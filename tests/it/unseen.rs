//! What stands in a document beside the code that rules see: magics, broken cells, the imports and examples of a module.

use super::documents::{book, sources};
use super::support::{PROGRAM, Project};

/// What makes an orchestrator in a first cell.
const START: &str = "from victor.agent.orchestrator import AgentOrchestrator\norch = AgentOrchestrator()";

#[test]
fn what_a_magic_or_a_broken_cell_uses_is_not_changed_by_a_safe_fix() {
    let config = "c = orch._config\nprint(c.temperature)";
    for (unseen, said) in [
        ("%time c.temperature", "`c` is used in a magic (cell 3), which is not rewritten"),
        ("!echo {c.temperature}", "`c` is used in a magic (cell 3), which is not rewritten"),
        ("%%bash -s {c.temperature}\necho $1", "`c` is used in a magic (cell 3), which is not rewritten"),
        ("print(c.temperature", "`c` is used in code that is left out (cell 3), which is not rewritten"),
    ] {
        let project = Project::new(&[("book.ipynb", &book(&[START, config, unseen]))]);
        let run = project.scan("--fix").ends_with(1);
        assert!(run.out.contains(said), "{}", run.out);
        assert_eq!(sources(&project, "book.ipynb")[1], config);
    }
    let project = Project::new(&[("book.ipynb", &book(&[START, config, "print(orch._model)", "%time print(orch.model)"]))]);
    project.scan("--fix").ends_with(0);
    assert_eq!(sources(&project, "book.ipynb")[2], "print(orch.model)", "no name holds anything else");
    assert_ne!(sources(&project, "book.ipynb")[1], config);
}

#[test]
fn an_internal_in_a_magic_or_a_broken_cell_is_counted() {
    for unseen in ["%time print(orch._model)", "!echo {orch._provider}", "print(orch._model"] {
        let project = Project::new(&[("book.ipynb", &book(&[START, unseen]))]);
        let run = project.scan("").ends_with(1);
        assert!(run.out.contains("repair it"), "{}", run.out);
    }
    for unseen in ["!pip install victor-ai", "%time x = 1", "%cd victor"] {
        Project::new(&[("book.ipynb", &book(&[START, unseen]))]).scan("").ends_with(0);
    }
}

/// A module with an example that has no import of its own.
fn module(code: &str, example: &str) -> String {
    format!("{START}\n{code}\n\n\ndef f():\n    \"\"\"Does.\n\n    >>> {example}\n    1\n    \"\"\"\n")
}

#[test]
fn an_example_in_a_docstring_sees_the_imports_of_its_module() {
    let before = module("", "AgentOrchestrator()._model");
    let project = Project::new(&[("a.py", &before)]);
    project.scan("--docs").ends_with(1);
    project.scan("--docs --fix").ends_with(0);
    assert_eq!(project.text("a.py"), before.replace("._model", ".model"));
}

#[test]
fn a_fix_that_an_example_of_the_same_file_would_notice_is_not_safe() {
    let before = module("cfg = orch._config\nprint(cfg.temperature)", "cfg.temperature");
    let project = Project::new(&[("a.py", &before)]);
    let run = project.scan("--docs --fix").ends_with(1);
    assert!(run.out.contains("`cfg` is used in an example of a docstring (line "), "{}", run.out);
    assert_eq!(project.text("a.py"), before);
}

#[test]
fn a_byte_order_mark_hides_no_example_and_stays() {
    for (name, before) in [
        ("a.md", format!("\u{feff}```python\n{PROGRAM}```\n")),
        ("a.rst", "\u{feff}>>> from victor.agent.orchestrator import AgentOrchestrator as A\n>>> A()._model\n".to_owned()),
        ("b.rst", format!("\u{feff}.. code-block:: python\n\n{}", PROGRAM.lines().map(|line| format!("   {line}\n")).collect::<String>())),
    ] {
        let project = Project::new(&[(name, &before)]);
        project.scan("--docs --fix").ends_with(0);
        let after = project.text(name);
        assert!(after != before && after.starts_with('\u{feff}'), "{after}");
    }
}

#[test]
fn rules_about_other_packages_are_applied_to_examples() {
    let page = include_str!("../../fixtures/documents/own-rule.md");
    let text = "# Use\n\n```python\nfrom acme.http import Client\n\nClient().fetch(1)\n```\n";
    let project = Project::new(&[("rules/own-rule.md", page), ("docs/a.md", text)]);
    project.run(&["scan", "docs", "--docs", "--rules", "rules", "--fix"]).ends_with(0);
    assert_eq!(project.text("docs/a.md"), text.replace("fetch", "get"));
}
