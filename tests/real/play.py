"""Runs a program on the release that is installed: `play.py BRIDGE FILE`, with `-` for no bridge."""

from __future__ import annotations

import asyncio
import os
import runpy
import sys
from typing import Any

import scripted


def end_soon(loop: Any) -> None:
    """Some releases have a task that swallows its cancellation now and then, and `asyncio.run` waits for it for ever."""
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    if tasks:
        loop.run_until_complete(asyncio.wait(tasks, timeout=2))


def main() -> None:
    """Installs the bridge, says what `AgentOrchestrator()` means here, and runs the program."""
    bridge, program = sys.argv[1:]
    sys.path.insert(0, os.path.dirname(program))
    if bridge != "-":
        sys.path.insert(0, os.path.dirname(bridge))
        import victor_coordinators

        victor_coordinators.defaults(provider=scripted.Echo(), model="scripted-1")
    asyncio.runners._cancel_all_tasks = end_soon  # type: ignore[attr-defined]
    runpy.run_path(program, run_name="__main__")
    sys.stdout.flush()
    # What the release left running is nobody's concern here.
    os._exit(0)


main()
