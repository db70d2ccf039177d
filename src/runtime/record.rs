//! What the core did that a person could notice, in order. One vocabulary for both surfaces.

use super::value::Value;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Observation {
    /// A provider was asked.
    Request {
        /// What it was sent.
        messages: Vec<Value>,
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
        !matches!(self, Observation::ConfigRead { .. } | Observation::Switched { .. })
    }
}
