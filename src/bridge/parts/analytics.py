class AnalyticsCoordinator(_Coordinator):
    """Tracks events per session and exports them. Each event is also written to the release's usage log.

    All exporters are called in order; one that raises does not stop the next. Exporting does not clear.
    """

    _name = "_analytics_coordinator"

    def __init__(self, exporters: Iterable[Any] | None = None) -> None:
        self._exporters = list(exporters or [])
        self._events: dict[str, list[AnalyticsEvent]] = {}

    async def track_event(self, session_id: str, event: Any) -> None:
        """Adds an event to a session."""
        known = event if isinstance(event, Mapping) else vars(event)
        kind = known.get("type") or known.get("event_type")
        if not isinstance(kind, str):
            raise TypeError(
                f"an event with a type was expected, not {type(event).__name__}"
            )
        self._track(session_id, AnalyticsEvent(kind, known.get("data")))

    async def export_analytics(self, session_id: str) -> ExportResult:
        """Hands a session's events to every exporter. Without success there is a message."""
        events = self._events.get(session_id, [])
        if not events or not self._exporters:
            why = "no exporter" if events else f"no events for session {session_id}"
            return ExportResult(False, "none", 0, why)
        trouble: list[str] = []
        for exporter in self._exporters:
            try:
                await _settled(exporter.export(list(events)))
            except Exception as error:  # noqa: BLE001 - a hook of the user's
                trouble.append(str(error))
        names = ", ".join(
            str(getattr(exporter, "exporter_type", "custom"))
            for exporter in self._exporters
        )
        return ExportResult(not trouble, names, len(events), "; ".join(trouble) or None)

    async def get_session_stats(self, session_id: str) -> dict[str, Any]:
        """How many events a session has, in all and by type."""
        events = self._events.get(session_id, [])
        kinds: dict[str, int] = {}
        for event in events:
            kinds[event.type] = kinds.get(event.type, 0) + 1
        return {"session_id": session_id, "total_events": len(events), "by_type": kinds}

    async def query_analytics(self, query: Mapping[str, Any]) -> list[AnalyticsEvent]:
        """The events that a dict with `session_id`, `type` or both asks for; without them, all of the own session."""
        session_id = query.get("session_id") or self._state.own
        kind = query.get("type")
        return [
            event
            for event in self._events.get(session_id, [])
            if kind is None or kind == event.type
        ]

    def _track(self, session_id: str, event: AnalyticsEvent) -> None:
        self._events.setdefault(session_id, []).append(event)
        if self._orchestrator is not None:
            self._state.sessions.of(session_id)
            log = getattr(self._orchestrator, "usage_logger", None)
            if log is not None:
                data = (
                    dict(event.data)
                    if isinstance(event.data, Mapping)
                    else {"data": event.data}
                )
                log.log_event(event.type, {"session_id": session_id, **data})

    def _forget(self, session_id: str | None) -> None:
        if session_id is not None:
            self._events.pop(session_id, None)
