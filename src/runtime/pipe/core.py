"""`_victor_core` in a Python of the user's: what the embedded interpreter has as functions, asked of a process."""

import inspect
import json
import os
import subprocess
import threading
import weakref

# Deeper values stay with the program.
_DEPTH = 30
_PLAIN = (type(None), bool, str)
_ERRORS = {error.__name__: error for error in (TypeError, ValueError, AttributeError, KeyError)}

_lock = threading.RLock()
_process = None
_owner = None
_asked = 0
_answers = {}
_foreign = []
_known = {}
_own = weakref.WeakValueDictionary()


def _started():
    """The process of this process: a fork has one of its own."""
    global _process, _owner
    if _process is None or _owner != os.getpid():
        _owner = os.getpid()
        _process = subprocess.Popen(SERVER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, close_fds=True)
    return _process


def _number(value):
    if id(value) not in _known:
        _known[id(value)] = len(_foreign)
        _foreign.append(value)
    return _known[id(value)]


def _is_ours(value):
    import _victor

    cls = type(value)
    return getattr(_victor, cls.__name__, None) is cls and hasattr(cls, "_gone")


def _take(value, depth=0):
    """A value for the core: exactly plain types and exactly our classes; everything else stays here under a number."""
    cls = type(value)
    if cls is str:
        try:
            value.encode()
        except UnicodeEncodeError:
            return {"x": _number(value)}
    if cls in _PLAIN or cls is int and -(2**63) <= value < 2**63:
        return value
    if cls is float:
        return {"f": repr(value)}
    if depth < _DEPTH:
        if cls is list:
            return [_take(item, depth + 1) for item in value]
        if cls is tuple:
            return {"t": [_take(item, depth + 1) for item in value]}
        if cls is dict:
            return {"d": [[_take(key, depth + 1), _take(item, depth + 1)] for key, item in value.items()]}
    if _is_ours(value):
        return {"o": value._handle}
    return {"x": _number(value)}


def _give(value):
    if type(value) is list:
        return [_give(item) for item in value]
    if type(value) is not dict:
        return value
    ((kind, inner),) = value.items()
    if kind == "f":
        return float(inner)
    if kind == "t":
        return tuple(_give(item) for item in inner)
    if kind == "d":
        return {_give(key): _give(item) for key, item in inner}
    if kind == "x":
        return _foreign[inner]
    handle, name = inner
    alive = _own.get(handle)
    if alive is None:
        import _victor

        alive = _own[handle] = _victor._wrap(name, handle)
    return alive


def _raised(error):
    try:
        message = str(error)
    except Exception:
        message = ""
    return [type(error).__name__, message.encode("utf-8", "replace").decode(), _number(error)]


def _exception(raised):
    name, message, origin = raised
    return _foreign[origin] if origin is not None else _ERRORS.get(name, RuntimeError)(message)


def _send(message):
    process = _started()
    process.stdin.write(json.dumps(message).encode() + b"\n")
    process.stdin.flush()


def _receive():
    line = _started().stdout.readline()
    if not line:
        raise RuntimeError("the runtime of victor-migrate is gone")
    return json.loads(line)


def _answer(question):
    kind, target, *more = question
    target = _foreign[target]
    if kind == "call":
        args, kwargs = map(_give, more)
        return {"answer": _take(target(*args, **kwargs))}
    if kind == "attribute":
        try:
            return {"answer": _take(getattr(target, more[0]))}
        except AttributeError:
            return {"missing": True}
    if kind == "awaitable":
        return {"answer": hasattr(target, "__await__")}
    if kind == "takes":
        inspect.signature(target).bind(*[None] * more[0])
        return {"answer": True}
    if kind == "close":
        if hasattr(target, "close"):
            target.close()
        return {"answer": None}
    if not hasattr(target, "__anext__"):
        raise TypeError("'async for' requires an object with __aiter__ method")
    return {"answer": _take(target.__anext__())}


def _ask(*wanted):
    """One question and its answer. In between the core asks back; the answer to another question may come first, where
    a finaliser asked one."""
    global _asked
    with _lock:
        _asked += 1
        number = _asked
        _send({"id": number, "do": wanted})
        while number not in _answers:
            message = _receive()
            if "ask" not in message:
                _answers[message["id"]] = message
                continue
            try:
                answer = _answer(message["ask"])
            except BaseException as error:
                answer = {"raised": _raised(error)}
            _send(answer)
        message = _answers.pop(number)
    if "raised" in message:
        raise _exception(message["raised"])
    return message["done"]


def new(name, args, kwargs):
    return _ask("new", name, _take(args), _take(kwargs))["o"][0]


def own(handle, value):
    _own[handle] = value


def get(handle, name):
    return _give(_ask("get", handle, name))


def set(handle, name, value):
    _ask("set", handle, name, _take(value))


def call(handle, name, args, kwargs):
    return _give(_ask("call", handle, name, _take(args), _take(kwargs)))


def call_class(cls, name, args, kwargs):
    return _give(_ask("call_class", cls, name, _take(args), _take(kwargs)))


def poll(token, sent, error):
    return _give(_ask("poll", token, _take(sent), None if error is None else _raised(error)))


def drop(token):
    _ask("drop", token)


def record():
    """What happened, where anything did."""
    return [] if _process is None else _give(_ask("record"))
