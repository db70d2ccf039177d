_COORDINATORS: dict[str, Callable[[], _Coordinator]] = {
    "config": ConfigCoordinator,
    "context": ContextCoordinator,
    "analytics": AnalyticsCoordinator,
    "tool": ToolCoordinator,
    "provider": ProviderCoordinator,
    "prompt": PromptCoordinator,
    "session": SessionCoordinator,
    "metrics": MetricsCoordinator,
    "chat": ChatCoordinator,
    "state": StateCoordinator,
    "middleware": MiddlewareCoordinator,
    "tool_selection": ToolSelectionCoordinator,
}
_INJECTED = ("config", "context", "prompt", "analytics", "tool")
# Under this name an orchestrator has its state: nothing at all while its constructor runs.
_KEY = "_victor_coordinators"
# These two outlive a reload of the module, as what was installed does.
_bridged: weakref.WeakSet[Any] = globals().get("_bridged") or weakref.WeakSet()
_defaults: dict[str, Any] = globals().get("_defaults") or {}


def defaults(**arguments: Any) -> None:
    """What `AgentOrchestrator()` takes where the call does not say: `provider`, `model`, `settings` and the like."""
    _defaults.update(arguments)


def _fresh_id() -> str:
    return f"session-{uuid.uuid4().hex[:12]}"


class _State:
    """What the bridge knows of one orchestrator."""

    def __init__(
        self,
        orchestrator: Any,
        session_id: str | None,
        injected: Mapping[str, _Coordinator],
    ) -> None:
        own = (
            session_id
            or getattr(orchestrator, "active_session_id", None)
            or _fresh_id()
        )
        self.orchestrator = orchestrator
        self.sessions = _Sessions(orchestrator, own)
        self.own = own
        self.injected = set(injected)
        self.coordinators = {
            name: injected.get(name) or make() for name, make in _COORDINATORS.items()
        }
        for name, coordinator in self.coordinators.items():
            coordinator._attach(
                orchestrator, vars(orchestrator).get(f"_{name}_coordinator")
            )

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["coordinators"][name]
        except KeyError:
            raise AttributeError(name) from None

    async def prepare(self, session_id: str, text: str, before: Sequence[Any]) -> None:
        """Within a turn: everything that comes before the message itself."""
        await self.config.load_config(session_id)
        self.sessions.begin(before)
        if "context" in self.injected and self.context._is_over(session_id):
            await self.context.compact_context(self.context.get_context(session_id))
        if "prompt" in self.injected:
            told = PromptContext(session_id=session_id, message=text)
            self.sessions.contribute(await self.prompt.build_system_prompt(told))

    @contextlib.contextmanager
    def counted(self, session_id: str, said: list[str]) -> Iterator[None]:
        """Counts an exception that leaves, else tracks what was said, also when the listener leaves early."""
        try:
            yield
        except Exception as error:
            self.metrics._count_failure(error)
            raise
        finally:
            if said:
                self.metrics._requests += 1
                self.analytics._track(
                    session_id,
                    AnalyticsEvent("chat", {"characters": len("".join(said))}),
                )


def _state_of(orchestrator: Any) -> _State:
    """The state of an orchestrator; one that was made before the bridge came gets it now."""
    known = vars(orchestrator).get(_KEY)
    return known if known is not None else _adopt(orchestrator, None, {})


def _adopt(
    orchestrator: Any, session_id: str | None, injected: Mapping[str, _Coordinator]
) -> _State:
    state = _State(orchestrator, session_id, injected)
    vars(orchestrator)[_KEY] = state
    _bridged.add(orchestrator)
    return state


def _constructor(original: Callable[..., None]) -> Callable[..., None]:
    takes = inspect.signature(original).parameters

    @functools.wraps(original)
    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        new = {
            name: kwargs.pop(name, None)
            for name in ("tools", "session_id")
            if name not in takes
        }
        injected = {}
        for name in _INJECTED:
            coordinator = kwargs.pop(f"_{name}_coordinator", None)
            if coordinator is not None and not isinstance(coordinator, _Coordinator):
                raise TypeError(
                    f"_{name}_coordinator= takes one of victor_coordinators, not {type(coordinator).__name__}"
                )
            if coordinator is not None:
                injected[name] = coordinator
        vars(self)[_KEY] = None
        try:
            original(self, *args, **_completed(takes, args, kwargs))
        finally:
            del vars(self)[_KEY]
        _adopt(self, new.get("session_id"), injected)
        for name, tool in _given_tools(new.get("tools")):
            _register_tool(self, name, tool)

    return init


def _completed(
    takes: Mapping[str, Any], args: Sequence[Any], kwargs: dict[str, Any]
) -> dict[str, Any]:
    """The arguments by name, with the defaults for those that are missing or `None`."""
    by_position = dict(zip(list(takes)[1:], args))
    for name in ("settings", "provider", "model"):
        if by_position.get(name) is not None or kwargs.get(name) is not None:
            continue
        value = _defaults.get(name)
        if value is None and name == "settings":
            value = importlib.import_module("victor.config.settings").Settings()
        if value is None:
            wanted = "pass `provider=` and `model=`, await `AgentOrchestrator.from_settings(settings)`"
            wanted += (
                ", or call `victor_coordinators.defaults(provider=…, model=…)` once"
            )
            raise NotInThisRelease(f"AgentOrchestrator() without a {name}", wanted)
        if name not in by_position:
            kwargs[name] = value
    return {
        **{
            name: value
            for name, value in _defaults.items()
            if name in takes and name not in by_position
        },
        **kwargs,
    }
