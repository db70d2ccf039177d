//! `victor` in the sandbox: both surfaces, hooks written in Python, and the record that two runs are compared by.

use victor_migrate::runtime::sandbox::{Ended, Program, Run};

use super::child_on;

fn on(surface: &'static str, text: &str) -> Run {
    let run = child_on(surface).run(&Program::new(text));
    assert_eq!(run.ended, Ended::Normally, "{}\n{}", run.stdout, run.stderr);
    run
}

fn printed(surface: &'static str, text: &str) -> String {
    let run = on(surface, text);
    assert_eq!(run.exception, None, "{}", run.stdout);
    run.stdout
}

/// What both runs must agree on.
fn compared(run: &Run) -> Vec<(&str, &str)> {
    run.record.iter().filter(|entry| entry.compared).map(|entry| (entry.kind.as_str(), entry.told.as_str())).collect()
}

#[test]
fn the_first_example_is_the_same_before_and_after() {
    let before = "from victor.agent.orchestrator import AgentOrchestrator\n\norchestrator = AgentOrchestrator()\n\
                  response = orchestrator.chat(\"Hello, Victor!\")\nprint(response.content)\n";
    let after = "import asyncio\n\nfrom victor.agent import AgentOrchestrator\n\norchestrator = AgentOrchestrator()\n\
                 response = asyncio.run(orchestrator.chat(\n    messages=[{\"role\": \"user\", \"content\": \"Hello, Victor!\"}]\n))\n\
                 print(response.content)\n";
    let (legacy, new) = (on("legacy", before), on("coordinator", after));
    assert_eq!((legacy.stdout.as_str(), &legacy.stdout), ("You said: Hello, Victor!\n", &new.stdout));
    assert_eq!(compared(&legacy), compared(&new));
    assert_eq!(compared(&legacy).len(), 2, "a request and an event: {:?}", legacy.record);
    assert_eq!(legacy.stdout, on("coordinator", before).stdout, "unchanged code runs on as it is");
}

#[test]
fn hooks_may_be_sync_or_async() {
    let program = r#"
import asyncio
from victor.agent import AgentOrchestrator
from victor.agent.coordinators import AnalyticsCoordinator, ConfigCoordinator, ContextCoordinator, PromptCoordinator
from victor.protocols import AnalyticsEvent, IConfigProvider

class Slow(IConfigProvider):
    async def get_config(self, session_id):
        await asyncio.sleep(3600)
        return {"limits": {"day": 1}}
    def priority(self):
        return 9

class Quick:
    def get_config(self, session_id):
        return {"limits": {"day": 2, "week": 3}}

class Shorter:
    def can_apply(self, context):
        return True
    async def compact(self, context, budget):
        return context.messages[-1:] + [{"role": "system", "content": str(budget.max_tokens)}]

class Kind:
    async def get_contribution(self, context):
        return "Be kind to " + context["session_id"]

class Keep:
    seen = []
    def export(self, events):
        self.seen += [(event.type, event.data) for event in events]

async def main():
    orch = AgentOrchestrator(
        session_id="s",
        tools=[add],
        _config_coordinator=ConfigCoordinator(providers=[Slow(), Quick()]),
        _context_coordinator=ContextCoordinator(compaction_strategy=Shorter()),
        _prompt_coordinator=PromptCoordinator(contributors=[Kind()]),
        _analytics_coordinator=AnalyticsCoordinator(exporters=[Keep()]),
    )
    await orch.chat("Hello")
    print(orch.config_coordinator.get_config()["limits"])
    context = await orch._context_coordinator.compact_context(orch._context_coordinator.get_context())
    print(context.messages)
    await orch._analytics_coordinator.track_event(session_id="s", event=AnalyticsEvent(event_type="visit", data=[1]))
    print((await orch._analytics_coordinator.export_analytics(session_id="s")).records_exported, Keep.seen[-1])
    print((await orch.tool_coordinator.execute_tool("add", a=1, b=2)).data)

async def add(a, b):
    await asyncio.sleep(1)
    return a + b

asyncio.run(main())
"#;
    let expected = "{'day': 1, 'week': 3}\n[{'role': 'assistant', 'content': 'You said: Hello'}, {'role': 'system', 'content': '8000'}]\n\
                    2 ('visit', [1])\n3\n";
    assert_eq!(printed("coordinator", program), expected);
}

