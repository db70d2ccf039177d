# The ground that the generated classes stand on. Nothing here knows what a member means.
import collections.abc
import inspect

import _sandbox_describe
import _victor_core as _core

_INSTEAD = {
    "_config": "_config_coordinator",
    "_context_manager": "_context_coordinator",
    "_context_compactor": "_context_coordinator",
    "_usage_analytics": "_analytics_coordinator",
    "_tool_executor": "_tool_coordinator",
    "_tool_call_parser": "response.tool_calls",
    "_provider": "provider",
    "_model": "model",
    "_metrics_collector": "_metrics_coordinator",
    "_prompt_builder": "_prompt_coordinator",
    "_enabled_tools": "tool_coordinator",
    "_middleware": "middleware_coordinator",
}


def _refusal(self, name):
    return AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'; use {_INSTEAD.get(name, 'a coordinator')}")


class _Object:
    _gone = frozenset()

    def __getattr__(self, name):
        if name == "_handle":
            raise RuntimeError(f"{type(self).__name__}.__init__() was not called")
        if name in type(self)._gone:
            raise _refusal(self, name)
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    def __setattr__(self, name, value):
        if name in type(self)._gone:
            raise _refusal(self, name)
        object.__setattr__(self, name, value)


class _Data(_Object):
    _fields = ()

    def __repr__(self):
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in self._fields)})"

    def __eq__(self, other):
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self._fields)

    __hash__ = None


def _told(value):
    """What an object holds for a person: its fields and what the program put on it; a number of the core is neither."""
    own = object.__getattribute__(value, "__dict__")
    return [(name, getattr(value, name)) for name in getattr(value, "_fields", ())] + [
        (name, held) for name, held in own.items() if name != "_handle"
    ]


_sandbox_describe.states.append((_Object, _told))


def _init(self, name, args, kwargs):
    object.__setattr__(self, "_handle", _core.new(name, args, kwargs))
    _core.own(self._handle, self)


def _adopt(cls, made):
    """What a class method made, as an object of the subclass that was asked."""
    if cls is type(made):
        return made
    own = cls.__new__(cls)
    object.__setattr__(own, "_handle", made._handle)
    _core.own(own._handle, own)
    return own


def _wrap(name, handle):
    """The Python object of something that the core made."""
    cls = globals()[name]
    made = cls.__new__(cls)
    object.__setattr__(made, "_handle", handle)
    return made


class _Wait:
    """A future of the core as something to await. Each time it waits for an awaitable of the program, we do."""

    __slots__ = ("_token",)

    def __init__(self, token):
        self._token = token

    def __await__(self):
        sent, raised = None, None
        while True:
            done, value = _core.poll(self._token, sent, raised)
            if done:
                return value
            try:
                sent, raised = (yield from value.__await__()), None
            except GeneratorExit:
                _core.drop(self._token)
                raise
            except BaseException as error:
                sent, raised = None, error
