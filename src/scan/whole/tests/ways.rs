//! The ways that a value can go through a program.

/// Programs in which an orchestrator goes some way before its configuration is read in the last file.
pub(super) const WAYS: &[(&str, &[&str])] = &[
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
    (
        "a parameter that may be anything",
        &["from typing import Any\ndef f(a: Any):\n    return a._config.x\n", "import m0\nm0.f(AgentOrchestrator())\n"],
    ),
    (
        "a parameter annotated with a protocol of Victor",
        &[
            "from victor.protocols.agent import IAgentOrchestrator\nclass S:\n    def __init__(self, core: IAgentOrchestrator):\n        self.core = core\n    def f(self):\n        return self.core._config.x\nS(AgentOrchestrator())\n",
        ],
    ),
    (
        "an attribute that may be anything and begins as none",
        &[
            "from typing import Any\nclass S:\n    def __init__(self):\n        self.core: Any = None\n    def take(self, core: AgentOrchestrator):\n        self.core = core\n    def f(self):\n        return self.core._config.x\n",
        ],
    ),
    (
        "a declared alias",
        &["from typing import TypeAlias\nAgent: TypeAlias = AgentOrchestrator\ndef f(a: Agent):\n    return a._config.x\n"],
    ),
    (
        "a variable for types",
        &["from typing import TypeVar\nT = TypeVar('T', bound='AgentOrchestrator')\ndef f(a: T) -> T:\n    a._config.x\n    return a\n"],
    ),
    (
        "a type with a new name",
        &["from typing import NewType\nAgent = NewType('Agent', AgentOrchestrator)\ndef f(a: Agent):\n    return a._config.x\n"],
    ),
    (
        "a method that gives its own object",
        &[
            "from typing import Self\nclass D:\n    def __init__(self, a):\n        self.a = a\n    def open(self) -> Self:\n        return self\nD(AgentOrchestrator()).open().a._config.x\n",
        ],
    ),
    ("a variable that only others fill", &["orchestrator = None\ndef f():\n    return orchestrator._config.x\n"]),
    ("a list that is filled later", &["all = []\nall.append(AgentOrchestrator())\nfor orchestrator in all:\n    orchestrator._config.x\n"]),
    ("a part of a pattern", &["def f(given):\n    match given:\n        case {'o': orchestrator}:\n            orchestrator._config.x\n"]),
    ("a part of a part", &["def f(all):\n    for i, (name, orchestrator) in enumerate(all):\n        orchestrator._config.x\n"]),
    (
        "an interface of the program without the attribute",
        &[
            "from typing import Protocol\nclass Chats(Protocol):\n    def chat(self): ...\ndef f(core: Chats):\n    return core._tool_executor\nf(AgentOrchestrator())\n",
        ],
    ),
    (
        "a field of a dataclass",
        &[
            "from dataclasses import dataclass\nfrom typing import Any\n@dataclass\nclass D:\n    name: str\n    core: Any\n    def f(self):\n        return self.core._config.x\n",
            "from m0 import D\nD('x', AgentOrchestrator())\n",
        ],
    ),
    (
        "a field that is given by name, and has a default",
        &[
            "import dataclasses\n@dataclasses.dataclass(kw_only=True)\nclass D:\n    core: object = dataclasses.field(default=None)\n",
            "from m0 import D\nd = D(core=AgentOrchestrator())\nd.core._config.x\n",
        ],
    ),
    (
        "a field of a base",
        &[
            "from dataclasses import dataclass\nfrom typing import Any\n@dataclass\nclass B:\n    core: Any\n    def f(self):\n        return self.core._config.x\n",
            "from m0 import B\nfrom dataclasses import dataclass\n@dataclass\nclass D(B):\n    name: str\n",
            "import m1\nm1.D(AgentOrchestrator(), 'x')\n",
        ],
    ),
    (
        "a field of a named tuple",
        &[
            "from typing import Any, NamedTuple\nclass Row(NamedTuple):\n    core: Any\n",
            "from m0 import Row\ndef f(row: Row):\n    return row.core._config.x\n",
            "from m0 import Row\nfrom m1 import f\nf(Row(AgentOrchestrator()))\n",
        ],
    ),
    (
        "a field of a model, declared with a protocol of Victor's",
        &[
            "from pydantic import BaseModel\nfrom victor.protocols import OrchestratorProtocol\nclass M(BaseModel):\n    core: OrchestratorProtocol\nM(core=AgentOrchestrator()).core._config.x\n",
        ],
    ),
    (
        "an object in a field",
        &[
            "from dataclasses import dataclass\nfrom typing import Any\nclass Box:\n    def __init__(self, core):\n        self.core = core\n@dataclass\nclass D:\n    box: Any\n    def f(self):\n        return self.box.core._config.x\nD(Box(AgentOrchestrator()))\n",
        ],
    ),
    (
        "a class that is mixed in",
        &["class Told:\n    def f(self):\n        return self._tool_executor\nclass Desk(Told, AgentOrchestrator):\n    pass\n"],
    ),
    ("a factory that is given", &["def f(make: Callable[[], AgentOrchestrator]):\n    return make()._config.x\n"]),
    ("a factory without a name", &["a = AgentOrchestrator()\nget = lambda: a\n", "from m0 import get\nget()._config.x\n"]),
    (
        "an object that is called",
        &["class D:\n    def __call__(self) -> AgentOrchestrator: ...\nmake = D()\n", "from m0 import make\nmake()._config.x\n"],
    ),
    (
        "what stands under a key of an object",
        &["class D:\n    def __getitem__(self, key) -> AgentOrchestrator: ...\n", "from m0 import D\nd = D()\nd['a']._config.x\n"],
    ),
    (
        "a field of a typed dictionary",
        &[
            "class State(TypedDict):\n    a: AgentOrchestrator\n",
            "from m0 import State\ndef f(state: State):\n    return state['a']._config.x\n",
        ],
    ),
    ("a dictionary that makes what it lacks", &["pool = defaultdict(AgentOrchestrator)\n", "from m0 import pool\npool[1]._config.x\n"]),
    (
        "several at once",
        &[
            "async def make():\n    return AgentOrchestrator()\n",
            "from m0 import make\nasync def f():\n    a, b = await asyncio.gather(make(), make())\n    return b._config.x\n",
        ],
    ),
    (
        "several from a list at once",
        &[
            "async def make():\n    return AgentOrchestrator()\n",
            "from m0 import make\nasync def f():\n    for a in await asyncio.gather(*[make() for _ in '12']):\n        a._config.x\n",
        ],
    ),
    ("a context variable", &["var: ContextVar[AgentOrchestrator] = ContextVar('a')\n", "from m0 import var\nvar.get()._config.x\n"]),
    ("a queue", &["async def f(queue: 'asyncio.Queue[AgentOrchestrator]'):\n    a = await queue.get()\n    return a._config.x\n"]),
    ("a parameter of a type", &["def f[T: AgentOrchestrator](a: T) -> T:\n    return a._config.x\n"]),
    (
        "self in a class that is mixed in",
        &["class L:\n    def f(self):\n        return self._config.x\n", "from m0 import L\nclass B(L, AgentOrchestrator):\n    pass\n"],
    ),
    (
        "a parameter with a protocol of the project",
        &[
            "class Has(Protocol):\n    _config: object\ndef f(a: Has):\n    return a._config.x\n",
            "from m0 import f\nf(AgentOrchestrator())\n",
        ],
    ),
];
