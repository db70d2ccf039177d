_Function = TypeVar("_Function", bound=Callable[..., Any])


def _named_like(original: Callable[..., Any]) -> Callable[[_Function], _Function]:
    """Name and documentation of the original, with the signature of the replacement."""

    def named(function: _Function) -> _Function:
        functools.update_wrapper(function, original)
        del function.__wrapped__  # type: ignore[attr-defined]
        return function

    return named


def _text_and_before(
    message: Any, messages: Any, old: dict[str, Any]
) -> tuple[str, list[Any]]:
    """The text of a call, and the messages before it, however they were given."""
    if message is None:
        message = old.pop("user_message", None)
    if message is not None and messages is not None:
        raise TypeError("chat() takes 'message' or 'messages', not both")
    given = message if messages is None else messages
    if given is None:
        raise TypeError("chat() missing 1 required positional argument: 'message'")
    if isinstance(given, str):
        return given, []
    if not isinstance(given, (list, tuple)):
        raise TypeError(
            f"chat() takes a text or a list of messages, not {type(given).__name__}"
        )
    *before, last = given or [{}]
    if (
        not isinstance(last, Mapping)
        or last.get("role") != "user"
        or not isinstance(last.get("content"), str)
    ):
        raise NotInThisRelease(
            "messages that do not end with a text of the user", "put that message last"
        )
    return last["content"], before


def _chat(original: Callable[..., Any]) -> Callable[..., Any]:
    @_named_like(original)
    async def chat(
        self: Any,
        message: Any = None,
        *more: Any,
        messages: Any = None,
        session_id: str | None = None,
        **old: Any,
    ) -> Any:
        state = _state_of(self)
        text, before = _text_and_before(message, messages, old)
        session = session_id if session_id is not None else state.own
        said: list[str] = []
        async with state.sessions.turn(session):
            with state.counted(session, said):
                await state.prepare(session, text, before)
                answer = await original(self, text, *more, **old)
                said.append(str(getattr(answer, "content", None) or ""))
                return answer

    return chat


def _stream_chat(original: Callable[..., Any]) -> Callable[..., Any]:
    @_named_like(original)
    async def stream_chat(
        self: Any, message: Any = None, session_id: str | None = None, **old: Any
    ) -> AsyncIterator[Any]:
        state = _state_of(self)
        text, before = _text_and_before(message, None, old)
        session = session_id if session_id is not None else state.own
        said: list[str] = []
        async with state.sessions.turn(session):
            with state.counted(session, said):
                await state.prepare(session, text, before)
                async with contextlib.aclosing(original(self, text, **old)) as chunks:
                    async for chunk in chunks:
                        said.append(str(getattr(chunk, "content", None) or ""))
                        yield chunk

    return stream_chat


def _switch_provider(original: Callable[..., Any]) -> Callable[..., Any]:
    @_named_like(original)
    async def switch_provider(
        self: Any,
        provider: Any = None,
        model: str | None = None,
        *more: Any,
        **old: Any,
    ) -> Any:
        named = old.pop("provider_name", None)
        done = await _switch(
            self, original, provider if named is None else named, model, more, old
        )
        if done:
            _state_of(self).provider._history.append(self.model)
        return done

    return switch_provider
