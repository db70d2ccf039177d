//! Types cross files: what is an orchestrator in one file is one in the next, and what is none stays untouched.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::cpython::refused;
use crate::support::{Project, Run, program, python_of};

/// path, line, rule, and the level or strength.
type Site = (String, u64, String, String);

/// The sites that a fixture marks with `# site: rule how`.
fn marked(project: &Project) -> BTreeSet<Site> {
    let mut sites = BTreeSet::new();
    for (path, text) in python_of(project) {
        for (line, number) in text.lines().zip(1..) {
            for mark in line.split("# site: ").skip(1) {
                let mut words = mark.split_whitespace().map(str::to_owned);
                let (rule, how) = (words.next().expect("a rule"), words.next().expect("a level or strength"));
                sites.insert((path.clone(), number, rule, how));
            }
        }
    }
    sites
}

fn findings(run: &Run) -> Vec<Value> {
    let report = run.json();
    let all = report["findings"].as_array().expect("a list").clone();
    all.into_iter().filter(|finding| finding["level"] != "none").collect()
}

/// As [`marked`], by the strength or the level as the fixture says it.
fn found(run: &Run, wanted: &BTreeSet<Site>) -> BTreeSet<Site> {
    let text = |finding: &Value, key: &str| finding[key].as_str().expect("a string").to_owned();
    let site = |finding: Value| {
        let line = finding["range"]["start"]["line"].as_u64().expect("a line");
        let with = |key: &str| (text(&finding, "path"), line, text(&finding, "rule"), text(&finding, key));
        if wanted.contains(&with("level")) { with("level") } else { with("strength") }
    };
    findings(run).into_iter().map(site).collect()
}

#[test]
fn every_site_of_a_project_of_fifty_files_is_found_with_the_right_strength_and_no_other() {
    let project = Project::copy_of("fixtures/harbour");
    let wanted = marked(&project);
    assert!(python_of(&project).len() >= 40 && wanted.len() >= 40, "{} sites", wanted.len());
    let found = found(&project.scan("--format json"), &wanted);
    assert_eq!(found.difference(&wanted).collect::<Vec<_>>(), Vec::<&Site>::new(), "found and not marked");
    assert_eq!(wanted.difference(&found).collect::<Vec<_>>(), Vec::<&Site>::new(), "marked and not found");
}

#[test]
fn what_must_stay_untouched_does_and_what_was_fixed_compiles() {
    let project = Project::copy_of("fixtures/harbour");
    let kept = |project: &Project| -> Vec<(String, String)> {
        let lines = |(path, text): (String, String)| {
            let kept: Vec<_> = text.lines().filter(|line| line.ends_with("# keep")).map(|line| (path.clone(), line.to_owned())).collect();
            kept
        };
        python_of(project).into_iter().flat_map(lines).collect()
    };
    let before = kept(&project);
    assert!(before.len() >= 12, "{}", before.len());
    project.scan("--fix --unsafe-fixes --format json").ends_with(1);
    assert_eq!(kept(&project), before);
    if program("python3") {
        assert_eq!(refused(&python_of(&project)), []);
    }
    let again = project.scan("--diff --unsafe-fixes");
    assert_eq!(again.out, "", "a second run changes nothing");
}

#[test]
fn the_chain_of_evidence_names_the_files_it_goes_through() {
    let project = Project::copy_of("fixtures/harbour");
    let run = project.scan("--explain --select provider-read");
    for part in [
        "= note: src/harbour/core/registry.py:3: from victor.agent import AgentOrchestrator",
        "passed as `clerk` by `totals(factory.make(), scale=2)`",
        "the fixture `agent`",
    ] {
        assert!(run.out.contains(part) || project.scan("--explain").out.contains(part), "{part}\n{}", run.out);
    }
}

