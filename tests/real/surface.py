"""What a live orchestrator and its class have, as JSON: `{class: {member: {"kind": …, "params": […]}}}`."""

from __future__ import annotations

import inspect
import json
from typing import Any

import scripted
from victor.agent.orchestrator import AgentOrchestrator
from victor.config.settings import Settings


def kind(static: Any) -> str:
    """What a member is, without reading it from the object."""
    function = getattr(static, "__func__", static)
    if isinstance(static, property) or hasattr(type(static), "__get__") and not callable(function):
        return "property"
    if not callable(function):
        return "attribute"
    if inspect.isasyncgenfunction(function):
        return "async-generator"
    if inspect.iscoroutinefunction(function):
        return "async"
    return "generator" if inspect.isgeneratorfunction(function) else "method"


def params(static: Any) -> list[str]:
    """The names of the parameters of a method, without the object's or the class's own."""
    function = getattr(static, "__func__", static)
    if not inspect.isfunction(function):
        return []
    names = list(inspect.signature(function).parameters)
    return names if isinstance(static, staticmethod) else names[1:]


def members(live: Any) -> dict[str, Any]:
    """Everything that it has but what every object has."""
    found = {}
    for name in sorted(set(dir(live)) - set(dir(object))):
        if name.startswith("__"):
            continue
        static = inspect.getattr_static(type(live), name, None)
        if static is None:
            found[name] = {"kind": "attribute", "params": []}
        else:
            found[name] = {"kind": kind(static), "params": params(static)}
    return found


live = AgentOrchestrator(Settings(), scripted.Echo(), "scripted-1")
print(json.dumps({"AgentOrchestrator": members(live)}, indent=1))
