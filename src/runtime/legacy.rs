//! The internals that legacy code reaches into, each a thin view of the same state. They exist on the legacy surface only.

use std::rc::Rc;

use super::analytics::track;
use super::core::Core;
use super::metrics::MetricsCoordinator;
use super::session::message;
use super::strategy::{KEPT, Strategy};
use super::tools::ToolCoordinator;
use super::{Observation, Raised, Value, World};
use crate::surface::surface;

/// `_context_manager`: the messages of the orchestrator's own session.
pub struct ContextManager(pub(super) Rc<Core>);

#[surface(modules = [], side = legacy)]
impl ContextManager {
    /// The messages, oldest first; a fresh list.
    pub fn get_messages(&self, _: &Rc<World>) -> Vec<Value> {
        self.0.messages(self.0.session_id())
    }

    /// Replaces all messages.
    pub fn set_messages(&self, world: &Rc<World>, messages: Vec<Value>) {
        let id = self.0.session_id().to_owned();
        self.0.session(&id, |session| session.replace(messages.clone()));
        world.observe(Observation::Replaced { session: id, messages });
    }

    /// Puts a message at the end.
    pub fn add_message(&self, _: &Rc<World>, role: String, content: Value) {
        self.0.session(self.0.session_id(), |session| session.append(message(&role, content)));
    }

    /// Forgets all messages.
    pub fn clear(&self, world: &Rc<World>) {
        self.set_messages(world, Vec::new());
    }
}

/// `_context_compactor`: the default strategy on any list.
pub struct ContextCompactor;

#[surface(modules = [], side = legacy)]
impl ContextCompactor {
    /// System messages and the last ten others.
    pub fn compact(&self, _: &Rc<World>, messages: Vec<Value>) -> Vec<Value> {
        Strategy::Truncation(KEPT).compact(&messages)
    }
}

/// `_usage_analytics`: the events of the orchestrator's own session.
pub struct UsageAnalytics(pub(super) Rc<Core>);

#[surface(modules = [], side = legacy)]
impl UsageAnalytics {
    /// Adds an event.
    pub fn track_event(&self, world: &Rc<World>, #[also = "type"] event_type: String, #[default = "None"] data: Value) {
        track(&self.0, world, self.0.session_id(), event_type, data);
    }

    /// The events as a list of dicts with `type` and `data`.
    pub fn get_analytics(&self, _: &Rc<World>) -> Vec<Value> {
        let events = self.0.session(self.0.session_id(), |session| session.events.clone());
        let event = |(kind, data): (String, Value)| Value::dict([("type", Value::from(kind)), ("data", data)]);
        events.into_iter().map(event).collect()
    }
}

/// `_tool_executor`: one tool at a time.
pub struct ToolExecutor(pub(super) Rc<ToolCoordinator>);

#[surface(modules = [], side = legacy)]
impl ToolExecutor {
    /// Runs a tool; a failure is a result, never an exception.
    #[returns = "ToolResult"]
    pub async fn execute_tool(self: Rc<Self>, world: Rc<World>, tool_name: Value, parameters: Value) -> Value {
        Rc::clone(&self.0).run(&world, &tool_name, parameters).await
    }

    /// Told about a new provider. The orchestrator's own is what counts, so that nothing else happens.
    pub fn set_provider(&self, _: &Rc<World>, #[also = "p"] provider: Value) {
        drop(provider);
    }
}

/// `_tool_call_parser`: providers answer parsed calls already.
pub struct ToolCallParser;

#[surface(modules = [], side = legacy)]
impl ToolCallParser {
    /// `list(response.tool_calls or [])`.
    pub fn parse(&self, world: &Rc<World>, response: Value) -> Result<Vec<Value>, Raised> {
        let calls = world.read(&response, "tool_calls")?.unwrap_or_default();
        Ok(calls.items().map(<[Value]>::to_vec).unwrap_or_default())
    }
}

/// `_metrics_collector`: counts only what it is told.
pub struct MetricsCollector(pub(super) Rc<MetricsCoordinator>);

#[surface(modules = [], side = legacy)]
impl MetricsCollector {
    /// Counts an error under a kind.
    pub fn track_error(&self, world: &Rc<World>, kind: String, error: Value) -> Result<(), Raised> {
        self.0.track_error(world, kind, error)
    }

    /// The counts, as the coordinator gives them.
    #[returns = "dict"]
    pub fn get_metrics(&self, world: &Rc<World>) -> Value {
        self.0.get_metrics(world)
    }
}

/// `_prompt_builder`: no prompt of its own.
pub struct PromptBuilder;

#[surface(modules = [], side = legacy)]
impl PromptBuilder {
    /// The system prompt for a message: empty, unless the user's own builder takes the place of this one.
    pub fn build(&self, _: &Rc<World>, message: Value) -> String {
        drop(message);
        String::new()
    }
}

/// `_config`: the configuration as an object with attributes.
pub struct LegacyConfig(pub(super) Rc<Core>);

macro_rules! config_attributes {
    ($($(#[doc = $doc:literal])+ $read:ident, $write:ident;)+) => {
        #[surface(modules = [], side = legacy)]
        impl LegacyConfig {
            $(
                $(#[doc = $doc])+
                #[property]
                pub fn $read(&self, _: &Rc<World>) -> Value {
                    self.key(stringify!($read)).unwrap_or_default()
                }

                $(#[doc = $doc])+
                #[setter]
                pub fn $write(&self, _: &Rc<World>, value: Value) {
                    self.put(stringify!($read), value);
                }
            )+
        }
    };
}

config_attributes! {
    /// The model that the constructor was given.
    model, set_model;
    /// How bold the answers are.
    temperature, set_temperature;
    /// How long an answer may be.
    max_tokens, set_max_tokens;
    /// The name of the provider.
    provider, set_provider;
    /// The id of the session.
    session_id, set_session_id;
}

impl LegacyConfig {
    /// Any attribute, one of the user's own included.
    #[must_use]
    pub fn key(&self, name: &str) -> Option<Value> {
        self.0.values.borrow().iter().find(|(key, _)| key.text() == Some(name)).map(|(_, value)| value.clone())
    }

    /// Assigns any attribute; the coordinator's configuration has it too.
    pub fn put(&self, name: &str, value: Value) {
        let mut values = self.0.values.borrow_mut();
        match values.iter_mut().find(|(key, _)| key.text() == Some(name)) {
            Some((_, slot)) => *slot = value,
            None => values.push((Value::from(name), value)),
        }
        self.0.forget_config(None);
    }
}
