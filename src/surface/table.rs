//! The one hand-kept table of both surfaces, after the reference runtime's description of them.

use super::{Class, Member, MemberKind, Param, Side};
use MemberKind::{AsyncMethod, Attribute, Method};
use Side::{Both, Coordinator, Legacy};

const fn required(name: &'static str) -> Param {
    Param { name, also: "", default: None, keyword_only: false }
}

const fn optional(name: &'static str, default: &'static str) -> Param {
    Param { name, also: "", default: Some(default), keyword_only: false }
}

const fn attribute(name: &'static str, side: Side, returns: &'static str) -> Member {
    Member { name, side, kind: Attribute, returns, params: &[] }
}

const fn method(name: &'static str, side: Side, returns: &'static str, params: &'static [Param]) -> Member {
    Member { name, side, kind: Method, returns, params }
}

const fn coroutine(name: &'static str, side: Side, returns: &'static str, params: &'static [Param]) -> Member {
    Member { name, side, kind: AsyncMethod, returns, params }
}

const fn legacy(name: &'static str, members: &'static [Member]) -> Class {
    Class { name, modules: &[], side: Legacy, members }
}

const fn coordinator(name: &'static str, members: &'static [Member]) -> Class {
    Class { name, modules: &["victor.agent.coordinators"], side: Coordinator, members }
}

