# Runs before the program's first import. SOURCES (name -> text) is put here by interpreter.rs.
import sys
import builtins
import _sandbox

sys.platform = "linux"
sys.executable = sys._base_executable = ""
for _name in ("prefix", "base_prefix", "exec_prefix", "base_exec_prefix"):
    setattr(sys, _name, "/usr")
sys.builtin_module_names = tuple(sorted({*sys.builtin_module_names, "posix"}))
sys.path[:] = ["/program"]
sys.argv[:] = ["/program/main.py"]
sys.orig_argv[:] = ["python", "/program/main.py"]


def refuse(what):
    """Ends the run: `what` is for the machine or for chance to say."""
    _sandbox.end("chance", what)
    raise _sandbox.NotDeterministic(what)


def _refusing(what):
    def refused(*args, **kwargs):
        refuse(what)

    refused.__name__ = refused.__qualname__ = what.rpartition(".")[2]
    return refused


_sandbox.refuse = refuse
_sandbox.refusing = _refusing

for _name in ("settrace", "setprofile", "_settraceallthreads", "_setprofileallthreads"):
    setattr(sys, _name, _refusing("sys." + _name))
sys.breakpointhook = _refusing("breakpoint")

_set_recursion = sys.setrecursionlimit


def setrecursionlimit(limit):
    if not isinstance(limit, int):
        raise TypeError(f"'{type(limit).__name__}' object cannot be interpreted as an integer")
    if limit < 1:
        raise ValueError("recursion limit must be greater or equal than 1")
    _set_recursion(min(limit, _sandbox.RECURSION))


sys.setrecursionlimit = setrecursionlimit

# The clock and threads: kept for our own module, then out of reach of `import`.
import time as _native_time
import _thread

_sandbox.native_time = _native_time
del sys.modules["time"]
for _name in ("start_new_thread", "start_new", "start_joinable_thread"):
    setattr(_thread, _name, _refusing("threads"))
_thread.interrupt_main = _refusing("_thread.interrupt_main")

_imp = sys.modules["_imp"]
_create = _imp.create_builtin


def create_builtin(spec):
    if spec.name in ("time", "sys", "builtins"):
        refuse("_imp.create_builtin")
    return _create(spec)


_imp.create_builtin = create_builtin


def _load(name):
    """Loads one of SOURCES before the finder that would do it exists."""
    module = type(sys)(name)
    sys.modules[name] = module
    exec(compile(SOURCES[name], f"<sandbox>/{name}.py", "exec"), module.__dict__)
    return module


_sandbox.load = _load
_sandbox.sources = SOURCES


def _name_classes(cls):
    _sandbox.name_class(cls)
    for other in type.__subclasses__(cls):
        _name_classes(other)


_name_classes(object)
_load("posix")
_files = _load("_sandbox_files")
_load("_sandbox_fileio")
_load("time")
_load("_sandbox_host")
_imports = _load("_sandbox_imports")

import io


class _Out(io.RawIOBase):
    def __init__(self, to_stderr):
        self._to_stderr = to_stderr
        self.name = "<stderr>" if to_stderr else "<stdout>"
        self.mode = "wb"

    def writable(self):
        return True

    def write(self, data):
        data = bytes(data)
        _sandbox.write(self._to_stderr, data)
        return len(data)


class _Empty(io.RawIOBase):
    name, mode = "<stdin>", "rb"

    def readable(self):
        return True

    def readinto(self, buffer):
        return 0


def _text(raw, errors):
    buffer = io.BufferedWriter(raw, 1)
    return io.TextIOWrapper(buffer, "utf-8", errors, "\n", True, True)


sys.stdin = sys.__stdin__ = io.TextIOWrapper(io.BufferedReader(_Empty()), "utf-8")
sys.stdout = sys.__stdout__ = _text(_Out(False), "surrogateescape")
sys.stderr = sys.__stderr__ = _text(_Out(True), "backslashreplace")

import warnings


def showwarning(message, category, filename, lineno, file=None, line=None):
    inside = filename.startswith("/program/")
    _sandbox.warning(_qualified(category), str(message), lineno if inside else None)


_qualified = None
warnings.showwarning = showwarning

def _unawaited(coroutine):
    if coroutine.cr_code.co_filename.startswith(("/program/", "<sandbox>/")):
        warnings.warn(f"coroutine '{coroutine.__qualname__}' was never awaited", RuntimeWarning, 2)


_sandbox.unawaited = _unawaited


def prepare(text, modules):
    """Lays out the program's files and compiles nothing yet: a syntax error is the program's own."""
    global _qualified
    import _sandbox_describe as describe

    _qualified = describe.qualified
    prefixes = {name.rpartition(".")[0] for name in modules}
    written = {"/program/main.py": text}
    for name, source in modules.items():
        path = "/program/" + name.replace(".", "/")
        path += "/__init__.py" if name in prefixes else ".py"
        if path == "/program/main.py":
            # A module of that name is another file than the program.
            path = "/program/src/main.py"
        written[path] = source
        _imports.program[name] = path
    for path, source in written.items():
        _files.put(path, source.encode("utf-8", "surrogatepass"))
    _files.forget_changes()
    main = type(sys)("__main__")
    main.__file__ = "/program/main.py"
    main.__builtins__ = builtins
    sys.modules["__main__"] = main
    return main, text


def play(prepared):
    main, text = prepared
    try:
        exec(compile(text, "/program/main.py", "exec"), main.__dict__)
    finally:
        _settle()


def _settle():
    """What CPython does between the last line and its end, as far as it can be seen."""
    import atexit
    import gc

    atexit._run_exitfuncs()
    gc.collect()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass


def finish(raised):
    import _sandbox_describe as describe

    main = sys.modules.get("__main__")
    names = main.__dict__ if isinstance(main, type(sys)) else {}
    values = [
        {"name": str(name), "value": describe.describe(value)}
        for name, value in list(names.items())
        if not (str(name).startswith("__") and str(name).endswith("__"))
    ]
    files = {path: describe.text_or_bytes(data) for path, data in _files.changed().items()}
    if isinstance(raised, _sandbox.NotDeterministic):
        raised = None
    recorded = [
        {"kind": kind, "told": describe.describe(told), "compared": compared}
        for record in _sandbox.recorders
        for kind, told, compared in record()
    ]
    seen = {"record": recorded, "globals": values, "exception": describe.exception(raised), "files": files}
    return describe.to_json(seen)
