//! Which release a project runs with, and what that changes.

use serde_json::Value;

use crate::support::{PROGRAM, Project};

/// Where each kind of file says it, and what is taken from it.
#[test]
fn the_release_is_found_where_the_project_says_it() {
    let lock = "[[package]]\nname = \"victor-ai\"\nversion = \"0.7.0\"\n";
    for (file, text, told) in [
        ("uv.lock", lock, "victor-ai 0.7.0 (victor-ai==0.7.0 in uv.lock:3)"),
        ("requirements-dev.txt", "rich\nvictor-ai==0.5.0\n", "victor-ai 0.5.0 (victor-ai==0.5.0 in requirements-dev.txt:2)"),
        (
            "requirements.txt",
            "victor-ai==0.5.1\n",
            "victor-ai 0.5.0 (victor-ai==0.5.1 in requirements.txt:1 has no bundled manifest; assumed is the nearest older one)",
        ),
        (
            "pyproject.toml",
            "[project]\ndependencies = [\"victor-ai>=0.6,<0.8\"]\n",
            "victor-ai 0.7.0 (victor-ai>=0.6,<0.8 in pyproject.toml:2 is a range; assumed is the newest known release in it)",
        ),
        (
            "setup.cfg",
            "[options]\ninstall_requires =\n  victor-ai>9\n",
            "the guide (victor-ai>9 in setup.cfg:3 is a range, and no known release fits)",
        ),
        (
            ".venv/lib/python3.11/site-packages/victor_ai-0.6.0.dist-info/METADATA",
            "",
            "victor-ai 0.6.0 (installed in .venv/lib/python3.11/site-packages)",
        ),
    ] {
        let project = Project::new(&[("a.py", PROGRAM), (file, text)]);
        project.write("setup.py", "");
        let run = project.run(&["scan"]);
        assert!(run.out.contains(&format!("Target: {told}.\n")), "{file}: {}", run.out);
    }
    for text in ["[project]\ndependencies = [\"victor==0.6.0\"]\n", "["] {
        let project = Project::new(&[("a.py", PROGRAM), ("pyproject.toml", text)]);
        assert!(!project.run(&["scan"]).out.contains("Target:"), "{text}");
    }
}

#[test]
fn a_pin_is_found_however_it_is_written() {
    let pin = "victor-ai==0.6.0\n";
    for files in [
        &[("requirements.txt", "-r sub/base.txt\n"), ("sub/base.txt", pin)][..],
        &[("requirements.txt", "victor-ai\n-c pins.txt\n"), ("pins.txt", pin)],
        &[("requirements.txt", "victor-ai \\\n    ==0.6.0 \\\n    --hash=sha256:0\n")],
        &[("requirements.txt", "victor-ai @ https://host/victor_ai-0.6.0-py3-none-any.whl\n")],
        &[("requirements.txt", "victor-ai==v0.6\n")],
        &[("Pipfile", "[packages]\nvictor-ai = \"==0.6.0\"\n")],
        &[("pylock.toml", "[[packages]]\nname = \"victor-ai\"\nversion = \"0.6.0\"\n")],
        &[("setup.py", "from setuptools import setup\nsetup(install_requires=['victor-ai==0.6.0'])\n")],
        &[("needs.in", pin), ("pyproject.toml", "[tool.setuptools.dynamic]\ndependencies = {file = [\"needs.in\"]}\n")],
    ] {
        let project = Project::new(files);
        project.write("a.py", PROGRAM);
        let run = project.run(&["scan"]);
        assert!(run.out.contains("Target: victor-ai 0.6.0 (victor-ai=="), "{files:?}: {}", run.out);
    }
}

#[test]
fn a_requirement_that_says_no_release_is_told() {
    for (file, text, line) in [
        ("requirements.txt", "rich\nvictor-ai\n", 2),
        ("requirements.txt", "-e git+https://host/it#egg=victor-ai\n", 1),
        ("pyproject.toml", "[tool.poetry.dependencies]\nvictor-ai = [{ version = \"^0.6\" }, { version = \"^0.7\" }]\n", 2),
        ("setup.py", "setup(install_requires=['victor-ai'])\n", 1),
    ] {
        let project = Project::new(&[("a.py", PROGRAM), (file, text)]);
        let told = format!("victor-ai in {file}:{line} says no release that can be read; --target says it");
        for format in ["text", "json", "markdown"] {
            let run = project.run(&["scan", "--format", format]);
            assert!(run.out.contains(&told), "{format}: {}", run.out);
        }
    }
    let broken = Project::new(&[("a.py", PROGRAM), ("uv.lock", "[[package]\nname = \"victor-ai\"\n")]);
    let run = broken.run(&["scan"]);
    assert!(run.out.contains("Target: the guide (uv.lock is not readable; --target says the release)."), "{}", run.out);
    broken.write("requirements.txt", "victor-ai==0.6.0\n");
    let run = broken.run(&["scan"]);
    assert!(run.out.contains("(victor-ai==0.6.0 in requirements.txt:1; uv.lock is not readable)"), "{}", run.out);
}

