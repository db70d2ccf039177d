//! What is looked into and what is not must make no difference to what is found.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Mutex;

use super::super::prefilter::{Facts, load};
use super::super::words::Sought;
use super::*;
use crate::finding::Finding;
use crate::python::asked::Knows;
use crate::rule::RuleSet;
use crate::scan::catching::Catching;
use ways::WAYS;

mod ways;

/// Programs in which the configuration is not read of an orchestrator.
const NEVER: &[(&str, &str)] = &[
    (
        "the second parameter of a static method",
        "class D:\n    @staticmethod\n    def f(a, b):\n        b._config.x\nclass E(D):\n    def g(self):\n        super().f(AgentOrchestrator(), 1)\n        self.f(AgentOrchestrator(), 1)\n",
    ),
    (
        "what a class method hands up to a method, after its object",
        "class D:\n    def f(self, a, b):\n        b._config.x\nclass E(D):\n    @classmethod\n    def g(cls, me):\n        super().f(me, AgentOrchestrator(), 1)\n",
    ),
    (
        "a `super` of the program's own",
        "class T:\n    def make(self):\n        return 1\ndef super():\n    return T()\nclass D:\n    def make(self):\n        return AgentOrchestrator()\nclass E(D):\n    def g(self):\n        super().make()._config.x\n",
    ),
    (
        "what an earlier base hides",
        "class P:\n    make = something()\nclass D:\n    def make(self):\n        return AgentOrchestrator()\nclass E(P, D):\n    def g(self):\n        super().make()._config.x\n        self.make()._config.x\n",
    ),
    (
        "a field that no call can give",
        "from dataclasses import dataclass, field\nfrom typing import Any, ClassVar\n@dataclass\nclass D:\n    shared: ClassVar[Any]\n    own: Any = field(init=False)\n    core: Any\n    def f(self):\n        return self.shared._config.x, self.own._config.x\nD(AgentOrchestrator())\n",
    ),
    (
        "a field in a place that a base nobody sees may have taken",
        "from dataclasses import dataclass\nfrom typing import Any\nfrom elsewhere import Base\n@dataclass\nclass D(Base):\n    core: Any\n    def f(self):\n        return self.core._config.x\nD(AgentOrchestrator())\n",
    ),
    (
        "a field whose class has a constructor of its own",
        "from typing import Any\nclass D:\n    core: Any\n    def __init__(self, thing):\n        self.core = str(thing)\n    def f(self):\n        return self.core._config.x\nD(AgentOrchestrator())\n",
    ),
];

