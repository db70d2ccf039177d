//! The loop behind `chat` and `stream_chat`: prompt, history, provider, tools, answer.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use super::analytics::track;
use super::data::{COMPLETION_RESPONSE, Data, STREAM_CHUNK};
use super::orchestrator::Orchestrator;
use super::session::{message, tokens};
use super::{Arguments, Observation, Raised, Value, World, provider};
use crate::surface::surface;

/// How many times in one `chat` the provider may ask for tools.
const ROUNDS: usize = 10;

/// Sends the new messages with the session's history, runs the tools that are asked for, keeps the answer.
///
/// # Errors
/// What the provider raised; `TypeError` for something that is no message.
pub(super) async fn chat(owner: Rc<Orchestrator>, world: Rc<World>, new: Vec<Value>, session: String) -> Result<Rc<Data>, Raised> {
    let ended = talk(&owner, &world, new, &session).await;
    count_failure(&owner, &world, ended)
}

async fn talk(owner: &Rc<Orchestrator>, world: &Rc<World>, new: Vec<Value>, session: &str) -> Result<Rc<Data>, Raised> {
    let core = owner.core();
    prepare(owner, world, new, session).await?;
    for _ in 0..ROUNDS {
        let sent = outgoing(owner, world, session).await?;
        request(owner, world, &sent, session);
        let provider = core.provider.borrow().clone();
        let answer = provider::ask(world, provider, "chat", sent).await?;
        let answer = completed(world, answer)?;
        let calls = answer.field("tool_calls");
        let calls = calls.items().map(<[Value]>::to_vec).unwrap_or_default();
        if calls.is_empty() {
            finish(owner, world, session, &answer.content());
            return Ok(answer);
        }
        let asked =
            Value::dict([("role", "assistant".into()), ("content", answer.field("content")), ("tool_calls", Value::List(calls.clone()))]);
        core.session(session, |session| session.append(asked));
        run_tools(owner, world, session, &calls).await?;
    }
    Err(Raised::new("RuntimeError", format!("the provider asked for tools {ROUNDS} times in a row")))
}

/// Loads the configuration once, takes in the new messages and keeps within the budget.
async fn prepare(owner: &Rc<Orchestrator>, world: &Rc<World>, new: Vec<Value>, session: &str) -> Result<(), Raised> {
    let core = owner.core();
    if core.session(session, |session| session.config.is_none()) {
        Rc::clone(owner.config()).load_config(Rc::clone(world), session.to_owned(), None).await?;
    }
    for message in new {
        if message.key("role").is_none() {
            return Err(Raised::type_error(format!("a message is a dict with 'role' and 'content', not {}", message.type_name())));
        }
        core.session(session, |session| session.append(message));
    }
    if owner.context().is_over(session) {
        match core.own_part("_context_compactor") {
            Some(compactor) => {
                let messages = Value::List(core.messages(session));
                let shorter = Rc::clone(world).ask(compactor, "compact", Arguments::of([messages])).await?;
                let shorter = shorter.as_ref().and_then(Value::items).map(<[Value]>::to_vec).unwrap_or_default();
                core.session(session, |session| session.replace(shorter.clone()));
                world.observe(Observation::Replaced { session: session.to_owned(), messages: shorter });
            }
            None => {
                let context = owner.context().get_context(world, Some(session.to_owned()));
                Rc::clone(owner.context()).compact_context(Rc::clone(world), Some(context)).await?;
            }
        }
    }
    Ok(())
}

