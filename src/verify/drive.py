"""Calls everything that the module `sample` defines, and prints what came of it."""

import asyncio
import inspect
import sys
import types

from _sandbox_describe import describe
from victor.agent import AgentOrchestrator
from victor.agent.tool_calling import ToolCall
from victor.providers.base import CompletionResponse, Provider

FLAG, HISTORY, WORDS, SETTINGS, SCRIPT, TOOLS_FAIL, PROVIDER_FAILS = True, 0, 1, {}, [], False, False
ARGUMENTS = {"order_id": 7}
orchestrators = []


def call(name):
    return {"content": "", "tool_calls": [ToolCall(name=name, arguments=ARGUMENTS)]}


class Scripted(Provider):
    def __init__(self, name="driver", script=None):
        super().__init__(name, script)
        self.default_model = "default of " + name

    async def chat(self, messages, model=None):
        if PROVIDER_FAILS:
            raise ConnectionError("no provider today")
        return await super().chat(messages, model)

    def __repr__(self):
        return f"<provider {self.name}>"


def tool(name):
    async def run(**arguments):
        if TOOLS_FAIL:
            raise ValueError(name + " is broken")
        await asyncio.sleep(1)
        return [name, arguments]

    return run


TOOLS = ("lookup_order", "clock", "weather", "search", "read", "x", "a")


def orchestrator(cls=AgentOrchestrator):
    made = cls(dict(SETTINGS), Scripted(script=list(SCRIPT)), "small", tools={name: tool(name) for name in TOOLS})
    orchestrators.append(made)

    async def talk():
        for number in range(HISTORY // 2):
            try:
                await AgentOrchestrator.chat(made, f"{number} " + "word " * WORDS)
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


def value(name, annotation, seen):
    plain = isinstance(annotation, type) and not hasattr(annotation, "__args__")
    text = annotation.__name__ if plain else str(annotation)
    if annotation is inspect.Parameter.empty:
        text = ""
    lowered = name.lower()
    if "AgentOrchestrator" in text or (not text and lowered in ("orch", "orchestrator")):
        if "dict" in text:
            return {"first": orchestrator()}
        return [orchestrator()] if any(word in text for word in ("list", "Iterator", "Sequence")) else orchestrator()
    for made in seen:
        if type(made).__name__ in text:
            return made
    if "bool" in text or lowered in ("down", "busy", "hard"):
        return FLAG
    if "dict" in text:
        return {"content": "text", "item": 3.0, "text": 1}
    if "list" in text:
        return [{"role": "user", "content": "text"}]
    if "int" in text:
        return 3
    if "float" in text:
        return 1.5
    if "str" in text or lowered in ("text", "question", "name", "message", "model", "item", "user", "session"):
        return "text"
    if "response" in lowered:
        calls = [ToolCall(name=name, arguments=ARGUMENTS) for name in ("lookup_order", "missing", "clock")]
        return CompletionResponse("answer", tool_calls=calls if FLAG else None)
    if any(word in lowered for word in ("provider", "spare", "cheap", "strong", "maker")):
        return Scripted(lowered)
    return Thing(name)


async def gathered(stream):
    return [item async for item in stream]


def settle(answer):
    if inspect.isasyncgen(answer):
        return asyncio.run(gathered(answer))
    if inspect.isawaitable(answer):

        async def wait():
            return await answer

        return asyncio.run(wait())
    return list(answer) if isinstance(answer, types.GeneratorType) else answer


def attempt(label, function, seen):
    try:
        signature = inspect.signature(function)
        positional, named = [], {}
        for parameter in signature.parameters.values():
            made = value(parameter.name, parameter.annotation, seen)
            if parameter.kind is parameter.VAR_POSITIONAL:
                positional.append(made)
            elif parameter.kind is parameter.VAR_KEYWORD:
                continue
            elif parameter.kind is parameter.KEYWORD_ONLY:
                named[parameter.name] = made
            else:
                positional.append(made)
        answer = settle(function(*positional, **named))
    except Exception as error:
        print(label, "raised", type(error).__name__, error)
        return None
    print(label, "->", type(answer).__name__ if type(answer).__module__ == "sample" else describe(answer))
    return answer


def main():
    import sample

    seen = []
    for name, item in list(vars(sample).items()):
        if getattr(item, "__module__", None) != "sample":
            continue
        if inspect.isclass(item):
            made = orchestrator(item) if issubclass(item, AgentOrchestrator) else attempt(name, item, seen)
            if made is None:
                continue
            seen.append(made)
            for part in list(vars(item)):
                member = inspect.getattr_static(item, part)
                if part.startswith("__") or part in ("chat", "stream_chat"):
                    continue
                if isinstance(member, property):
                    attempt(f"{name}.{part}", lambda made=made, part=part: getattr(made, part), seen)
                elif inspect.isroutine(member):
                    attempt(f"{name}.{part}", getattr(made, part), seen)
        elif inspect.isroutine(item) and not name.startswith("test_"):
            attempt(name, item, seen)
    for number, made in enumerate(orchestrators):
        try:
            print("afterwards", number, asyncio.run(AgentOrchestrator.chat(made, "afterwards")).content, made.model, repr(made.provider))
        except Exception as error:
            print("afterwards", number, type(error).__name__, error)
