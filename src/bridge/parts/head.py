"""The coordinators of the migration guide, on victor-ai @RELEASE@.

`import victor_coordinators` gives them to that release's `AgentOrchestrator`; `victor_coordinators.uninstall()` takes
them away again. What the release has does the work. What it has nothing for raises `NotInThisRelease`.

Written by `victor-migrate bridge --target victor-ai==@RELEASE@`. Write it anew rather than change it.
@NOTES@
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import importlib
import importlib.metadata
import inspect
import uuid
import warnings
import weakref
from collections.abc import (
    AsyncIterator,
    Callable,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass
from typing import Any, TypeVar

RELEASE = "@RELEASE@"


class NotInThisRelease(AttributeError, NotImplementedError):
    """Something of the guide that this release of victor-ai has nothing for."""

    def __init__(self, what: str, instead: str) -> None:
        super().__init__(f"victor-ai {RELEASE} has nothing for {what}; {instead}")
