"""What a program can tell of the `victor` that it runs on, one fact a line. Runs on a release and on the bundled runtime."""

import asyncio
import inspect

from victor.agent.orchestrator import AgentOrchestrator
from victor.config.settings import Settings
from victor.providers import base

LONG = "Please tell me all about the weather of the coming week, of the one after it, and of the whole of next month."


def part(message, name):
    return message[name] if isinstance(message, dict) else getattr(message, name)


class Counting(getattr(base, "BaseProvider", object)):
    """Repeats what was said first; knows what it was asked."""

    name = "counting"

    def __init__(self, fails=False):
        if hasattr(base, "BaseProvider"):
            super().__init__(api_key=None)
        self.requests, self.fails = [], fails

    def supports_tools(self):
        return False

    def supports_streaming(self):
        return True

    def answer(self, messages):
        if self.fails:
            raise ValueError("out of order")
        self.requests.append([part(message, "role") for message in messages])
        said = [part(message, "content") for message in messages if part(message, "role") == "user"]
        return next(text for text in reversed(said) if not text.startswith(("<system", "STOP. ", "[")))

    async def chat(self, messages, model=None, **_):
        return base.CompletionResponse(content=self.answer(messages), model=model)

    async def stream(self, messages, model=None, **_):
        words = self.answer(messages).split()
        for at, word in enumerate(words):
            yield base.StreamChunk(content=word + " ", is_final=at + 1 == len(words))

    stream_chat = stream

    async def close(self):
        pass


def made(provider=None):
    return AgentOrchestrator(Settings(), provider or Counting(), "m1")


def history(orchestrator):
    if hasattr(orchestrator, "_context_coordinator"):
        return orchestrator._context_coordinator.get_context().messages
    return orchestrator.messages


async def tried(action):
    try:
        done = action()
        return str(await done if inspect.isawaitable(done) else done)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a fact
        return type(error).__name__


async def content(waiting):
    return "works" if (await waiting).content else "empty"


async def facts():
    yield "AgentOrchestrator()", await tried(lambda: type(AgentOrchestrator()).__name__ and "works")
    provider = Counting()
    orchestrator = made(provider)
    yield (
        "chat, a short text that is no question",
        await tried(lambda: content(orchestrator.chat("Write down what is new in the east."))),
    )
    yield "requests for it", len(provider.requests)
    yield "first roles sent", " ".join(provider.requests[0])
    yield "history of it", " ".join(part(message, "role") for message in history(orchestrator))
    provider = Counting()
    orchestrator = made(provider)
    await orchestrator.chat(LONG)
    yield "requests for a text of over 100 characters", len(provider.requests)
    await orchestrator.chat(LONG)
    yield "roles sent with a second text", " ".join(provider.requests[-1])
    yield "messages in the history are", "dicts" if isinstance(history(orchestrator)[0], dict) else "objects"
    provider = Counting()
    orchestrator = made(provider)
    chunks = [chunk async for chunk in orchestrator.stream_chat(LONG)]
    yield "chunks of a streamed text", "one a word" if len(chunks) == len(LONG.split()) else "regrouped"
    yield "a stream is the answer", "".join(chunk.content for chunk in chunks).strip() == LONG
    yield "the last chunk is final", chunks[-1].is_final
    yield "history of a stream", " ".join(part(message, "role") for message in history(orchestrator))
    orchestrator = made()
    listed = [{"role": "user", "content": LONG}]
    yield "chat(messages=[…])", await tried(lambda: content(orchestrator.chat(messages=listed)))
    provider = Counting()
    orchestrator = made(provider)
    await tried(lambda: orchestrator.chat(LONG, session_id="a"))
    other = await tried(lambda: content(orchestrator.chat(LONG, session_id="b")))
    apart = other == "works" and provider.requests[-1].count("user") == 1
    yield "chat(…, session_id=…)", "a history each" if apart else other if other != "works" else "one history for all"
    yield "session_id", "there" if hasattr(made(), "session_id") else "missing"
    orchestrator, provider = made(), Counting()
    switched = await tried(lambda: orchestrator.switch_provider(provider=provider, model="m2"))
    yield "switch_provider(provider=<object>)", "switches" if orchestrator.provider is provider else switched
    failing = made(Counting(fails=True))
    yield (
        "an error of the provider leaves chat as",
        (await tried(lambda: content(failing.chat(LONG)))).replace("works", "an answer"),
    )
    yield "coordinators", "there" if hasattr(made(), "_config_coordinator") else "missing"


async def main():
    async for fact, value in facts():
        print(f"{fact}\t{value}")


asyncio.run(main())
