//! What needs `await` in code that is not asynchronous: the whole chain of callers changes, in all files, or nothing does.

use crate::cpython::refused;
use crate::support::{Project, program, python_of};

const IMPORT: &str = "from victor.agent.orchestrator import AgentOrchestrator\n\n\n";
const TRACK: &str = "    orch._usage_analytics.track_event(\"x\", {})\n";

/// A function that needs `await`, in `app/track.py`, and other files.
fn project(files: &[(&str, &str)]) -> Project {
    let project = Project::new(files);
    project.write("app/__init__.py", "");
    project.write("app/track.py", format!("{IMPORT}def track(orch: AgentOrchestrator):\n{TRACK}"));
    project
}

/// That nothing is changed, and that the reason says so.
#[track_caller]
fn stops(files: &[(&str, &str)], reason: &str) {
    let project = project(files);
    let before = project.files();
    let run = project.scan("--fix --unsafe-fixes --select analytics-event --format json").ends_with(1);
    assert!(run.out.contains(&reason.replace('"', "\\\"")), "{reason}\n{}", run.out);
    assert_eq!(project.files(), before);
}

#[test]
fn a_chain_over_modules_classes_and_tests_compiles_and_runs_as_before() {
    let project = Project::copy_of("fixtures/ferry");
    let before = python_of(&project);
    let run = project.scan("--fix --unsafe-fixes --format json").ends_with(0);
    assert_eq!(run.json()["summary"]["applied"], 1);
    let after = python_of(&project);
    assert_eq!(before.iter().zip(&after).filter(|(old, new)| old != new).count(), 8);
    if program("python3") {
        assert_eq!(refused(&after), []);
    }
    assert_eq!(project.scan("--diff --unsafe-fixes").out, "", "a second run changes nothing");
    #[cfg(feature = "verify")]
    runs_alike(&before, &after);
}

#[cfg(feature = "verify")]
fn runs_alike(before: &[(String, String)], after: &[(String, String)]) {
    use crate::scenarios::play;
    use victor_migrate::runtime::sandbox::Ended;
    use victor_migrate::verify::compare::difference;
    let program =
        |files: &[(String, String)]| -> Vec<_> { files.iter().filter(|(name, _)| !name.starts_with("tests/")).cloned().collect() };
    let run = |files, surface| play(&program(files), surface);
    let (old, new) = (run(before, "legacy"), run(after, "coordinator"));
    assert_eq!((&old.ended, &old.exception), (&Ended::Normally, &None));
    assert!(old.stdout.contains("over") && !old.record.is_empty(), "{}", old.stdout);
    assert_eq!(difference(&old, &new, None).filter(|found| !found.what.starts_with("global")), None);
}

#[test]
fn the_plan_is_shown_before_it_is_made() {
    let project = project(&[(
        "main.py",
        "from app.track import track\nfrom victor.agent.orchestrator import AgentOrchestrator\n\n\ndef main():\n    track(AgentOrchestrator())\n\n\nmain()\n",
    )]);
    let run = project.scan("--explain").ends_with(1);
    for part in [
        "needs `await`, so 2 functions must become `async def`",
        "plan: app/track.py:4: `track` becomes `async def`",
        "plan: main.py:6: `track` is awaited",
        "plan: main.py:9: `main` is started by `asyncio.run` at module level",
        "fixable with --fix --unsafe-fixes",
    ] {
        assert!(run.out.contains(part), "{part}\n{}", run.out);
    }
    let before = project.files();
    project.scan("--fix").ends_with(1);
    assert_eq!(project.files(), before, "never without --unsafe-fixes");
    let diff = project.scan("--diff --unsafe-fixes").out;
    project.scan("--fix --unsafe-fixes").ends_with(0);
    assert!(diff.contains("+    await track(AgentOrchestrator())") && project.text("main.py").ends_with("asyncio.run(main())\n"), "{diff}");
}

#[test]
fn json_carries_the_edits_of_every_file() {
    let project = project(&[("main.py", "from app.track import track\n\n\ndef main(orch):\n    return track(orch)\n")]);
    let report = project.scan("--format json").ends_with(1).json();
    let fixes = report["findings"].as_array().expect("a list").iter().find_map(|finding| finding["fix"].as_object());
    let edits = fixes.expect("a fix")["edits"].as_array().expect("a list").clone();
    let of = |path: &str| edits.iter().filter(|edit| edit["path"] == path).count();
    assert!(of("main.py") == 2 && of("app/track.py") >= 3, "{edits:#?}");
}

