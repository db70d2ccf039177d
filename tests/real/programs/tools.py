"""Tools, run by the program itself: their results are values, their failures, too."""

import asyncio

from victor.agent.orchestrator import AgentOrchestrator
from victor.agent.tool_calling import ToolCall


def add(left, right=1):
    """Adds two numbers."""
    return left + right


async def slow(text):
    """Repeats a text, later."""
    await asyncio.sleep(0)
    return text * 2


async def main():
    orch = AgentOrchestrator(tools={"add": add, "slow": slow})
    calls = [
        ToolCall(name="add", arguments={"left": 2, "right": 3}),
        ToolCall(name="slow", arguments={"text": "ab"}),
    ]
    results = await orch._tool_coordinator.execute_tool_calls(
        tool_calls=calls, context=orch._context_coordinator.get_context()
    )
    print([(result.data, result.success, result.error) for result in results])
    print((await orch.tool_coordinator.execute_tool("add", left=1)).data)
    missing = await orch.tool_coordinator.execute_tool("fly")
    print(missing.data, missing.success, bool(missing.error))
    await orch.tool_coordinator.set_tools(["slow"])
    print(
        (await orch.tool_coordinator.execute_tool("add", left=1)).error,
        list(orch.tool_coordinator.get_enabled_tools()),
    )


asyncio.run(main())
