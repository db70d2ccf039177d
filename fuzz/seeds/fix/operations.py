"""What the people who run the shop need: another model, and the numbers."""

from typing import Optional, TYPE_CHECKING

if TYPE_CHECKING:
    from victor.agent.orchestrator import AgentOrchestrator


async def switch(orchestrator: "AgentOrchestrator", provider, model: str) -> None:
    orchestrator._provider = provider
    orchestrator._model = model
    orchestrator._tool_executor.set_provider(provider)


async def use_larger_model(orchestrator: "AgentOrchestrator", busy: bool) -> None:
    if not busy:
        orchestrator._model = "large"


async def weekly_numbers(orchestrator: "Optional[AgentOrchestrator]" = None):
    if orchestrator is None:
        return None
    orchestrator._usage_analytics.track_event(event_type="weekly_numbers")
    return orchestrator._usage_analytics.get_analytics()


def count_visit(orchestrator: "AgentOrchestrator") -> None:
    # Called from a synchronous web handler.
    orchestrator._usage_analytics.track_event("visit")


async def stream_reply(orchestrator: "AgentOrchestrator", history: list):
    async for chunk in orchestrator._provider.stream_chat(history):
        yield chunk.content


def status(agent):
    return {"tools": agent._tool_executor, "session": agent.session_id}