/// The system prompt, if there is any, and the history; what middleware makes of them.
async fn outgoing(owner: &Rc<Orchestrator>, world: &Rc<World>, session: &str) -> Result<Vec<Value>, Raised> {
    let core = owner.core();
    let history = core.messages(session);
    let last = history.last().and_then(|message| message.key("content")).cloned().unwrap_or_default();
    let prompt = match core.own_part("_prompt_builder") {
        Some(builder) => Rc::clone(world).ask(builder, "build", Arguments::of([last])).await?.unwrap_or_default(),
        None => {
            let context = Value::dict([("session_id", Value::from(session)), ("message", last)]);
            Value::from(Rc::clone(owner.prompt()).build_system_prompt(Rc::clone(world), context).await?)
        }
    };
    let prompt = prompt.text().filter(|text| !text.is_empty()).map(|text| message("system", text));
    let mut sent: Vec<Value> = prompt.into_iter().chain(history).collect();
    let middleware = core.middleware.borrow().clone();
    for step in middleware.items().unwrap_or_default().to_vec() {
        let changed = Rc::clone(world).ask(step, "process_request", Arguments::of([Value::List(sent.clone())])).await?;
        if let Some(Value::List(messages)) = changed {
            sent = messages;
        }
    }
    Ok(sent)
}

fn request(owner: &Rc<Orchestrator>, world: &Rc<World>, sent: &[Value], session: &str) {
    let model = owner.core().model.borrow().clone();
    let provider = owner.core().provider.borrow().clone();
    // A provider without a readable name is told apart by nothing else.
    let provider = world.read(&provider, "name").ok().flatten().unwrap_or_default();
    owner.metrics().count("requests", 1);
    owner.metrics().count("tokens", tokens(sent));
    world.observe(Observation::Request { messages: sent.to_vec(), provider, model, session: session.to_owned() });
}

/// The answer of any provider as a `CompletionResponse`.
fn completed(world: &Rc<World>, answer: Value) -> Result<Rc<Data>, Raised> {
    if let Some(data) = answer.as_object::<Data>().filter(|data| data.layout() == &COMPLETION_RESPONSE) {
        return Ok(data);
    }
    if let Value::Text(text) = answer {
        return Ok(Data::of(&COMPLETION_RESPONSE, [("content", Value::from(text)), ("role", "assistant".into())]));
    }
    let Some(content) = world.read(&answer, "content")? else {
        return Err(Raised::type_error(format!("a provider answered {}, which has no 'content'", answer.type_name())));
    };
    let mut fields = vec![("content", content)];
    for name in ["role", "tool_calls", "stop_reason", "usage", "model"] {
        fields.push((name, world.read(&answer, name)?.unwrap_or_default()));
    }
    Ok(Data::of(&COMPLETION_RESPONSE, fields))
}

async fn run_tools(owner: &Rc<Orchestrator>, world: &Rc<World>, session: &str, calls: &[Value]) -> Result<(), Raised> {
    let results = Rc::clone(owner.tools()).execute_tool_calls(Rc::clone(world), Some(calls.to_vec()), None).await?;
    owner.metrics().count("tool_calls", results.len() as i64);
    for (call, result) in calls.iter().zip(results) {
        let name = world.read(call, "name")?.unwrap_or_default();
        let failed = world.read(&result, "success")? == Some(Value::Bool(false));
        let content = world.read(&result, if failed { "error" } else { "data" })?.unwrap_or_default();
        let message = Value::dict([("role", Value::from("tool")), ("name", name), ("content", content)]);
        owner.core().session(session, |session| session.append(message));
    }
    Ok(())
}

fn finish(owner: &Rc<Orchestrator>, world: &World, session: &str, content: &str) {
    owner.core().session(session, |session| session.append(message("assistant", content)));
    let data = Value::dict([("characters", Value::Int(content.chars().count() as i64))]);
    track(&owner.core(), world, session, "chat".to_owned(), data);
}

/// On the coordinator surface an exception that leaves `chat` or `stream_chat` is counted under its kind.
fn count_failure<T>(owner: &Rc<Orchestrator>, world: &World, ended: Result<T, Raised>) -> Result<T, Raised> {
    if let Err(error) = &ended
        && owner.core().counts_errors.get()
    {
        // What a provider raises comes from the user's code; the core's own errors are of no known kind.
        let kind = if error.origin.is_some() { "provider" } else { "unknown" };
        owner.metrics().count_error(world, kind, &error.message, true);
    }
    ended
}

