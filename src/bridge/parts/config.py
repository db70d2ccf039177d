class ConfigCoordinator(_Coordinator):
    """Merges configuration from providers, from the lowest priority to the highest, so that the highest wins.

    Below all providers stand the release's settings, and what the orchestrator itself works with.
    """

    _name = "_config_coordinator"

    def __init__(
        self, providers: Iterable[Any] | None = None, enable_cache: bool = True
    ) -> None:
        self._providers = list(providers or [])
        self._cached = enable_cache
        self._loaded: dict[str, dict[str, Any]] = {}

    def get_config(self) -> dict[str, Any]:
        """The configuration of the orchestrator's own session, a fresh dict for every call.

        Before the first load it holds what the providers that are not asynchronous answer.
        """
        session_id = self._state.own if self._orchestrator is not None else ""
        if session_id in self._loaded:
            return _merge({}, self._loaded[session_id])
        merged = self._values()
        for provider in _by_priority(self._providers):
            try:
                answer = provider.get_config(session_id)
            except Exception as error:  # noqa: BLE001 - a hook of the user's
                self._passed_over(error)
                continue
            if inspect.iscoroutine(answer):
                answer.close()
            elif isinstance(answer, Mapping):
                _merge(merged, answer)
        return merged

    async def load_config(
        self, session_id: str, config_override: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Asks every provider for a session and keeps the merged answer. What overrides wins over all providers."""
        if self._cached and config_override is None and session_id in self._loaded:
            return _merge({}, self._loaded[session_id])
        merged, first = self._values(), None
        for provider in _by_priority(self._providers):
            try:
                _merge(merged, await _settled(provider.get_config(session_id)))
            except Exception as error:  # noqa: BLE001 - a hook of the user's
                self._passed_over(error)
                first = first or error
        _merge(merged, config_override or {})
        if first is not None and not merged:
            raise ValueError(f"no configuration: {type(first).__name__}: {first}")
        self._loaded[session_id] = merged
        return _merge({}, merged)

    def invalidate_cache(self, session_id: str | None = None) -> None:
        """Forgets what was loaded, for one session or for all."""
        self._forget(session_id)

    def add_provider(self, provider: Any) -> None:
        """One more provider. What was loaded is forgotten."""
        self._providers.append(provider)
        self._forget(None)

    def remove_provider(self, provider: Any) -> bool:
        """Takes a provider away; whether it was there. What was loaded is forgotten."""
        before = len(self._providers)
        self._providers = [known for known in self._providers if known != provider]
        self._forget(None)
        return len(self._providers) < before

    async def validate_config(self, config: Any) -> bool:
        """Whether it is a dict whose `temperature` and `max_tokens`, where there are any, are numbers."""

        def number(name: str) -> bool:
            value = config.get(name, 0)
            return isinstance(value, (int, float)) and not isinstance(value, bool)

        return (
            isinstance(config, Mapping)
            and number("temperature")
            and number("max_tokens")
        )

    def _values(self) -> dict[str, Any]:
        orchestrator = self._orchestrator
        if orchestrator is None:
            return {}
        settings = orchestrator.settings
        if hasattr(settings, "model_dump"):
            settings = settings.model_dump()
        values = dict(settings if isinstance(settings, Mapping) else vars(settings))
        values.update(
            model=orchestrator.model,
            provider=getattr(orchestrator.provider, "name", None),
        )
        values.update(session_id=self._state.own)
        values.update(
            temperature=orchestrator.temperature, max_tokens=orchestrator.max_tokens
        )
        return _merge({}, values)

    def _forget(self, session_id: str | None) -> None:
        if session_id is None:
            self._loaded.clear()
        self._loaded.pop(session_id or "", None)

    @staticmethod
    def _passed_over(error: Exception) -> None:
        warnings.warn(
            f"a config provider was passed over: {type(error).__name__}: {error}",
            RuntimeWarning,
            stacklevel=3,
        )
