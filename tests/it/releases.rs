//! Published releases: what is read from a package, and how two differ.

use std::io::Write;

use serde_json::Value;
use victor_migrate::releases::{self, manifest};
use victor_migrate::rule::RuleSet;

use crate::support::Project;

/// A package as small as one can be, with everything that makes reading a real one hard.
const ORCHESTRATOR: &str = "\
import warnings
from victor.agent.mixin import Modes
from victor.agent.install import install


class AgentOrchestrator(Modes):
    limit: int = 3

    def __init__(self, settings: 'Settings', provider, model: str = \"small\", *, thinking=False):
        self.model = model
        self._planner = Planner()
        Runtime(self)
        Guidance(runtime=self.protocol_adapter)
        print(self._somewhere)

    @property
    def planner(self) -> 'Planner':
        \"\"\"The planner.\"\"\"
        return self._planner

    @property
    def budget(self) -> int:
        return self._budget

    @budget.setter
    def budget(self, value: int) -> None:
        self._budget = value

    def chat(self, text):
        return 'the first of two'

    async def chat(self, user_message: str, **kwargs) -> str:
        warnings.warn(\"chat is deprecated. \" \"Use ChatService.chat().\", DeprecationWarning)
        return user_message

    async def stream_chat(self, user_message: str):
        yield user_message

    def sometimes(self, name):
        if not name:
            return None
        warnings.warn('not always', DeprecationWarning)

    @staticmethod
    def size(a, /, b=1):
        return a


class Adapter:
    def __setattr__(self, name, value):
        setattr(self._orchestrator, name, value)


class Guidance:
    def __init__(self, runtime):
        self._runtime = runtime

    def apply(self):
        self._runtime._intent = 1


class Planner:
    def plan(self, goals: list) -> list:
        return goals


class Runtime:
    def __init__(self, host):
        self._host = host

    def begin(self):
        host = self._host
        host._begun, self._host._ended = True, False


install(AgentOrchestrator)
";

const PACKAGE: [(&str, &str); 6] = [
    ("victor/__init__.py", "__version__ = \"0.1.9\"\n"),
    ("victor/agent/__init__.py", "from victor.agent.orchestrator import AgentOrchestrator\n"),
    ("victor/agent/orchestrator.py", ORCHESTRATOR),
    ("victor/agent/mixin.py", "class Modes:\n    mode = 'build'\n\n    def is_build(self) -> bool:\n        return True\n"),
    (
        "victor/agent/install.py",
        "def _get_used(self) -> int:\n    return self._used\n\n\ndef _set_used(self, value):\n    pass\n\n\nTABLE = {\n    'used': (_get_used, \
         _set_used),\n    'spent': (_get_used, None),\n}\n\n\ndef install(cls):\n    for name, (getter, setter) in TABLE.items():\n        \
         setattr(cls, name, property(getter, setter))\n",
    ),
    (
        "victor/agent/builder.py",
        "from victor.agent.orchestrator import AgentOrchestrator\n\n\ndef build(orchestrator: AgentOrchestrator) -> None:\n    \
         orchestrator._built = True\n    setattr(orchestrator, '_named', 1)\n",
    ),
];

fn declared(project: &Project, package: &str, name: &str) -> String {
    let run = project.run(&["surface", "show", package, name]).ends_with(0);
    run.out.trim().to_owned()
}

#[test]
fn a_package_says_what_its_orchestrator_has() {
    let project = Project::new(&PACKAGE);
    for (name, declaration) in [
        ("model", "model"),
        ("limit", "limit: int"),
        ("planner", "read-only property planner: Planner  # is _planner"),
        ("budget", "property budget: int  # is _budget"),
        ("is_build", "def is_build() -> bool  # of victor.agent.mixin"),
        ("mode", "mode  # of victor.agent.mixin"),
        ("stream_chat", "async def stream_chat(user_message: str)"),
        ("size", "staticmethod def size(a, /, b = 1)"),
        ("sometimes", "def sometimes(name)"),
        ("used", "property used: int  # of victor.agent.install"),
        ("spent", "read-only property spent: int  # of victor.agent.install"),
        ("_built", "_built  # stored by victor.agent.builder"),
        ("_named", "_named  # stored by victor.agent.builder"),
        ("_begun", "_begun  # stored by victor.agent.orchestrator"),
        ("_ended", "_ended  # stored by victor.agent.orchestrator"),
        ("_intent", "_intent  # stored by victor.agent.orchestrator"),
        ("_somewhere", "_somewhere  # used by the class; who defines it was not seen"),
    ] {
        assert_eq!(declared(&project, ".", name), declaration);
    }
    let chat = declared(&project, ".", "chat");
    assert!(chat.starts_with("async def chat(user_message: str, **kwargs) -> str\n"), "the last definition counts: {chat}");
    assert!(chat.ends_with("deprecated: chat is deprecated. Use ChatService.chat()."), "{chat}");
    assert!(
        declared(&project, ".", "AgentOrchestrator")
            .contains("__init__(settings: Settings, provider, model: str = \"small\", *, thinking = False)")
    );
    let unknown = project.run(&["surface", "show", ".", "planer"]).ends_with(2);
    assert!(unknown.err.contains("did you mean `planner`?"), "{}", unknown.err);
}

#[test]
fn a_wheel_a_source_distribution_and_a_folder_say_the_same() {
    let project = Project::new(&PACKAGE);
    let mut wheel = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let mut sdist = tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()));
    let metadata = "Metadata-Version: 2.1\nName: victor-ai\nVersion: 0.1.9\n";
    for (name, text) in PACKAGE.iter().chain([&("victor_ai-0.1.9.dist-info/METADATA", metadata)]) {
        wheel.start_file(*name, zip::write::SimpleFileOptions::default()).expect("a file");
        wheel.write_all(text.as_bytes()).expect("written");
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        sdist.append_data(&mut header, format!("victor_ai-0.1.9/{name}"), text.as_bytes()).expect("a file");
    }
    project.write("v.whl", wheel.finish().expect("a wheel").into_inner());
    project.write("v.tar.gz", sdist.into_inner().and_then(flate2::write::GzEncoder::finish).expect("a distribution"));
    let read = |package: &str| project.run(&["surface", "extract", package]).ends_with(0).out;
    let folder = read("victor");
    assert!(folder.contains("\"release\": \"0.1.9\""), "{folder}");
    assert_eq!((read("v.whl"), read("v.tar.gz")), (folder.clone(), folder));
    let same = project.run(&["surface", "diff", "v.whl", "v.tar.gz"]).ends_with(0);
    assert!(same.out.contains("0.1.9 -> 0.1.9: 0 differences"), "{}", same.out);
}

