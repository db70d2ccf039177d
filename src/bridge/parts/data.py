class AnalyticsEvent:
    """Something worth counting; `event_type` is another spelling of `type`."""

    def __init__(
        self,
        type: str | None = None,
        data: Any = None,
        *,
        event_type: str | None = None,
    ) -> None:
        kind = type if type is not None else event_type
        if kind is None:
            raise TypeError("AnalyticsEvent() missing 1 required argument: 'type'")
        self.type = kind
        self.data = data

    @property
    def event_type(self) -> str:
        """The same as `type`."""
        return self.type

    def __repr__(self) -> str:
        return f"AnalyticsEvent(type={self.type!r}, data={self.data!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AnalyticsEvent) and (self.type, self.data) == (
            other.type,
            other.data,
        )

    __hash__ = None  # type: ignore[assignment]


@dataclass
class Context:
    """The messages of a session. It remembers whose it is and how old."""

    messages: list[dict[str, Any]]
    token_count: int | None = None
    session_id: str | None = None
    revision: int | None = None


@dataclass
class ExportResult:
    """What came of an export."""

    success: bool
    exporter_type: str
    records_exported: int = 0
    error_message: str | None = None
    metadata: Any = None


@dataclass
class CompactionResult:
    """What a strategy may answer instead of a context."""

    compacted_context: Any


@dataclass
class ContextBudget:
    """How much room there is, in estimated tokens."""

    max_tokens: int = 8000


@dataclass
class ToolResult:
    """What a tool answered. A failure is a value, never an exception."""

    data: Any = None
    success: bool = True
    error: str | None = None


class PromptContext(dict[str, Any]):
    """What a prompt contributor is told."""


class IConfigProvider:
    """A source of configuration: has `get_config(session_id)` and may have `priority()`."""


class IPromptContributor:
    """A part of the system prompt: has `get_contribution(context)` or `contribute(context)`, and may have `priority()`."""


class IAnalyticsExporter:
    """A way out for events: has `export(events)`."""


class ICompactionStrategy:
    """A way to shorten a context: has `compact(context)`, with a second parameter for the budget if it likes."""
