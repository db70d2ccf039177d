//! Comments keep findings quiet where they say so and nowhere else; quiet sites stay open.

use serde_json::Value;

use super::support::{PROGRAM, Project};

/// Lines marked `# quiet` are kept quiet, lines marked `# due` are not.
const FORMS: &str = "\
from victor.agent.orchestrator import AgentOrchestrator


def line(orch: AgentOrchestrator):
    a = orch._one  # victor-migrate: ignore[internal-attribute] later # quiet
    return a, orch._one  # due


def statement(orch: AgentOrchestrator):
    return [
        orch._one,  # quiet
        orch._two,  # victor-migrate: ignore[0] by number # quiet
    ]


def head(orch: AgentOrchestrator):
    if orch._one:  # victor-migrate: ignore[internal-attribute] # quiet
        return orch._two  # due
    # victor-migrate: ignore[internal-attribute] the whole statement
    while orch._one:  # quiet
        orch._two()  # quiet
    return orch._one  # due


# victor-migrate: ignore[internal-attribute] a function with its decorator


@print
def below(orch: AgentOrchestrator):
    return orch._one  # quiet


# victor-migrate: ignore-start[internal-attribute, 2] a range
def first(orch: AgentOrchestrator):
    return orch._config.x, orch._one  # quiet


def second(orch: AgentOrchestrator):
    return orch._tool_call_parser  # due
    # victor-migrate: ignore-end[internal-attribute, 2]


def after(orch: AgentOrchestrator):
    text = '# victor-migrate: ignore[internal-attribute] in a string'
    return orch._one, text  # due
";

/// Findings by line: due or quiet.
fn sites(report: &Value) -> Vec<(u64, bool)> {
    let open = report["findings"].as_array().expect("a list").iter().filter(|finding| finding["level"] != "none");
    let mut sites: Vec<_> =
        open.map(|one| (one["range"]["start"]["line"].as_u64().expect("a line"), one.get("suppressed").is_some())).collect();
    sites.dedup();
    sites
}

#[test]
fn a_comment_covers_its_line_its_statement_what_stands_below_it_and_its_range() {
    let project = Project::new(&[("a.py", FORMS)]);
    let report = project.scan(". --format json").ends_with(1).json();
    let marked = |mark: &str, quiet: bool| {
        let lines = FORMS.lines().zip(1..).filter(|(line, _)| line.ends_with(mark)).map(move |(_, number)| (number, quiet));
        lines.collect::<Vec<(u64, bool)>>()
    };
    let mut expected = [marked("# quiet", true), marked("# due", false)].concat();
    expected.sort_unstable();
    assert_eq!(sites(&report), expected);
    assert_eq!(report["unused_ignores"], serde_json::json!([]));
    let readiness = &report["summary"]["readiness"];
    assert_eq!(readiness["suppressed"], report["summary"]["accounts"]["suppressed"]);
    assert_eq!(readiness["open"].as_u64(), readiness["sites"].as_u64().zip(readiness["ready"].as_u64()).map(|(all, ready)| all - ready));
}

#[test]
fn a_file_is_quiet_for_the_rules_it_names_and_ends_with_0() {
    let file = format!("# victor-migrate: ignore-file[internal-attribute, 2] generated\n{}", FORMS.replace("orch._tool_call_parser", "1"));
    let project = Project::new(&[("a.py", file)]);
    let run = project.scan(".").ends_with(0);
    assert!(run.out.contains("Nothing is due:") && run.out.contains("suppressed)"), "{}", run.out);
    assert!(run.out.contains("Readiness: 7 % = 1 ready / 14 sites"), "quiet is not ready: {}", run.out);
}

