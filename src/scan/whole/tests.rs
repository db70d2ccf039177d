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

/// Programs in which an orchestrator goes some way before its configuration is read in the last file.
const WAYS: &[(&str, &[&str])] = &[
    ("an annotated parameter", &["def f(o: AgentOrchestrator):\n    return o._config.x\n"]),
    ("an annotation in a string", &["def f(o: 'Optional[AgentOrchestrator]'):\n    return o._config.x\n"]),
    ("an alias of an annotation", &["Maybe = Optional[AgentOrchestrator]\ndef f(o: Maybe):\n    return o._config.x\n"]),
    ("an alias of a union", &["Maybe = AgentOrchestrator | None\ndef f(o: Maybe):\n    return o._config.x\n"]),
    ("an alias of the class", &["Agent = AgentOrchestrator\na = Agent()\na._config.x\n"]),
    ("an import under another name", &["from victor.agent.orchestrator import AgentOrchestrator as AO\na = AO()\na._config.x\n"]),
    ("a module under another name", &["import victor.agent.orchestrator as home\na = home.AgentOrchestrator()\na._config.x\n"]),
    (
        "an import in a function",
        &["def f():\n    from victor.agent.orchestrator import AgentOrchestrator as A\n    a = A()\n    a._config.x\n"],
    ),
    (
        "a constructor in another class",
        &["class Desk:\n    def __init__(self):\n        self.a = AgentOrchestrator()\n", "from m0 import Desk\nDesk().a._config.x\n"],
    ),
    ("an argument", &["def f(a):\n    return a._config.x\n", "from m0 import f\nf(AgentOrchestrator())\n"]),
    ("an argument by name", &["def f(*, a):\n    return a._config.x\n", "import m0\nm0.f(a=AgentOrchestrator())\n"]),
    ("an argument under another name", &["def f(a):\n    return a._config.x\n", "from m0 import f as g\nh = g\nh(AgentOrchestrator())\n"]),
    (
        "an argument of a method",
        &["class D:\n    def f(self, a):\n        return a._config.x\n", "from m0 import D\nd = D()\nd.f(AgentOrchestrator())\n"],
    ),
    (
        "a constructor's argument",
        &[
            "class D:\n    def __init__(self, a):\n        self.a = a\n    def f(self):\n        return self.a._config.x\n",
            "from m0 import D\nclass E(D):\n    pass\nE(AgentOrchestrator())\n",
        ],
    ),
    (
        "what a subclass hands up",
        &[
            "class D:\n    def __init__(self, a):\n        self.a = a\n    def f(self):\n        return self.a._config.x\n",
            "from m0 import D\nclass E(D):\n    def __init__(self, thing):\n        super().__init__(thing)\nE(AgentOrchestrator())\n",
        ],
    ),
    (
        "what a subclass hands up by name, over a class without a constructor",
        &[
            "class D:\n    def __init__(self, a):\n        self.a = a\n    def f(self):\n        return self.a._config.x\n",
            "from m0 import D\nclass E(D):\n    pass\nclass F(E):\n    def __init__(self):\n        super(F, self).__init__(a=AgentOrchestrator())\n",
        ],
    ),
    (
        "what a method of a base answers",
        &[
            "class D:\n    def make(self):\n        return AgentOrchestrator()\n",
            "from m0 import D\nclass E(D):\n    def make(self):\n        a = super().make()\n        a._config.x\n        return a\n",
        ],
    ),
    (
        "cls(…)",
        &[
            "class D:\n    def __init__(self, a):\n        self.a = a\n    @classmethod\n    def make(cls):\n        return cls(AgentOrchestrator())\n    def f(self):\n        return self.a._config.x\n",
        ],
    ),
    ("an inner function's argument", &["def f():\n    def g(a):\n        return a._config.x\n    return g(AgentOrchestrator())\n"]),
    ("a default", &["DEFAULT = AgentOrchestrator()\ndef f(a=DEFAULT):\n    return a._config.x\n"]),
    ("an answer", &["def make():\n    return AgentOrchestrator()\n", "from m0 import make\nmake()._config.x\n"]),
    ("a declared answer", &["def make() -> AgentOrchestrator: ...\n", "import m0\nx = m0.make()\nx._config.x\n"]),
    (
        "a coroutine's answer",
        &[
            "async def make():\n    return await AgentOrchestrator.from_settings(s)\n",
            "from m0 import make\nasync def f():\n    a = await make()\n    a._config.x\n",
        ],
    ),
    ("a generator", &["def all():\n    yield AgentOrchestrator()\n", "from m0 import all\nfor a in all():\n    a._config.x\n"]),
    ("a pair", &["def make():\n    return AgentOrchestrator(), 1\n", "from m0 import make\na, n = make()\na._config.x\n"]),
    ("a list", &["a = [AgentOrchestrator()]\nfor i, b in enumerate(a):\n    b._config.x\na[0]._config.x\n"]),
    ("a mapping", &["a = {'x': AgentOrchestrator()}\na.get('x')._config.x\nfor k, v in a.items():\n    v._config.x\n"]),
    ("a comprehension", &["a = [AgentOrchestrator()]\nb = [x._config.y for x in a]\n"]),
    (
        "with",
        &[
            "import contextlib\n@contextlib.contextmanager\ndef made():\n    yield AgentOrchestrator()\n",
            "from m0 import made\nwith made() as a:\n    a._config.x\n",
        ],
    ),
    ("with closing", &["from contextlib import closing\nwith closing(AgentOrchestrator()) as a:\n    a._config.x\n"]),
    (
        "__enter__",
        &[
            "class S:\n    def __enter__(self):\n        return AgentOrchestrator()\n",
            "from m0 import S\nwith S() as a:\n    a._config.x\n",
        ],
    ),
    ("isinstance", &["def f(a):\n    if isinstance(a, AgentOrchestrator):\n        a._config.x\n"]),
    ("type(…) is", &["def f(a):\n    if type(a) is AgentOrchestrator:\n        a._config.x\n"]),
    ("match", &["def f(a):\n    match a:\n        case AgentOrchestrator() as b:\n            b._config.x\n"]),
    ("cast", &["from typing import cast\ndef f(a):\n    b = cast('AgentOrchestrator', a)\n    b._config.x\n"]),
    ("getattr", &["class D:\n    agent: AgentOrchestrator\ngetattr(D(), 'agent')._config.x\n"]),
    ("setattr", &["class D:\n    agent = None\nd = D()\nd.agent._config.x\n", "import m0\nsetattr(m0.d, 'agent', AgentOrchestrator())\n"]),
    (
        "stored from outside",
        &["class D:\n    agent = None\n", "from m0 import D\nD.agent = AgentOrchestrator()\n", "from m0 import D\nD().agent._config.x\n"],
    ),
    ("a walrus", &["if a := AgentOrchestrator():\n    a._config.x\n"]),
    ("one of two", &["a = AgentOrchestrator() if x else None\nb = a or AgentOrchestrator()\nb._config.x\n"]),
    (
        "a subclass",
        &["class Mine(AgentOrchestrator):\n    def f(self):\n        return self._config.x\n", "from m0 import Mine\nMine()._config.x\n"],
    ),
    ("self by another name", &["class Mine(AgentOrchestrator):\n    def f(this):\n        return this._config.x\n"]),
    ("super()", &["class Mine(AgentOrchestrator):\n    def f(self):\n        return super()._config.x\n"]),
    (
        "a property",
        &["class D:\n    @property\n    def agent(self):\n        return AgentOrchestrator()\n", "from m0 import D\nD().agent._config.x\n"],
    ),
    (
        "a fixture",
        &["import pytest\n@pytest.fixture\ndef agent():\n    return AgentOrchestrator()\ndef test_it(agent):\n    agent._config.x\n"],
    ),
    ("a mock", &["from unittest.mock import Mock\nm = Mock(spec=AgentOrchestrator)\nm._config.x\n"]),
    ("__new__", &["m = object.__new__(AgentOrchestrator)\nm._config.x\n"]),
    ("asyncio.run", &["import asyncio\na = asyncio.run(AgentOrchestrator.from_settings(s))\na._config.x\n"]),
    ("a star", &["agent = AgentOrchestrator()\n", "from m0 import *\nagent._config.x\n"]),
    ("a global", &["agent = None\ndef start():\n    global agent\n    agent = AgentOrchestrator()\ndef f():\n    agent._config.x\n"]),
    ("an outer function's name", &["def f():\n    a = AgentOrchestrator()\n    def g():\n        return a._config.x\n"]),
    ("a name that speaks", &["def f(orch, my_orchestrator, x):\n    x.orch._config.x\n    return orch._config.x\n"]),
    (
        "a protocol",
        &[
            "from victor.protocols import IAgentOrchestrator\nclass D:\n    def __init__(self, orchestrator: IAgentOrchestrator):\n        self.orchestrator = orchestrator\n    def f(self):\n        return self.orchestrator._config.x\n",
        ],
    ),
    ("an annotated self", &["class M:\n    def chat(self: AgentOrchestrator):\n        return self._config.x\n"]),
    (
        "an outer self",
        &[
            "class My(AgentOrchestrator):\n    def g(self):\n        class L:\n            y = self._config.x\n            def h(inner): return self._config.y\n        return L\n",
        ],
    ),
    ("a parameter called cls", &["def f(this, cls: AgentOrchestrator):\n    cls._config.x\n"]),
    ("a chain of assignments", &["a = b = AgentOrchestrator()\na._config.x\n"]),
    ("a chain of aliases", &["N = O = Optional[AgentOrchestrator]\ndef f(a: N):\n    a._config.x\n"]),
    (
        "a local name in a string",
        &["def f(y):\n    from victor.agent.orchestrator import AgentOrchestrator as AO\n    def g(o: 'AO'):\n        o._config.x\n"],
    ),
    (
        "a class as an argument",
        &[
            "class W:\n    def __init__(self, o):\n        self.o = o\n    def g(self):\n        return self.o._config.x\ndef build(cls: type[W]):\n    return cls(AgentOrchestrator())\n",
        ],
    ),
    (
        "a function got by name",
        &[
            "def handler(o):\n    return o._config.x\n",
            "import m0\ndef go():\n    handler = getattr(m0, 'handler')\n    handler(AgentOrchestrator())\n",
        ],
    ),
    (
        "a function handed on",
        &[
            "def handler(o):\n    return o._config.x\ndef apply(handler, orch):\n    return handler(orch)\napply(handler, AgentOrchestrator())\n",
        ],
    ),
    (
        "one of many functions",
        &["def handler(o):\n    return o._config.x\nALL = [handler]\nfor handler in ALL:\n    handler(AgentOrchestrator())\n"],
    ),
    (
        "a factory of factories",
        &[
            "def make():\n    def inner():\n        return AgentOrchestrator()\n    return inner\nmake()()._config.x\nh = make()\nh()._config.y\n",
        ],
    ),
    ("SimpleNamespace", &["from types import SimpleNamespace\nSimpleNamespace(spec=AgentOrchestrator)._config.x\n"]),
    ("isinstance with more", &["def f(x):\n    if isinstance(x, AgentOrchestrator, 1):\n        x._config.x\n"]),
    (
        "a subclass of an alias",
        &[
            "class W:\n    def __init__(self, o):\n        self.o = o\n    def g(self):\n        return self.o._config.x\n",
            "import m0\nBase = m0.W\nclass Sub(Base):\n    pass\nSub(AgentOrchestrator())\n",
        ],
    ),
    (
        "a name of a name",
        &["def handler(o):\n    return o._config.x\nrun = handler\n", "from m0 import run as go\ngo(AgentOrchestrator())\n"],
    ),
    (
        "a subclass of what is got by name",
        &[
            "class W:\n    def __init__(self, o):\n        self.o = o\n    def g(self):\n        return self.o._config.x\n",
            "import m0\nclass S(getattr(m0, 'W')):\n    pass\nS(AgentOrchestrator())\n",
        ],
    ),
    (
        "another function as __init__",
        &[
            "class F:\n    def setup(self, o):\n        self.o = o\n    __init__ = setup\n    def g(self):\n        return self.o._config.x\nF(AgentOrchestrator())\n",
        ],
    ),
    (
        "one function or another",
        &[
            "def handler(o):\n    return o._config.x\n",
            "from m0 import handler\nimport os\nh = handler if os.name else handler\nh(AgentOrchestrator())\n",
        ],
    ),
    ("a tool", &["from victor.tools import read_file as rf\nread = rf\n", "from m0 import read\nread('x')\n"]),
];

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
    let whole = Whole::new(Project { paths, forms, modules, overlay }, seen, given, None);
    let sources = borrowed(&whole.sources);
    let asked = Mutex::new(HashSet::new());
    let look = |text: Text| {
        let found = whole.index(&sources).settle(whole.telling.clone(), |file, outside, parsed, _| {
            let questions = RefCell::default();
            let seat = Seat { outside, file, text, asked: &questions };
            let found = whole.sources.get(&file).zip(parsed).map(|(source, parsed)| file::look_at(parsed, source, given, seat).findings);
            let questions = questions.into_inner();
            if let (Text::Known, Ok(mut asked)) = (text, asked.lock()) {
                asked.extend(questions.iter().map(|(_, knows)| knows.clone()));
            }
            (Some(found.unwrap_or_default()), questions)
        });
        found.into_values().flatten().collect::<Vec<Finding>>()
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
    assert_eq!((few.len(), asked.len()), (2, 0), "{asked:?}");
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