/// Programs that are understood only in full, with how sure the findings are of their receivers, and at which level.
const DOUBTS: &[(&str, &[&str], &str)] = &[
    (
        "functions of two files that call each other",
        &[
            "import m1\ndef visit(node, orch):\n    orch._config.x\n    m1.handle(node, orch)\n",
            "from m0 import visit\ndef handle(node, orch):\n    for k in node: visit(k, orch)\n",
            "from m0 import visit\nvisit([], AgentOrchestrator())\n",
        ],
        "Proven Safe",
    ),
    (
        "a field into which a mock goes, too",
        &[
            "from dataclasses import dataclass\n@dataclass\nclass D:\n    core: AgentOrchestrator\n    def f(self):\n        return self.core._config.x\n",
            "from unittest.mock import Mock\nfrom m0 import D\nD(Mock())\n",
        ],
        "Likely Review",
    ),
    (
        "a field into which something else goes, too",
        &[
            "from dataclasses import dataclass\nfrom typing import Any\n@dataclass\nclass D:\n    core: Any\n    def f(self):\n        return self.core._config.x\n",
            "from m0 import D\nclass Other:\n    pass\nD(AgentOrchestrator())\nD(core=Other())\n",
        ],
        "Proven Manual",
    ),
    (
        "subclasses that hand up different things",
        &[
            "class D:\n    def __init__(self, a):\n        self.a = a\n    def f(self):\n        return self.a._config.x\n",
            "from m0 import D\nclass E(D):\n    def __init__(self):\n        super().__init__(AgentOrchestrator())\n",
            "from m0 import D\nclass F(D):\n    def __init__(self):\n        super().__init__('text')\n",
        ],
        "Proven Manual",
    ),
    (
        "one base that inherits what another one defines",
        &[
            "class R:\n    def make(self):\n        return AgentOrchestrator()\nclass A(R):\n    pass\nclass B(R):\n    def make(self):\n        return 1\n",
            "from m0 import A, B\nclass C(A, B):\n    def g(self):\n        super().make()._config.x\n",
        ],
        "Likely Review",
    ),
    (
        "a base that nobody knows after the one that has it, and `super` with the class named",
        &[
            "class D:\n    def make(self):\n        return AgentOrchestrator()\n",
            "import abc\nfrom m0 import D\nclass C(D, abc.ABC):\n    def g(self):\n        super(C, self).make()._config.x\n",
        ],
        "Proven Safe",
    ),
    (
        "a base that nobody knows before the one that has it",
        &[
            "class D:\n    def make(self):\n        return AgentOrchestrator()\n",
            "import json\nimport m0\nclass C(json.JSONEncoder, m0.D):\n    def g(self):\n        super().make()._config.x\n",
        ],
        "Likely Review",
    ),
    (
        "a base that makes the object before its own `__init__`",
        &[
            "class D:\n    def __new__(cls, a):\n        a._config.x\n        return object.__new__(cls)\n",
            "from m0 import D\nclass E(D):\n    def __new__(cls, thing):\n        return super().__new__(cls, thing)\nE.__new__(E, AgentOrchestrator())\n",
        ],
        "Proven Safe",
    ),
    (
        "an attribute that is put back",
        &[
            "class Box:\n    def __init__(self):\n        self.svc = AgentOrchestrator()\n    def go(self):\n        return self.svc._config.x\n",
            "from m0 import Box\ndef test_x():\n    box = Box()\n    old = box.svc\n    box.svc = old\n",
        ],
        "Proven Safe",
    ),
    (
        "an attribute taken from a parent",
        &[
            "class Base:\n    core = AgentOrchestrator()\n    def go(self):\n        return self.core._config.x\nclass Node(Base):\n    def __init__(self, parent: Base):\n        self.core = parent.core\n",
        ],
        "Proven Safe",
    ),
    (
        "a subclass behind an alias puts a string there",
        &[
            "class Host:\n    orch = AgentOrchestrator()\n    def g(self):\n        return self.orch._config.x\n",
            "from m0 import Host\n_Base = Host\nclass Mix(_Base):\n    orch = 'text'\n",
        ],
        "Proven Manual",
    ),
    (
        "a constructor behind an alias is given a string",
        &[
            "class W:\n    def __init__(self, o):\n        self.o = o\n    def g(self):\n        return self.o._config.x\n",
            "from m0 import W\nW(AgentOrchestrator())\n",
            "import m0\nclass S(getattr(m0, 'W')):\n    pass\nS('text')\n",
        ],
        "Proven Manual",
    ),
];

/// A project in memory, looked at twice: at what can carry an orchestrator, and at everything.
fn twice(files: Vec<(PathBuf, String)>) -> (Vec<Finding>, Vec<Finding>, HashSet<Knows>) {
    let rules = RuleSet::load(None).expect("the rules are right");
    let options = Options::default();
    let paths: Vec<PathBuf> = files.iter().map(|(path, _)| path.clone()).collect();
    let modules = Modules::new(paths.iter().map(PathBuf::as_path));
    let sought = Sought::new(rules.names(), false);
    let mut overlay = Overlay::default();
    files.into_iter().for_each(|(path, text)| overlay.cover(&path, text.into()));
    let mut facts = Facts::default();
    let seen = (0..).zip(&paths).map(|(file, path)| {
        let mut seen = load((path, None), &overlay, (file, &modules), &sought, &mut Vec::new()).unwrap_or_default();
        facts.add(&mut seen);
        seen
    });
    let seen: Vec<Seen> = seen.collect();
    let forms = vec![None; paths.len()];
    let given = Given { rules: &rules, options: &options, facts: &facts };
    let whole = Whole::new(Project { paths, forms, modules, overlay }, seen, given, Callers::default());
    let sources = borrowed(&whole.sources);
    let asked = Mutex::new(HashSet::new());
    let look = |text: Text| {
        let found = whole.index(&sources).settle(whole.telling.clone(), &whole.quiet, |file, outside, parsed, _| {
            let questions = RefCell::default();
            let seat = Seat { outside, file, text, catching: &Catching::default(), asked: &questions };
            let found = whole.sources.get(&file).zip(parsed).map(|(source, parsed)| file::look_at(parsed, source, given, seat).findings);
            let questions = questions.into_inner();
            if let (Text::Known, Ok(mut asked)) = (text, asked.lock()) {
                asked.extend(questions.iter().map(|(_, knows)| knows.clone()));
            }
            (Some(found.unwrap_or_default()), questions)
        });
        found.0.into_values().flatten().collect::<Vec<Finding>>()
    };
    let (few, all) = (look(Text::Known), look(Text::Any));
    let asked = asked.into_inner().unwrap_or_default();
    (few, all, asked)
}

