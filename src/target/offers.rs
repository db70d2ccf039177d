//! What releases have for a name that they lack, or that is internal. A name is offered only where the release has it.

use crate::releases::Class;

/// Names that stand for one thing, by the internal or the member of the guide.
const NEAR: [(&str, &[&str]); 16] = [
    ("_config", &["settings", "model", "temperature", "max_tokens"]),
    ("_config_coordinator", &["settings", "model", "temperature", "max_tokens"]),
    ("_context_manager", &["messages", "get_messages"]),
    ("_context_coordinator", &["messages", "get_messages", "context_compactor"]),
    ("_context_compactor", &["context_compactor"]),
    ("_usage_analytics", &["usage_analytics"]),
    ("_analytics_coordinator", &["usage_analytics", "get_session_stats", "flush_analytics"]),
    ("_tool_coordinator", &["tool_executor", "execute_tool_calls", "get_enabled_tools", "set_enabled_tools"]),
    ("_enabled_tools", &["get_enabled_tools", "set_enabled_tools"]),
    ("_middleware", &["set_middleware", "set_middleware_chain"]),
    ("_middleware_coordinator", &["set_middleware", "set_middleware_chain"]),
    ("_prompt_coordinator", &["prompt_builder"]),
    ("_session_coordinator", &["active_session_id"]),
    ("session_id", &["active_session_id"]),
    ("cancel", &["request_cancellation"]),
    ("_container", &["get_service_container"]),
];

/// The names of a release's orchestrator that do what an internal or a member of the guide does.
pub(super) fn offers(class: &Class, name: &str) -> Vec<String> {
    let coordinator = if name.ends_with("_coordinator") && !name.starts_with('_') { format!("_{name}") } else { name.to_owned() };
    let near = NEAR.iter().find(|(of, _)| *of == coordinator).map_or(&[][..], |(_, names)| names);
    let mut found: Vec<String> = class.public_of(name).into_iter().map(str::to_owned).collect();
    let without = name.trim_start_matches('_');
    let public = (without != name).then_some(without).into_iter();
    for other in public.chain(near.iter().copied()) {
        if class.member(other).is_some() && !found.iter().any(|known| known == other) {
            found.push(other.to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::NEAR;
    use crate::target::Target;

    #[test]
    fn every_name_that_could_be_offered_is_one_of_some_release() {
        let unknown: Vec<&str> = NEAR.iter().flat_map(|(_, names)| *names).copied().filter(|name| !Target::is_known(name)).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }
}