#[test]
fn a_module_of_a_package_that_does_not_parse_is_named() {
    let project = Project::new(&PACKAGE);
    project.write("victor/agent/half.py", "X = 1\n\ndef half(:\n    pass\n");
    let run = project.run(&["surface", "extract", "victor"]).ends_with(0);
    assert!(run.err.contains("victor: victor/agent/half.py:3 does not parse"), "{}", run.err);
    assert_eq!(run.err.lines().count(), 1, "{}", run.err);
}

#[test]
fn what_is_no_package_gets_a_reason() {
    let project =
        Project::new(&[("a.whl", "no zip"), ("b.tar.gz", "no gzip"), ("c.txt", ""), ("d/e.py", ""), ("m.json", "{\"release\": 1}")]);
    for (package, reason) in [
        ("a.whl", "a.whl: is no wheel"),
        ("b.tar.gz", "b.tar.gz: is no source distribution"),
        ("c.txt", "c.txt: is neither a folder nor a .whl nor a .tar.gz"),
        ("d", "d: holds no victor/agent/orchestrator.py"),
        ("gone.whl", "gone.whl: cannot be read"),
    ] {
        let run = project.run(&["surface", "extract", package]).ends_with(2);
        assert!(run.err.contains(reason) && run.out.is_empty(), "{}", run.err);
    }
    for (name, reason) in [
        ("0.6.1", "there is no bundled manifest of victor-ai 0.6.1; there are 0.2.0, "),
        ("zero", "`zero` is neither a release such as 0.6.0 nor a path that exists"),
        ("m.json", "m.json:1: is no manifest"),
    ] {
        let run = project.run(&["surface", "show", name]).ends_with(2);
        assert!(run.err.contains(reason), "{name}: {}", run.err);
    }
}

