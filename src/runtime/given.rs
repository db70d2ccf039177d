//! What callers hand over, in the form that the core keeps: injected parts, tools, messages.

use std::rc::Rc;

use super::config::merge;
use super::core::Core;
use super::provider::ScriptedProvider;
use super::session::message;
use super::{Raised, Value, World};

/// Puts provider, model and the first configuration into the state: what was given, else what the settings say.
pub(super) fn start(
    world: &Rc<World>,
    core: &Core,
    provider: Option<Value>,
    model: Option<Value>,
    values: [(&str, Value); 2],
) -> Result<(), Raised> {
    let from_settings = |name: &str| world.read(&core.settings, name).map(|value| value.filter(|value| !value.is_none()));
    let model = match model {
        Some(model) => model,
        None => from_settings("model")?.unwrap_or_else(|| "scripted-1".into()),
    };
    let provider = match provider {
        Some(provider) => provider,
        None => from_settings("provider")?.unwrap_or_else(|| "scripted".into()),
    };
    let provider = match provider {
        Value::Text(name) => Value::from(Rc::new(ScriptedProvider::new(world, name, None)?)),
        object => object,
    };
    let name = world.read(&provider, "name")?.unwrap_or_default();
    let mut merged = if matches!(core.settings, Value::Dict(_)) { core.settings.clone() } else { Value::Dict(Vec::new()) };
    let own = [("model", model.clone()), ("provider", name), ("session_id", Value::from(core.session_id()))];
    merge(&mut merged, Value::dict(own.into_iter().chain(values)));
    if let Value::Dict(entries) = merged {
        *core.values.borrow_mut() = entries;
    }
    *core.provider.borrow_mut() = provider;
    *core.model.borrow_mut() = model;
    Ok(())
}

/// The one that was injected, or a new one.
pub(super) fn given<T>(injected: Option<Rc<T>>, new: impl FnOnce() -> Result<T, Raised>) -> Result<Rc<T>, Raised> {
    injected.map_or_else(|| new().map(Rc::new), Ok)
}

/// Tools by name, from a dict, or a list of objects or functions with a name.
pub(super) fn registry(world: &Rc<World>, tools: Option<Value>) -> Result<Vec<(String, Value)>, Raised> {
    let mut list = Vec::new();
    match tools {
        Some(Value::Dict(entries)) => {
            list.extend(entries.into_iter().map(|(name, tool)| (name.text().unwrap_or_default().to_owned(), tool)));
        }
        Some(tools) => {
            for tool in tools.items().unwrap_or_default() {
                let name = match world.read(tool, "name")? {
                    Some(name) => Some(name),
                    None => world.read(tool, "__name__")?,
                };
                list.push((name.as_ref().and_then(Value::text).unwrap_or_default().to_owned(), tool.clone()));
            }
        }
        None => {}
    }
    Ok(list)
}

/// The messages of a call, however they were given.
pub(super) fn new_messages(text: Option<Value>, messages: Option<Vec<Value>>) -> Result<Vec<Value>, Raised> {
    match (text, messages) {
        (Some(Value::Text(text)), None) => Ok(vec![message("user", text)]),
        (Some(Value::List(list)), None) | (None, Some(list)) => Ok(list),
        (None, None) => Err(Raised::type_error("chat() missing 1 required positional argument: 'message'")),
        (Some(_), Some(_)) => Err(Raised::type_error("chat() takes 'message' or 'messages', not both")),
        (Some(other), None) => Err(Raised::type_error(format!("chat() takes a text or a list of messages, not {}", other.type_name()))),
    }
}