#[test]
fn a_handler_registered_by_an_unknown_decorator_stops_the_chain() {
    stops(
        &[("api.py", "from app.track import track\nfrom web import route\n\n\n@route(\"/\")\ndef handle(orch):\n    track(orch)\n")],
        "`handle` is decorated with `@route`, which may call it without `await`",
    );
}

#[test]
fn a_property_a_dunder_and_a_generator_stop_the_chain() {
    let class = |body: &str| format!("from app.track import track\n\n\nclass C:\n    orch = None\n\n{body}");
    stops(&[("c.py", &class("    @property\n    def p(self):\n        return track(self.orch)\n"))], "`p` is a property");
    stops(&[("c.py", &class("    def __init__(self, orch):\n        track(orch)\n"))], "`__init__` is called by Python itself");
    stops(&[("c.py", &class("    def g(self):\n        yield track(self.orch)\n"))], "`g` is a generator");
}

#[test]
fn a_function_that_is_called_and_passed_as_a_value_stops_the_chain() {
    let text = "import threading\nfrom app.track import track\n\n\nasync def use(orch):\n    track(orch)\n    threading.Thread(target=track).start()\n";
    stops(&[("c.py", text)], "`track` is passed as a value at c.py:7");
    let text = "from app import track as module\n\n\nasync def use(orch):\n    module.track(orch)\n    return [module.track]\n";
    stops(&[("c.py", text)], "`track` is passed as a value at c.py:6");
    let text = "from unittest.mock import patch\nfrom app.track import track\n\nwith patch(\"app.track.track\"):\n    track(None)\n";
    stops(&[("c.py", text)], "`track` is named in a string at c.py:4");
}

#[test]
fn places_that_cannot_hold_an_await_stop_the_chain() {
    let call = |line: &str| format!("from app.track import track\n\n\n{line}\n");
    for (line, reason) in [
        ("later = lambda orch: track(orch)", "a lambda cannot await"),
        ("def f(orch, x=track(None)):\n    return x", "a default argument is no place for `await`"),
        ("class C:\n    x = track(None)", "a class body cannot await"),
        ("def f(orch):\n    return sum(track(one) for one in [orch])", "`await` would turn this generator expression"),
        ("def f(orch):\n    return f\"{track(orch)=}\"", "`{…=}` prints its own source text"),
        ("@track(None)\ndef f():\n    pass", "a decorator is no place for `await`"),
        ("x = [track(one) for one in []]", "a comprehension at module level cannot await"),
        ("async def f(orch):\n    return await track(orch)", "`track` is awaited already at c.py:5"),
    ] {
        stops(&[("c.py", &call(line))], reason);
    }
}

#[test]
fn a_method_that_others_may_call_by_name_stops_the_chain() {
    let class = "from app.track import track\n\n\nclass Desk:\n    def serve(self, orch):\n        track(orch)\n";
    stops(
        &[("c.py", class), ("d.py", "from c import Desk\n\n\ndef all(desks):\n    return [desk.serve(None) for desk in desks]\n")],
        "d.py:5 may mean `serve` too",
    );
    stops(
        &[("c.py", class), ("d.py", "from c import Desk\n\nprint(getattr(Desk(), \"serve\"))\n")],
        "`serve` is named in a string at d.py:3",
    );
    let mocked = "from unittest.mock import Mock\nfrom c import Desk\n\n\ndef test_it():\n    desk = Mock()\n    desk.serve(None)\n";
    stops(&[("c.py", class), ("test_c.py", mocked)], "test_c.py:7 may mean `serve` too");
}

#[test]
fn a_method_of_a_class_outside_the_project_stops_the_chain() {
    let text =
        "from threading import Thread\nfrom app.track import track\n\n\nclass Worker(Thread):\n    def run(self):\n        track(None)\n";
    stops(&[("c.py", text)], "`run` may be called by `Thread`, a base of `Worker` that is not part of the project");
    let text = "from victor.agent.orchestrator import AgentOrchestrator\nfrom app.track import track\n\n\nclass Own(AgentOrchestrator):\n    def chat(self, text):\n        track(self)\n        return super().chat(text)\n";
    stops(&[("c.py", text)], "`chat` overrides a method of `AgentOrchestrator`");
}

