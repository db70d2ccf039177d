//! A manifest: what one release offers. Plain data, its form as JSON, and look-ups.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::parameters::{Parameter, signature};
use crate::surface;

/// What one release offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version, such as `0.6.0`; what the package says of itself.
    pub release: String,
    /// The orchestrator, its coordinators and services, and the classes of its components, by dotted name.
    pub classes: BTreeMap<String, Class>,
    /// Of the names that the guide imports, those that exist, with dots: `victor.agent.AgentOrchestrator`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exports: Vec<String>,
}

impl Manifest {
    /// The class of that name, with or without its module; the orchestrator's own where two have one name.
    #[must_use]
    pub fn class(&self, name: &str) -> Option<&Class> {
        let home = format!("{}.{name}", surface::HOME);
        let last = |dotted: &str| dotted.rsplit('.').next() == Some(name);
        let any = || self.classes.iter().find(|(dotted, _)| last(dotted)).map(|(_, class)| class);
        self.classes.get(name).or_else(|| self.classes.get(&home)).or_else(any)
    }

    /// The orchestrator.
    #[must_use]
    pub fn orchestrator(&self) -> Option<&Class> {
        self.class(surface::ORCHESTRATOR)
    }

    /// Whether `from module import name` works for a dotted name of the guide.
    #[must_use]
    pub fn exports(&self, dotted: &str) -> bool {
        self.exports.iter().any(|name| name == dotted)
    }
}

/// One class, its bases and mixins included.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Class {
    /// The bases as written, for a person; what they define is among the members.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bases: Vec<String>,
    /// Bases that are not in the package, so that members may be missing here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unseen: Vec<String>,
    /// What `__init__` takes; `None` where no class of the package defines one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub init: Option<Vec<Parameter>>,
    /// What `__getattr__` does, for a person: any name may exist then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub getattr: Option<String>,
    /// Why the class is deprecated and what to use instead, in the package's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deprecated: Option<String>,
    /// Everything that an object of it has.
    pub members: BTreeMap<String, Member>,
}

impl Class {
    /// The member of that name.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Member> {
        self.members.get(name)
    }

    /// A public property that gives the value of an internal attribute.
    #[must_use]
    pub fn public_of(&self, internal: &str) -> Option<&str> {
        let gives = |name: &String, member: &Member| !name.starts_with('_') && member.reads.as_deref() == Some(internal);
        let plain = internal.trim_start_matches('_');
        let same = || self.member(plain).filter(|member| member.kind.is_value()).map(|_| plain);
        let property = self.members.iter().find(|(name, member)| gives(name, member)).map(|(name, _)| name.as_str());
        property.or_else(|| self.members.get_key_value(same()?).map(|(name, _)| name.as_str()))
    }
}

/// What a member is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Assigned in the class or in a method.
    Attribute,
    /// Computed when it is read.
    Property,
    /// `def`.
    Method,
    /// Its call must be awaited.
    Async,
    /// Its call is for `async for`.
    AsyncGenerator,
    /// Its call is for `for`.
    Generator,
}

impl Kind {
    /// Whether reading it gives a value, not something to call.
    #[must_use]
    pub fn is_value(self) -> bool {
        matches!(self, Kind::Attribute | Kind::Property)
    }

    /// For a person, with its article.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::Attribute => "an attribute",
            Kind::Property => "a property",
            Kind::Method => "a method",
            Kind::Async => "an async method",
            Kind::AsyncGenerator => "an async generator",
            Kind::Generator => "a generator",
        }
    }
}

/// Whether a method gets the object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Binding {
    /// It does.
    #[default]
    Object,
    /// It gets the class.
    Class,
    /// It gets neither.
    Static,
}

/// How a member came to be known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Seen {
    /// The class, a base or a mixin defines it.
    #[default]
    Defined,
    /// A function of this module stores it into the object.
    Stored(String),
    /// The class itself uses it, and nobody was seen who defines it.
    Used,
}

/// One member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// What it is.
    pub kind: Kind,
    /// What a method gets as its first argument.
    #[serde(default, skip_serializing_if = "is_default")]
    pub binding: Binding,
    /// A property that can be assigned. Attributes always can, methods are not meant to be.
    #[serde(default, skip_serializing_if = "is_default")]
    pub writable: bool,
    /// What a method takes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub params: Vec<Parameter>,
    /// The annotation of its value or answer, as written, without quotes.
    #[serde(default, skip_serializing_if = "Option::is_none", rename = "type")]
    pub annotation: Option<String>,
    /// The class of its value by dotted name, where one of the package could be seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// The internal attribute that a property hands out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reads: Option<String>,
    /// Why it is deprecated and what to use instead, in the package's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deprecated: Option<String>,
    /// The module of the base or mixin that defines it, where it is another one than the class's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub module: Option<String>,
    /// How it came to be known.
    #[serde(default, skip_serializing_if = "is_default")]
    pub seen: Seen,
}

impl Member {
    /// A member of that kind of which nothing else is known.
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        Member {
            kind,
            binding: Binding::Object,
            writable: false,
            params: Vec::new(),
            annotation: None,
            class: None,
            reads: None,
            deprecated: None,
            module: None,
            seen: Seen::Defined,
        }
    }

    /// Whether it can be assigned.
    #[must_use]
    pub fn is_writable(&self) -> bool {
        self.kind == Kind::Attribute || self.writable
    }

    /// The parameter of that name.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&Parameter> {
        self.params.iter().find(|param| param.name == name)
    }

    /// The member as Python would declare it.
    #[must_use]
    pub fn declaration(&self, name: &str) -> String {
        let answer = self.annotation.as_ref().map(|annotation| format!(" -> {annotation}")).unwrap_or_default();
        let value = self.annotation.as_ref().map(|annotation| format!(": {annotation}")).unwrap_or_default();
        let call = format!("{name}({}){answer}", signature(&self.params));
        let binding = match self.binding {
            Binding::Object => "",
            Binding::Class => "classmethod ",
            Binding::Static => "staticmethod ",
        };
        match self.kind {
            Kind::Attribute => format!("{name}{value}"),
            Kind::Property if self.writable => format!("property {name}{value}"),
            Kind::Property => format!("read-only property {name}{value}"),
            Kind::Method | Kind::Generator => format!("{binding}def {call}"),
            Kind::Async | Kind::AsyncGenerator => format!("{binding}async def {call}"),
        }
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
