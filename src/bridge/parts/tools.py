class ToolCoordinator(_Coordinator):
    """Runs tools through the release's own executor, with its checks, its cache and its retries. The budget counts calls."""

    _name = "_tool_coordinator"

    def __init__(self, budget: int = 100) -> None:
        self._left = budget
        self._only: frozenset[str] | None = None

    async def execute_tool_calls(
        self, tool_calls: Iterable[Any] | None, context: Any = None
    ) -> Any:
        """Runs calls one after the other: `ToolCall`s or dicts with `name` and `arguments`. The results are in their order.

        Where the release has such a method of its own, a call without a `Context` and with dicts only is that method's.
        """
        calls = list(tool_calls or [])
        old = not isinstance(context, Context) and all(
            isinstance(call, dict) for call in calls
        )
        if old and self._has_own("execute_tool_calls"):
            return await self._own.execute_tool_calls(calls, context)
        return [await self._run(*_name_and_arguments(call)) for call in calls]

    async def execute_tool(self, name: str, **arguments: Any) -> ToolResult:
        """Runs one tool by its name."""
        return await self._run(name, arguments)

    def get_enabled_tools(self) -> Any:
        """The names of the tools that may run, as the release answers them: a set."""
        asked = self._own if self._has_own("get_enabled_tools") else self._orchestrator
        return asked.get_enabled_tools()

    async def set_tools(self, tools: Iterable[str] | None) -> None:
        """Only these tools may run from now on; `None` for all."""
        self._only = None if tools is None else frozenset(tools)
        every = (
            self._orchestrator.get_available_tools() if tools is None else self._only
        )
        self._orchestrator.set_enabled_tools(set(every or ()))
        # A part of the release that did not work yet may not have been told.
        if self._has_own("set_enabled_tools"):
            self._own.set_enabled_tools(set(every or ()))

    @property
    def remaining_budget(self) -> int:
        """How many calls are left."""
        return self._left

    def _has_own(self, name: str) -> bool:
        return self._own is not None and hasattr(self._own, name)

    async def _run(self, name: str, arguments: Any) -> ToolResult:
        if self._only is not None and name not in self._only:
            return ToolResult(None, False, f"tool '{name}' is not enabled")
        if self._left <= 0:
            return ToolResult(None, False, "the tool budget is used up")
        self._left -= 1
        try:
            done = await self._orchestrator.tool_executor.execute(
                name, dict(arguments or {})
            )
        except Exception as error:  # noqa: BLE001 - a hook of the user's
            return ToolResult(None, False, str(error))
        if not done.success:
            return ToolResult(None, False, str(done.error))
        return ToolResult(done.result)


def _name_and_arguments(call: Any) -> tuple[str, Any]:
    if isinstance(call, Mapping):
        return str(call.get("name") or ""), call.get("arguments")
    return call.name, call.arguments


def _given_tools(tools: Any) -> Iterator[tuple[str, Any]]:
    """Tools by name, from a dict, or a list of objects or functions with a name."""
    if isinstance(tools, Mapping):
        yield from tools.items()
    else:
        for tool in tools or ():
            yield getattr(tool, "name", None) or tool.__name__, tool


def _register_tool(orchestrator: Any, name: str, tool: Any) -> None:
    """Makes a function, or an object with `execute`, a tool of the release, so that the model sees it, too."""
    base = importlib.import_module("victor.tools.base")
    if isinstance(tool, base.BaseTool):
        orchestrator.tools.register(tool)
        return
    function = getattr(tool, "execute", tool)

    async def execute(self: Any, _exec_ctx: Any = None, **arguments: Any) -> Any:
        return base.ToolResult(
            success=True, output=await _settled(function(**arguments))
        )

    parameters = inspect.signature(function).parameters.values()
    named = [
        one
        for one in parameters
        if one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)
    ]
    schema = {
        "type": "object",
        "properties": {one.name: {"description": one.name} for one in named},
        "required": [one.name for one in named if one.default is one.empty],
    }
    members = {
        "name": name,
        "description": inspect.getdoc(tool) or name,
        "parameters": schema,
        "execute": execute,
    }
    orchestrator.tools.register(type("GivenTool", (base.BaseTool,), members)())