#[test]
fn tests_become_coroutines_only_where_a_plugin_runs_them() {
    let test = "from app.track import track\n\n\ndef test_track(orch):\n    assert track(orch) is None\n";
    stops(&[("tests/test_a.py", test)], "the test `test_track` would have to be a coroutine, and no async test plugin is in use");
    let unittest = "import unittest\nfrom app.track import track\n\n\nclass TestTrack(unittest.TestCase):\n    def test_track(self):\n        track(None)\n";
    stops(&[("tests/test_a.py", unittest)], "`test_track` may be called by `unittest.TestCase`");
    let auto = project(&[("tests/test_a.py", test), ("pyproject.toml", "[tool.pytest.ini_options]\nasyncio_mode = \"auto\"\n")]);
    auto.scan("--fix --unsafe-fixes").ends_with(0);
    assert!(
        auto.text("tests/test_a.py").contains("\n\nasync def test_track(orch):\n    assert await track(orch) is None\n"),
        "{}",
        auto.text("tests/test_a.py")
    );
    let isolated = project(&[("tests/test_a.py", &unittest.replace("unittest.TestCase", "unittest.IsolatedAsyncioTestCase"))]);
    isolated.scan("--fix --unsafe-fixes").ends_with(0);
    assert!(isolated.text("tests/test_a.py").contains("    async def test_track(self):\n        await track(None)\n"));
    let anyio = project(&[
        ("tests/test_a.py", test),
        ("tests/test_b.py", "import pytest\nfrom app import track\n\npytestmark = pytest.mark.anyio\n"),
    ]);
    anyio.scan("--fix --unsafe-fixes").ends_with(0);
    let text = anyio.text("tests/test_a.py");
    assert!(text.contains("import pytest\n") && text.contains("@pytest.mark.anyio\nasync def test_track(orch):"), "{text}");
}

#[test]
fn a_text_that_stands_for_no_file_is_no_place_to_start_a_chain() {
    let project = project(&[("pyproject.toml", "")]);
    let text = project.text("app/track.py");
    let run = project.scan_input("--fix --unsafe-fixes -", text.as_bytes());
    assert!(run.out == text && run.err.contains("only this text is known"), "{}", run.err);
}

#[test]
fn a_method_that_is_called_where_its_class_is_not_imported_is_found() {
    let desk = format!(
        "{IMPORT}import bus\n\n\nclass Desk:\n    def __init__(self, orch: AgentOrchestrator):\n        self.orch = orch\n\n    def run(self, text):\n        orch = self.orch\n{}\n\ndef main(orch: AgentOrchestrator):\n    return bus.Hub(Desk(orch))\n",
        TRACK.replace("    ", "        ")
    );
    let hub = "class Hub:\n    def __init__(self, thing):\n        self.thing = thing\n";
    let user = "import bus\n\n\ndef go(hub: bus.Hub):\n    return hub.thing.run(\"x\")\n";
    let project = Project::new(&[("desk.py", desk.as_str()), ("bus.py", hub), ("user.py", user)]);
    project.scan("--fix --unsafe-fixes");
    let (desk, user) = (project.text("desk.py"), project.text("user.py"));
    assert!(desk.contains("async def run") && user.contains("await hub.thing.run"), "{desk}\n{user}");
}

#[test]
fn a_link_of_a_chain_in_a_file_that_says_nothing_else_is_written_with_the_others() {
    let rec = format!(
        "{IMPORT}class Rec:\n    def __init__(self, orch: AgentOrchestrator):\n        self.orch = orch\n\n    def record(self):\n        orch = self.orch\n{}",
        TRACK.replace("    ", "        ")
    );
    let desk = "class Desk:\n    def __init__(self, rec):\n        self.rec = rec\n\n    def go(self):\n        self.rec.record()\n";
    let main = "from desk import Desk\nfrom rec import Rec\nfrom victor.agent.orchestrator import AgentOrchestrator\n\nDesk(Rec(AgentOrchestrator())).go()\n";
    let project = Project::new(&[("rec.py", rec.as_str()), ("desk.py", desk), ("main.py", main)]);
    project.scan("--fix --unsafe-fixes").ends_with(0);
    let (desk, main) = (project.text("desk.py"), project.text("main.py"));
    assert!(desk.contains("async def go") && desk.contains("await self.rec.record()"), "{desk}");
    assert!(main.contains("asyncio.run(Desk"), "{main}");
}

