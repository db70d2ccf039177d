"""Runs one program in a Python of the user's and writes down what could be seen, in the words of the sandbox."""

import importlib.util
import io
import json
import os
import sys
import threading
import traceback


class Project:
    """Modules of the project from texts, as if they came from their files."""

    def __init__(self, modules):
        self.modules = modules

    def find_spec(self, name, path=None, target=None):
        if name not in self.modules:
            return None
        _, file, is_package = self.modules[name]
        spec = importlib.util.spec_from_loader(name, self, origin=file, is_package=is_package)
        spec.has_location = True
        if is_package:
            spec.submodule_search_locations.append(os.path.dirname(file))
        return spec

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        text, file, _ = self.modules[module.__name__]
        exec(compile(text, file, "exec", dont_inherit=True), module.__dict__)


def limited(memory, seconds):
    try:
        import resource
    except ImportError:
        return
    for kind, value in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0)):
        try:
            resource.setrlimit(kind, (value, resource.getrlimit(kind)[1]))
        except (ValueError, OSError):
            pass


def watched(files, lines):
    """Collects the executed lines of some files."""

    def trace(frame, event, arg):
        seen = lines.get(files.get(frame.f_code.co_filename))
        if seen is None:
            return None

        def local(frame, event, arg):
            if event == "line":
                seen.add(frame.f_lineno)
            return local

        return local

    sys.settrace(trace)
    threading.settrace(trace)


def heard(logs, warned, files):
    import logging
    import warnings

    import _sandbox_describe as describe

    handle = logging.Logger.callHandlers

    def call(self, record):
        error = record.exc_info[1] if record.exc_info else None
        told = f"{type(error).__name__}: {error}" if error is not None else None
        logs.append({"logger": record.name, "level": record.levelname, "message": record.getMessage(), "exception": told})
        return handle(self, record)

    def show(message, category, filename, lineno, file=None, line=None):
        inside = lineno if filename in files else None
        warned.append({"category": describe.qualified(category), "message": str(message), "line": inside})

    logging.Logger.callHandlers = call
    warnings.showwarning = show


def told(main, raised):
    import _sandbox_describe as describe
    import _victor_core

    is_own = lambda name: name.startswith("__") and name.endswith("__")
    return {
        "globals": [{"name": name, "value": describe.describe(value)} for name, value in list(vars(main).items()) if not is_own(name)],
        "exception": describe.exception(raised),
        "record": [{"kind": kind, "told": describe.describe(what), "compared": compared} for kind, what, compared in _victor_core.record()],
    }


def play(request):
    """Everything that could be seen of the program."""
    sys.meta_path.insert(0, Project(request["modules"]))
    exec(request["install"], {})
    sys.path[:] = request["roots"] + [path for path in sys.path if path]
    sys.argv[:] = ["/program/main.py"]
    files = {file: request["keys"][name] for name, (_, file, _) in request["modules"].items()}
    files["/program/main.py"] = "main.py"
    lines = {key: set() for key in files.values()}
    logs, warned = [], []
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", "backslashreplace", "\n", True) for _ in range(2))
    heard(logs, warned, files)
    main = type(sys)("__main__")
    main.__file__ = request["file"]
    main.__builtins__ = __builtins__
    sys.modules["__main__"] = main
    streams, (sys.stdout, sys.stderr) = (sys.stdout, sys.stderr), (out, err)
    raised = None
    watched(files, lines)
    try:
        exec(compile(request["text"], "/program/main.py", "exec", dont_inherit=True), vars(main))
    except BaseException as error:
        raised = error
    sys.settrace(None)
    threading.settrace(None)
    import gc

    gc.collect()
    seen = told(main, raised)
    sys.stdout, sys.stderr = streams
    seen.update(stdout=text(out), stderr=text(err), logs=logs, warnings=warned)
    seen.update(lines={key: sorted(found) for key, found in lines.items() if found})
    seen.update(standins=[], files={}, ended={"how": "normally"})
    return seen


def text(stream):
    stream.flush()
    return stream.buffer.getvalue().decode("utf-8", "replace")


def begin():
    request = json.loads(sys.stdin.buffer.read())
    # Nothing that the program writes may get between.
    answer = os.fdopen(os.dup(1), "wb")
    with open(os.devnull) as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    limited(request["memory"], request["seconds"])
    try:
        seen = play(request)
    except BaseException:
        seen = {"failed": traceback.format_exc()}
    answer.write(json.dumps(seen).encode("utf-8", "backslashreplace"))
    answer.flush()
    # Threads that the program left behind do not keep it.
    os._exit(0)


begin()
