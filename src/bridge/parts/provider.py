class ProviderCoordinator(_Coordinator):
    """Switches provider and model for every part of the orchestrator."""

    _name = "_provider_coordinator"

    def __init__(self) -> None:
        self._history: list[Any] = []

    async def switch_provider(
        self, provider: Any = None, model: str | None = None, *more: Any, **old: Any
    ) -> Any:
        """Changes the provider (an object or a name), the model or both; what is `None` stays.

        A name is looked up by the release, with its own arguments if there are any.
        """
        if self._own is not None and (more or old):
            named = () if provider is None else (provider,)
            return await self._own.switch_provider(
                *named, *(() if model is None else (model,)), *more, **old
            )
        return await self._orchestrator.switch_provider(provider, model, *more, **old)

    async def get_provider(self) -> Any:
        """The provider in use."""
        return self._orchestrator.provider

    def get_switch_history(self) -> list[Any]:
        """The model after each switch."""
        return list(self._history)


async def _switch(
    orchestrator: Any,
    original: Callable[..., Any],
    name: Any,
    model: Any,
    more: Any,
    old: Any,
) -> Any:
    if isinstance(name, str) or more or old:
        return await original(orchestrator, name, model, *more, **old)
    if name is not None:
        orchestrator.provider = name
        orchestrator.provider_name = getattr(name, "name", orchestrator.provider_name)
        if model is not None:
            orchestrator.model = model
        return True
    if model is None:
        return False
    before = orchestrator.provider
    done = await orchestrator.switch_model(model)
    # Where an object was switched to, the release's manager still has the one before.
    orchestrator.provider = before
    return done
