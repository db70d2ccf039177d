class SessionCoordinator(_Coordinator):
    """Conversations by id: each has one history and one stream of events."""

    _name = "_session_coordinator"

    async def create(self, session_id: str | None = None) -> str:
        """Begins a session, under a fresh id where none is given; answers the id."""
        session_id = session_id if session_id is not None else _fresh_id()
        self._state.sessions.of(session_id)
        return session_id

    async def list(self) -> list[str]:
        """The ids of all sessions that have begun, sorted."""
        return self._state.sessions.ids()

    async def end(self, session_id: str) -> bool:
        """Forgets a session; whether there was one."""
        for coordinator in self._state.coordinators.values():
            coordinator._forget(session_id)
        return self._state.sessions.end(session_id)


class MetricsCoordinator(_Coordinator):
    """Counts. Requests are answered turns; tokens and tool calls are the release's own numbers."""

    _name = "_metrics_coordinator"

    def __init__(self) -> None:
        self._requests = 0
        self._errors: dict[str, int] = {}

    def track_error(self, kind: str, error: Any) -> None:
        """Counts an error under a kind: `tool`, `provider`, `unknown`, or one of your own."""
        self._errors[kind] = self._errors.get(kind, 0) + 1

    def get_metrics(self) -> dict[str, Any]:
        """`{"requests": …, "tokens": …, "tool_calls": …, "errors": {kind: …}}`."""
        tokens = self._orchestrator.get_token_usage().total_tokens
        calls = self._orchestrator.tool_calls_used
        return {
            "requests": self._requests,
            "tokens": tokens,
            "tool_calls": calls,
            "errors": dict(self._errors),
        }

    def _count_failure(self, error: Exception) -> None:
        classes = {known.__name__ for known in type(error).__mro__}
        kinds = {"provider": "ProviderError", "tool": "ToolError"}
        self.track_error(
            next((kind for kind, name in kinds.items() if name in classes), "unknown"),
            error,
        )


class ChatCoordinator(_Coordinator):
    """The loop behind `chat`."""

    _name = "_chat_coordinator"

    async def chat(
        self, message: Any, *more: Any, session_id: str | None = None, **old: Any
    ) -> Any:
        """What `AgentOrchestrator.chat` does; without a session, what the release's own part does, if it has one."""
        if self._own is not None and session_id is None and isinstance(message, str):
            return await self._own.chat(message, *more, **old)
        return await self._orchestrator.chat(
            message, *more, session_id=session_id, **old
        )


class StateCoordinator(_Coordinator):
    """Where a conversation stands."""

    _name = "_state_coordinator"

    async def get_state(self) -> dict[str, Any]:
        """`{"session_id": …, "messages": …, "stage": …}` of the orchestrator's own session.

        The stage is the one that was set, else the one that the release sees.
        """
        sessions = self._state.sessions
        stage = sessions.of(None).stage
        if stage is None and hasattr(self._orchestrator, "get_stage"):
            seen = self._orchestrator.get_stage()
            stage = getattr(seen, "value", seen)
        return {
            "session_id": sessions.own,
            "messages": sessions.messages(),
            "stage": stage,
        }

    async def update_stage(self, stage: Any) -> None:
        """Sets the stage. The release goes on to see its own."""
        self._state.sessions.of(None).stage = stage


class MiddlewareCoordinator(_Coordinator):
    """The release's list of middleware."""

    _name = "_middleware_coordinator"

    async def set_middleware(self, middleware: Any) -> None:
        """Sets the list of middleware."""
        if any(hasattr(step, "process_request") for step in middleware or ()):
            raise NotInThisRelease(
                "middleware with `process_request`",
                "change the messages before you call `chat`",
            )
        self._orchestrator.set_middleware(middleware)

    def get_middleware(self) -> Any:
        """The list of middleware."""
        return self._orchestrator.get_middleware()


class ToolSelectionCoordinator(_Coordinator):
    """Chooses among tools: the first strategy that answers decides. The release chooses its own by itself."""

    _name = "_tool_selection_coordinator"

    def __init__(self, strategies: Iterable[Any] | None = None) -> None:
        self._strategies = [] if strategies is None else [*strategies]

    async def select_tools(self, query: Any, tools: Any) -> Any:
        """The tools for a query; all of them when no strategy answers."""
        for strategy in self._strategies:
            answer = await _settled(strategy.select_tools(query, tools))
            if answer is not None:
                return answer
        return tools
