//! The facade: the public API that is the same before and after, the coordinators, and the legacy internals.

use std::rc::Rc;

use super::analytics::AnalyticsCoordinator;
use super::chat::{self, ChatStream};
use super::config::ConfigCoordinator;
use super::context::ContextCoordinator;
use super::core::Core;
use super::data::Data;
use super::given::{given, new_messages, registry, start};
use super::legacy::{
    ContextCompactor, ContextManager, LegacyConfig, MetricsCollector, PromptBuilder, ToolCallParser, ToolExecutor, UsageAnalytics,
};
use super::metrics::MetricsCoordinator;
use super::prompt::PromptCoordinator;
use super::provider::ProviderCoordinator;
use super::small::{ChatCoordinator, MiddlewareCoordinator, SessionCoordinator, StateCoordinator, ToolSelectionCoordinator};
use super::tools::{ToolCoordinator, enabled};
use super::{Arguments, Raised, Value, World};
use crate::surface::surface;

/// Victor's `AgentOrchestrator`, with the legacy internals and the coordinators over the same state.
pub struct Orchestrator {
    core: Rc<Core>,
    config: Rc<ConfigCoordinator>,
    context: Rc<ContextCoordinator>,
    prompt: Rc<PromptCoordinator>,
    analytics: Rc<AnalyticsCoordinator>,
    tools: Rc<ToolCoordinator>,
    switching: Rc<ProviderCoordinator>,
    metrics: Rc<MetricsCoordinator>,
}

#[surface(name = "AgentOrchestrator", modules = ["victor.agent.orchestrator", "victor.agent", "victor"], side = both)]
impl Orchestrator {
    /// An orchestrator. What is not given comes from the settings, an object or a dict; without a provider it has a
    /// scripted one. `tools` is a dict by name, or a list of objects with `name`.
    #[new]
    #[allow(clippy::too_many_arguments)]
    pub fn new(
        world: &Rc<World>,
        #[default = "None"] settings: Option<Value>,
        #[default = "None"] provider: Option<Value>,
        #[default = "None"] model: Option<Value>,
        #[named]
        #[default = "0.7"]
        temperature: Value,
        #[default = "4096"] max_tokens: Value,
        #[default = "None"] tools: Option<Value>,
        #[default = "None"] session_id: Option<String>,
        #[default = "None"] _config_coordinator: Option<Rc<ConfigCoordinator>>,
        #[default = "None"] _context_coordinator: Option<Rc<ContextCoordinator>>,
        #[default = "None"] _prompt_coordinator: Option<Rc<PromptCoordinator>>,
        #[default = "None"] _analytics_coordinator: Option<Rc<AnalyticsCoordinator>>,
        #[default = "None"] _tool_coordinator: Option<Rc<ToolCoordinator>>,
    ) -> Result<Self, Raised> {
        let core = Core::new(session_id.unwrap_or_else(|| world.fresh_session()), settings.unwrap_or_default());
        start(world, &core, provider, model, [("temperature", temperature), ("max_tokens", max_tokens)])?;
        *core.tools.borrow_mut() = registry(world, tools)?;
        let orchestrator = Orchestrator {
            config: given(_config_coordinator, || ConfigCoordinator::new(world, None, true))?,
            context: given(_context_coordinator, || ContextCoordinator::new(world, None, None, 8000))?,
            prompt: given(_prompt_coordinator, || PromptCoordinator::new(world, None))?,
            analytics: given(_analytics_coordinator, || AnalyticsCoordinator::new(world, None))?,
            tools: given(_tool_coordinator, || ToolCoordinator::new(world, super::tools::BUDGET))?,
            switching: Rc::new(ProviderCoordinator::new(world)?),
            metrics: Rc::default(),
            core,
        };
        orchestrator.config.attach(&orchestrator.core);
        orchestrator.context.attach(&orchestrator.core);
        orchestrator.analytics.attach(&orchestrator.core);
        orchestrator.tools.attach(&orchestrator.core);
        orchestrator.switching.attach(&orchestrator.core);
        Ok(orchestrator)
    }

    /// An orchestrator from settings alone. The profile is for the settings to understand.
    #[class_method]
    #[returns = "AgentOrchestrator"]
    pub async fn from_settings(
        world: Rc<World>,
        settings: Value,
        #[default = "\"default\""] profile_name: String,
    ) -> Result<Rc<Self>, Raised> {
        drop(profile_name);
        Self::construct(&world, Arguments::of([settings]))
    }

