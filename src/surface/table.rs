//! The classes of both surfaces, as the runtime declares them. Nothing here is kept by hand but the list.

use super::{Class, Param};
use crate::runtime::data::{
    ANALYTICS_EVENT, COMPACTION_RESULT, COMPLETION_RESPONSE, CONTEXT, CONTEXT_BUDGET, EXPORT_RESULT, MESSAGE, SETTINGS, STREAM_CHUNK,
    TOOL_CALL, TOOL_RESULT,
};
use crate::runtime::{analytics, chat, config, context, legacy, metrics, orchestrator, prompt, provider, small, tools};

const fn required(name: &'static str) -> Param {
    Param { name, also: "", default: None, keyword_only: false }
}

/// Functions of `victor` outside classes: module, name, parameters.
pub const FUNCTIONS: &[(&str, &str, &[Param])] =
    &[("victor.tools", "read_file", &[required("path")]), ("victor.tools", "write_file", &[required("path"), required("content")])];

/// Every class of both surfaces.
pub static CLASSES: &[&Class] = &[
    &orchestrator::Orchestrator::CLASS,
    &chat::ChatStream::CLASS,
    &config::ConfigCoordinator::CLASS,
    &context::ContextCoordinator::CLASS,
    &analytics::AnalyticsCoordinator::CLASS,
    &tools::ToolCoordinator::CLASS,
    &prompt::PromptCoordinator::CLASS,
    &metrics::MetricsCoordinator::CLASS,
    &provider::ScriptedProvider::CLASS,
    &provider::ProviderCoordinator::CLASS,
    &small::SessionCoordinator::CLASS,
    &small::StateCoordinator::CLASS,
    &small::MiddlewareCoordinator::CLASS,
    &small::ToolSelectionCoordinator::CLASS,
    &small::ChatCoordinator::CLASS,
    &legacy::LegacyConfig::CLASS,
    &legacy::ContextManager::CLASS,
    &legacy::ContextCompactor::CLASS,
    &legacy::UsageAnalytics::CLASS,
    &legacy::ToolExecutor::CLASS,
    &legacy::ToolCallParser::CLASS,
    &legacy::MetricsCollector::CLASS,
    &legacy::PromptBuilder::CLASS,
    &COMPLETION_RESPONSE.class,
    &STREAM_CHUNK.class,
    &MESSAGE.class,
    &TOOL_CALL.class,
    &TOOL_RESULT.class,
    &CONTEXT.class,
    &ANALYTICS_EVENT.class,
    &EXPORT_RESULT.class,
    &COMPACTION_RESULT.class,
    &CONTEXT_BUDGET.class,
    &SETTINGS.class,
];
