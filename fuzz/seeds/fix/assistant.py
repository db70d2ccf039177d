"""The assistant that answers customers."""

from typing import TYPE_CHECKING

from shop_assistant.catalog import Catalog

if TYPE_CHECKING:
    from victor.agent.orchestrator import AgentOrchestrator


class SupportAssistant:
    """One conversation with one customer."""

    def __init__(self, orchestrator: "AgentOrchestrator", catalog: "Catalog | None" = None) -> None:
        self._orchestrator = orchestrator
        self._catalog = catalog or Catalog()

    async def greet(self, name: str) -> str:
        answer = self._orchestrator.chat(f"Greet our customer {name}.")
        return answer.content

    async def ask(self, question: str) -> str:
        self._orchestrator._usage_analytics.track_event("question", {"length": len(question)})
        answer = await self._orchestrator.chat(question)
        return answer.content

    async def look_up_order(self, order_id: str) -> object:
        tools = self._orchestrator._tool_executor
        result = await tools.execute_tool("lookup_order", {"order_id": order_id})
        return result.data if result.success else None  # the page says "not found"

    async def answer_with_tools(self, question: str) -> list:
        orch = self._orchestrator
        response = await orch.chat(question)
        calls = orch._tool_call_parser.parse(response)
        results = []
        for call in calls:
            results.append(await orch._tool_executor.execute_tool(call.name, call.arguments))
        return results

    async def shorten(self) -> int:
        """Keeps long conversations affordable; says how many messages are left."""
        orch = self._orchestrator
        shorter = orch._context_compactor.compact(orch._context_manager.get_messages())
        orch._context_manager.set_messages(shorter)
        return len(shorter)

    def transcript(self) -> list[str]:
        return [f"{m['role']}: {m['content']}" for m in self._orchestrator._context_manager.get_messages()]

    def forget(self) -> None:
        self._orchestrator._context_manager.clear()