#[test]
fn neither_the_number_of_threads_nor_the_order_of_the_files_matters() {
    let project = Project::copy_of("fixtures/harbour");
    let files: Vec<String> = project.files().into_keys().filter(|name| name.contains(".py") && !name.ends_with("toml")).collect();
    let expected = project.scan("--diff --unsafe-fixes");
    for threads in ["1", "2", "7"] {
        let run = project.scan_env("--diff --unsafe-fixes", &[("RAYON_NUM_THREADS", threads)]);
        assert!(run.out == expected.out && run.err == expected.err, "{threads} threads change the result");
    }
    for turn in [7, 19, 31] {
        let mut shuffled = files.clone();
        shuffled.sort_by_key(|name| name.bytes().fold(turn, |sum: u64, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte))));
        let run = project.scan(&format!("--diff --unsafe-fixes {}", shuffled.join(" ")));
        assert!(run.out == expected.out, "the order of the files changes the result");
    }
}

#[test]
fn independent_files_are_fixed_alike_together_and_one_by_one() {
    let text =
        |name: &str, body: &str| (format!("{name}.py"), format!("from victor.agent.orchestrator import AgentOrchestrator\n\n\n{body}"));
    let files = [
        text("reads", "def reads(orch: AgentOrchestrator):\n    return orch._model, orch._config.temperature\n"),
        text("tracks", "async def tracks(orch: AgentOrchestrator):\n    orch._usage_analytics.track_event(\"x\", {})\n"),
        text(
            "asks",
            "def asks(orch: AgentOrchestrator):\n    orch._usage_analytics.track_event(\"x\", {})\n\n\nasks(AgentOrchestrator())\n",
        ),
        text("sets", "async def sets(orch: AgentOrchestrator):\n    orch._enabled_tools = [\"read\"]\n"),
    ];
    let (together, alone) = (Project::new(&borrowed(&files)), Project::new(&borrowed(&files)));
    together.scan("--fix --unsafe-fixes .").ends_with(0);
    for (name, _) in files.iter().rev() {
        alone.scan(&format!("--fix --unsafe-fixes {name}")).ends_with(0);
    }
    assert_eq!(together.files(), alone.files());
    assert!(together.text("asks.py").contains("asyncio.run(asks(AgentOrchestrator()))"), "{}", together.text("asks.py"));
}

fn borrowed(files: &[(String, String)]) -> Vec<(&str, &str)> {
    files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect()
}

#[test]
fn the_accounts_add_up_to_all_sites_and_files() {
    let project = Project::copy_of("fixtures/harbour");
    project.write("src/broken.py", "import victor\ndef (\n");
    project.write("src/binary.py", [0u8, 159, 146, 150]);
    for flags in ["--format json", "--fix --unsafe-fixes --format json"] {
        let run = project.scan(flags);
        let report: Value = run.json();
        let summary = &report["summary"];
        let accounts = summary["accounts"].as_object().expect("an object");
        let sum: u64 = accounts.values().map(|number| number.as_u64().expect("a number")).sum();
        let number = |value: &Value| value.as_u64().expect("a number");
        assert_eq!(number(&summary["accounted"]), sum);
        assert_eq!(sum, number(&summary["open"]) + number(&summary["applied"]) + 1, "{summary}");
        assert_eq!((&accounts["not_parsed"], &accounts["not_read"]), (&1.into(), &1.into()));
    }
}

#[test]
fn a_suggestion_shows_the_construction_of_a_subclass_at_every_place_of_the_project() {
    let desk = "from victor.agent.orchestrator import AgentOrchestrator\n\n\nclass Short:\n    def compact(self, messages):\n        return messages[-4:]\n\n\n\
                class Desk(AgentOrchestrator):\n    def __init__(self, settings):\n        super().__init__(settings)\n        self._context_compactor = Short()\n";
    let project = Project::new(&[
        ("desk.py", desk),
        ("shop/a.py", "from desk import Desk\n\nfront = Desk({\"model\": \"a\"})\n"),
        ("b.py", "import desk\n\n\ndef back():\n    return desk.Desk(\n        {},\n    )\n"),
    ]);
    let report = project.scan("--format json").ends_with(1).json();
    let all = report["findings"].as_array().expect("a list");
    let suggestion = all.iter().find_map(|finding| finding["suggestion"].as_str()).expect("a suggestion");
    for part in ["Desk({\"model\": \"a\"}, _context_coordinator=", "  # shop/a.py:3", "Desk({}, _context_coordinator=", "  # b.py:5"] {
        assert!(suggestion.contains(part), "{part}\n{suggestion}");
    }
}

