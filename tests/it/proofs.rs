//! Rules are proven by running their samples before and after, and a wrong rule does not pass.

use crate::support::{Project, Run};

/// A safe rule with one sample; `rewrite` and `body` are what a test makes wrong.
fn page(front: &str, rewrite: &str, before: &str, after: &str) -> String {
    format!(
        "---\nexample: 6\nreplaces: AgentOrchestrator._model\nlevel: safe\neffort: 1-2 min\n{front}---\n\n# Read the model\n\nIt is public.\n\n\
         ```python match\n$orch._model\n```\n\n```python rewrite\n{rewrite}\n```\n\n## A read\n\n\
         ```python before\n{IMPORT}{before}```\n\n```python after\n{IMPORT}{after}```\n\n\
         ## Another class\n\n```python keep\nprint(object()._model)\n```\n"
    )
}

const IMPORT: &str = "from victor.agent.orchestrator import AgentOrchestrator\n\n\n";
const HEAD: &str = "def name(orch: AgentOrchestrator) -> str:\n";

fn prove(page: &str) -> Run {
    let project = Project::new(&[("rules/own-model.md", page)]);
    project.run(&["rules", "prove", "own-model", "--rules", "rules"])
}

#[test]
fn every_rule_is_proven_and_its_proof_notices_mistakes() {
    let run = Project::new::<&str>(&[]).run(&["rules", "prove"]);
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    let table: Vec<&str> = run.out.lines().filter(|line| !line.starts_with(' ')).collect();
    let share: u32 = table.last().and_then(|line| line.split(['(', ' ']).rev().nth(1)?.parse().ok()).expect("a share");
    assert!(share >= 90, "{table:#?}");
    insta::assert_snapshot!(table.join("\n"));
}

#[test]
fn a_right_rule_is_proven() {
    let run = prove(&page("", "$orch.model", &format!("{HEAD}    return orch._model\n"), &format!("{HEAD}    return orch.model\n")));
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""), "{}", run.out);
    assert!(run.out.starts_with("own-model               2 equal"), "{}", run.out);
}

#[test]
fn a_rewrite_that_can_be_told_fails_with_input_and_both_outputs() {
    let run = prove(&page(
        "",
        "str($orch.settings)",
        &format!("{HEAD}    return orch._model\n"),
        &format!("{HEAD}    return str(orch.settings)\n"),
    ));
    assert_eq!(run.code, Some(1), "{}", run.out);
    for part in ["(as written, plain): stdout differs", "before: name -> 'tiny'", "after:  name -> '{}'"] {
        assert!(run.out.contains(part), "{part}: {}", run.out);
    }
}

#[test]
fn a_changed_line_that_never_ran_proves_nothing() {
    let body = |member: &str| format!("{HEAD}    if orch is None:\n        return orch.{member}\n    return \"\"\n");
    let run = prove(&page("", "$orch.model", &body("_model"), &body("model")));
    assert_eq!(run.code, Some(1), "{}", run.out);
    assert!(run.out.contains("unproven: line 6 never ran"), "{}", run.out);
}

#[test]
fn a_sample_that_never_ends_is_unproven_with_the_limit_it_met() {
    let body = |member: &str| format!("{HEAD}    while True:\n        orch.{member}\n");
    let own = page("", "$orch.model", &body("_model"), &body("model"));
    let run = Project::new(&[("rules/own-model.md", own)]).run(&["rules", "prove", "--rules", "rules"]);
    assert_eq!(run.code, Some(1), "{}", run.out);
    assert!(run.out.starts_with("own-model ") && run.out.lines().count() == 3, "a folder's rules are proven, no others: {}", run.out);
    // On a busy machine the clock may be the first.
    let limits = ["instructions", "time"].map(|limit| format!("unproven: before: over the limit of {limit}"));
    assert!(limits.iter().any(|limit| run.out.contains(limit)), "{}", run.out);
}

#[test]
fn a_declared_difference_that_never_shows_fails_the_rule() {
    let front = "raises: AttributeError -> KeyError\n";
    let run = prove(&page(front, "$orch.model", &format!("{HEAD}    return orch._model\n"), &format!("{HEAD}    return orch.model\n")));
    assert_eq!(run.code, Some(1), "{}", run.out);
    assert!(run.out.contains("it declares a difference that no sample shows: AttributeError -> KeyError"), "{}", run.out);
}

#[test]
fn a_mistake_that_goes_unnoticed_has_to_be_explained_in_the_page() {
    let before = "def name(orch: AgentOrchestrator) -> bool:\n    return bool(orch._model)\n";
    let after = "def name(orch: AgentOrchestrator) -> bool:\n    return bool((orch.model, 1))\n";
    let text = page("", "($orch.model, 1)", before, after);
    let run = prove(&text);
    assert_eq!(run.code, Some(1), "{}", run.out);
    assert!(run.out.contains("unnoticed and not explained in the page: `11` for `1`"), "{}", run.out);
    let run = prove(&text.replace("It is public.", "It is public; nobody sees `11` for `1` or `settings` for `model`."));
    assert_eq!(run.code, Some(0), "{}", run.out);
}

#[test]
fn an_unknown_rule_is_answered_with_a_suggestion() {
    let run = Project::new::<&str>(&[]).run(&["rules", "prove", "config-atribute"]);
    assert_eq!(run.code, Some(2), "{}", run.out);
    assert!(run.err.contains("did you mean `config-attribute`?"), "{}", run.err);
}

#[test]
fn the_adapter_suggested_for_a_subclass_works_on_the_coordinators() {
    let own = "class ShortCompactor:\n    def compact(self, messages: list) -> list:\n        print('compacting', len(messages))\n        return messages[-4:]\n\n\n";
    let class = |more: &str, body: &str| {
        format!(
            "class Desk(AgentOrchestrator):\n    def __init__(self, settings, **more) -> None:\n        super().__init__(settings{more})\n{body}\n\n"
        )
    };
    let old = class("", "        self._context_compactor = ShortCompactor()\n");
    let project = Project::new(&[("app.py", format!("{IMPORT}{own}{old}desk = Desk(\n    {{'model': 'small'}},\n)\n"))]);
    let report = project.scan("app.py --format json").ends_with(1).json();
    let suggestion =
        report["findings"].as_array().into_iter().flatten().find_map(|finding| finding["suggestion"].as_str()).expect("a suggestion");
    let made = suggestion.replace("\nDesk(", "\ndesk = Desk(");
    let talk = "import asyncio\nfor _ in range(3):\n    asyncio.run(desk.chat('word ' * 4000))\n";
    project.write("new.py", format!("{IMPORT}{own}{}{made}{talk}", class(", **more", "")));
    let run = project.run(&["run", "new.py", "--surface", "coordinator"]);
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""), "{suggestion}");
    assert!(run.out.starts_with("compacting "), "{}", run.out);
}
