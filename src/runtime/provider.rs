//! Providers: the scripted stand-in that never leaves the process, and switching between providers.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use super::core::Core;
use super::data::{COMPLETION_RESPONSE, Data, STREAM_CHUNK};
use super::{Arguments, Observation, Raised, Value, World};
use crate::surface::surface;

/// Answers from a script, and where that has ended by repeating what the user said.
pub struct ScriptedProvider {
    name: String,
    script: RefCell<VecDeque<Value>>,
}

#[surface(name = "Provider", modules = ["victor.providers.base"], side = both)]
impl ScriptedProvider {
    /// A provider; the script holds texts, `CompletionResponse`s, or dicts with their fields.
    #[new]
    pub fn new(
        _: &Rc<World>,
        #[default = "\"scripted\""] name: String,
        #[default = "None"] script: Option<Vec<Value>>,
    ) -> Result<Self, Raised> {
        Ok(ScriptedProvider { name, script: RefCell::new(script.unwrap_or_default().into()) })
    }

    /// Its name.
    #[property]
    pub fn name(&self, _: &Rc<World>) -> String {
        self.name.clone()
    }

    /// The whole answer to messages.
    #[returns = "CompletionResponse"]
    pub async fn chat(
        self: Rc<Self>,
        _: Rc<World>,
        messages: Vec<Value>,
        #[default = "None"] model: Option<Value>,
    ) -> Result<Value, Raised> {
        let model = model.unwrap_or_default();
        let next = self.script.borrow_mut().pop_front();
        match next {
            Some(Value::Text(text)) => Ok(response(text, Value::None, model)),
            Some(fields @ Value::Dict(_)) => {
                let content = fields.key("content").and_then(Value::text).unwrap_or_default().to_owned();
                Ok(response(content, fields.key("tool_calls").cloned().unwrap_or_default(), model))
            }
            Some(other) => Ok(other),
            None => Ok(response(format!("You said: {}", last_words(&messages)), Value::None, model)),
        }
    }

    /// The answer in pieces, a word each.
    pub async fn stream_chat(
        self: Rc<Self>,
        world: Rc<World>,
        messages: Vec<Value>,
        #[default = "None"] model: Option<Value>,
    ) -> Result<Vec<Value>, Raised> {
        let whole = self.chat(world, messages, model).await?;
        let text = whole.as_object::<Data>().map(|data| data.content()).unwrap_or_default();
        let words: Vec<&str> = text.split_inclusive(' ').collect();
        let piece = |(at, word): (usize, &&str)| {
            let fields = [("content", Value::from(*word)), ("is_final", Value::Bool(at + 1 == words.len()))];
            Value::from(Data::of(&STREAM_CHUNK, fields))
        };
        Ok(words.iter().enumerate().map(piece).collect())
    }
}

fn response(content: String, tool_calls: Value, model: Value) -> Value {
    let fields = [("content", Value::from(content)), ("role", "assistant".into()), ("tool_calls", tool_calls), ("model", model)];
    Value::from(Data::of(&COMPLETION_RESPONSE, fields))
}

/// What the user said last.
fn last_words(messages: &[Value]) -> String {
    let user = messages.iter().rev().find(|message| message.key("role").and_then(Value::text) == Some("user"));
    user.and_then(|message| message.key("content")).and_then(Value::text).unwrap_or_default().to_owned()
}

/// Switches provider and model for every part of the orchestrator.
pub struct ProviderCoordinator {
    core: RefCell<Rc<Core>>,
    history: RefCell<Vec<Value>>,
}

#[surface(modules = ["victor.agent.coordinators"], side = coordinator)]
impl ProviderCoordinator {
    /// A coordinator that has switched nothing.
    #[new]
    pub fn new(_: &Rc<World>) -> Result<Self, Raised> {
        Ok(ProviderCoordinator { core: RefCell::new(Core::detached()), history: RefCell::default() })
    }

    /// Changes the provider (an object or a name), the model or both; what is `None` stays. Whether anything was given.
    pub async fn switch_provider(
        self: Rc<Self>,
        world: Rc<World>,
        #[default = "None"] provider: Option<Value>,
        #[default = "None"] model: Option<Value>,
    ) -> Result<bool, Raised> {
        if provider.is_none() && model.is_none() {
            return Ok(false);
        }
        let core = Rc::clone(&self.core.borrow());
        if let Some(provider) = provider {
            let named = provider.text().map(str::to_owned);
            *core.provider.borrow_mut() = match named {
                Some(name) => Value::from(Rc::new(ScriptedProvider::new(&world, name, None)?)),
                None => provider,
            };
        }
        if let Some(model) = model {
            *core.model.borrow_mut() = model;
        }
        let model = core.model.borrow().clone();
        self.history.borrow_mut().push(model.clone());
        world.observe(Observation::Switched { model });
        Ok(true)
    }

    /// The provider in use.
    #[returns = "Provider"]
    pub async fn get_provider(self: Rc<Self>, _: Rc<World>) -> Value {
        self.core.borrow().provider.borrow().clone()
    }

    /// The model after each switch.
    pub fn get_switch_history(&self, _: &Rc<World>) -> Vec<Value> {
        self.history.borrow().clone()
    }
}

impl ProviderCoordinator {
    /// Makes it the coordinator of an orchestrator.
    pub fn attach(&self, core: &Rc<Core>) {
        *self.core.borrow_mut() = Rc::clone(core);
    }
}

/// Asks a provider, the core's or the user's, and waits for its answer.
pub(super) async fn ask(world: &Rc<World>, provider: Value, method: &str, messages: Vec<Value>) -> Result<Value, Raised> {
    let arguments = Arguments::of([Value::List(messages)]);
    let answer = Rc::clone(world).ask(provider.clone(), method, arguments).await?;
    answer.ok_or_else(|| Raised::attribute_error(format!("'{}' object has no attribute '{method}'", provider.type_name())))
}