fn project(files: &[&str]) -> Vec<(PathBuf, String)> {
    let import = "from victor.agent.orchestrator import AgentOrchestrator\nfrom typing import Optional\n";
    files.iter().enumerate().map(|(at, code)| (PathBuf::from(format!("m{at}.py")), format!("{import}{code}"))).collect()
}

fn told(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(|finding| format!("{finding:?}")).collect()
}

#[test]
fn whichever_way_an_orchestrator_goes_it_is_looked_into() {
    for (way, files) in WAYS {
        let (few, all, _) = twice(project(files));
        assert_eq!(told(&few), told(&all), "{way}");
        assert!(few.iter().any(|finding| finding.is_open()), "{way}: nothing is found at all");
    }
}

#[test]
fn what_is_sure_and_what_is_not_does_not_depend_on_who_is_asked_first() {
    for (what, files, expected) in DOUBTS {
        let (few, all, _) = twice(project(files));
        assert_eq!(told(&few), told(&all), "{what}");
        let sure: Vec<String> = few.iter().filter(|f| f.is_open()).map(|f| format!("{:?} {:?}", f.strength, f.level)).collect();
        assert_eq!(sure, [*expected], "{what}");
    }
}

#[test]
fn what_is_no_orchestrator_is_not_taken_for_one() {
    for (what, code) in NEVER {
        let (few, all, _) = twice(project(&[code]));
        assert_eq!(told(&few), told(&all), "{what}");
        assert!(!few.iter().any(Finding::is_open), "{what}");
    }
}

#[test]
fn a_long_chain_of_files_is_followed_to_its_end() {
    for link in ["from m{} import x{} as y\nx{} = y\n", "from m{} import x{} as y\ndef f(): return y\nx{} = f()\n"] {
        let mut files = vec![(
            PathBuf::from("m0.py"),
            "from victor.agent.orchestrator import AgentOrchestrator\nx0 = AgentOrchestrator()\n".to_owned(),
        )];
        for at in 1..30 {
            let (before, own) = ((at - 1).to_string(), at.to_string());
            let text = link.replacen("{}", &before, 2).replacen("{}", &own, 1);
            files.push((PathBuf::from(format!("m{at}.py")), text));
        }
        files.push((PathBuf::from("last.py"), "from m29 import x29\nx29._config.x\n".to_owned()));
        let (few, ..) = twice(files);
        assert!(few.iter().any(|finding| finding.is_open()), "{link}");
    }
}

#[test]
fn a_lattice_of_classes_is_walked_once_and_a_deep_hierarchy_to_its_end() {
    let holder = "class A0:\n    def __init__(self, thing):\n        self.thing = thing\nclass B0(A0):\n    pass\n";
    let pair = |at: usize| {
        let bases = format!("A{0}, B{0}", at - 1);
        format!("class A{at}({bases}):\n    pass\nclass B{at}({bases}):\n    pass\n")
    };
    let lattice: String = (1..60).map(pair).collect();
    let chain: String = (60..400).map(|at| format!("class A{at}(A{}):\n    pass\n", at - 1)).collect();
    let end = "A399(AgentOrchestrator()).thing._config.x\n";
    let (few, all, _) = twice(project(&[&format!("{holder}{lattice}{chain}{end}")]));
    assert_eq!(told(&few), told(&all));
    assert!(few.iter().any(|finding| finding.is_open()));
}

