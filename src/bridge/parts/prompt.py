class PromptCoordinator(_Coordinator):
    """Builds the system prompt from contributions. They go behind the prompt that the release builds itself."""

    _name = "_prompt_coordinator"

    def __init__(self, contributors: Iterable[Any] | None = None) -> None:
        self._contributors = list(contributors or [])

    async def build_system_prompt(self, context: Any) -> str:
        """The contributions that are not empty, the highest priority first, joined by a blank line."""
        parts = []
        # Of equal priority the earlier one comes first, so the list is turned before and after sorting.
        for contributor in reversed(_by_priority(reversed(self._contributors))):
            ask = (
                getattr(contributor, "get_contribution", None) or contributor.contribute
            )
            try:
                parts.append(await _settled(ask(context)))
            except Exception as error:  # noqa: BLE001 - a hook of the user's
                why = f"{type(error).__name__}: {error}"
                warnings.warn(
                    f"a prompt contributor was passed over: {why}",
                    RuntimeWarning,
                    stacklevel=2,
                )
        return "\n\n".join(part for part in parts if isinstance(part, str) and part)