#[test]
fn a_call_through_what_is_filled_later_or_a_protocol_stops_the_chain() {
    let rec = |more: &str| {
        format!("{IMPORT}class Rec:\n    def record(self, orch: AgentOrchestrator):\n{}\n\n{more}", TRACK.replace("    ", "        "))
    };
    for (more, reason) in [
        (
            "class Desk:\n    def __init__(self):\n        self.all = []\n\n    def go(self):\n        for one in self.all:\n            one.record(None)\n",
            "may mean `record` too",
        ),
        ("ALL = {}\n\n\ndef go(name):\n    ALL[name].record(None)\n", "may mean `record` too"),
        ("ONE = None\n\n\ndef go():\n    ONE.record(None)\n", "may mean `record` too"),
        (
            "from typing import Protocol\n\n\nclass Told(Protocol):\n    def record(self, orch): ...\n\n\ndef go(one: Told):\n    one.record(None)\n",
            "may be called through the protocol `Told`",
        ),
        (
            "class Log:\n    def record(self, orch):\n        pass\n\n\ndef go(one=Log()):\n    one.record(None)\n\n\ngo(Rec())\n",
            "means `record` or something else",
        ),
    ] {
        let project = Project::new(&[("rec.py", rec(more))]);
        let run = project.scan("--fix --unsafe-fixes --format json").ends_with(1);
        assert!(run.out.contains(reason) && !project.text("rec.py").contains("async"), "{reason}\n{}", run.out);
    }
}

#[test]
fn what_runs_an_event_loop_itself_becomes_no_coroutine() {
    for run in ["asyncio.run(other())", "asyncio.get_event_loop().run_until_complete(other())", "self.loop.run_until_complete(other())"] {
        let text = format!("import asyncio\nfrom app.track import track\n\n\ndef main(self, orch):\n    track(orch)\n    {run}\n");
        stops(&[("main.py", &text)], "`main` runs an event loop at main.py:7");
    }
    let through = "from asyncio import run\nfrom app.track import track\n\n\ndef start():\n    run(other())\n\n\ndef main(orch):\n    track(orch)\n    start()\n";
    stops(&[("main.py", through)], "`main` runs an event loop at main.py:11");
}

#[cfg(unix)]
#[test]
fn where_one_file_of_a_chain_cannot_be_written_none_is() {
    use std::os::unix::fs::PermissionsExt;
    let project = project(&[
        ("main.py", "from app.track import track\n\n\ndef main(orch):\n    return track(orch)\n"),
        ("other.py", &format!("{IMPORT}print(AgentOrchestrator()._model)\n")),
    ]);
    let before = project.files();
    std::fs::set_permissions(project.path("main.py"), std::fs::Permissions::from_mode(0o444)).expect("a mode");
    let run = project.scan("--fix --unsafe-fixes").ends_with(2);
    let after = project.files();
    assert_eq!((&after["main.py"], &after["app/track.py"]), (&before["main.py"], &before["app/track.py"]));
    assert_ne!(after["other.py"], before["other.py"], "what stands alone is written");
    assert!(
        run.err.contains("main.py: read-only") && run.err.contains("app/track.py: left as it is, because its fix needs that of main.py"),
        "{}",
        run.err
    );
}

#[test]
fn a_name_that_means_one_of_several_functions_stops_the_chain() {
    let text = "try:\n    from app.track import track\nexcept ImportError:\n    def track(orch):\n        return None\n\ntrack(None)\n";
    stops(&[("c.py", text)], "c.py:7 means `track` or something else");
    let text = "import app.track\n\napp.track.track = print\n";
    stops(&[("c.py", text)], "`track` is replaced by something else at c.py:3");
}

#[test]
fn an_entry_point_of_the_configuration_stops_the_chain() {
    let main = ("app/cli.py", "from app.track import track\n\n\ndef main():\n    track(None)\n");
    stops(&[main, ("pyproject.toml", "[project.scripts]\nboat = \"app.cli:main\"\n")], "`main` is an entry point in pyproject.toml");
    stops(
        &[main, ("setup.cfg", "[options.entry_points]\nconsole_scripts =\n    boat=app.cli:main\n")],
        "`main` is an entry point in setup.cfg",
    );
}

