//! Subclasses of the orchestrator that put a component of their own in place: an adapter for it, and the new construction.
//! Reports only; what to write is a suggestion.

use crate::python::syntax::Id;
use crate::python::types::{Cls, Ty};
use crate::rule::Rule;
use crate::scan::{Context, Draft};

/// How a component becomes a hook of a coordinator.
struct Hook {
    /// The attribute that the subclass assigns.
    component: &'static str,
    /// What the adapter is called after the component's class.
    suffix: &'static str,
    /// What the adapter is for.
    purpose: &'static str,
    /// The adapter's method, and what it asks of the component.
    method: [&'static str; 2],
    /// The coordinator, and its parameter for the hook.
    coordinator: &'static str,
    parameter: &'static str,
    /// Whether the parameter takes a list.
    many: bool,
}

const HOOKS: [Hook; 4] = [
    Hook {
        component: "_context_compactor",
        suffix: "Strategy",
        purpose: "decide what stays of a conversation",
        method: ["def compact(self, context):", "return self.inner.compact(context.messages)"],
        coordinator: "ContextCoordinator",
        parameter: "compaction_strategy",
        many: false,
    },
    Hook {
        component: "_prompt_builder",
        suffix: "Contributor",
        purpose: "contribute to the system prompt",
        method: ["def get_contribution(self, context):", "return self.inner.build(context.get(\"message\", \"\"))"],
        coordinator: "PromptCoordinator",
        parameter: "contributors",
        many: true,
    },
    Hook {
        component: "_usage_analytics",
        suffix: "Exporter",
        purpose: "receive the events",
        method: ["def export(self, events):", "for event in events:\n            self.inner.track_event(event.type, event.data)"],
        coordinator: "AnalyticsCoordinator",
        parameter: "exporters",
        many: true,
    },
    Hook {
        component: "_config",
        suffix: "Provider",
        purpose: "give configuration values",
        method: ["def get_config(self, session_id):", "return dict(vars(self.inner))"],
        coordinator: "ConfigCoordinator",
        parameter: "providers",
        many: true,
    },
];

/// Every `self._component = …` in a subclass of the orchestrator.
pub(crate) fn find(context: &Context<'_, '_, '_>, rule: &Rule) -> Vec<Draft> {
    let syntax = context.code.syntax;
    let assignments = syntax.of_kind("assignment");
    assignments.filter_map(|id| site(context, rule, id)).collect()
}

fn site(context: &Context<'_, '_, '_>, rule: &Rule, assignment: Id) -> Option<Draft> {
    let syntax = context.code.syntax;
    let access = syntax.field(assignment, "left").filter(|&left| syntax.kind(left) == "attribute")?;
    let name = syntax.str(syntax.field(access, "attribute")?);
    let hook = HOOKS.iter().find(|hook| hook.component == name)?;
    let object = syntax.field(access, "object")?;
    let typed = context.code.orchestrator(object)?;
    let Ty::Instance(Cls::Local(class)) = typed.ty else { return None };
    let function = syntax.function(access)?;
    if syntax.class_of(function) != Some(class) {
        return None;
    }
    let value = syntax.field(assignment, "right")?;
    let mut draft = context.draft(rule, syntax.span(assignment), Some((object, &typed)));
    draft.owned = vec![access];
    draft.weight = 1_000_000;
    draft.finding.suggestion = Some(skeleton(context, hook, class, value));
    Some(draft)
}

/// The adapter, and how the subclass is made from now on.
fn skeleton(context: &Context<'_, '_, '_>, hook: &Hook, class: Id, value: Id) -> String {
    let syntax = context.code.syntax;
    let owner = syntax.field(class, "name").map_or("", |name| syntax.str(name));
    let made = syntax.field(value, "function").filter(|&f| syntax.kind(value) == "call" && syntax.kind(f) == "identifier");
    let inner = made.map_or(hook.component.trim_start_matches('_'), |name| syntax.str(name));
    let adapter = context.free_name(&format!("{}{}", camel(inner), hook.suffix));
    let instance = if hook.many { format!("[{adapter}()]") } else { format!("{adapter}()") };
    let argument = format!(
        "_{}_coordinator={}({}={instance})",
        hook.coordinator.replace("Coordinator", "").to_lowercase(),
        hook.coordinator,
        hook.parameter
    );
    let mut text = format!(
        "from victor.agent.coordinators import {}\n\n\nclass {adapter}:\n    \"\"\"Lets `{inner}` {}.\"\"\"\n\n    \
         def __init__(self) -> None:\n        self.inner = {}\n\n    {}\n        {}\n\n\n\
         # {owner}.__init__ no longer assigns {}, and hands keyword arguments on to super().__init__().\n",
        hook.coordinator,
        hook.purpose,
        syntax.str(value),
        hook.method[0],
        hook.method[1],
        hook.component,
    );
    for (at, arguments) in constructions(context, class) {
        let inside = arguments.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(&arguments);
        let one_line = inside.lines().map(str::trim).collect::<Vec<_>>().join(" ");
        let old = one_line.trim().trim_end_matches(',');
        let comma = if old.is_empty() { "" } else { ", " };
        text.push_str(&format!("{owner}({old}{comma}{argument})  # {at}\n"));
    }
    text
}

/// Every call of the project that makes an instance of the class: its place and its arguments, this file's first.
fn constructions(context: &Context<'_, '_, '_>, class: Id) -> Vec<(String, String)> {
    let (syntax, code) = (context.code.syntax, context.code);
    let makes = |&call: &Id| {
        let function = syntax.field(call, "function").filter(|_| syntax.kind(call) == "call");
        function.is_some_and(|function| code.of(function).ty == Ty::Class(Cls::Local(class)))
    };
    let arguments = |call: Id| syntax.field(call, "arguments").map_or("()", |list| syntax.str(list)).to_owned();
    let mut found: Vec<(String, String)> =
        (0..syntax.len()).filter(makes).map(|call| (format!("line {}", code.line(call)), arguments(call))).collect();
    let others = code.made_elsewhere(class).into_iter();
    found.extend(others.map(|(file, line, list)| (format!("{}:{line}", code.outside.modules.path(file)), list.to_owned())));
    found
}

/// `ShortCompactor` as it is, `context_compactor` as `ContextCompactor`.
fn camel(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    };
    name.split('_').map(word).collect()
}
