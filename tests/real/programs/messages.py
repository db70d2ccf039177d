"""The forms of `chat` that the fix writes, streaming, and a conversation that becomes shorter."""

import asyncio

from victor.agent import AgentOrchestrator

LONG = "Please tell me all about the weather of the coming week, of the one after it, and of the whole of next month."


async def main():
    orch = AgentOrchestrator()
    said = [
        {"role": "user", "content": "My name is Ann."},
        {"role": "assistant", "content": "Hello, Ann."},
        {"role": "user", "content": LONG},
    ]
    answer = await orch.chat(messages=said)
    print(answer.content == f"You said: {LONG}", answer.role)
    print([message["content"][:15] for message in orch._context_coordinator.get_context().messages])
    text = "".join([chunk.content async for chunk in orch.stream_chat(LONG)])
    print(text.strip().startswith(f"You said: {LONG}"))
    for number in range(8):
        await orch.chat(f"{number}: {LONG}")
    context = orch._context_coordinator.get_context()
    shorter = await orch._context_coordinator.compact_context(context)
    others = [message for message in shorter.messages if message["role"] != "system"]
    print(len(context.messages) > 20, len(others), shorter.messages == orch._context_coordinator.get_context().messages)
    config = orch._config_coordinator.get_config()
    print(
        config["model"],
        config["temperature"],
        config["max_tokens"],
        config is orch._config_coordinator.get_config(),
    )


asyncio.run(main())
