//! Constructors by the Python name of the class.

use std::rc::Rc;

use super::data::{Data, LAYOUTS};
use super::{Arguments, Object, Raised, World};
use super::{analytics, chat, config, context, metrics, orchestrator, prompt, provider, small, tools};

type Construct = fn(&Rc<World>, Arguments) -> Result<Object, Raised>;

macro_rules! constructors {
    ($($class:path),+ $(,)?) => {
        &[$((<$class>::CLASS.name, |world, arguments| <$class>::construct(world, arguments).map(|made| Object(made)))),+]
    };
}

const CONSTRUCTORS: &[(&str, Construct)] = constructors![
    orchestrator::Orchestrator,
    config::ConfigCoordinator,
    context::ContextCoordinator,
    analytics::AnalyticsCoordinator,
    tools::ToolCoordinator,
    prompt::PromptCoordinator,
    metrics::MetricsCoordinator,
    provider::ScriptedProvider,
    provider::ProviderCoordinator,
    small::ToolSelectionCoordinator,
    chat::ChatStream,
];

/// An object of the class of that name.
///
/// # Errors
/// What the constructor raises; `TypeError` for a class that users do not construct.
pub fn construct(world: &Rc<World>, class: &str, arguments: Arguments) -> Result<Object, Raised> {
    if let Some((_, construct)) = CONSTRUCTORS.iter().find(|(name, _)| *name == class) {
        return construct(world, arguments);
    }
    match LAYOUTS.iter().find(|layout| layout.class.name == class) {
        Some(layout) => Data::build(layout, arguments).map(|made| Object(made)),
        None => Err(Raised::type_error(format!("cannot create '{class}' instances"))),
    }
}
