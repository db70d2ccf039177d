async def _settled(answer: Any) -> Any:
    """An answer of code that may be synchronous or not."""
    return await answer if inspect.isawaitable(answer) else answer


def _by_priority(hooks: Iterable[Any]) -> list[Any]:
    """Hooks from the lowest `priority()` to the highest, in their order where it is the same."""

    def priority(hook: Any) -> float:
        value = hook.priority() if hasattr(hook, "priority") else 0
        return float(value) if isinstance(value, (int, float)) else 0.0

    return sorted(hooks, key=priority)


def _merge(base: dict[Any, Any], over: Mapping[Any, Any]) -> dict[Any, Any]:
    """Puts `over` on top of `base`, dicts within dicts key by key; shares no dict with `over`."""
    for key, value in over.items():
        if isinstance(value, Mapping):
            below = base.get(key)
            base[key] = _merge(dict(below) if isinstance(below, Mapping) else {}, value)
        else:
            base[key] = value
    return base


def _tokens(messages: Iterable[Mapping[str, Any]]) -> int:
    """Estimated tokens: characters of all contents, divided by 4."""
    return sum(len(message.get("content") or "") for message in messages) // 4


def _takes(function: Callable[..., Any], positional: int) -> bool:
    try:
        inspect.signature(function).bind(*[None] * positional)
    except (TypeError, ValueError):
        return False
    return True
