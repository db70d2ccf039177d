# Recording stand-ins for modules that exist neither in the standard library nor here. Every use is written down; what
# only the real library could answer (a comparison, a truth, a length, a number) ends the run.
import _sandbox
import sys
from _sandbox_describe import describe

_paths = {}


def is_standin(value):
    return type(value) is Standin or type(type(value)) is _Class


def _path(value):
    return object.__getattribute__(value, "_path")


def _arguments(args, kwargs):
    return ", ".join([*map(describe, args), *(f"{k}={describe(v)}" for k, v in kwargs.items())])


def _unknowable(what):
    _sandbox.end("unknowable", what)
    raise _sandbox.Unknowable(what)


def _decides(sign):
    def asked(self, *others):
        _unknowable(f"{_path(self)} {sign}")

    return asked


def _operator(sign, flipped=False):
    def applied(self, *others):
        own, theirs = _path(self), ", ".join(map(describe, others))
        path = f"({theirs} {sign} {own})" if flipped else f"({own} {sign} {theirs})"
        _sandbox.used(own, "operator", f"{sign} {theirs}")
        return Standin(path)

    return applied


_ERRORS = ("Error", "Exception", "Warning", "Exit", "Timeout", "Interrupt")


class Standin:
    def __init__(self, path):
        object.__setattr__(self, "_path", path)
        object.__setattr__(self, "_known", {})

    def __getattr__(self, name):
        path = _path(self)
        known = object.__getattribute__(self, "_known")
        if name in known:
            return known[name]
        if name == "__path__":
            return []
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(f"stand-in for {path} has no {name}")
        if name[0].isupper() and name.endswith(_ERRORS):
            # `except library.Error` needs a class of exceptions.
            value = _Class(name, (Exception,), {"__module__": path, "_path": f"{path}.{name}"})
        else:
            value = Standin(f"{path}.{name}")
        known[name] = value
        return value

    def __setattr__(self, name, value):
        known = object.__getattribute__(self, "_known")
        known[name] = value
        if not (name.startswith("__") and name.endswith("__")) and not is_standin(value):
            _sandbox.used(_path(self), "set", f"{name} = {describe(value)}")

    def __delattr__(self, name):
        object.__getattribute__(self, "_known").pop(name, None)
        _sandbox.used(_path(self), "delete", name)

    def __call__(self, /, *args, **kwargs):
        path = _path(self)
        if len(args) == 1 and not kwargs and _decorates(args[0], sys._getframe(1)):
            _sandbox.used(path, "decorate", describe(args[0]))
            return args[0]
        _sandbox.used(path, "call", _arguments(args, kwargs))
        return Standin(f"{path}()")

    def __mro_entries__(self, bases):
        path = _path(self)
        _sandbox.used(path, "subclass", "")
        return (_Class(path.rpartition(".")[2] or path, (), {"__module__": path.rpartition(".")[0], "_path": path}),)

    def __await__(self):
        _sandbox.used(_path(self), "await", "")
        return Standin(f"await {_path(self)}")
        yield

    def __iter__(self):
        _sandbox.used(_path(self), "iterate", "")
        yield Standin(f"{_path(self)}[…]")

    async def __aiter__(self):
        _sandbox.used(_path(self), "iterate async", "")
        yield Standin(f"{_path(self)}[…]")

    def __enter__(self):
        _sandbox.used(_path(self), "enter", "")
        return Standin(f"{_path(self)}.__enter__()")

    def __exit__(self, kind, error, trace):
        _sandbox.used(_path(self), "exit", "" if kind is None else kind.__name__)
        return False

    async def __aenter__(self):
        return self.__enter__()

    async def __aexit__(self, kind, error, trace):
        return self.__exit__(kind, error, trace)

    def __getitem__(self, key):
        _sandbox.used(_path(self), "item", describe(key))
        return Standin(f"{_path(self)}[{describe(key)}]")

    def __setitem__(self, key, value):
        _sandbox.used(_path(self), "set item", f"{describe(key)} = {describe(value)}")

    def __delitem__(self, key):
        _sandbox.used(_path(self), "delete item", describe(key))

    def __repr__(self):
        return f"<stand-in {_path(self)}>"

    __hash__ = object.__hash__
    __bool__ = _decides("as a truth")
    __len__ = _decides("as a length")
    __contains__ = _decides("as a container")
    __int__ = _decides("as an int")
    __float__ = _decides("as a float")
    __index__ = _decides("as an index")
    __instancecheck__ = _decides("in isinstance")
    __subclasscheck__ = _decides("in issubclass")
    __or__ = _operator("|")
    __ror__ = _operator("|", True)


for _name, _sign in dict(eq="==", ne="!=", lt="<", le="<=", gt=">", ge=">=").items():
    setattr(Standin, f"__{_name}__", _decides(_sign))
for _name, _sign in dict(add="+", sub="-", mul="*", truediv="/", floordiv="//", mod="%", pow="**", matmul="@",
                         **{"and": "&"}, xor="^", lshift="<<", rshift=">>").items():
    setattr(Standin, f"__{_name}__", _operator(_sign))
    setattr(Standin, f"__r{_name}__", _operator(_sign, True))


class _Class(type):
    """A class of a missing library: base of the program's classes, or an exception."""

    def __getattr__(cls, name):
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Standin(f"{cls._path}.{name}")

    def __new__(meta, name, bases, names, **kwargs):
        if "_path" in names and not bases:
            names = {**names, **_INSTANCE}
        return super().__new__(meta, name, bases, names)

    def __init__(cls, name, bases, names, **kwargs):
        super().__init__(name, bases, names)


def _init(self, *args, **kwargs):
    _sandbox.used(type(self)._path, "construct", _arguments(args, kwargs))


def _missing(self, name):
    if name.startswith("__") and name.endswith("__"):
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
    return Standin(f"{type(self)._path}().{name}")


_INSTANCE = {"__init__": _init, "__getattr__": _missing}

_decorated = {}


def _decorates(value, frame):
    """Whether the call that `frame` is at is a decorator: only then does it give back what it was given."""
    if not isinstance(value, (type, type(_decorates))):
        return False
    path = frame.f_code.co_filename
    if path not in _decorated:
        _decorated[path] = _decorator_lines(path)
    return frame.f_lineno in _decorated[path]


def _decorator_lines(path):
    import ast

    data = sys.modules["_sandbox_files"]._data.get(path)
    if data is None:
        return frozenset()
    lines = set()
    for node in ast.walk(ast.parse(bytes(data))):
        for decorator in getattr(node, "decorator_list", ()):
            lines.update(range(decorator.lineno, decorator.end_lineno + 1))
    return lines


class Loader:
    @staticmethod
    def create_module(spec):
        _sandbox.used(spec.name, "import", "")
        return Standin(spec.name)

    @staticmethod
    def exec_module(module):
        pass
