_KEPT = 10


class ContextCoordinator(_Coordinator):
    """Hands out contexts and compacts them.

    The first strategy that can is used; without any, system messages and the last ten others stay. A coordinator that
    was passed to the constructor compacts past its budget before a message is sent; otherwise the release does as it likes.
    """

    _name = "_context_coordinator"

    def __init__(
        self,
        compaction_strategy: Any = None,
        strategies: Iterable[Any] | None = None,
        max_tokens: int = 8000,
    ) -> None:
        first = [] if compaction_strategy is None else [compaction_strategy]
        self._strategies = [*first, *(strategies or [])]
        self._max_tokens = max_tokens

    def get_context(self, session_id: str | None = None) -> Context:
        """The messages of a session as they are now, with an estimate of their tokens."""
        return self._context(
            session_id or self._state.own, self._state.sessions.messages(session_id)
        )

    async def compact_context(self, context: Any = None) -> Context:
        """Shortens a context, the orchestrator's own without an argument. A current context's result becomes current."""
        sessions = self._state.sessions
        context = self.get_context() if context is None else context
        before = _messages_of(context)
        shorter = await self._shorten(context, before)
        session_id = getattr(context, "session_id", None) or sessions.own
        if getattr(context, "revision", None) == sessions.revision(session_id):
            sessions.of(session_id).compactions.append(
                max(len(before) - len(shorter), 0)
            )
            sessions.replace(session_id, shorter)
        return self._context(session_id, shorter)

    def get_compaction_history(self, session_id: str | None = None) -> list[int]:
        """How many messages each compaction of a session took away."""
        return list(self._state.sessions.of(session_id).compactions)

    def _is_over(self, session_id: str) -> bool:
        return _tokens(self._state.sessions.messages(session_id)) > self._max_tokens

    def _context(self, session_id: str, messages: list[dict[str, Any]]) -> Context:
        return Context(
            messages,
            _tokens(messages),
            session_id,
            self._state.sessions.revision(session_id),
        )

    async def _shorten(
        self, context: Any, before: list[dict[str, Any]]
    ) -> list[dict[str, Any]]:
        for strategy in self._strategies:
            if hasattr(strategy, "can_apply") and not await _settled(
                strategy.can_apply(context)
            ):
                continue
            budget = (
                [ContextBudget(self._max_tokens)] if _takes(strategy.compact, 2) else []
            )
            return _messages_of(await _settled(strategy.compact(context, *budget)))
        drop = sum(message["role"] != "system" for message in before) - _KEPT
        kept: list[dict[str, Any]] = []
        for message in before:
            if message["role"] == "system" or drop <= 0:
                kept.append(message)
            else:
                drop -= 1
        return kept


def _messages_of(answer: Any) -> list[dict[str, Any]]:
    """The messages of a context, of a result with one, or of a plain list."""
    inner = getattr(answer, "compacted_context", answer)
    messages = getattr(inner, "messages", inner)
    if not isinstance(messages, (list, tuple)):
        raise TypeError(
            f"a context with messages was expected, not {type(answer).__name__}"
        )
    return list(messages)