    /// Sends a text, or a list of messages that is appended to the history in order, and answers when no tool is asked
    /// for any more.
    #[returns = "CompletionResponse"]
    pub async fn chat(
        self: Rc<Self>,
        world: Rc<World>,
        #[default = "None"]
        #[also = "user_message"]
        message: Option<Value>,
        #[named]
        #[default = "None"]
        messages: Option<Vec<Value>>,
        #[default = "None"] session_id: Option<String>,
    ) -> Result<Rc<Data>, Raised> {
        let new = new_messages(message, messages)?;
        let session = self.core.session_or_own(session_id);
        chat::chat(self, world, new, session).await
    }

    /// Sends a text and answers in pieces.
    #[returns = "ChatStream"]
    pub fn stream_chat(
        self: &Rc<Self>,
        _: &Rc<World>,
        message: Value,
        #[default = "None"] session_id: Option<String>,
    ) -> Result<Rc<ChatStream>, Raised> {
        let new = new_messages(Some(message), None)?;
        Ok(Rc::new(ChatStream::begin(Rc::clone(self), self.core.session_or_own(session_id), new)))
    }

    /// Changes the provider, the model or both, for every part.
    pub async fn switch_provider(
        self: Rc<Self>,
        world: Rc<World>,
        #[default = "None"] provider: Option<Value>,
        #[default = "None"] model: Option<Value>,
    ) -> Result<bool, Raised> {
        Rc::clone(&self.switching).switch_provider(world, provider, model).await
    }

    /// The id of its own session.
    #[property]
    #[name = "session_id"]
    pub fn own_session(&self, _: &Rc<World>) -> String {
        self.core.session_id().to_owned()
    }

    /// The provider in use.
    #[property]
    #[returns = "Provider"]
    pub fn provider(&self, _: &Rc<World>) -> Value {
        self.core.provider.borrow().clone()
    }

    /// The model in use.
    #[property]
    #[returns = "str"]
    pub fn model(&self, _: &Rc<World>) -> Value {
        self.core.model.borrow().clone()
    }

    /// What the constructor was given.
    #[property]
    #[returns = "Settings"]
    pub fn settings(&self, _: &Rc<World>) -> Value {
        self.core.settings.clone()
    }

    /// Merges configuration.
    #[property]
    #[name = "_config_coordinator"]
    #[also_as = "config_coordinator"]
    #[side = coordinator]
    #[returns = "ConfigCoordinator"]
    pub fn config_coordinator(&self, _: &Rc<World>) -> Rc<ConfigCoordinator> {
        Rc::clone(&self.config)
    }

    /// Hands out and compacts contexts.
    #[property]
    #[name = "_context_coordinator"]
    #[also_as = "context_coordinator"]
    #[side = coordinator]
    #[returns = "ContextCoordinator"]
    pub fn context_coordinator(&self, _: &Rc<World>) -> Rc<ContextCoordinator> {
        Rc::clone(&self.context)
    }

    /// Builds the system prompt.
    #[property]
    #[name = "_prompt_coordinator"]
    #[also_as = "prompt_coordinator"]
    #[side = coordinator]
    #[returns = "PromptCoordinator"]
    pub fn prompt_coordinator(&self, _: &Rc<World>) -> Rc<PromptCoordinator> {
        Rc::clone(&self.prompt)
    }

    /// Tracks and exports events.
    #[property]
    #[name = "_analytics_coordinator"]
    #[also_as = "analytics_coordinator"]
    #[side = coordinator]
    #[returns = "AnalyticsCoordinator"]
    pub fn analytics_coordinator(&self, _: &Rc<World>) -> Rc<AnalyticsCoordinator> {
        Rc::clone(&self.analytics)
    }

    /// Runs tools.
    #[property]
    #[name = "_tool_coordinator"]
    #[also_as = "tool_coordinator"]
    #[side = coordinator]
    #[returns = "ToolCoordinator"]
    pub fn tool_coordinator(&self, _: &Rc<World>) -> Rc<ToolCoordinator> {
        Rc::clone(&self.tools)
    }

    /// Switches providers.
    #[property]
    #[name = "_provider_coordinator"]
    #[also_as = "provider_coordinator"]
    #[side = coordinator]
    #[returns = "ProviderCoordinator"]
    pub fn provider_coordinator(&self, _: &Rc<World>) -> Rc<ProviderCoordinator> {
        Rc::clone(&self.switching)
    }

