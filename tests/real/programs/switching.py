"""Provider and model changed together, the stage noted, the history kept."""

import asyncio

from victor.agent.orchestrator import AgentOrchestrator

LONG = "Please tell me all about the weather of the coming week, of the one after it, and of the whole of next month."


async def main():
    orch = AgentOrchestrator()
    first = orch.provider
    print((await orch.chat(LONG)).content[:14], orch.model)
    print(
        await orch.switch_provider(model="scripted-2"),
        orch.model,
        orch.provider is first,
    )
    other = type(first)("other")
    print(await orch._provider_coordinator.switch_provider(provider=other, model="scripted-3"))
    print(
        orch.model,
        (await orch.provider_coordinator.get_provider()).name,
        orch.provider is other,
    )
    print((await orch.chat(LONG)).content[:14])
    print(await orch.switch_provider(), orch.provider_coordinator.get_switch_history())
    print(len([one for one in orch._context_coordinator.get_context().messages if one["content"] == LONG]))
    await orch.state_coordinator.update_stage("done")
    print((await orch.state_coordinator.get_state())["stage"])


asyncio.run(main())
