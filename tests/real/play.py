"""Runs a migrated program on the release that is installed: `play.py BRIDGE FILE`. Its output is all there is to see."""

from __future__ import annotations

import os
import runpy
import sys

import scripted


def main() -> None:
    """Installs the bridge, says what `AgentOrchestrator()` means here, and runs the program."""
    bridge, program = sys.argv[1:]
    sys.path[:0] = [os.path.dirname(bridge), os.path.dirname(program)]
    import victor_coordinators

    victor_coordinators.defaults(provider=scripted.Echo(), model="scripted-1")
    runpy.run_path(program, run_name="__main__")


main()