#[test]
fn two_releases_are_compared_member_by_member() {
    let project = Project::new::<&str>(&[]);
    let run = project.run(&["surface", "diff", "0.4.0", "victor-ai==0.5.0"]).ends_with(1);
    assert!(run.out.contains("  ~ switch_model: was a method, is an async method\n"), "{}", run.out);
    assert!(run.out.contains("  - def _handle_compaction(user_message: str)"), "{}", run.out);
    let json = project.run(&["surface", "diff", "0.6.0", "0.7.0", "--format", "json"]).ends_with(1);
    let value: Value = serde_json::from_str(&json.out).expect("JSON");
    let all = value["differences"].as_array().expect("a list");
    let chat =
        all.iter().find(|one| one["class"] == "victor.agent.orchestrator.AgentOrchestrator" && one["member"] == "chat").expect("chat");
    let changes: Vec<&str> = chat["changes"].as_array().expect("a list").iter().filter_map(|one| one["change"].as_str()).collect();
    assert_eq!(changes, ["parameters", "deprecated"]);
}

#[test]
fn a_bundle_of_several_releases_is_told_from_a_manifest() {
    let project = Project::new(&PACKAGE);
    project.write("victor2/victor/agent/orchestrator.py", ORCHESTRATOR);
    project.write("victor2/victor/__init__.py", "__version__ = \"0.1.10\"\n");
    project.run(&["surface", "extract", "victor", "victor2", "-o", "multi.json"]).ends_with(0);
    for args in [&["surface", "show", "multi.json"][..], &["surface", "diff", "multi.json", "0.6.0"], &["scan", "--target", "multi.json"]] {
        let run = project.run(args).ends_with(2);
        assert!(run.err.contains("multi.json: is a bundle of 0.1.9, 0.1.10; extract the one"), "{args:?}: {}", run.err);
    }
}

#[test]
fn every_move_is_borne_out_by_the_releases_it_names() {
    let rules = RuleSet::load(None).expect("the built-in rules");
    let names = |text: &str| -> Vec<String> {
        let after = text.match_indices("$orch.").map(|(at, start)| &text[at + start.len()..]);
        after.map(|rest| rest.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or("").to_owned()).collect()
    };
    let mut moves = 0;
    for page in rules.pages().filter(|page| page.to.is_some()) {
        let (from, to) = (page.from.as_deref().expect("both"), page.to.as_deref().expect("both"));
        let at = releases::releases().iter().position(|release| release == to).expect("a bundled release");
        assert_eq!(releases::releases()[at - 1], from, "{}: the two are neighbours", page.name);
        assert!(page.why.contains(from) && page.why.contains(to), "{} says what it was checked against", page.name);
        let has = |release: &str, name: &str| {
            let manifest = manifest(release).expect("bundled");
            manifest.orchestrator().is_some_and(|class| class.member(name).is_some())
        };
        for pair in &page.pairs {
            for name in pair.matches.iter().flat_map(|fence| names(&fence.body)) {
                assert!(has(from, &name) && !has(to, &name), "{}: {from} has `{name}`, and {to} has not", page.name);
            }
            for name in pair.rewrite.iter().flat_map(|fence| names(&fence.body)) {
                assert!(has(to, &name), "{}: {to} has `{name}`", page.name);
            }
            moves += 1;
        }
    }
    assert!(moves >= 20, "{moves}");
}