#[test]
fn a_provider_of_the_users_own_streams_and_fails_in_its_own_way() {
    let program = r#"
import asyncio
from victor.agent import AgentOrchestrator

class Own:
    async def chat(self, messages):
        raise TimeoutError("too slow")
    async def stream_chat(self, messages):
        for word in ("one", "two"):
            await asyncio.sleep(1)
            yield word

async def main():
    orch = AgentOrchestrator(provider=Own())
    print([chunk.content async for chunk in orch.stream_chat("go")])
    async for chunk in orch.stream_chat("again"):
        break
    try:
        await orch.chat("Hello")
    except TimeoutError as error:
        print(repr(error))
    print(len((await orch.state_coordinator.get_state())["messages"]))

asyncio.run(main())
"#;
    assert_eq!(printed("coordinator", program), "['one', 'two']\nTimeoutError('too slow')\n5\n");
}

#[test]
fn sessions_run_side_by_side() {
    let program = r#"
import asyncio
from victor.agent import AgentOrchestrator

class Slow:
    async def chat(self, messages):
        await asyncio.sleep(len(messages))
        return messages[-1]["content"] + str(len(messages))

async def main():
    orch = AgentOrchestrator(provider=Slow())
    for _ in range(2):
        answers = await asyncio.gather(*(orch.chat("to " + name, session_id=name) for name in "ab"))
        print([answer.content for answer in answers])

asyncio.run(main())
"#;
    assert_eq!(printed("both", program), "['to a1', 'to b1']\n['to a3', 'to b3']\n");
}

#[test]
fn subclasses_and_patched_instances_are_what_they_say() {
    let program = r#"
import asyncio
import inspect
from victor.agent.orchestrator import AgentOrchestrator

class Loud(AgentOrchestrator):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._prompt_builder = Builder()
        self.own = 7

    async def chat(self, message):
        return await super().chat(message.upper())

class Builder:
    def build(self, message):
        return "about " + message

loud = Loud(session_id="s")
print(asyncio.run(loud.chat("hello")).content, loud.own, isinstance(loud, AgentOrchestrator), type(loud._prompt_builder).__name__)
loud.chat = lambda text: text
print(loud.chat("patched"), inspect.iscoroutinefunction(AgentOrchestrator.chat))
made = asyncio.run(Loud.from_settings({"model": "large"}))
print(type(made).__name__, made.model, made._config.model)
made._config.region = "eu"
made._config.temperature = 0.1
print(made._config.region, hasattr(made._config, "zone"), vars(made).get("own"))
"#;
    let expected = "You said: HELLO 7 True Builder\npatched True\nLoud large large\neu False None\n";
    assert_eq!(printed("legacy", program), expected);
}

#[test]
fn a_gone_internal_names_what_to_use() {
    let program = "from victor.agent import AgentOrchestrator\norch = AgentOrchestrator()\norch._model = 'x'\n";
    let raised = on("coordinator", program).exception.expect("an exception");
    assert_eq!((raised.class.as_str(), raised.lines.as_slice()), ("AttributeError", &[3][..]));
    assert_eq!(raised.message, "'AgentOrchestrator' object has no attribute '_model'; use model");
    assert_eq!(on("both", program).exception, None);
    let raised = on("legacy", "import victor.agent.coordinators\n").exception.expect("an exception");
    assert_eq!(raised.class, "ModuleNotFoundError");
}

#[test]
fn an_answer_is_a_coroutine_that_runs_once() {
    let program = r#"
import asyncio, collections.abc
from victor.agent import AgentOrchestrator

orch = AgentOrchestrator()
answer = orch.chat("one")
print(isinstance(answer, collections.abc.Coroutine), answer.content)

async def main():
    print((await answer).content)
    task = asyncio.create_task(orch.chat("two"))
    print((await task).content, len((await orch.state_coordinator.get_state())["messages"]))
    orch.chat("never")
    print(len((await orch.state_coordinator.get_state())["messages"]))

asyncio.run(main())
"#;
    let run = on("coordinator", program);
    assert_eq!(run.stdout, "True You said: one\nYou said: one\nYou said: two 4\n4\n");
    assert!(run.warnings.iter().any(|warning| warning.message.contains("never awaited")), "{:?}", run.warnings);
}