#[test]
fn an_unknown_decorator_on_the_class_stops_the_chain() {
    let class = |head: &str| {
        format!(
            "from dataclasses import dataclass\nimport web\nfrom app.track import track\n\n\n{head}\nclass Page:\n    def get(self, orch):\n        track(orch)\n"
        )
    };
    stops(&[("c.py", &class("@web.resource"))], "`@web.resource` on `Page` may call `get` without `await`");
    let fine = project(&[("c.py", &class("@dataclass"))]);
    fine.scan("--fix --unsafe-fixes").ends_with(0);
    assert!(fine.text("c.py").contains("    async def get(self, orch):\n        await track(orch)\n"));
}

#[test]
fn what_answers_with_something_awaitable_stops_the_chain() {
    let text = "from app.track import track\nfrom victor.agent.orchestrator import AgentOrchestrator\n\n\ndef ask(orch: AgentOrchestrator):\n    track(orch)\n    return orch.chat(\"x\")\n";
    stops(&[("c.py", text)], "`ask` answers with something that is awaited already");
}

#[test]
fn a_stub_becomes_asynchronous_with_its_module() {
    let stub =
        ("app/track.pyi", "from victor.agent.orchestrator import AgentOrchestrator\n\ndef track(orch: AgentOrchestrator) -> None: ...\n");
    let project = project(&[stub, ("main.py", "from app.track import track\n\ntrack(None)\n")]);
    project.scan("--fix --unsafe-fixes").ends_with(0);
    assert!(project.text("app/track.pyi").contains("\nasync def track("), "{}", project.text("app/track.pyi"));
    assert!(project.text("app/track.py").contains("\nasync def track("), "{}", project.text("app/track.py"));
    assert!(project.text("main.py").ends_with("\nasyncio.run(track(None))\n"), "{}", project.text("main.py"));
}

#[test]
fn callers_that_name_nothing_of_ours_are_found() {
    let files = [
        ("lib/work.py", "from app.track import track\n\n\ndef work(thing):\n    return track(thing)\n"),
        ("far.py", "from lib.work import work as do\n\n\ndef all(things):\n    return [do(thing) for thing in things]\n"),
        ("further.py", "import far\n\nprint(far.all([]))\n"),
    ];
    let project = project(&files);
    project.scan("--fix --unsafe-fixes").ends_with(0);
    assert!(
        project.text("far.py").contains("async def all(things):\n    return [await do(thing) for thing in things]\n"),
        "{}",
        project.text("far.py")
    );
    assert!(project.text("further.py").ends_with("print(asyncio.run(far.all([])))\n"), "{}", project.text("further.py"));
}

#[test]
fn chat_in_code_that_is_not_asynchronous_is_awaited_only_where_the_new_spelling_is_asked_for() {
    let ask = format!(
        "{IMPORT}def ask(orch: AgentOrchestrator, text: str):\n    return orch.chat(text).content\n\n\nprint(ask(AgentOrchestrator(), \"hi\"))\n"
    );
    let project = Project::new(&[("ask.py", &ask)]);
    project.scan("--fix --unsafe-fixes").ends_with(0);
    assert_eq!(project.text("ask.py"), ask);
    project.scan("--fix --modernize").ends_with(0);
    assert!(project.text("ask.py").contains("return orch.chat(text).content"), "{}", project.text("ask.py"));
    project.scan("--fix --modernize --unsafe-fixes").ends_with(0);
    let text = project.text("ask.py");
    assert!(text.contains("async def ask(") && text.contains("print(asyncio.run(ask(AgentOrchestrator(), \"hi\")))"), "{text}");
    assert!(text.contains("return (await orch.chat(\n") || text.contains("return (await orch.chat(messages="), "{text}");
}

#[test]
fn one_of_several_objects_and_a_computed_name_stop_the_chain() {
    let classes = "from app.track import track\n\n\nclass A:\n    def run(self, orch):\n        track(orch)\n\n\nclass B:\n    def run(self, orch):\n        return \"b\"\n";
    let main = "from c import A, B\n\n\ndef go(runner, orch):\n    return runner.run(orch)\n\n\nprint(go(A(), 1), go(B(), 2))\n";
    stops(&[("c.py", classes), ("main.py", main)], "main.py:5 means `run` or something else");
    stops(
        &[("main.py", "import app.track\n\nname = \"tr\" + \"ack\"\ngetattr(app.track, name)(None)\n")],
        "main.py:4 means `track` or something else",
    );
}

