"""Tells what came of each test, and which lines of the changed files ran. Loaded by pytest; changes nothing of what it runs."""

import json
import os
import sys
import threading

import victor_migrate_runtime  # noqa: F401  makes `victor` importable where none is installed

with open(os.environ["VICTOR_MIGRATE_SUITE"], encoding="utf-8") as _settings:
    SETTINGS = json.load(_settings)
LINES = {name: set() for name in SETTINGS["files"].values()}
_trace = None


def _write(entry):
    with open(SETTINGS["log"], "a", encoding="utf-8", errors="backslashreplace") as log:
        log.write(json.dumps(entry) + "\n")


def _seen(file):
    return LINES.get(SETTINGS["files"].get(file))


def _monitored():
    """From 3.12 on there is room for several that look."""
    tool, events = 4, sys.monitoring.events
    sys.monitoring.use_tool_id(tool, "victor-migrate")

    def line(code, number):
        seen = _seen(code.co_filename)
        if seen is not None:
            seen.add(number)
        return sys.monitoring.DISABLE

    sys.monitoring.register_callback(tool, events.LINE, line)
    sys.monitoring.set_events(tool, events.LINE)


def _traced():
    global _trace

    def trace(frame, event, arg):
        seen = _seen(frame.f_code.co_filename)
        if seen is None:
            return None

        def local(frame, event, arg):
            if event == "line":
                seen.add(frame.f_lineno)
            return local

        return local

    _trace = trace
    sys.settrace(trace)
    threading.settrace(trace)


if hasattr(sys, "monitoring"):
    try:
        _monitored()
    except ValueError:
        _traced()
else:
    _traced()


def _why(report):
    text = str(report.longrepr or "") if report.outcome == "failed" else ""
    told = [line[1:].strip() for line in text.splitlines() if line.startswith("E ")]
    return (told or text.strip().splitlines()[-1:] or [""])[0]


def pytest_runtest_logreport(report):
    expected = hasattr(report, "wasxfail")
    _write({"test": report.nodeid, "when": report.when, "outcome": report.outcome, "expected": expected, "why": _why(report)})


def pytest_collectreport(report):
    if report.failed:
        _write({"test": report.nodeid, "when": "collect", "outcome": "failed", "expected": False, "why": _why(report)})


def pytest_warning_recorded(warning_message, when, nodeid, location):
    _write({"warning": f"{warning_message.category.__name__}: {warning_message.message}", "test": nodeid})


def pytest_collection_modifyitems(config, items):
    only = SETTINGS["only"]
    if only:
        left = [item for item in items if item.nodeid not in only]
        items[:] = [item for item in items if item.nodeid in only]
        config.hook.pytest_deselected(items=left)


def pytest_unconfigure(config):
    lost = _trace is not None and sys.gettrace() is not _trace
    victor = sys.modules.get("victor")
    loader = type(getattr(getattr(victor, "__spec__", None), "loader", None)).__module__
    _write({
        "lines": {name: sorted(lines) for name, lines in LINES.items()},
        "lost": lost,
        "victor": None if victor is None else getattr(victor, "__file__", None) or ("the bundled runtime" if loader == "victor_migrate_runtime" else "a module of the tests"),
    })
