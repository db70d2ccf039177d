//! What `victor` offers: classes, members, signatures, as the runtime declares them. Plain data and look-ups; not the
//! runtime that behaves so.

mod table;

pub use table::{CLASSES, FUNCTIONS};
pub use victor_migrate_macros::surface;

/// On which of the two APIs something exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The public API, the same before and after.
    Both,
    /// An internal that the coordinator architecture does not have.
    Legacy,
    /// New with the coordinators.
    Coordinator,
}

/// One parameter of a method, without `self`.
#[derive(Debug, PartialEq, Eq)]
pub struct Param {
    /// Its name in a keyword call; `**name` takes all other keywords.
    pub name: &'static str,
    /// Another spelling that calls use, such as `type` for `event_type`; empty for none.
    pub also: &'static str,
    /// The default as Python text; `None` when the argument is required.
    pub default: Option<&'static str>,
    /// Cannot be passed by position.
    pub keyword_only: bool,
}

/// What a member of a class is.
#[derive(Debug, PartialEq, Eq)]
pub enum MemberKind {
    /// A plain attribute or property.
    Attribute,
    /// `def`.
    Method,
    /// `async def`.
    AsyncMethod,
    /// `@classmethod async def`.
    ClassMethod,
}

/// One member of a class.
#[derive(Debug, PartialEq, Eq)]
pub struct Member {
    /// Its name.
    pub name: &'static str,
    /// Where it exists.
    pub side: Side,
    /// What it is.
    pub kind: MemberKind,
    /// The class of its value or (awaited) answer; `str`, `dict`, `list` or `any` outside the surface.
    pub returns: &'static str,
    /// Its parameters; empty for attributes.
    pub params: &'static [Param],
    /// What it does, for a person.
    pub doc: &'static str,
}

/// One class.
#[derive(Debug, PartialEq, Eq)]
pub struct Class {
    /// Its name.
    pub name: &'static str,
    /// The modules it can be imported from, its own first.
    pub modules: &'static [&'static str],
    /// Where it exists.
    pub side: Side,
    /// What its constructor takes; `None` where users do not construct it.
    pub init: Option<&'static [Param]>,
    /// The attributes that can be assigned.
    pub settable: &'static [&'static str],
    /// Its members.
    pub members: &'static [Member],
}

impl std::hash::Hash for Class {
    /// Its name tells it from the others.
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl Class {
    /// The member of that name.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&'static Member> {
        self.members.iter().find(|member| member.name == name)
    }
}

/// The class every rule starts from.
pub const ORCHESTRATOR: &str = "AgentOrchestrator";

/// The module that defines [`ORCHESTRATOR`]; code in it is the implementation, not a use.
pub const HOME: &str = "victor.agent.orchestrator";

/// Internal names telling enough to be counted on a receiver of unknown type.
pub const DISTINCTIVE: [&str; 7] = [
    "_context_manager",
    "_context_compactor",
    "_usage_analytics",
    "_tool_executor",
    "_tool_call_parser",
    "_metrics_collector",
    "_enabled_tools",
];

/// The class of that name.
#[must_use]
pub fn class(name: &str) -> Option<&'static Class> {
    CLASSES.iter().find(|class| class.name == name).copied()
}

/// The class that `from module import name` gives.
#[must_use]
pub fn exported(module: &str, name: &str) -> Option<&'static Class> {
    class(name).filter(|class| class.modules.contains(&module))
}

/// The names that `from module import *` gives.
pub fn star(module: &str) -> impl Iterator<Item = &'static Class> {
    CLASSES.iter().copied().filter(move |class| class.modules.contains(&module))
}

/// Whether the name is an internal of the orchestrator that a migration replaces.
#[must_use]
pub fn is_legacy_internal(name: &str) -> bool {
    class(ORCHESTRATOR).and_then(|class| class.member(name)).is_some_and(|member| member.side == Side::Legacy)
}

/// Whether the name is an attribute of the orchestrator that holds something to be asked: `p = orch.provider`, `p.chat(…)`.
#[must_use]
pub fn is_component(name: &str) -> bool {
    is_legacy_internal(name) || name == "provider"
}

/// Whether the name belongs to the coordinator surface or to the public API of the orchestrator.
#[must_use]
pub fn is_current(name: &str) -> bool {
    class(ORCHESTRATOR).and_then(|class| class.member(name)).is_some_and(|member| member.side != Side::Legacy)
}
