"""Calls everything that a module defines, once in each situation, and prints what came of it."""

import asyncio
import importlib
import inspect
import re
import sys
import types

from _sandbox_describe import describe
from victor.agent import AgentOrchestrator
from victor.agent.tool_calling import ToolCall
from victor.providers.base import CompletionResponse, Provider
from victor.tools import read_file, write_file

ARGUMENTS = {"order_id": 7}
# Seconds that a slow tool takes. In the sandbox they cost nothing.
SLOW = 1 if "_sandbox" in sys.modules else 0.02
FILES = {"read": read_file, "write": write_file}
TOOLS = ("lookup_order", "clock", "weather", "search", *FILES, "x", "a")


class Situation:
    """What the rule does not control. The defaults are the plain situation."""

    flag, loop, history, words, settings, script = True, False, 0, 1, {}, []
    slow, tools_fail, provider_fails, exporters = False, False, False, False


here = Situation()
# The modules whose definitions are called.
MODULES = ("sample",)
# Parameters that hold an orchestrator although nothing says so where they are declared.
NAMED = ()
# The definitions that are called; none named, all are.
ONLY = ()
# The modules of the project, which are imported anew in each situation.
PROJECT = ()
orchestrators = []


def call(name):
    return {"content": "", "tool_calls": [ToolCall(name=name, arguments=ARGUMENTS)]}


class Scripted(Provider):
    def __init__(self, name="driver", script=None):
        super().__init__(name, script)
        self.default_model = "default of " + name

    async def chat(self, messages, model=None):
        if here.provider_fails:
            raise ConnectionError("no provider today")
        return await super().chat(messages, model)

    def __repr__(self):
        return f"<provider {self.name}>"


class Exporter:
    def __init__(self, works):
        self.works = works

    async def export(self, events):
        if not self.works:
            raise OSError("the exporter is down")


def tool(name):
    async def run(**arguments):
        if here.tools_fail:
            raise ValueError(name + " is broken")
        if here.slow:
            await asyncio.sleep(SLOW)
        return FILES[name](**arguments) if name in FILES else [name, arguments]

    return run


def exporters():
    """The legacy surface has none to pass; there nothing can fail."""
    if not here.exporters:
        return {}
    try:
        from victor.agent.coordinators import AnalyticsCoordinator
    except ImportError:
        return {}
    return {"_analytics_coordinator": AnalyticsCoordinator(exporters=[Exporter(False), Exporter(True)])}