#[test]
fn no_fix_changes_a_quiet_place() {
    let text = "\
from victor.agent.orchestrator import AgentOrchestrator


async def run(orch: AgentOrchestrator):
    print(orch._model)  # victor-migrate: ignore[provider-read] plugin API
    print(orch._model)
    tools = orch._tool_executor
    await tools.execute_tool(name=\"a\", arguments={})
    return await tools.execute_tool(name=\"b\", arguments={})  # victor-migrate: ignore[5] plugin API
";
    let project = Project::new(&[("a.py", text)]);
    project.scan(". --fix --unsafe-fixes --modernize");
    let after = project.text("a.py");
    for line in text.lines().filter(|line| line.contains("plugin API")) {
        assert!(after.contains(line), "{after}");
    }
    assert!(after.contains("    print(orch.model)\n") && after.contains("tools = orch._tool_executor"), "{after}");
}

#[test]
fn comments_that_do_nothing_are_told_and_taken_out() {
    let text = "\
from victor.agent.orchestrator import AgentOrchestrator

# victor-migrate: ignore[config-object] gone


def run(orch: AgentOrchestrator):
    a = 1  # type: ignore  # victor-migrate: ignore[internal-attribute] gone
    b = 2  # victor-migrate: ignore[2] gone  # noqa
    return a, b, orch._one  # victor-migrate: ignore[internal-attribute, config-value] stays
";
    let project = Project::new(&[("a.py", text)]);
    let told = project.scan(".").ends_with(0);
    assert!(told.out.contains("Comments that keep nothing quiet (4):\n  a.py:3 there is no rule `config-object`"), "{}", told.out);
    assert!(project.scan(". --select 5").ends_with(0).out.contains("nothing quiet (1)"), "a rule that did not run proves nothing");
    let shown = project.scan(". --diff --remove-unused-ignores");
    assert!(shown.out.contains("-    b = 2  # victor-migrate: ignore[2] gone  # noqa"), "{}", shown.out);
    assert_eq!(project.text("a.py"), text);
    project.scan(". --remove-unused-ignores").ends_with(0);
    let expected = text
        .replace("  # victor-migrate: ignore[internal-attribute] gone", "")
        .replace("# victor-migrate: ignore[2] gone  # noqa", "# noqa")
        .replace(", config-value]", "]");
    assert_eq!(project.text("a.py"), expected);
}

#[test]
fn what_is_not_understood_keeps_nothing_quiet_and_is_told() {
    for (comment, part) in [
        ("# victor-migrate: ignore", "needs the rules in brackets"),
        ("# victor-migrate: ignore[intrnal-attribute]", "there is no rule `intrnal-attribute`"),
        ("# victor-migrate: disable[internal-attribute]", "`disable` means nothing here"),
        ("# victor-migrate: ignore-start[internal-attribute]", "has no `ignore-end`"),
        ("# victor-migrate: ignore-end[internal-attribute]", "has no `ignore-start"),
    ] {
        let text = format!("from victor.agent.orchestrator import AgentOrchestrator\nprint(AgentOrchestrator()._one)  {comment}\n");
        let run = Project::new(&[("a.py", text)]).scan(".").ends_with(1);
        assert!(run.out.contains(part), "{comment}: {}", run.out);
    }
}

#[test]
fn added_comments_keep_everything_quiet_and_change_no_code() {
    let project = Project::copy_of("fixtures/shop");
    let before = project.files();
    let due = project.scan(". --format json").ends_with(1).json();
    project.scan(". --diff --add-ignores TEAM-7").ends_with(1);
    assert!(project.files() == before, "--diff writes nothing");
    let run = project.scan(". --add-ignores TEAM-7").ends_with(0);
    assert!(run.out.contains("comments were added; ") && !run.out.contains("Nothing to fix"), "{}", run.out);
    let quiet = project.scan(". --format json").ends_with(0).json();
    assert_eq!(quiet["summary"]["readiness"]["percent"], due["summary"]["readiness"]["percent"]);
    assert_eq!(quiet["summary"]["readiness"]["suppressed"], due["summary"]["open"]);
    for (name, bytes) in &before {
        let (old, new) = (String::from_utf8_lossy(bytes).into_owned(), project.text(name));
        let bare: Vec<&str> = new.lines().map(|line| line.split("  # victor-migrate: ").next().unwrap_or("")).collect();
        assert_eq!(old.lines().collect::<Vec<_>>(), bare, "{name}");
    }
    let once = project.files();
    project.scan(". --add-ignores again").ends_with(0);
    assert!(project.files() == once, "a second run adds nothing");
}

#[test]
fn no_comment_is_written_into_a_string_or_after_a_backslash() {
    let text = "\
from victor.agent.orchestrator import AgentOrchestrator


def run(orch: AgentOrchestrator):
    x = orch._one; y = \"\"\"
    inside\"\"\"
    z = orch._one; w = \\
        2
    return x, y, z, w, f\"{orch._one}\", '''
{}'''.format(orch._one)
";
    let project = Project::new(&[("a.py", text)]);
    let run = project.scan(". --add-ignores later").ends_with(1);
    assert!(run.out.contains("4 sites were due, 2 are left"), "{}", run.out);
    let expected = text.replace(".format(orch._one)\n", ".format(orch._one)  # victor-migrate: ignore[internal-attribute] later\n");
    assert_eq!(project.text("a.py"), expected);
}

#[test]
fn a_reason_is_one_line_and_a_comment_that_is_not_understood_is_not_in_its_way() {
    let project = Project::new(&[("a.py", PROGRAM.replace("_model)", "_model)  # victor-migrate: ignore"))]);
    for _ in 0..2 {
        project.run(&["scan", "--add-ignores", "until 2.0, see\nTICKET"]).ends_with(0);
        let text = project.text("a.py");
        assert!(text.contains("# victor-migrate: ignore[provider-read] until 2.0, see TICKET  # victor-migrate: ignore\n"), "{text}");
    }
}