    /// Counts.
    #[property]
    #[name = "_metrics_coordinator"]
    #[also_as = "metrics_coordinator"]
    #[side = coordinator]
    #[returns = "MetricsCoordinator"]
    pub fn metrics_coordinator(&self, _: &Rc<World>) -> Rc<MetricsCoordinator> {
        Rc::clone(&self.metrics)
    }

    /// Conversations by id.
    #[property]
    #[name = "_session_coordinator"]
    #[also_as = "session_coordinator"]
    #[side = coordinator]
    #[returns = "SessionCoordinator"]
    pub fn session_coordinator(&self, _: &Rc<World>) -> Rc<SessionCoordinator> {
        Rc::new(SessionCoordinator(Rc::clone(&self.core)))
    }

    /// Where the conversation stands.
    #[property]
    #[name = "_state_coordinator"]
    #[also_as = "state_coordinator"]
    #[side = coordinator]
    #[returns = "StateCoordinator"]
    pub fn state_coordinator(&self, _: &Rc<World>) -> Rc<StateCoordinator> {
        Rc::new(StateCoordinator(Rc::clone(&self.core)))
    }

    /// What looks at every request.
    #[property]
    #[name = "_middleware_coordinator"]
    #[also_as = "middleware_coordinator"]
    #[side = coordinator]
    #[returns = "MiddlewareCoordinator"]
    pub fn middleware_coordinator(&self, _: &Rc<World>) -> Rc<MiddlewareCoordinator> {
        Rc::new(MiddlewareCoordinator(Rc::clone(&self.core)))
    }

    /// The loop behind `chat`.
    #[property]
    #[name = "_chat_coordinator"]
    #[also_as = "chat_coordinator"]
    #[side = coordinator]
    #[returns = "ChatCoordinator"]
    pub fn chat_coordinator(self: &Rc<Self>, _: &Rc<World>) -> Rc<ChatCoordinator> {
        Rc::new(ChatCoordinator(Rc::clone(self)))
    }

    /// Chooses among tools.
    #[property]
    #[name = "_tool_selection_coordinator"]
    #[also_as = "tool_selection_coordinator"]
    #[side = coordinator]
    #[returns = "ToolSelectionCoordinator"]
    pub fn tool_selection_coordinator(&self, world: &Rc<World>) -> Result<Rc<ToolSelectionCoordinator>, Raised> {
        ToolSelectionCoordinator::new(world, None).map(Rc::new)
    }

    /// The configuration as an object. A part that was assigned takes its place.
    #[property]
    #[assigned]
    #[name = "_config"]
    #[side = legacy]
    #[returns = "LegacyConfig"]
    pub fn legacy_config(&self, _: &Rc<World>) -> Value {
        self.core.own_part("_config").unwrap_or_else(|| Value::from(Rc::new(LegacyConfig(Rc::clone(&self.core)))))
    }

    /// The messages. A part that was assigned takes its place.
    #[property]
    #[assigned]
    #[name = "_context_manager"]
    #[side = legacy]
    #[returns = "ContextManager"]
    pub fn legacy_context_manager(&self, _: &Rc<World>) -> Value {
        self.core.own_part("_context_manager").unwrap_or_else(|| Value::from(Rc::new(ContextManager(Rc::clone(&self.core)))))
    }

    /// Shortens lists of messages. A part that was assigned takes its place.
    #[property]
    #[assigned]
    #[name = "_context_compactor"]
    #[side = legacy]
    #[returns = "ContextCompactor"]
    pub fn legacy_context_compactor(&self, _: &Rc<World>) -> Value {
        self.core.own_part("_context_compactor").unwrap_or_else(|| Value::from(Rc::new(ContextCompactor)))
    }

    /// The events. A part that was assigned takes its place.
    #[property]
    #[assigned]
    #[name = "_usage_analytics"]
    #[side = legacy]
    #[returns = "UsageAnalytics"]
    pub fn legacy_usage_analytics(&self, _: &Rc<World>) -> Value {
        self.core.own_part("_usage_analytics").unwrap_or_else(|| Value::from(Rc::new(UsageAnalytics(Rc::clone(&self.core)))))
    }