def orchestrator(cls=AgentOrchestrator):
    provider = Scripted(script=list(here.script))
    made = cls(dict(here.settings), provider, "tiny", tools={name: tool(name) for name in TOOLS}, **exporters())
    orchestrators.append(made)

    async def talk():
        for number in range(here.history // 2):
            try:
                await AgentOrchestrator.chat(made, f"{number} " + "word " * here.words)
            except ConnectionError:
                pass

    asyncio.run(talk())
    return made


class Thing:
    """Stands for a parameter of unknown type."""

    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return f"<{self.name}>"

    def __str__(self):
        return self.name


def value(name, annotation, seen, depth=0):
    """An argument, by the annotation of its parameter, else by its name."""
    text = annotation.__name__ if inspect.isclass(annotation) and not hasattr(annotation, "__args__") else str(annotation)
    if annotation is inspect.Parameter.empty:
        text = ""
    words = set(re.findall(r"[A-Za-z_]\w*", text))
    lowered = name.lower()
    if "AgentOrchestrator" in words or (not text and lowered in ("orch", "orchestrator")):
        if words & {"dict", "Dict", "Mapping"}:
            return {"first": orchestrator()}
        lists = {"list", "List", "Iterator", "Iterable", "AsyncIterator", "Sequence", "Collection"}
        return [orchestrator()] if words & lists else orchestrator()
    if not text and (name in NAMED or lowered in ("one", "two")):
        return orchestrator()
    if lowered == "items":
        return [orchestrator(), Thing("other")]
    for made in seen:
        if type(made).__name__ in words:
            return made
    if lowered in ("make", "factory"):
        made = orchestrator()
        return lambda *_: made
    if "bool" in words or lowered in ("down", "busy", "hard"):
        return here.flag
    if words & {"dict", "Dict", "Mapping"}:
        return {"content": "text", "item": 3.0, "text": 1}
    if words & {"list", "List", "Sequence", "Iterable", "Collection"}:
        return [{"role": "user", "content": "text"}]
    if "int" in words:
        return 3
    if "float" in words:
        return 1.5
    if "str" in words or lowered in ("text", "question", "name", "message", "model", "item", "user", "session"):
        return "text"
    if "response" in lowered:
        calls = [ToolCall(name=name, arguments=ARGUMENTS) for name in ("lookup_order", "missing", "clock")]
        return CompletionResponse("answer", tool_calls=calls if here.flag else None)
    if any(word in lowered for word in ("provider", "spare", "cheap", "strong", "maker")):
        return Scripted(lowered)
    if inspect.isclass(annotation) and annotation.__module__ in (*MODULES, *PROJECT) and depth < 3:
        return built(name, annotation, seen, depth + 1)
    return name if not text and PROJECT else Thing(name)


def built(name, cls, seen, depth):
    """An object of a class of the project, where it can be built."""
    try:
        positional, named = arguments(cls, seen, depth)
        return cls(*positional, **named)
    except Exception:
        return Thing(name)


async def gathered(stream):
    return [item async for item in stream]


async def settled(answer):
    if inspect.isasyncgen(answer):
        return await gathered(answer)
    return await answer if inspect.isawaitable(answer) else answer


def called(function, positional, named):
    """The answer to its end: awaited, drained. In a running loop where the situation says so."""
    if here.loop:

        async def inside():
            return await settled(function(*positional, **named))

        answer = asyncio.run(inside())
    else:
        answer = function(*positional, **named)
        if inspect.isasyncgen(answer) or inspect.isawaitable(answer):
            answer = asyncio.run(settled(answer))
    return list(answer) if isinstance(answer, types.GeneratorType) else answer


def arguments(function, seen, depth=0):
    positional, named = [], {}
    known = getattr(function, "__globals__", None) or vars(sys.modules.get(function.__module__, types))
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is parameter.VAR_KEYWORD:
            continue
        annotation = parameter.annotation
        made = value(parameter.name, known.get(annotation, annotation) if isinstance(annotation, str) else annotation, seen, depth)
        if parameter.kind is parameter.KEYWORD_ONLY:
            named[parameter.name] = made
        else:
            positional.append(made)
    return positional, named


def own(item):
    """Objects of the project are named only: what they hold shows in what they do."""
    return type(item).__name__ if type(item).__module__ in (*MODULES, *PROJECT) else describe(item)


def attempt(label, function, seen):
    try:
        positional, named = arguments(function, seen)
        before = [own(item) for item in [*positional, *named.values()]]
        answer = called(function, positional, named)
        changed = [(old, new) for old, new in zip(before, map(own, [*positional, *named.values()])) if old != new]
        for old, new in changed:
            print(label, "changed its argument", old, "to", new)
    except Exception as error:
        cause = f" from {type(error.__cause__).__name__}" if error.__cause__ else ""
        print(label, "raised", type(error).__name__, error, cause)
        return None
    print(label, "->", own(answer))
    return answer


def members(name, item, seen):
    made = orchestrator(item) if issubclass(item, AgentOrchestrator) else attempt(name, item, seen)
    if made is None:
        return
    seen.append(made)
    for part in list(vars(item)):
        member = inspect.getattr_static(item, part)
        if part.startswith("__") or part in ("chat", "stream_chat"):
            continue
        if isinstance(member, property):
            attempt(f"{name}.{part}", lambda made=made, part=part: getattr(made, part), seen)
        elif inspect.isroutine(member):
            attempt(f"{name}.{part}", getattr(made, part), seen)


def visit():
    """Imports the modules anew and calls what they define."""
    for name in (*MODULES, *PROJECT):
        sys.modules.pop(name, None)
    seen = []
    for name in MODULES:
        try:
            module = importlib.import_module(name)
        except Exception as error:
            print("import raised", type(error).__name__, error)
            return
        members_of(module, seen)


def members_of(module, seen):
    for name, item in list(vars(module).items()):
        if ONLY and name not in ONLY:
            continue
        if getattr(item, "__module__", None) != module.__name__:
            if isinstance(item, AgentOrchestrator):
                if item not in orchestrators:
                    orchestrators.append(item)
            elif not name.startswith("__") and not isinstance(item, (type, types.ModuleType)) and not inspect.isroutine(item):
                print(name, "=", own(item))
        elif inspect.isclass(item):
            members(name, item, seen)
        elif inspect.isroutine(item):
            attempt(name, item, seen)


def afterwards():
    """One more question to every orchestrator shows what the module left behind."""
    for number, made in enumerate(orchestrators):
        try:
            answer = asyncio.run(AgentOrchestrator.chat(made, "afterwards")).content
            print("afterwards", number, answer, made.model, getattr(made.provider, "name", made.provider))
        except Exception as error:
            print("afterwards", number, type(error).__name__, error)


def main(situations, modules=("sample",), named=(), project=(), only=()):
    global here, MODULES, NAMED, PROJECT, ONLY
    MODULES, NAMED, PROJECT, ONLY = modules, named, project, only
    for name, settings in situations.items():
        here = Situation()
        vars(here).update(settings)
        orchestrators.clear()
        print("==", name)
        visit()
        afterwards()