const fn data(name: &'static str, modules: &'static [&'static str], side: Side) -> Class {
    Class { name, modules, side, members: &[] }
}

/// Functions of `victor` outside classes: module, name, parameters.
pub const FUNCTIONS: &[(&str, &str, &[Param])] =
    &[("victor.tools", "read_file", &[required("path")]), ("victor.tools", "write_file", &[required("path"), required("content")])];

const ORCHESTRATOR: &[Member] = &[
    coroutine(
        "chat",
        Both,
        "CompletionResponse",
        &[
            Param { name: "message", also: "user_message", default: Some("None"), keyword_only: false },
            Param { name: "messages", also: "", default: Some("None"), keyword_only: true },
            Param { name: "session_id", also: "", default: Some("None"), keyword_only: true },
        ],
    ),
    method("stream_chat", Both, "any", &[required("message"), optional("session_id", "None")]),
    coroutine("switch_provider", Both, "any", &[optional("provider", "None"), optional("model", "None")]),
    coroutine("from_settings", Both, "AgentOrchestrator", &[required("settings"), optional("profile_name", "\"default\"")]),
    attribute("session_id", Both, "any"),
    attribute("provider", Both, "Provider"),
    attribute("model", Both, "str"),
    attribute("settings", Both, "Settings"),
    attribute("_config", Legacy, "LegacyConfig"),
    attribute("_context_manager", Legacy, "ContextManager"),
    attribute("_context_compactor", Legacy, "ContextCompactor"),
    attribute("_usage_analytics", Legacy, "UsageAnalytics"),
    attribute("_tool_executor", Legacy, "ToolExecutor"),
    attribute("_tool_call_parser", Legacy, "ToolCallParser"),
    attribute("_provider", Legacy, "Provider"),
    attribute("_model", Legacy, "str"),
    attribute("_metrics_collector", Legacy, "MetricsCollector"),
    attribute("_prompt_builder", Legacy, "PromptBuilder"),
    attribute("_enabled_tools", Legacy, "any"),
    attribute("_middleware", Legacy, "any"),
    attribute("_config_coordinator", Coordinator, "ConfigCoordinator"),
    attribute("config_coordinator", Coordinator, "ConfigCoordinator"),
    attribute("_context_coordinator", Coordinator, "ContextCoordinator"),
    attribute("context_coordinator", Coordinator, "ContextCoordinator"),
    attribute("_analytics_coordinator", Coordinator, "AnalyticsCoordinator"),
    attribute("analytics_coordinator", Coordinator, "AnalyticsCoordinator"),
    attribute("_tool_coordinator", Coordinator, "ToolCoordinator"),
    attribute("tool_coordinator", Coordinator, "ToolCoordinator"),
    attribute("_tool_selection_coordinator", Coordinator, "any"),
    attribute("tool_selection_coordinator", Coordinator, "any"),
    attribute("_provider_coordinator", Coordinator, "ProviderCoordinator"),
    attribute("provider_coordinator", Coordinator, "ProviderCoordinator"),
    attribute("_prompt_coordinator", Coordinator, "any"),
    attribute("prompt_coordinator", Coordinator, "any"),
    attribute("_session_coordinator", Coordinator, "any"),
    attribute("session_coordinator", Coordinator, "any"),
    attribute("_metrics_coordinator", Coordinator, "any"),
    attribute("metrics_coordinator", Coordinator, "any"),
    attribute("_chat_coordinator", Coordinator, "any"),
    attribute("chat_coordinator", Coordinator, "any"),
    attribute("_state_coordinator", Coordinator, "any"),
    attribute("state_coordinator", Coordinator, "any"),
    attribute("_middleware_coordinator", Coordinator, "any"),
    attribute("middleware_coordinator", Coordinator, "any"),
];

/// Every class of both surfaces that rules or inference need.
pub const CLASSES: &[Class] = &[
    Class {
        name: "AgentOrchestrator",
        modules: &["victor.agent.orchestrator", "victor.agent", "victor"],
        side: Both,
        members: ORCHESTRATOR,
    },
    legacy(
        "LegacyConfig",
        &[
            attribute("model", Legacy, "str"),
            attribute("temperature", Legacy, "any"),
            attribute("max_tokens", Legacy, "any"),
            attribute("provider", Legacy, "any"),
            attribute("session_id", Legacy, "any"),
        ],
    ),
    legacy(
        "ContextManager",
        &[
            method("get_messages", Legacy, "list", &[]),
            method("set_messages", Legacy, "any", &[required("messages")]),
            method("add_message", Legacy, "any", &[required("role"), required("content")]),
            method("clear", Legacy, "any", &[]),
        ],
    ),
    legacy("ContextCompactor", &[method("compact", Legacy, "list", &[required("messages")])]),
    legacy(
        "UsageAnalytics",
        &[
            method(
                "track_event",
                Legacy,
                "any",
                &[Param { name: "event_type", also: "type", default: None, keyword_only: false }, optional("data", "None")],
            ),
            method("get_analytics", Legacy, "any", &[]),
        ],
    ),
    legacy(
        "ToolExecutor",
        &[
            coroutine("execute_tool", Legacy, "ToolResult", &[required("tool_name"), required("parameters")]),
            method("set_provider", Legacy, "any", &[Param { name: "provider", also: "p", default: None, keyword_only: false }]),
        ],
    ),
    legacy("ToolCallParser", &[method("parse", Legacy, "list", &[required("response")])]),
    legacy(
        "MetricsCollector",
        &[method("track_error", Legacy, "any", &[required("kind"), required("error")]), method("get_metrics", Legacy, "any", &[])],
    ),
    legacy("PromptBuilder", &[method("build", Legacy, "str", &[required("message")])]),
    Class {
        name: "Provider",
        modules: &[],
        side: Both,
        members: &[
            coroutine("chat", Both, "CompletionResponse", &[required("messages")]),
            method("stream_chat", Both, "any", &[required("messages")]),
        ],
    },
    coordinator("ConfigCoordinator", &[method("get_config", Coordinator, "dict", &[])]),
    coordinator(
        "ContextCoordinator",
        &[
            method("get_context", Coordinator, "Context", &[optional("session_id", "None")]),
            coroutine("compact_context", Coordinator, "Context", &[optional("context", "None")]),
        ],
    ),
    coordinator(
        "AnalyticsCoordinator",
        &[
            coroutine("track_event", Coordinator, "any", &[required("session_id"), required("event")]),
            coroutine("export_analytics", Coordinator, "ExportResult", &[required("session_id")]),
        ],
    ),
    coordinator(
        "ToolCoordinator",
        &[
            coroutine("execute_tool_calls", Coordinator, "list", &[required("tool_calls"), optional("context", "None")]),
            coroutine("set_tools", Coordinator, "any", &[required("names")]),
            method("get_enabled_tools", Coordinator, "any", &[]),
        ],
    ),
    coordinator("ProviderCoordinator", &[coroutine("get_provider", Coordinator, "Provider", &[])]),
    Class {
        name: "CompletionResponse",
        modules: &["victor.providers.base"],
        side: Both,
        members: &[
            attribute("content", Both, "str"),
            attribute("role", Both, "str"),
            attribute("tool_calls", Both, "any"),
            attribute("usage", Both, "any"),
            attribute("model", Both, "any"),
            attribute("stop_reason", Both, "any"),
        ],
    },
    data("StreamChunk", &["victor.providers.base"], Both),
    data("Message", &["victor.providers.base"], Both),
    data("ToolResult", &[], Both),
    data("ToolCall", &["victor.agent.tool_calling"], Both),
    Class { name: "Context", modules: &["victor.protocols"], side: Coordinator, members: &[attribute("messages", Coordinator, "list")] },
    data("AnalyticsEvent", &["victor.protocols"], Coordinator),
    data("ExportResult", &["victor.protocols"], Coordinator),
    data("Settings", &["victor.config.settings"], Both),
];