#[test]
fn projects_of_two_releases_are_not_judged_against_one() {
    let pin = |release: &str| format!("victor-ai=={release}\n");
    let project = Project::new(&[("a/a.py", PROGRAM), ("b/b.py", PROGRAM), ("pyproject.toml", "")]);
    project.write("a/requirements.txt", pin("0.6.0"));
    project.write("b/requirements.txt", pin("0.9.5"));
    for args in [&["scan", "a", "b"][..], &["scan"], &["gate", "a/a.py", "b/b.py"]] {
        let run = project.run(args).ends_with(2);
        for part in ["a pins victor-ai 0.6.0 (", "b pins victor-ai 0.9.5 (", "; scan them one by one, or say --target"] {
            assert!(run.err.contains(part), "{args:?}: {}", run.err);
        }
    }
    assert!(project.run(&["scan", "b"]).out.contains("Target: victor-ai 0.9.5 ("));
    assert!(project.run(&["scan", "--target", "0.7.0"]).out.contains("Target: victor-ai 0.7.0 (--target)."));
    project.write("b/requirements.txt", pin("0.6"));
    assert!(project.run(&["scan"]).out.contains("Target: victor-ai 0.6.0 (victor-ai==0.6.0 in a/requirements.txt:1)."));
    project.write("requirements.txt", pin("0.7.0"));
    assert!(project.run(&["scan"]).out.contains("Target: victor-ai 0.7.0 ("), "the project's own word counts");
}

#[test]
fn a_person_s_word_goes_before_what_is_found() {
    let project = Project::new(&[("a.py", PROGRAM), ("requirements.txt", "victor-ai==0.5.0\n"), ("setup.py", "")]);
    assert!(project.run(&["scan", "--target", "victor-ai==0.9.5"]).out.contains("Target: victor-ai 0.9.5 (--target)."));
    assert!(project.run(&["scan", "--config", "target=guide"]).out.contains("Target: the guide (`target` of --config target=guide)."));
    project.write("victor-migrate.toml", "target = \"0.4.0\"\n");
    assert!(project.run(&["scan"]).out.contains("Target: victor-ai 0.4.0 (`target` of victor-migrate.toml:1)."));
    assert!(project.run(&["gate", "--target", "0.6.0"]).out.contains("Target: victor-ai 0.6.0 (--target)."));
    let json: Value = serde_json::from_str(&project.run(&["scan", "--format", "json"]).out).expect("JSON");
    assert_eq!(json["target"]["name"], "victor-ai 0.4.0");
    let json: Value = serde_json::from_str(&project.run(&["gate", "--format", "json"]).out).expect("JSON");
    assert_eq!(json["target"]["name"], "victor-ai 0.4.0");
    let run = project.run(&["scan", "--target", "installed"]).ends_with(2);
    assert!(run.err.contains("no environment with victor-ai was found"), "{}", run.err);
    let run = project.run(&["scan", "--target", "0.1"]).ends_with(2);
    assert!(run.err.contains("--target: there is no bundled manifest of victor-ai 0.1"), "{}", run.err);
}

const USES: &str = "\
from victor.agent.orchestrator import AgentOrchestrator


