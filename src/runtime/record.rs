//! What the core did that a person could notice, in order. One vocabulary for both surfaces.

use super::value::Value;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Observation {
    /// A provider was asked.
    Request {
        /// What it was sent.
        messages: Vec<Value>,
        /// The name of the provider.
        provider: Value,
        /// The model asked for.
        model: Value,
        /// Whose conversation.
        session: String,
    },
    /// A piece of a streamed answer was taken.
    Chunk {
        /// Its text.
        content: String,
        /// Whose conversation.
        session: String,
    },
    /// A tool ran.
    Tool {
        /// Its name.
        name: String,
        /// With what.
        arguments: Value,
        /// Whether it succeeded.
        success: bool,
        /// Its answer, or the text of its failure.
        result: Value,
    },
    /// An event was tracked.
    Event {
        /// Whose.
        session: String,
        /// Its type.
        kind: String,
        /// What it carries.
        data: Value,
    },
    /// Events left through exporters.
    Export {
        /// Whose.
        session: String,
        /// How many.
        records: usize,
    },
    /// The configuration was read. Not compared: how often and where differs by design.
    ConfigRead {
        /// Whose.
        session: String,
    },
    /// The messages of a session were replaced.
    Replaced {
        /// Whose.
        session: String,
        /// By these.
        messages: Vec<Value>,
    },
    /// Provider or model changed. Not compared: the next request shows it.
    Switched {
        /// The model afterwards.
        model: Value,
    },
    /// An error was counted.
    Counted {
        /// Under which kind.
        kind: String,
        /// Its text.
        message: String,
        /// By the coordinator surface itself, not by the program. Not compared: the legacy surface counts only what it
        /// is told.
        automatic: bool,
    },
    /// A user's hook failed and was passed over.
    Skipped {
        /// Which hook.
        hook: &'static str,
        /// What it raised.
        error: String,
    },
}

impl Observation {
    /// Whether two runs must agree on it.
    #[must_use]
    pub fn is_compared(&self) -> bool {
        !matches!(self, Observation::ConfigRead { .. } | Observation::Switched { .. } | Observation::Counted { automatic: true, .. })
    }

    /// Its kind and what it says, by name.
    #[must_use]
    pub fn told(&self) -> (&'static str, Vec<(&'static str, Value)>) {
        let text = |text: &String| Value::from(text.as_str());
        match self {
            Observation::Request { messages, provider, model, session } => {
                let messages = Value::List(messages.clone());
                let said = [("messages", messages), ("provider", provider.clone()), ("model", model.clone()), ("session", text(session))];
                ("request", said.to_vec())
            }
            Observation::Chunk { content, session } => ("chunk", vec![("content", text(content)), ("session", text(session))]),
            Observation::Tool { name, arguments, success, result } => (
                "tool",
                vec![
                    ("name", text(name)),
                    ("arguments", arguments.clone()),
                    ("success", Value::Bool(*success)),
                    ("result", result.clone()),
                ],
            ),
            Observation::Event { session, kind, data } => {
                ("event", vec![("session", text(session)), ("type", text(kind)), ("data", data.clone())])
            }
            Observation::Export { session, records } => {
                ("export", vec![("session", text(session)), ("records", Value::Int(*records as i64))])
            }
            Observation::ConfigRead { session } => ("config-read", vec![("session", text(session))]),
            Observation::Replaced { session, messages } => {
                ("replaced", vec![("session", text(session)), ("messages", Value::List(messages.clone()))])
            }
            Observation::Switched { model } => ("switched", vec![("model", model.clone())]),
            Observation::Counted { kind, message, .. } => ("counted", vec![("kind", text(kind)), ("message", text(message))]),
            Observation::Skipped { hook, error } => ("skipped", vec![("hook", Value::from(*hook)), ("error", text(error))]),
        }
    }
}
