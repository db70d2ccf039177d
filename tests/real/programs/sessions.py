"""Two customers at one desk: each has a history of their own."""

import asyncio

from victor.agent.orchestrator import AgentOrchestrator

LONG = "Please tell me all about the weather of the coming week, of the one after it, and of the whole of next month. "


def own(messages):
    """What the program itself said in them."""
    return [message["content"][:3] for message in messages if message["content"].startswith(("ann", "bob"))]


async def main():
    orch = AgentOrchestrator()
    for customer, text in [("ann", "ann 1"), ("bob", "bob 1"), ("ann", "ann 2")]:
        answer = await orch.chat(f"{text}: {LONG}", session_id=customer)
        print(answer.content[:15])
    for customer in ["ann", "bob"]:
        print(customer, own(orch._context_coordinator.get_context(customer).messages))
    print(
        own(orch._context_coordinator.get_context().messages),
        await orch.session_coordinator.list() != [],
    )
    both = [orch.chat(f"{one} 3: {LONG}", session_id=one) for one in ["ann", "bob"]]
    print([answer.content[:15] for answer in await asyncio.gather(*both)])
    print(
        own(orch._context_coordinator.get_context("ann").messages),
        own(orch._context_coordinator.get_context("bob").messages),
    )
    print(
        await orch.session_coordinator.end("ann"),
        await orch.session_coordinator.end("ann"),
    )


asyncio.run(main())
