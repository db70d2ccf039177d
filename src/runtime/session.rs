//! Conversations: one history, one stream of events and one revision per session id.

use super::value::Value;

/// One conversation.
#[derive(Clone, Debug, Default)]
pub struct Session {
    messages: Vec<Value>,
    revision: i64,
    /// Tracked events in order, as (type, data).
    pub events: Vec<(String, Value)>,
    /// The merged configuration, once it was loaded.
    pub config: Option<Value>,
    /// How many messages each compaction took away.
    pub compactions: Vec<usize>,
    /// The stage that was set by hand.
    pub stage: Option<Value>,
}

impl Session {
    /// The messages, oldest first; a fresh list.
    #[must_use]
    pub fn messages(&self) -> Vec<Value> {
        self.messages.clone()
    }

    /// Grows with every change of the messages; a context of an older one is not current.
    #[must_use]
    pub fn revision(&self) -> i64 {
        self.revision
    }

    /// Puts a message at the end.
    pub fn append(&mut self, message: Value) {
        self.messages.push(message);
        self.revision += 1;
    }

    /// Replaces all messages.
    pub fn replace(&mut self, messages: Vec<Value>) {
        self.messages = messages;
        self.revision += 1;
    }
}

/// A message: `{"role": …, "content": …}`.
#[must_use]
pub fn message(role: &str, content: impl Into<Value>) -> Value {
    Value::dict([("role", Value::from(role)), ("content", content.into())])
}

/// Estimated tokens: characters of all contents, divided by 4.
#[must_use]
pub fn tokens(messages: &[Value]) -> i64 {
    let characters: usize = messages.iter().filter_map(|message| message.key("content")?.text()).map(|text| text.chars().count()).sum();
    i64::try_from(characters / 4).unwrap_or(i64::MAX)
}