    /// Runs one tool. A part that was assigned takes its place.
    #[property]
    #[assigned]
    #[name = "_tool_executor"]
    #[side = legacy]
    #[returns = "ToolExecutor"]
    pub fn legacy_tool_executor(&self, _: &Rc<World>) -> Value {
        self.core.own_part("_tool_executor").unwrap_or_else(|| Value::from(Rc::new(ToolExecutor(Rc::clone(&self.tools)))))
    }

    /// Finds the tool calls of an answer. A part that was assigned takes its place.
    #[property]
    #[assigned]
    #[name = "_tool_call_parser"]
    #[side = legacy]
    #[returns = "ToolCallParser"]
    pub fn legacy_tool_call_parser(&self, _: &Rc<World>) -> Value {
        self.core.own_part("_tool_call_parser").unwrap_or_else(|| Value::from(Rc::new(ToolCallParser)))
    }

    /// Counts what it is told. A part that was assigned takes its place.
    #[property]
    #[assigned]
    #[name = "_metrics_collector"]
    #[side = legacy]
    #[returns = "MetricsCollector"]
    pub fn legacy_metrics_collector(&self, _: &Rc<World>) -> Value {
        self.core.own_part("_metrics_collector").unwrap_or_else(|| Value::from(Rc::new(MetricsCollector(Rc::clone(&self.metrics)))))
    }

    /// Builds a prompt. A part that was assigned takes its place.
    #[property]
    #[assigned]
    #[name = "_prompt_builder"]
    #[side = legacy]
    #[returns = "PromptBuilder"]
    pub fn legacy_prompt_builder(&self, _: &Rc<World>) -> Value {
        self.core.own_part("_prompt_builder").unwrap_or_else(|| Value::from(Rc::new(PromptBuilder)))
    }

    /// The same as its public counterpart.
    #[property]
    #[assigned]
    #[name = "_provider"]
    #[side = legacy]
    #[returns = "Provider"]
    pub fn legacy_provider(&self, _: &Rc<World>) -> Value {
        self.core.provider.borrow().clone()
    }

    /// The same as its public counterpart.
    #[property]
    #[assigned]
    #[name = "_model"]
    #[side = legacy]
    #[returns = "str"]
    pub fn legacy_model(&self, _: &Rc<World>) -> Value {
        self.core.model.borrow().clone()
    }

    /// The same as its public counterpart.
    #[property]
    #[assigned]
    #[name = "_enabled_tools"]
    #[side = legacy]
    #[returns = "any"]
    pub fn legacy_enabled_tools(&self, _: &Rc<World>) -> Value {
        enabled(&self.core)
    }

    /// The same as its public counterpart.
    #[property]
    #[assigned]
    #[name = "_middleware"]
    #[side = legacy]
    #[returns = "any"]
    pub fn legacy_middleware(&self, _: &Rc<World>) -> Value {
        self.core.middleware.borrow().clone()
    }
}

impl Orchestrator {
    /// An orchestrator with a scripted provider and every default; no error comes of that.
    pub fn simple(world: &Rc<World>) -> Result<Rc<Self>, Raised> {
        Self::construct(world, Arguments::default())
    }

    /// Puts the user's own part in place of a legacy one, or changes provider, model, tools or middleware for every part.
    fn assign(&self, _: &Rc<World>, name: &str, value: Value) -> Result<(), Raised> {
        match name {
            "_provider" => *self.core.provider.borrow_mut() = value,
            "_model" => *self.core.model.borrow_mut() = value,
            "_enabled_tools" => *self.core.enabled.borrow_mut() = value,
            "_middleware" => *self.core.middleware.borrow_mut() = value,
            part => drop(self.core.replaced.borrow_mut().insert(part.to_owned(), value)),
        }
        Ok(())
    }

    /// The state that all parts share.
    #[must_use]
    pub fn core(&self) -> Rc<Core> {
        Rc::clone(&self.core)
    }

    /// The id of its own session.
    #[must_use]
    pub fn session_id(&self) -> String {
        self.core.session_id().to_owned()
    }

    pub(super) fn config(&self) -> &Rc<ConfigCoordinator> {
        &self.config
    }

    pub(super) fn context(&self) -> &Rc<ContextCoordinator> {
        &self.context
    }

    pub(super) fn prompt(&self) -> &Rc<PromptCoordinator> {
        &self.prompt
    }

    pub(super) fn tools(&self) -> &Rc<ToolCoordinator> {
        &self.tools
    }

    pub(super) fn metrics(&self) -> &Rc<MetricsCoordinator> {
        &self.metrics
    }
}
