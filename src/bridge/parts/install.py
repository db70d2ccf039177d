_MARK = "__victor_coordinators__"
_PROTOCOLS: tuple[Any, ...] = (
    AnalyticsEvent,
    CompactionResult,
    Context,
    ContextBudget,
    ExportResult,
    IAnalyticsExporter,
    ICompactionStrategy,
    IConfigProvider,
    IPromptContributor,
    PromptContext,
)
_WRAPPED: dict[str, Callable[[Callable[..., Any]], Callable[..., Any]]] = {
    "__init__": _constructor,
    "chat": _chat,
    "stream_chat": _stream_chat,
    "switch_provider": _switch_provider,
}


class _Slot:
    """A coordinator as an attribute. While the release's constructor runs, only what the release itself put there."""

    def __init__(self, name: str, attribute: str) -> None:
        self._coordinator, self._attribute = name, attribute

    def __get__(self, orchestrator: Any, owner: Any = None) -> Any:
        if orchestrator is None:
            return self
        held = vars(orchestrator)
        if _KEY not in held or held[_KEY] is not None:
            return _state_of(orchestrator).coordinators[self._coordinator]
        try:
            return held[self._attribute]
        except KeyError:
            raise AttributeError(self._attribute) from None

    def __set__(self, orchestrator: Any, value: Any) -> None:
        vars(orchestrator)[self._attribute] = value
        state = vars(orchestrator).get(_KEY)
        if state is None:
            return
        if isinstance(value, _Coordinator):
            state.coordinators[self._coordinator] = value
            state.injected.add(self._coordinator)
            value._attach(orchestrator, None)
        else:
            state.coordinators[self._coordinator]._own = value

    def __delete__(self, orchestrator: Any) -> None:
        vars(orchestrator).pop(self._attribute, None)


def _session_id(orchestrator: Any) -> str:
    """The id of the orchestrator's own session."""
    return _state_of(orchestrator).own


def _orchestrator_class() -> Any:
    try:
        return importlib.import_module("victor.agent.orchestrator").AgentOrchestrator
    except ImportError as error:
        hint = "some releases need numpy, and name something else when it is missing"
        raise ImportError(f"victor-ai cannot be imported: {error}; {hint}") from error


def _changes() -> Iterator[tuple[Any, str, Any]]:
    """What is put where. A name that the release has itself stays the release's."""
    owner = _orchestrator_class()
    for name, wrap in _WRAPPED.items():
        yield owner, name, wrap(getattr(owner, name))
    for name in _COORDINATORS:
        for attribute in (f"_{name}_coordinator", f"{name}_coordinator"):
            if not hasattr(owner, attribute):
                yield owner, attribute, _Slot(name, attribute)
    if not hasattr(owner, "session_id"):
        yield owner, "session_id", property(_session_id)
    for module, classes in (
        ("victor.protocols", _PROTOCOLS),
        ("victor.agent.coordinators", _COORDINATORS.values()),
    ):
        target = importlib.import_module(module)
        for one in classes:
            if not hasattr(target, one.__name__):
                yield target, one.__name__, one


def _check_release() -> None:
    try:
        found = importlib.metadata.version("victor-ai")
    except importlib.metadata.PackageNotFoundError:
        found = "of an unknown version"
    if found != RELEASE:
        wanted = f"victor-migrate bridge --target victor-ai=={found}"
        warnings.warn(
            f"this bridge is for victor-ai {RELEASE}, not {found}; `{wanted}` writes another",
            stacklevel=4,
        )


def install() -> None:
    """Gives the coordinators to `AgentOrchestrator`; importing this module has done so. A second time does nothing."""
    owner = _orchestrator_class()
    if _MARK in vars(owner):
        return
    _check_release()
    undo: list[tuple[Any, str, bool, Any]] = []
    for target, name, value in [*_changes(), (owner, _MARK, undo)]:
        undo.append((target, name, name in vars(target), vars(target).get(name)))
        setattr(target, name, value)


def uninstall() -> None:
    """Takes everything back: every attribute of class, modules and orchestrators is what it was before."""
    owner = _orchestrator_class()
    for target, name, was_there, value in reversed(vars(owner).get(_MARK, [])):
        if was_there:
            setattr(target, name, value)
        else:
            delattr(target, name)
    for orchestrator in list(_bridged):
        vars(orchestrator).pop(_KEY, None)
    _bridged.clear()
    _defaults.clear()


install()
