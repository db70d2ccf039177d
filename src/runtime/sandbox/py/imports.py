# The import system of the sandbox: our modules, the program's modules, the frozen library, and stand-ins for the rest.
import _frozen_importlib
import _sandbox
import sys

_Spec = _frozen_importlib.ModuleSpec
_Frozen = _frozen_importlib.FrozenImporter
_Builtin = _frozen_importlib.BuiltinImporter
program = {}


class _Source:
    """Loads a text we hold."""

    def __init__(self, text, path):
        self._text, self._path = text, path

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        module.__file__ = self._path
        exec(compile(self._text(), self._path, "exec"), module.__dict__)

    def get_source(self, name):
        return self._text()


def _spec(name, text, path, package):
    spec = _Spec(name, _Source(text, path), origin=path, is_package=package)
    if package:
        spec.submodule_search_locations = [path.rpartition("/")[0]]
    return spec


def _is_package(name, names):
    return any(other.startswith(name + ".") for other in names)


class Ours:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name in program:
            where = program[name]
            return _spec(name, lambda: _text(where), where, where.endswith("/__init__.py"))
        if _is_package(name, program):
            return _spec(name, lambda: "", f"/program/{name.replace('.', '/')}/__init__.py", True)
        if name in _sandbox.sources:
            text = _sandbox.sources[name]
            return _spec(name, lambda: text, f"<sandbox>/{name}.py", _is_package(name, _sandbox.sources))
        if _is_package(name, _sandbox.sources):
            return _spec(name, lambda: "", f"<sandbox>/{name}.py", True)
        if name.partition(".")[0] not in program and name == "main":
            return _spec(name, lambda: _text("/program/main.py"), "/program/main.py", False)
        return None


def _text(path):
    return bytes(sys.modules["_sandbox_files"]._data[path]).decode("utf-8", "surrogatepass")


class _Library:
    """A loader of the library. Its modules are loaded uncounted, and patched where they need it."""

    def __init__(self, loader):
        self._loader = loader

    def create_module(self, spec):
        return self._loader.create_module(spec)

    def exec_module(self, module):
        name = module.__spec__.name
        counted = _sandbox.count(False)
        try:
            self._loader.exec_module(module)
            module.__spec__.loader = module.__loader__ = self._loader
            if name in PATCHED:
                import _sandbox_patches

                _sandbox_patches.PATCHES[name](module)
        finally:
            _sandbox.count(counted)

    def __getattr__(self, name):
        return getattr(self._loader, name)


PATCHED = ("asyncio", "logging", "os", "random", "uuid")


# Python halves of modules whose native half is not here: said at once, and not as an ImportError.
_HALVES = ("ctypes", "sqlite3", "tkinter", "curses", "pty", "tty", "dbm", "ensurepip", "venv", "_pyrepl")


class Library:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name in _HALVES and _asked_by_program():
            _sandbox.refuse(f"import {name}")
        spec = _Builtin.find_spec(name, path, target) or _Frozen.find_spec(name, path, target)
        if spec is not None:
            spec.loader = _Library(spec.loader)
        return spec


def _asked_by_program():
    """Whether the nearest frame outside the import system is the program's."""
    frame = sys._getframe(2)
    while frame is not None:
        path = frame.f_code.co_filename
        if "importlib" not in path and not path.startswith("<sandbox>"):
            return path.startswith("/program/")
        frame = frame.f_back
    return False


class Elsewhere:
    @staticmethod
    def find_spec(name, path=None, target=None):
        top = name.partition(".")[0]
        if top in program or top in _sandbox.sources or _is_package(top, _sandbox.sources):
            return None
        if not _asked_by_program():
            return None
        if top in sys.stdlib_module_names or top == "_sandbox":
            if name == top:
                _sandbox.refuse(f"import {name}")
            return None
        import _sandbox_standins

        return _Spec(name, _sandbox_standins.Loader, is_package=True)


sys.meta_path[:] = [Ours, Library, Elsewhere]
for _name in PATCHED:
    if _name in sys.modules:
        import _sandbox_patches

        _sandbox_patches.PATCHES[_name](sys.modules[_name])
