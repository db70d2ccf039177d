"""A provider that answers from no model, for a real `AgentOrchestrator`; and the walls around it."""

from __future__ import annotations

import logging
import os
import pwd
import warnings
from collections.abc import AsyncIterator
from typing import Any


def stay_here() -> None:
    """Victor trusts the password database more than `$HOME`: for this process both name the same folder."""
    home = os.environ["HOME"]
    real = pwd.getpwuid(os.getuid())
    pwd.getpwuid = lambda _uid: pwd.struct_passwd((*real[:5], home, real[6]))
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")


stay_here()

from victor.providers.base import BaseProvider, CompletionResponse, StreamChunk

# What the loops of some releases add to a conversation by themselves begins like this.
ADDED = ("<system-reminder", "STOP. You have not", "[")


def last_words(messages: Any) -> str:
    """What the program said last; not what the release added."""
    said = [message.content for message in messages if message.role == "user"]
    own = [text for text in said if not text.lstrip().startswith(ADDED)]
    return own[-1] if own else ""


class Echo(BaseProvider):  # type: ignore[misc]
    """Repeats what the user said, as the provider of the bundled runtime does."""

    def __init__(self, name: str = "scripted") -> None:
        super().__init__(api_key=None)
        self._called = name
        self.requests: list[tuple[str, list[Any]]] = []

    @property
    def name(self) -> str:
        """Its name."""
        return self._called

    def supports_tools(self) -> bool:
        """No: nothing is to be run because of what it says."""
        return False

    def supports_streaming(self) -> bool:
        """Yes."""
        return True

    async def chat(self, messages: Any, *, model: str, **_: Any) -> Any:
        """The whole answer."""
        return CompletionResponse(content=self._answer(messages, model), model=model, stop_reason="stop")

    async def stream(self, messages: Any, *, model: str, **_: Any) -> AsyncIterator[Any]:
        """The answer in pieces, a word each."""
        words = self._answer(messages, model).split(" ")
        for at, word in enumerate(words):
            last = at + 1 == len(words)
            yield StreamChunk(
                content=word if last else f"{word} ",
                is_final=last,
                stop_reason="stop" if last else None,
            )

    stream_chat = stream

    async def close(self) -> None:
        """Holds nothing."""

    def _answer(self, messages: Any, model: str) -> str:
        self.requests.append((model, list(messages)))
        return f"You said: {last_words(messages)}"
