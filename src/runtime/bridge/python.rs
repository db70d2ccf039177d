//! The Python classes of a surface, as text, from the manifest. Signatures are Python's own, so that `inspect` sees them.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::surface::{CLASSES, Class, Member, MemberKind, Param, Side};

/// Which surface a program finds under `victor`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Face {
    /// The internals, and no coordinators.
    Legacy,
    /// The coordinators; touching an internal raises `AttributeError` that names what to use.
    Coordinator,
    /// Both over the same state, for half-migrated code.
    Both,
}

impl Face {
    /// Its word on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Face::Legacy => "legacy",
            Face::Coordinator => "coordinator",
            Face::Both => "both",
        }
    }

    /// Whether something of a side exists here.
    #[must_use]
    pub fn has(self, side: Side) -> bool {
        match side {
            Side::Both => true,
            Side::Legacy => self != Face::Coordinator,
            Side::Coordinator => self != Face::Legacy,
        }
    }
}

/// The modules of `victor`: dotted name and text. They stand on `_victor_core` and `_sandbox_describe`.
#[must_use]
pub fn modules(face: Face) -> Vec<(String, String)> {
    let mut text = include_str!("base.py").to_owned();
    for class in CLASSES.iter().filter(|class| face.has(class.side)) {
        text.push_str(&written(class, face));
    }
    text.push_str(include_str!("facade.py"));
    let mut homes: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for class in CLASSES.iter().filter(|class| face.has(class.side)) {
        for module in class.modules {
            homes.entry(module).or_default().push(class.name);
        }
    }
    for (module, names) in [
        ("victor.protocols", &["IConfigProvider", "IPromptContributor", "IAnalyticsExporter", "ICompactionStrategy", "PromptContext"][..]),
        ("victor.providers.anthropic", &["AnthropicProvider"]),
        ("victor.providers.openai", &["OpenAIProvider"]),
        ("victor.providers.ollama", &["OllamaProvider"]),
        ("victor.tools", &["read_file", "write_file"]),
    ] {
        homes.entry(module).or_default().extend(names);
    }
    let import = |(module, names): (&str, Vec<&str>)| (module.to_owned(), format!("from _victor import {}\n", names.join(", ")));
    homes.into_iter().map(import).chain([("_victor".to_owned(), text)]).collect()
}

/// One class.
fn written(class: &Class, face: Face) -> String {
    let mut text = String::new();
    let module = class.modules.first().copied().unwrap_or("victor");
    let data = class.settable.len() == class.members.len() && class.init.is_some() && class.members.iter().all(is_attribute);
    let base = if data { "_Data" } else { "_Object" };
    // Writing to a String does not fail.
    let _ = write!(text, "\n\nclass {}({base}):\n    __module__ = {module:?}\n", class.name);
    if data {
        let names: Vec<String> = class.members.iter().map(|member| format!("{:?}", member.name)).collect();
        let _ = writeln!(text, "    _fields = ({},)", names.join(", "));
    }
    match class.init {
        Some(params) => {
            let (signature, call) = arguments(params);
            let name = class.name;
            let _ = write!(text, "\n    def __init__(self{signature}):\n        _init(self, {name:?}, {call})\n");
        }
        None => text.push_str("\n    def __init__(self):\n        raise TypeError(\"this object comes from its orchestrator\")\n"),
    }
    for member in class.members.iter().filter(|member| face.has(member.side)) {
        text.push_str(&declared(class, member));
    }
    let gone: Vec<&str> = class.members.iter().filter(|member| !face.has(member.side)).map(|member| member.name).collect();
    if face == Face::Coordinator && !gone.is_empty() {
        let names: Vec<String> = gone.iter().map(|name| format!("{name:?}")).collect();
        let _ = writeln!(text, "\n    _gone = frozenset(({},))", names.join(", "));
    }
    text
}

fn is_attribute(member: &Member) -> bool {
    member.kind == MemberKind::Attribute
}

fn declared(class: &Class, member: &Member) -> String {
    let name = member.name;
    let (signature, call) = arguments(member.params);
    match member.kind {
        MemberKind::Attribute => {
            let read = format!("\n    @property\n    def {name}(self):\n        return _core.get(self._handle, {name:?})\n");
            let write = format!("\n    @{name}.setter\n    def {name}(self, value):\n        _core.set(self._handle, {name:?}, value)\n");
            if class.settable.contains(&name) { read + &write } else { read }
        }
        MemberKind::Method => {
            format!("\n    def {name}(self{signature}):\n        return _core.call(self._handle, {name:?}, {call})\n")
        }
        MemberKind::AsyncMethod => {
            format!("\n    async def {name}(self{signature}):\n        return await _Wait(_core.call(self._handle, {name:?}, {call}))\n")
        }
        MemberKind::ClassMethod => {
            let class = class.name;
            format!(
                "\n    @classmethod\n    async def {name}(cls{signature}):\n        \
                 return _adopt(cls, await _Wait(_core.call_class({class:?}, {name:?}, {call})))\n"
            )
        }
    }
}

/// The parameters behind `self`, and the arguments of the call to the core as `args, kwargs`.
///
/// Where a parameter has a second spelling, the core binds, and Python passes everything on.
fn arguments(params: &[Param]) -> (String, String) {
    if params.iter().any(|param| !param.also.is_empty()) {
        return (", *args, **kwargs".to_owned(), "args, kwargs".to_owned());
    }
    let mut signature = String::new();
    let (mut positional, mut named) = (String::new(), String::new());
    let mut star = false;
    for param in params {
        if param.name.starts_with("**") {
            let _ = write!(signature, ", {}", param.name);
            let _ = write!(named, "{}, ", param.name);
            continue;
        }
        if param.keyword_only && !star {
            signature.push_str(", *");
            star = true;
        }
        let _ = match param.default {
            Some(default) => write!(signature, ", {}={default}", param.name),
            None => write!(signature, ", {}", param.name),
        };
        let _ = match param.keyword_only {
            true => write!(named, "{:?}: {}, ", param.name, param.name),
            false => write!(positional, "{}, ", param.name),
        };
    }
    (signature, format!("({positional}), {{{named}}}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::surface;

    #[test]
    fn a_method_has_the_signature_of_its_declaration() {
        let class = surface::class("ContextCoordinator").expect("a class");
        let text = written(class, Face::Coordinator);
        assert!(text.contains("async def compact_context(self, context=None):"), "{text}");
        assert!(text.contains("def __init__(self, compaction_strategy=None, strategies=None, max_tokens=8000):"), "{text}");
    }

    #[test]
    fn each_surface_has_its_own_side_only() {
        let class = surface::class("AgentOrchestrator").expect("a class");
        let (legacy, new) = (written(class, Face::Legacy), written(class, Face::Coordinator));
        assert!(legacy.contains("def _config(self)") && !legacy.contains("_config_coordinator(self)"));
        assert!(new.contains("def _config_coordinator(self)") && !new.contains("def _config(self)"));
        assert!(modules(Face::Legacy).iter().all(|(name, _)| name != "victor.agent.coordinators"));
    }
}
