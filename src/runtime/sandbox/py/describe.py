# Values as text that two runs can be compared by: exact types, dict order, no addresses. Nothing of the program's is
# called for it: an instance of a class of the program shows its state, not its `__repr__`.
import builtins
import sys

_DEPTH = 12
_WIDTH = 2000
_PLAIN = (int, float, complex, bool, type(None), str, bytes, type(Ellipsis), type(NotImplemented))
_FUNCTION = type(lambda: None)
_GROUP = getattr(builtins, "BaseExceptionGroup", ())
_MODULE = type(sys)
# Modules of the library whose instances are described by their own text.
_SHOWN = ("_pydatetime", "datetime", "_pydecimal", "decimal", "fractions", "pathlib", "functools", "re", "collections",
          "types", "uuid")

# (class, its instances' state as pairs of name and value), for classes whose state lives outside Python.
states = []
# (class, what one of its instances stands for, or None), for classes that are another value as far as a person can tell.
standing = []


def qualified(cls):
    module = type.__getattribute__(cls, "__module__")
    name = type.__getattribute__(cls, "__qualname__")
    return name if module in ("builtins", None) else f"{module}.{name}"


def describe(value, depth=0, seen=()):
    try:
        return _describe(value, depth, seen)
    except Exception as error:
        return f"<{qualified(type(value))}, not describable: {type(error).__name__}>"


def _describe(value, depth, seen):
    cls = type(value)
    if cls in _PLAIN:
        return repr(value)
    if isinstance(value, type):
        return f"<class {qualified(value)}>"
    if cls is _FUNCTION:
        return f"<function {value.__module__}.{value.__qualname__}>"
    if cls is _MODULE:
        return f"<module {value.__name__}>"
    standin = sys.modules.get("_sandbox_standins")
    if standin is not None and standin.is_standin(value):
        return repr(value)
    for base, told in standing:
        if isinstance(value, base) and told(value) is not None:
            return _describe(told(value), depth, seen)
    if id(value) in seen:
        return "<cycle>"
    if depth >= _DEPTH:
        return "<deep>"
    return _inside(value, cls, depth + 1, (*seen, id(value)))


def _inside(value, cls, depth, seen):
    def each(values):
        found = [describe(v, depth, seen) for _, v in zip(range(_WIDTH), values)]
        if len(found) == _WIDTH:
            found.append("…")
        return found

    def pairs(items):
        return ", ".join(f"{describe(k, depth, seen)}: {describe(v, depth, seen)}"
                         for _, (k, v) in zip(range(_WIDTH), items))

    if cls is list:
        return f"[{', '.join(each(value))}]"
    if cls is tuple:
        return f"({', '.join(each(value))}{',' if len(value) == 1 else ''})"
    if cls is dict:
        return f"{{{pairs(value.items())}}}"
    if cls in (set, frozenset):
        return f"{qualified(cls)}({{{', '.join(sorted(each(value)))}}})"
    parts = []
    name = qualified(cls)
    enum = sys.modules.get("enum")
    if enum is not None and isinstance(value, enum.Enum):
        return f"<{name}.{value._name_}>" if value._name_ else f"<{name}: {value._value_!r}>"
    if isinstance(value, BaseException):
        parts.append(f"({', '.join(each(value.args))})")
    elif isinstance(value, dict):
        parts.append(f"({{{pairs(dict.items(value))}}})")
    elif isinstance(value, list):
        parts.append(f"([{', '.join(each(list.__iter__(value)))}])")
    elif isinstance(value, tuple):
        fields = getattr(cls, "_fields", None)
        values = each(tuple.__iter__(value))
        if isinstance(fields, tuple) and len(fields) == len(values):
            values = [f"{f}={v}" for f, v in zip(fields, values)]
        parts.append(f"({', '.join(values)})")
    elif isinstance(value, (set, frozenset)):
        parts.append(f"({{{', '.join(sorted(each(value)))}}})")
    else:
        for base in (str, bytes, int, float):
            if isinstance(value, base):
                parts.append(f"({base.__repr__(value)})")
                break
    if not parts:
        for base in cls.__mro__:
            if base.__module__ in _SHOWN:
                # Their state holds caches; their text is their value.
                parts.append(f"({_without_address(base.__repr__(value))})" if base is not cls else "")
                if base is cls:
                    return _without_address(repr(value))
                break
    state = _state(value, cls)
    if state:
        parts.append("{" + ", ".join(f"{k}: {describe(v, depth, seen)}" for k, v in state) + "}")
    if parts:
        return name + "".join(parts)
    if "__dict__" in dir(cls) or _slots(cls):
        return name + "{}"
    # A type of the interpreter: deque, datetime, Pattern, a bound method, a coroutine.
    return _without_address(repr(value))


def _slots(cls):
    found = []
    for base in reversed(cls.__mro__):
        slots = base.__dict__.get("__slots__", ()) if base.__module__ not in _SHOWN else ()
        found += [slots] if isinstance(slots, str) else list(slots)
    return [s for s in found if s not in ("__dict__", "__weakref__")]


def _state(value, cls):
    for base, told in states:
        if isinstance(value, base):
            return told(value)
    state = []
    try:
        held = object.__getattribute__(value, "__dict__")
    except AttributeError:
        held = {}
    for name in _slots(cls):
        try:
            state.append((name, object.__getattribute__(value, name)))
        except AttributeError:
            pass
    return state + list(held.items())


def _without_address(text):
    """`<x object at 0x7f…>` without the number; done by hand, `re` may not be loaded."""
    out, at = [], 0
    while True:
        found = text.find(" at 0x", at)
        if found < 0:
            return "".join(out) + text[at:]
        end = found + 6
        while end < len(text) and text[end] in "0123456789abcdefABCDEF":
            end += 1
        out.append(text[at:found])
        at = end


def text_or_bytes(data):
    try:
        return repr(data.decode())
    except UnicodeDecodeError:
        return repr(data)


def exception(error, seen=()):
    if error is None or id(error) in seen:
        return None
    seen = (*seen, id(error))
    try:
        message = str(error)
    except BaseException as other:
        message = f"<str() raised {type(other).__name__}>"
    lines, trace = [], error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "/program/main.py":
            lines.append(trace.tb_lineno)
        trace = trace.tb_next
    if isinstance(error, SyntaxError) and error.filename == "/program/main.py" and not lines:
        lines.append(error.lineno or 0)
    group = error.exceptions if isinstance(error, _GROUP) else ()
    explicit = error.__cause__ is not None
    cause = error.__cause__ if explicit else None if error.__suppress_context__ else error.__context__
    return {
        "class": qualified(type(error)),
        "message": _without_address(message),
        "lines": lines,
        "notes": [str(note) for note in getattr(error, "__notes__", ())],
        "group": [exception(e, seen) for e in group],
        "cause": exception(cause, seen),
        "explicit": explicit,
    }


def to_json(value):
    """JSON without the `json` module, which the program may have changed."""
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, str):
        return _quote(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{_quote(k)}:{to_json(v)}" for k, v in value.items()) + "}"
    return "[" + ",".join(to_json(v) for v in value) + "]"


# The backslash first: it is what the others bring.
_ESCAPES = [("\\", "\\\\"), ('"', '\\"'), *((chr(code), f"\\u{code:04x}") for code in range(32))]


def _quote(text):
    text = text.encode("utf-8", "backslashreplace").decode()
    if '"' in text or "\\" in text or not text.isprintable():
        for char, escaped in _ESCAPES:
            text = text.replace(char, escaped)
    return '"' + text + '"'
