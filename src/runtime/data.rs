//! The data types of the surface: classes that only hold fields. One Rust type stands for all of them.

use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;

use super::arguments::{Arguments, Declared, Flow, bind};
use super::raised::Raised;
use super::value::Value;
use super::world::World;
use crate::surface::{Class, Member, MemberKind, Param, Side};

/// A class that only holds fields.
#[derive(Debug, PartialEq, Eq)]
pub struct Layout {
    /// Its entry in the manifest.
    pub class: Class,
    /// Its fields in order, as the constructor takes them.
    pub fields: &'static [Param],
}

/// An object of such a class.
pub struct Data {
    layout: &'static Layout,
    values: RefCell<Vec<Value>>,
}

/// What is known of a field's value.
const fn returns(field: &str) -> &'static str {
    match field.as_bytes() {
        b"content" | b"role" => "str",
        b"messages" => "list",
        _ => "any",
    }
}

macro_rules! data {
    ($(#[doc = $doc:literal] $constant:ident = $name:literal in $side:ident [$($module:literal),+] { $($field:literal $(or $also:literal)? $(= $default:literal)?),* $(,)? })+) => {
        $(
            #[doc = $doc]
            pub static $constant: Layout = Layout {
                class: Class {
                    name: $name,
                    modules: &[$($module),+],
                    side: Side::$side,
                    init: Some(&[$(Param {
                        name: $field,
                        also: data!(@also $($also)?),
                        default: data!(@default $($default)?),
                        keyword_only: false,
                    }),*]),
                    settable: &[$($field),*],
                    members: &[$(Member { name: $field, side: Side::$side, kind: MemberKind::Attribute, returns: returns($field), params: &[], doc: $doc }),*],
                },
                fields: &[$(Param {
                    name: $field,
                    also: data!(@also $($also)?),
                    default: data!(@default $($default)?),
                    keyword_only: false,
                }),*],
            };
        )+

        /// Every data class.
        pub static LAYOUTS: &[&Layout] = &[$(&$constant),+];
    };
    (@also $also:literal) => { $also };
    (@also) => { "" };
    (@default $default:literal) => { Some($default) };
    (@default) => { None };
}

data! {
    /// A provider's whole answer.
    COMPLETION_RESPONSE = "CompletionResponse" in Both ["victor.providers.base"] {
        "content", "role" = "\"assistant\"", "tool_calls" = "None", "stop_reason" = "None", "usage" = "None", "model" = "None",
    }
    /// A piece of a streamed answer.
    STREAM_CHUNK = "StreamChunk" in Both ["victor.providers.base"] {
        "content" = "\"\"", "tool_calls" = "None", "stop_reason" = "None", "is_final" = "False", "usage" = "None",
    }
    /// A message as an object; on all surfaces messages travel as dicts.
    MESSAGE = "Message" in Both ["victor.providers.base"] {
        "role", "content", "name" = "None", "tool_calls" = "None", "tool_call_id" = "None",
    }
    /// A tool that the model wants to run.
    TOOL_CALL = "ToolCall" in Both ["victor.agent.tool_calling"] { "name", "arguments", "id" = "None" }
    /// What a tool answered. A failure is a value, never an exception.
    TOOL_RESULT = "ToolResult" in Both ["victor.tools.base"] { "data" = "None", "success" = "True", "error" = "None" }
    /// The messages of a session. It remembers whose it is and how old.
    CONTEXT = "Context" in Coordinator ["victor.protocols"] { "messages", "token_count" = "None", "session_id" = "None", "revision" = "None" }
    /// Something worth counting.
    ANALYTICS_EVENT = "AnalyticsEvent" in Coordinator ["victor.protocols"] { "type" or "event_type", "data" = "None" }
    /// What came of an export.
    EXPORT_RESULT = "ExportResult" in Coordinator ["victor.protocols"] {
        "success", "exporter_type", "records_exported" = "0", "error_message" = "None", "metadata" = "None",
    }
    /// What a strategy may answer instead of a context.
    COMPACTION_RESULT = "CompactionResult" in Coordinator ["victor.protocols"] { "compacted_context" }
    /// What an orchestrator is made from.
    SETTINGS = "Settings" in Both ["victor.config.settings"] { "model" = "None", "provider" = "None" }
    /// How much room there is, in estimated tokens.
    CONTEXT_BUDGET = "ContextBudget" in Coordinator ["victor.protocols"] { "max_tokens" = "8000" }
}

impl Data {
    /// An object, its first fields given and the rest at their defaults.
    ///
    /// # Errors
    /// What Python raises for a constructor call like that.
    pub fn build(layout: &'static Layout, arguments: Arguments) -> Result<Rc<Self>, Raised> {
        let mut bound = bind(layout.fields, arguments, layout.class.name)?;
        let values = (0..layout.fields.len()).map(|at| bound.take(at)).collect::<Result<_, _>>()?;
        Ok(Rc::new(Data { layout, values: RefCell::new(values) }))
    }

    /// An object with these fields; a name that the class lacks is left out.
    #[must_use]
    pub fn of(layout: &'static Layout, fields: impl IntoIterator<Item = (&'static str, Value)>) -> Rc<Self> {
        let mut values: Vec<Value> = vec![Value::None; layout.fields.len()];
        for (name, value) in fields {
            if let Some(slot) = layout.fields.iter().position(|field| field.name == name).and_then(|at| values.get_mut(at)) {
                *slot = value;
            }
        }
        Rc::new(Data { layout, values: RefCell::new(values) })
    }

    /// Its class.
    #[must_use]
    pub fn layout(&self) -> &'static Layout {
        self.layout
    }

    /// The value of a field; `None` for a name that the class lacks.
    #[must_use]
    pub fn field(&self, name: &str) -> Value {
        self.place(name).and_then(|at| self.values.borrow().get(at).cloned()).unwrap_or_default()
    }

    /// The text of the field `content`.
    #[must_use]
    pub fn content(&self) -> String {
        self.field("content").text().unwrap_or_default().to_owned()
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.layout.fields.iter().position(|field| field.name == name || (!field.also.is_empty() && field.also == name))
    }
}

impl Declared for Data {
    fn class(&self) -> &'static Class {
        &self.layout.class
    }

    fn get(self: Rc<Self>, _: &Rc<World>, name: &str) -> Option<Result<Value, Raised>> {
        self.place(name).map(|_| Ok(self.field(name)))
    }

    fn set(self: Rc<Self>, _: &Rc<World>, name: &str, value: Value) -> Option<Result<(), Raised>> {
        let at = self.place(name)?;
        *self.values.borrow_mut().get_mut(at)? = value;
        Some(Ok(()))
    }

    fn call(self: Rc<Self>, _: &Rc<World>, _: &str, _: Arguments) -> Option<Flow> {
        None
    }

    fn into_any(self: Rc<Self>) -> Rc<dyn Any> {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_takes_either_spelling_of_its_type() {
        for name in ["type", "event_type"] {
            let event = Data::build(&ANALYTICS_EVENT, Arguments::default().with(name, "visit")).expect("an event");
            assert_eq!(
                (event.field("type"), event.field("event_type"), event.field("data")),
                ("visit".into(), "visit".into(), Value::None)
            );
        }
        assert!(Data::build(&ANALYTICS_EVENT, Arguments::default()).is_err());
    }
}