#[test]
fn a_base_that_names_nothing_of_ours_becomes_asynchronous_with_its_subclass() {
    let project = project(&[
        (
            "base.py",
            "from abc import ABC, abstractmethod\n\n\nclass Step(ABC):\n    def go(self, orch):\n        return self.step(orch)\n\n    @abstractmethod\n    def step(self, orch): ...\n",
        ),
        (
            "c.py",
            "from app.track import track\nfrom base import Step\n\n\nclass Tracked(Step):\n    def step(self, orch):\n        return track(orch)\n\n\nprint(Tracked().go(None))\n",
        ),
    ]);
    project.scan("--fix --unsafe-fixes").ends_with(0);
    let base = project.text("base.py");
    assert!(
        base.contains("    async def go(self, orch):\n        return await self.step(orch)\n")
            && base.contains("    async def step(self, orch): ...\n"),
        "{base}"
    );
    assert!(project.text("c.py").ends_with("print(asyncio.run(Tracked().go(None)))\n"), "{}", project.text("c.py"));
}

#[test]
fn what_may_be_used_as_a_protocol_becomes_asynchronous_with_it() {
    let project = project(&[
        ("api.py", "from typing import Protocol\n\n\nclass Runner(Protocol):\n    def run(self, orch): ...\n"),
        (
            "c.py",
            "from app.track import track\nfrom api import Runner\n\n\nclass A(Runner):\n    def run(self, orch):\n        return track(orch)\n\n\nclass B:\n    def run(self, orch):\n        return \"b\"\n",
        ),
        (
            "main.py",
            "from api import Runner\nfrom c import A, B\n\n\ndef go(runner: Runner, orch):\n    return runner.run(orch)\n\n\nprint(go(A(), 1), go(B(), 2))\n",
        ),
    ]);
    project.scan("--fix --unsafe-fixes").ends_with(0);
    assert_eq!(project.text("c.py").matches("    async def run(self, orch):").count(), 2, "{}", project.text("c.py"));
    assert!(project.text("main.py").contains("return await runner.run(orch)"), "{}", project.text("main.py"));
    stops(&[("main.py", "from app.track import track\n\nprint(eval(\"track(None)\"))\n")], "`track` is named in a string at main.py:3");
}

#[test]
fn what_a_test_framework_calls_becomes_no_coroutine() {
    let case = |base: &str, name: &str| {
        format!("import unittest\n{IMPORT}class T({base}):\n    def {name}(self, orch=AgentOrchestrator()):\n    {TRACK}")
    };
    for (base, name) in
        [("unittest.IsolatedAsyncioTestCase", "setUp"), ("unittest.IsolatedAsyncioTestCase", "tearDown"), ("", "setup_method")]
    {
        let text = case(base, name);
        let project = Project::new(&[("test_app.py", text.as_str())]);
        let run = project.scan("--fix --unsafe-fixes --select analytics-event --format json").ends_with(1);
        assert!(run.out.contains(&format!("`{name}` is called by the test framework, which does not await it")), "{}", run.out);
        assert_eq!(project.text("test_app.py"), text);
    }
    let project = Project::new(&[("app.py", format!("{IMPORT}def setUp(orch: AgentOrchestrator):\n{TRACK}"))]);
    project.scan("--fix --unsafe-fixes --select analytics-event").ends_with(0);
    assert!(project.text("app.py").contains("async def setUp("), "in no test it is a name like any other");
}

#[test]
fn a_module_that_is_handed_around_may_be_called_by_anybody() {
    let hands = "from app import track\n\n\ndef use(backend):\n    return backend.track(1)\n\n\nuse(track)\n";
    stops(&[("main.py", hands)], "main.py:8 means `track` or something else, which is not known");
    let looks = "from app import track\nimport importlib\n\nimportlib.reload(track)\n";
    project(&[("main.py", looks)]).scan("--fix --unsafe-fixes --select analytics-event").ends_with(0);
}