async def work(orch: AgentOrchestrator) -> None:
    print(orch._provider, orch._config.temperature)
    orch._enabled_tools = [\"read\"]
";

#[test]
fn a_fix_that_the_release_lacks_is_shown_and_not_made() {
    let project = Project::new(&[("a.py", USES)]);
    let run = project.scan(". --target 0.9.5 --fix --unsafe-fixes --explain").ends_with(1);
    let fixed = project.text("a.py");
    assert!(fixed.contains("print(orch.provider, orch._config.temperature)"), "what the release has is written: {fixed}");
    assert!(fixed.contains("orch._enabled_tools = [\"read\"]"), "{fixed}");
    for part in [
        "victor-ai 0.9.5 lacks `_config_coordinator`, so --fix does not write this; needs the bridge: `victor-migrate bridge --target \
         victor-ai==0.9.5 -o victor_coordinators.py`",
        "victor-ai 0.9.5 has no `_config`; it offers `settings`, `model`, `temperature`, `max_tokens`",
        "+ print(orch.provider, orch._config_coordinator.get_config()[\"temperature\"])",
        "it offers `get_enabled_tools`, `set_enabled_tools`",
    ] {
        assert!(run.out.contains(part), "{part}\n{}", run.out);
    }
    assert!(run.out.contains("Example 2 · review"), "{}", run.out);
}

#[test]
fn a_member_of_the_guide_is_missing_until_the_bridge_gives_it() {
    let text = "from victor.agent.orchestrator import AgentOrchestrator\n\n\ndef read(orch: AgentOrchestrator) -> dict:\n    \
                return orch._config_coordinator.get_config()\n";
    let project = Project::new(&[("a.py", text)]);
    let run = project.scan(". --target 0.9.5").ends_with(1);
    assert!(run.out.contains("victor-ai 0.9.5 has no `_config_coordinator`, no known release has it"), "{}", run.out);
    assert!(
        run.out.contains("the guide has it, and code that uses it needs the bridge: `victor-migrate bridge --target victor-ai==0.9.5"),
        "{}",
        run.out
    );
    project.run(&["bridge", "--target", "0.9.5", "-o", "victor_coordinators.py"]).ends_with(0);
    assert!(!project.scan(". --target 0.9.5").out.contains("release-missing"));
    assert!(!project.scan("a.py --target guide").out.contains("release-missing"));
}

#[test]
fn with_the_bridge_the_guide_s_rules_hold() {
    let project = Project::new(&[("a.py", USES)]);
    project.run(&["bridge", "--target", "0.9.5", "-o", "victor_coordinators.py"]).ends_with(0);
    project.scan(". --target 0.9.5 --fix --unsafe-fixes");
    assert!(project.text("a.py").contains("get_config()[\"temperature\"]"), "{}", project.text("a.py"));
    let other = Project::new(&[("a.py", format!("import victor_coordinators\n{USES}"))]);
    let run = other.scan(". --target 0.9.5 --fix --unsafe-fixes");
    assert!(other.text("a.py").contains("get_config()[\"temperature\"]"), "{}", other.text("a.py"));
    assert!(run.out.contains("victor_coordinators is imported, not among the scanned files"), "{}", run.out);
}

#[test]
fn the_bridge_is_no_code_to_migrate_until_somebody_changes_it() {
    let project = Project::new(&[("a.py", "import victor_coordinators\n")]);
    project.run(&["bridge", "--target", "0.9.5", "-o", "victor_coordinators.py"]).ends_with(0);
    let run = project.scan(". --target 0.9.5").ends_with(0);
    let told = "(--target; victor_coordinators.py is its bridge, as it was written, and not looked into)";
    assert!(run.out.contains(told) && run.out.contains("1 file scanned, 0 sites"), "{}", run.out);
    project.write("a.py", USES);
    assert!(project.scan(". --target 0.9.5").out.contains("1 file scanned, 4 sites"));
    let own = project.text("victor_coordinators.py") + "# ours\n";
    project.write("victor_coordinators.py", own);
    let run = project.scan(". --target 0.9.5");
    assert!(run.out.contains("2 files scanned") && run.out.contains("--> victor_coordinators.py:"), "{}", run.out);
}

#[test]
fn only_the_bridge_of_the_release_is_a_bridge() {
    let whole = |release: &str| Project::new::<&str>(&[]).run(&["bridge", "--target", release]).ends_with(0).out;
    for (path, text, target, told) in [
        ("victor_coordinators.py", String::new(), "0.4.0", "Target: victor-ai 0.4.0 (--target)."),
        ("victor_coordinators.py", whole("0.9.5"), "0.4.0", "Target: victor-ai 0.4.0 (--target)."),
        ("victor_coordinators.py", String::new(), "0.9.5", "(--target; victor_coordinators.py is no bridge)"),
        ("victor_coordinators.py", whole("0.6.0"), "0.9.5", "(--target; victor_coordinators.py is for 0.6.0)"),
        ("other/victor_coordinators.py", whole("0.9.5"), "0.9.5", "(--target; other/victor_coordinators.py is imported by nothing)"),
    ] {
        let project = Project::new(&[("a.py", USES)]);
        project.write(path, text);
        let run = project.scan(&format!(". --target {target} --fix --unsafe-fixes"));
        assert!(run.out.contains(told), "{told}: {}", run.out);
        assert!(!project.text("a.py").contains("_config_coordinator"), "{path} {target}: {}", project.text("a.py"));
    }
}

#[test]
fn between_two_releases_only_what_changed_is_found() {
    let text = "\
from victor.agent.orchestrator import AgentOrchestrator


async def work(orch: AgentOrchestrator, calls: list) -> None:
    print(orch._config, orch.model, orch.session_id)
    await orch.chat(\"Hello\")
    await orch._handle_tool_calls(calls)
    print(orch._use_service_layer)
";
    let project = Project::new(&[("a.py", text)]);
    let run = project.scan(". --from 0.6.0 --to victor-ai==0.9.5").ends_with(1);
    assert!(run.out.contains("Target: victor-ai 0.9.5, for code written for victor-ai 0.6.0 (--target)."), "{}", run.out);
    let rules: Vec<&str> = run.out.lines().filter_map(|line| line.strip_prefix('[')?.split(']').next()).collect();
    assert_eq!(rules, ["release-deprecated", "tool-execution-renamed", "release-missing"], "{}", run.out);
    assert!(run.out.contains("the last release with it is 0.6.0, it is gone since 0.7.0"), "{}", run.out);
    project.scan(". --from 0.7.0 --to 0.9.5").ends_with(0);
    let run = project.scan(". --from 0.6.0").ends_with(2);
    assert!(run.err.contains("say the later one with --to"), "{}", run.err);
}

/// The rules of the findings against 0.9.5 in a text after the import of the orchestrator.
fn found(text: &str) -> Vec<String> {
    let project = Project::new(&[("a.py", format!("from victor.agent.orchestrator import AgentOrchestrator\n\n\n{text}"))]);
    let run = project.run(&["scan", "--target", "0.9.5", "--format", "json"]);
    let json: Value = serde_json::from_str(&run.out).expect("JSON");
    let all = json["findings"].as_array().cloned().unwrap_or_default().into_iter();
    all.filter_map(|finding| finding["rule"].as_str().map(str::to_owned)).collect()
}

#[test]
fn what_the_code_itself_gives_an_orchestrator_is_not_missing() {
    let missing = |text: &str| found(text).iter().filter(|rule| *rule == "release-missing").count();
    assert_eq!(missing("def f(orch: AgentOrchestrator):\n    return orch.my_tag\n"), 1, "nobody gives it");
    for text in [
        "def f(orch: AgentOrchestrator):\n    orch.my_tag = 'x'\n    return orch.my_tag\n",
        "def f(orch: AgentOrchestrator):\n    setattr(orch, 'my_tag', 'x')\n    return orch.my_tag\n",
        "class Own(AgentOrchestrator):\n    def __getattr__(self, name):\n        return 1\n\n\ndef f(orch: Own):\n    return orch.my_tag\n",
        "def f(orch: AgentOrchestrator):\n    return orch.__dict__, orch.__class__\n",
        "def f(orch: AgentOrchestrator):\n    return hasattr(orch, 'my_tag') and orch.my_tag\n",
    ] {
        assert_eq!(missing(text), 0, "{text}");
    }
}

#[test]
fn a_read_behind_hasattr_is_reported_once() {
    let text = "def f(orch: AgentOrchestrator):\n    return hasattr(orch, '_handle_compaction') and orch._handle_compaction\n";
    assert_eq!(found(text).iter().filter(|rule| *rule == "release-missing").count(), 1);
}

#[test]
fn a_dropped_answer_is_found_through_the_class_and_super() {
    for text in [
        "def f(orch: AgentOrchestrator):\n    AgentOrchestrator.switch_model(orch, 'm')\n",
        "class Own(AgentOrchestrator):\n    def f(self):\n        super().switch_model('m')\n",
    ] {
        assert!(found(text).iter().any(|rule| rule == "release-async"), "{text}");
    }
}

#[test]
fn a_pin_is_read_whatever_shell_wrote_it() {
    let wide = |order: fn(u16) -> [u8; 2]| "\u{feff}victor-ai==0.7.0\r\n".encode_utf16().flat_map(order).collect::<Vec<u8>>();
    let marked = "\u{feff}victor-ai==0.7.0\n".as_bytes().to_vec();
    for bytes in [marked, wide(u16::to_le_bytes), wide(u16::to_be_bytes), b"# caf\xe9\nvictor-ai==0.7.0\n".to_vec()] {
        let project = Project::new(&[("a.py", PROGRAM.as_bytes().to_vec()), ("setup.py", Vec::new()), ("requirements.txt", bytes)]);
        let run = project.run(&["scan"]);
        assert!(run.out.contains("Target: victor-ai 0.7.0 (victor-ai==0.7.0 in requirements.txt:"), "{}", run.out);
    }
}