#[test]
fn a_class_that_says_nothing_of_an_orchestrator_can_hold_one() {
    let file = |path: &str, text: &str| (PathBuf::from(path), text.to_owned());
    let (few, all, _) = twice(vec![
        file("box/__init__.py", "from .things import Box\n"),
        file("box/things.py", "from .base import Base\nclass Box(Base):\n    pass\n"),
        file("box/base.py", "class Base:\n    def __init__(self, content):\n        self.content = content\n"),
        file(
            "main.py",
            "from victor.agent.orchestrator import AgentOrchestrator\nfrom box import Box\nBox(AgentOrchestrator()).content._config.x\n",
        ),
    ]);
    assert_eq!(told(&few), told(&all));
    assert!(few.iter().any(|finding| finding.is_open()));
}

#[test]
fn a_test_below_a_fixture_is_looked_at_whatever_its_words_are() {
    let given = "import pytest\nfrom victor.agent.orchestrator import AgentOrchestrator\n@pytest.fixture\ndef agent():\n    return AgentOrchestrator()\n";
    let test = "def test_it(agent):\n    agent._session_state = 1\n";
    let (few, all, _) = twice(vec![(PathBuf::from("conftest.py"), given.to_owned()), (PathBuf::from("test_it.py"), test.to_owned())]);
    assert_eq!(told(&few), told(&all));
    assert_eq!(few.iter().filter(|finding| finding.is_open()).count(), 1, "{few:?}");
}

#[test]
fn in_no_fixture_it_makes_a_difference_what_is_left_out() {
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures"));
    let folders = std::fs::read_dir(&root).expect("fixtures");
    let mut found = 0;
    for folder in folders.filter_map(Result::ok).map(|entry| entry.path()).filter(|path| path.is_dir()) {
        let walked = super::super::walk(std::slice::from_ref(&folder), &Options::default());
        let read = |path: PathBuf| std::fs::read_to_string(&path).ok().map(|text| (path, text));
        let (few, all, _) = twice(walked.files.into_iter().filter_map(read).collect());
        found += few.len();
        assert_eq!(told(&few), told(&all), "{}", folder.display());
    }
    assert!(found > 200, "only {found} findings");
}

#[test]
fn nobody_is_asked_about_what_cannot_be_an_orchestrator() {
    let desk =
        "class Desk:\n    def __init__(self, lamp):\n        self.lamp = lamp\n    def light(self):\n        return self.lamp.on()\n";
    let shop = "from victor.agent.orchestrator import AgentOrchestrator\nfrom desk import Desk\n\
                def open(o: AgentOrchestrator, lamp):\n    Desk(lamp).light().glow.more()\n    return o._config.x\n";
    let (few, _, asked) = twice(vec![(PathBuf::from("desk.py"), desk.to_owned()), (PathBuf::from("shop.py"), shop.to_owned())]);
    // Who calls `open` is: its annotation is believed unless they pass something else.
    let open = Place { file: 1, at: 0 };
    assert_eq!((few.len(), asked), (2, HashSet::from([Knows::Near(open)])));
}

#[test]
fn in_a_large_hierarchy_every_file_is_looked_at_and_the_last_heir_is_heard() {
    let class = |at: usize| format!("class W{at}(AgentOrchestrator):\n    def f(self):\n        return self._provider\n");
    let mut files: Vec<String> = (0..300).map(class).collect();
    files.push("from m0 import W0\nclass Last(W0):\n    def provider(self):\n        return 1\n".to_owned());
    let (few, all, asked) = twice(project(&files.iter().map(String::as_str).collect::<Vec<_>>()));
    assert!(asked.iter().filter(|knows| matches!(knows, Knows::Heirs(_))).count() > 100, "it has to be much that is asked");
    assert_eq!(told(&few), told(&all));
    let levels = |wanted: Level| few.iter().filter(|finding| finding.is_open() && finding.level == wanted).count();
    assert_eq!((levels(Level::Safe), levels(Level::Manual)), (299, 1));
}