/// An answer on its way. It asks the provider when its first piece is taken.
pub struct ChatStream {
    owner: Rc<Orchestrator>,
    session: String,
    new: RefCell<Option<Vec<Value>>>,
    source: RefCell<Source>,
    said: RefCell<String>,
    ended: Cell<bool>,
}

enum Source {
    Nothing,
    Pieces(VecDeque<Value>),
    Iterator(Value),
}

#[surface(modules = ["victor.agent.orchestrator"], side = both)]
impl ChatStream {
    /// Not for users: `stream_chat` makes it.
    #[new]
    pub fn new(_: &Rc<World>) -> Result<Self, Raised> {
        Err(Raised::type_error("cannot create 'ChatStream' instances; call stream_chat"))
    }

    /// The next piece, or `None` at the end.
    pub async fn next_chunk(self: Rc<Self>, world: Rc<World>) -> Result<Option<Value>, Raised> {
        let ended = Rc::clone(&self).step(&world).await;
        if ended.is_err() {
            self.ended.set(true);
        }
        count_failure(&self.owner, &world, ended)
    }

    /// Ends it early: what was delivered is what the history keeps.
    pub fn close(&self, world: &Rc<World>) {
        if self.new.borrow().is_none() {
            self.end(world);
        }
        self.ended.set(true);
    }
}

impl ChatStream {
    pub(super) fn begin(owner: Rc<Orchestrator>, session: String, new: Vec<Value>) -> Self {
        let source = RefCell::new(Source::Nothing);
        ChatStream { owner, session, new: RefCell::new(Some(new)), source, said: RefCell::default(), ended: Cell::new(false) }
    }

    async fn step(self: Rc<Self>, world: &Rc<World>) -> Result<Option<Value>, Raised> {
        if self.ended.get() {
            return Ok(None);
        }
        let new = self.new.borrow_mut().take();
        if let Some(new) = new {
            self.open(world, new).await?;
        }
        let Some(chunk) = self.pull(world).await? else {
            self.end(world);
            return Ok(None);
        };
        let content = match &chunk {
            Value::Text(text) => text.clone(),
            other => world.read(other, "content")?.as_ref().and_then(Value::text).unwrap_or_default().to_owned(),
        };
        self.said.borrow_mut().push_str(&content);
        world.observe(Observation::Chunk { content: content.clone(), session: self.session.clone() });
        Ok(Some(match chunk {
            Value::Text(_) => Value::from(Data::of(&STREAM_CHUNK, [("content", Value::from(content)), ("is_final", Value::Bool(false))])),
            other => other,
        }))
    }

    async fn open(&self, world: &Rc<World>, new: Vec<Value>) -> Result<(), Raised> {
        prepare(&self.owner, world, new, &self.session).await?;
        let sent = outgoing(&self.owner, world, &self.session).await?;
        request(&self.owner, world, &sent, &self.session);
        let provider = self.owner.core().provider.borrow().clone();
        let opened = provider::ask(world, provider, "stream_chat", sent).await?;
        *self.source.borrow_mut() = match opened {
            Value::List(pieces) | Value::Tuple(pieces) => Source::Pieces(pieces.into()),
            iterator => Source::Iterator(iterator),
        };
        Ok(())
    }

    async fn pull(&self, world: &Rc<World>) -> Result<Option<Value>, Raised> {
        let iterator = match &mut *self.source.borrow_mut() {
            Source::Nothing => return Ok(None),
            Source::Pieces(pieces) => return Ok(pieces.pop_front()),
            Source::Iterator(iterator) => iterator.clone(),
        };
        match iterator {
            Value::Foreign(foreign) => world.next(foreign).await,
            other => Err(Raised::type_error(format!("'async for' requires an async iterator, not {}", other.type_name()))),
        }
    }

    fn end(&self, world: &World) {
        if !self.ended.replace(true) {
            finish(&self.owner, world, &self.session, &self.said.borrow());
        }
    }
}