/// Every folder below `fixtures/traps` is a project; what may be rewritten says `# yes`, what must not says `# no`.
#[test]
fn a_wrong_type_is_worse_than_none() {
    let root = crate::support::repository().join("fixtures/traps");
    let (mut wrong, mut lines) = (Vec::new(), 0);
    for entry in std::fs::read_dir(root).expect("a folder") {
        let name = entry.expect("a folder").file_name().to_string_lossy().into_owned();
        let project = Project::copy_of(&format!("fixtures/traps/{name}"));
        let all = findings(&project.scan("--format json"));
        let safe = |path: &str, line: u64| {
            let here = |finding: &&Value| finding["path"] == path && finding["range"]["start"]["line"] == line;
            all.iter().filter(here).any(|finding| finding["level"] == "safe")
        };
        for (path, text) in python_of(&project) {
            for (line, number) in text.lines().zip(1..) {
                let wanted = match line.rsplit_once('#').map(|(_, mark)| mark.trim()) {
                    Some("yes") => true,
                    Some("no") => false,
                    _ => continue,
                };
                lines += 1;
                if safe(&path, number) != wanted {
                    wrong.push(format!("{name}/{path}:{number}: {line}"));
                }
            }
        }
    }
    assert!(lines >= 30, "{lines}");
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn types_that_go_round_in_circles_are_said_to_be_unknown() {
    let holder = "handler(AgentOrchestrator())\nclass Unit:\n    def __init__(self, q):\n        self.o = q\n";
    let user = "from victor.agent.orchestrator import AgentOrchestrator\n\
                def run_it(arg=None):\n    return [arg._model for _ in range(3)]\n\
                def item(arg):\n    match arg:\n        case _:\n            arg._model = 'z'\n    return arg\n\
                test_m1.plan_i = run_it(item((run_it(AgentOrchestrator()) if flag else 'text')))\n\
                from m0 import Unit\nu8 = Unit(Unit(item(AgentOrchestrator('x'))).o).o\nu8._model = 'z'\n";
    let project = Project::new(&[("m0.py", holder), ("test_m1.py", user)]);
    let report = project.run(&["scan", "--no-cache", "--format", "json", "."]).json();
    let notes: Vec<&str> = report["notes"].as_array().expect("a list").iter().filter_map(|note| note["path"].as_str()).collect();
    assert_eq!(notes, ["m0.py", "test_m1.py"], "{report:#}");
    assert!(report["notes"][0]["message"].as_str().is_some_and(|message| message.contains("in circles")));
}

#[test]
fn a_function_above_the_line_that_fills_its_name_is_changed_with_it() {
    let code = "from victor.agent.orchestrator import AgentOrchestrator\n\n\ndef build(core: AgentOrchestrator):\n    \
                read = lambda: config.model\n\n    class Later:\n        def name(self):\n            return config.model\n\n    \
                config = core._config\n    return read() + Later().name()\n";
    let project = Project::new(&[("build.py", code)]);
    project.scan("--fix").ends_with(0);
    let fixed = project.text("build.py");
    assert_eq!((fixed.matches("config[\"model\"]").count(), fixed.matches("config.model").count()), (2, 0), "{fixed}");
}

/// The level and strength of what is found in `app.py`, a function with an annotated parameter, beside tests of it.
fn beside(test: &str) -> (String, String) {
    let app = "from victor.agent.orchestrator import AgentOrchestrator\n\n\nclass Desk:\n    def __init__(self, orch: AgentOrchestrator):\n        self.orch = orch\n\n    def model(self):\n        return self.orch._config.model\n";
    let project = Project::new(&[("app.py", app), ("test_app.py", test)]);
    let all = findings(&project.scan("--format json app.py test_app.py"));
    let found = all.iter().find(|finding| finding["path"] == "app.py").expect("a finding");
    (found["level"].as_str().expect("a level").to_owned(), found["strength"].as_str().expect("a strength").to_owned())
}

#[test]
fn an_annotation_is_believed_until_somebody_passes_something_else() {
    let both = |level: &str, strength: &str| (level.to_owned(), strength.to_owned());
    let import = "from unittest.mock import MagicMock\nfrom app import Desk\nfrom victor.agent.orchestrator import AgentOrchestrator\n\n\n";
    let fake = "class Fake:\n    pass\n\n\n";
    for test in [
        "def test():\n    Desk(AgentOrchestrator()).model()\n",
        "def test(given):\n    Desk(given).model()\n",
        "class Own(AgentOrchestrator):\n    pass\n\n\ndef test():\n    Desk(Own()).model()\n",
        "def test():\n    MagicMock(Desk)\n",
        "from elsewhere import Base\n\n\nclass Other(Base):\n    pass\n\n\ndef test():\n    Desk(Other()).model()\n",
        "from typing import Protocol\n\n\nclass Chats(Protocol):\n    def chat(self): ...\n\n\ndef test(one: Chats):\n    Desk(one).model()\n",
        "class Mixin:\n    def desk(self):\n        return Desk(self)\n\n\nclass Own(Mixin, AgentOrchestrator):\n    pass\n",
    ] {
        assert_eq!(beside(&format!("{import}{test}")), both("safe", "proven"), "{test}");
    }
    for test in [
        "def test():\n    Desk(MagicMock()).model()\n",
        "def test():\n    Desk(orch=MagicMock(spec=AgentOrchestrator)).model()\n",
        "def test():\n    Desk(AgentOrchestrator()).model()\n    Desk(MagicMock()).model()\n",
        "def test():\n    Desk(Fake()).model()\n",
        "def test():\n    Desk(AgentOrchestrator()).model()\n    Desk(Fake()).model()\n",
        "def build(orch):\n    return Desk(orch)\n\n\ndef test():\n    build(MagicMock()).model()\n",
        "def build(orch: AgentOrchestrator):\n    return Desk(orch)\n\n\ndef test():\n    build(MagicMock()).model()\n",
        "class Own(Desk):\n    def __init__(self, orch: AgentOrchestrator):\n        super().__init__(orch)\n\n\ndef test():\n    Own(MagicMock()).model()\n",
        "def test():\n    orch: AgentOrchestrator = MagicMock()\n    Desk(orch).model()\n",
        "def make() -> AgentOrchestrator:\n    return MagicMock()\n\n\ndef test():\n    Desk(make()).model()\n",
        "from typing import cast\n\n\ndef test():\n    Desk(cast(AgentOrchestrator, MagicMock())).model()\n",
        "def make(**kw):\n    return MagicMock(**kw)\n\n\ndef test():\n    Desk(make()).model()\n",
    ] {
        assert_eq!(beside(&format!("{import}{fake}{test}")), both("review", "likely"), "{test}");
    }
}

#[test]
fn who_catches_the_old_exception_in_another_file_is_asked() {
    let both = |level: &str| (level.to_owned(), "proven".to_owned());
    let import = "from app import Desk\n\n\ndef asked(desk: Desk):\n    ";
    for (rest, level) in [
        ("return desk.model()\n", "safe"),
        ("try:\n        return desk.name()\n    except AttributeError:\n        return None\n", "safe"),
        ("try:\n        return desk.model()\n    except ValueError:\n        return None\n", "safe"),
        ("try:\n        return desk.model()\n    except AttributeError:\n        return None\n", "review"),
        ("with contextlib.suppress(AttributeError):\n        return desk.model()\n", "review"),
    ] {
        assert_eq!(beside(&format!("{import}{rest}")), both(level), "{rest}");
    }
}

#[test]
fn behind_many_constants_an_orchestrator_is_found() {
    let start = "from victor.agent.orchestrator import AgentOrchestrator\n\n\ndef main(orch: AgentOrchestrator):\n";
    let end = "    for item in items:\n        print(item._config)\n";
    let literal = format!("    items = [{}orch]\n", "1, ".repeat(400));
    let filled = format!("    items = []\n{}    items.append(orch)\n", "    items.append(\"one\")\n".repeat(50));
    for middle in [literal, filled] {
        let project = Project::new(&[("a.py", format!("{start}{middle}{end}"))]);
        let run = project.scan(".").ends_with(1);
        assert!(run.out.contains(" manual · likely · item"), "{}", run.out);
    }
}

#[test]
fn a_decorator_or_context_that_handles_the_exception_is_asked_about() {
    let import = "from victor.agent.orchestrator import AgentOrchestrator\nimport tools\nfrom tools import Quiet, Timer, safe, timed\n\n\n";
    let tools = "class Quiet:\n    def __exit__(self, kind, *rest):\n        return kind is AttributeError\n\n\n\
                 class Timer:\n    def __exit__(self, *rest):\n        print(rest)\n\n\n\
                 def safe(call):\n    def inner(*args):\n        try:\n            return call(*args)\n        \
                 except (AttributeError, TypeError):\n            return None\n    return inner\n\n\n\
                 def timed(call):\n    try:\n        call.x\n    except ValueError:\n        pass\n    return call\n";
    let function = "def model(orch: AgentOrchestrator):\n    return orch._config.model\n";
    let inside = |context: &str| format!("def model(orch: AgentOrchestrator):\n    with {context}:\n        return orch._config.model\n");
    for (text, level) in [
        (function.to_owned(), "safe"),
        (format!("@timed\n{function}"), "safe"),
        (inside("Timer()"), "safe"),
        (inside("open('x'), Timer() as timer"), "safe"),
        (format!("@safe\n{function}"), "review"),
        (format!("@timed\n@tools.safe\n{function}"), "review"),
        (format!("@retry(on=KeyError)\n{function}"), "review"),
        (inside("Quiet()"), "review"),
        (inside("open('x'), tools.Quiet() as quiet"), "review"),
        (inside("expected(AttributeError)"), "review"),
    ] {
        let project = Project::new(&[("app.py", format!("{import}{text}")), ("tools.py", tools.to_owned())]);
        let report = project.scan(". --format json --select config-attribute").ends_with(1).json();
        assert_eq!(report["findings"][0]["level"], level, "{text}");
    }
}

/// The level of every open site of a program, by line.
fn levels(text: &str) -> Vec<String> {
    let project = Project::new(&[("app.py", format!("from victor.agent.orchestrator import AgentOrchestrator\n{text}"))]);
    let all = findings(&project.scan(". --format json"));
    all.iter().filter_map(|finding| finding["level"].as_str().filter(|level| *level != "none")).map(str::to_owned).collect()
}

#[test]
fn a_name_that_may_hold_what_an_earlier_round_of_a_loop_left_is_for_a_person() {
    let start = "def f(pool: list[AgentOrchestrator], skip):\n    for orch in pool:\n";
    for (middle, safe) in [
        ("        if skip(orch):\n            continue\n        m = orch._context_manager\n    return m.get_messages()\n", false),
        ("        if skip(orch):\n            m = orch._context_manager\n        print(m.get_messages())\n", false),
        (
            "        try:\n            skip(orch)\n            m = orch._context_manager\n        except OSError:\n            pass\n    print(m.get_messages())\n",
            false,
        ),
        ("        if skip(orch):\n            continue\n        m = orch._context_manager\n        print(m.get_messages())\n", true),
        ("        with skip(orch):\n            m = orch._context_manager\n        print(m.get_messages())\n", true),
    ] {
        let levels = levels(&format!("{start}{middle}"));
        assert!(!levels.is_empty() && levels.iter().all(|level| level == "safe") == safe, "{middle}: {levels:?}");
    }
}

#[test]
fn every_handler_that_a_new_exception_meets_is_widened_or_asked_about() {
    for (handler, level) in [
        ("except AttributeError:", "safe"),
        ("except builtins.AttributeError:", "safe"),
        ("except AttributeError, ValueError:", "review"),
        ("except ValueError, AttributeError:", "review"),
        ("except errors().X:", "review"),
        ("except AE:", "review"),
    ] {
        let text = format!(
            "from builtins import AttributeError as AE\n\n\ndef f(o: AgentOrchestrator):\n    try:\n        return o._config.x\n    {handler}\n        return 1\n"
        );
        assert_eq!(levels(&text), [level], "{handler}");
    }
    let text = "from victor.agent.orchestrator import AgentOrchestrator\n\n\ndef f(o: AgentOrchestrator):\n    try:\n        try:\n            return o._config.x\n        except AttributeError:\n            raise\n    except AttributeError:\n        return 1\n";
    let project = Project::new(&[("app.py", text)]);
    project.scan(". --fix").ends_with(0);
    assert_eq!(project.text("app.py").matches("except (AttributeError, KeyError):").count(), 2);
}

#[test]
fn an_annotation_that_its_own_value_contradicts_is_not_believed() {
    let fake = "class Fake:\n    _model = 'x'\n\n\n";
    for text in [
        "def f(o: AgentOrchestrator = Fake()):\n    return o._model\n",
        "def f():\n    o: AgentOrchestrator = Fake()\n    return o._model\n",
        "def make() -> AgentOrchestrator:\n    return Fake()\n\n\ndef f():\n    return make()._model\n",
    ] {
        assert_eq!(levels(&format!("{fake}{text}")), ["review"], "{text}");
    }
}

#[test]
fn where_a_subclass_brings_what_a_fix_writes_the_object_may_be_one() {
    let heir = "class Own(AgentOrchestrator):\n    @property\n    def model(self):\n        return 'own'\n\n\n";
    assert_eq!(levels(&format!("{heir}def f(o: AgentOrchestrator):\n    return o._model, o._provider\n")), ["review", "safe"]);
}

#[test]
fn an_import_that_another_file_takes_from_here_stays() {
    let tool = "from victor.tools import read_file\nfrom victor.agent.orchestrator import AgentOrchestrator\n\n\nasync def f(o: AgentOrchestrator, p):\n    return read_file(p)\n";
    for (other, stays) in [("from tool import read_file\n", true), ("from tool import *\n", true), ("from tool import f\n", false)] {
        let project = Project::new(&[("tool.py", tool), ("other.py", other)]);
        project.scan(". --fix --unsafe-fixes");
        let text = project.text("tool.py");
        assert!(!text.contains("return read_file("), "{text}");
        assert_eq!(text.contains("import read_file"), stays, "{other}: {text}");
    }
}

#[test]
fn the_type_statement_names_what_it_stands_for() {
    let use_of = |kind: &str| format!("\n\ndef f(o: {kind}):\n    return o._model\n");
    for (alias, kind, level) in [
        ("type Orch = AgentOrchestrator", "Orch", "safe"),
        ("type Orch = AgentOrchestrator | None", "Orch", "safe"),
        ("type Maybe[T] = T | None", "Maybe[AgentOrchestrator]", "review"),
    ] {
        assert_eq!(levels(&format!("{alias}{}", use_of(kind))), [level], "{alias}");
    }
    assert!(levels(&format!("type Orch = int{}", use_of("Orch"))).is_empty());
}

#[test]
fn what_is_put_into_a_module_from_elsewhere_is_found_where_it_is_read() {
    let files = [
        ("state.py", "engine = None\nlamp = None\n"),
        (
            "boot.py",
            "import state\nfrom victor.agent.orchestrator import AgentOrchestrator\n\nstate.engine = AgentOrchestrator()\nstate.lamp = 1\n",
        ),
        ("use.py", "import state\n\n\ndef f():\n    return state.engine._model, state.lamp._model\n"),
    ];
    let project = Project::new(&files);
    let all = findings(&project.scan(". --format json"));
    let used: Vec<_> = all.iter().filter(|finding| finding["path"] == "use.py").map(|finding| &finding["receiver"]).collect();
    assert_eq!(used, ["state.engine"]);
}
