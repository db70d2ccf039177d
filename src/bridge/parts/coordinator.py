class _Coordinator:
    """What all coordinators share: the orchestrator that they belong to, and the release's own part of that name.

    A member that only the release's own part has is that part's.
    """

    _name = ""
    _orchestrator: Any = None
    _own: Any = None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if self._own is None:
            raise NotInThisRelease(
                f"{type(self).__name__}.{name}", "neither has the guide"
            )
        return getattr(self._own, name)

    def _attach(self, orchestrator: Any, own: Any) -> None:
        self._orchestrator, self._own = orchestrator, own

    @property
    def _state(self) -> _State:
        if self._orchestrator is None:
            named = f"pass it as `{self._name}=` to AgentOrchestrator"
            raise RuntimeError(
                f"this {type(self).__name__} belongs to no orchestrator; {named}"
            )
        return _state_of(self._orchestrator)

    def _forget(self, session_id: str | None) -> None:
        """A session has ended, or all configuration is stale."""
