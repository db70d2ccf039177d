

class _Answer(collections.abc.Coroutine):
    """What `chat` gives: a coroutine, and the answer itself for code that never awaited it. It runs once."""

    _PARTS = ("content", "role", "tool_calls", "stop_reason", "usage", "model")

    def __init__(self, coroutine):
        self._coroutine = coroutine
        self._ended = False
        self._result = None

    def _keep(self, result):
        self._ended, self._result = True, result
        return result

    def send(self, value):
        if self._ended:
            raise StopIteration(self._result)
        try:
            return self._coroutine.send(value)
        except StopIteration as stop:
            self._keep(stop.value)
            raise

    def throw(self, *error):
        return self._coroutine.throw(*error)

    def close(self):
        self._coroutine.close()

    def __await__(self):
        if self._ended:
            return self._result
        return self._keep((yield from self._coroutine.__await__()))

    def __getattr__(self, name):
        if name not in _Answer._PARTS:
            raise AttributeError(f"'coroutine' object has no attribute '{name}'")
        if not self._ended:
            try:
                self._coroutine.send(None)
            except StopIteration as stop:
                self._keep(stop.value)
            else:
                self._coroutine.close()
                raise RuntimeError("the answer needs the event loop; await it")
        return getattr(self._result, name)


def _lazily(method):
    def chat(self, *args, **kwargs):
        return _Answer(method(self, *args, **kwargs))

    chat.__qualname__, chat.__module__, chat.__doc__ = method.__qualname__, method.__module__, method.__doc__
    chat.__signature__ = inspect.signature(method)
    if hasattr(inspect, "markcoroutinefunction"):
        return inspect.markcoroutinefunction(chat)
    import asyncio.coroutines

    chat._is_coroutine = asyncio.coroutines._is_coroutine
    return chat


AgentOrchestrator.chat = _lazily(AgentOrchestrator.chat)


async def _next(self):
    chunk = await self.next_chunk()
    if chunk is None:
        raise StopAsyncIteration
    return chunk


async def _aclose(self):
    self.close()


ChatStream.__aiter__ = lambda self: self
ChatStream.__anext__ = _next
ChatStream.aclose = _aclose
ChatStream.__del__ = lambda self: self.close()


class AnthropicProvider(Provider):
    __module__ = "victor.providers.anthropic"

    def __init__(self, api_key=None, model=None, script=None, **options):
        super().__init__("anthropic", script)


class OpenAIProvider(Provider):
    __module__ = "victor.providers.openai"

    def __init__(self, api_key=None, model=None, script=None, **options):
        super().__init__("openai", script)


class OllamaProvider(Provider):
    __module__ = "victor.providers.ollama"

    def __init__(self, base_url=None, model=None, script=None, **options):
        super().__init__("ollama", script)


class IConfigProvider:
    __module__ = "victor.protocols"


class IPromptContributor:
    __module__ = "victor.protocols"


class IAnalyticsExporter:
    __module__ = "victor.protocols"


class ICompactionStrategy:
    __module__ = "victor.protocols"


class PromptContext(dict):
    __module__ = "victor.protocols"


_files = {}


def read_file(path):
    """The text of a file of the runtime's own; the machine's files do not exist here."""
    if path not in _files:
        raise FileNotFoundError(path)
    return _files[path]


def write_file(path, content):
    _files[path] = content
    return path


if "LegacyConfig" in globals():

    def _read(self, name):
        if name.startswith("__") or name == "_handle":
            raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")
        return _core.get(self._handle, name)

    LegacyConfig.__getattr__ = _read
    LegacyConfig.__setattr__ = lambda self, name, value: _core.set(self._handle, name, value)


# Whoever read an answer holds the response, as far as a person can tell.
_sandbox_describe.standing.append((_Answer, lambda answer: answer._result if answer._ended else None))
