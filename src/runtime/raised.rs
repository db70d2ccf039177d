//! A Python exception on its way through the core.

use super::value::Foreign;

/// An exception.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{class}: {message}")]
pub struct Raised {
    /// The name of its class, such as `ValueError`.
    pub class: String,
    /// Its text.
    pub message: String,
    /// The exception itself, where the user's code raised it.
    pub origin: Option<Foreign>,
}

impl Raised {
    /// An exception of the core's own.
    pub fn new(class: &str, message: impl Into<String>) -> Self {
        Raised { class: class.to_owned(), message: message.into(), origin: None }
    }

    /// `TypeError`.
    pub fn type_error(message: impl Into<String>) -> Self {
        Raised::new("TypeError", message)
    }

    /// `ValueError`.
    pub fn value_error(message: impl Into<String>) -> Self {
        Raised::new("ValueError", message)
    }

    /// `AttributeError`.
    pub fn attribute_error(message: impl Into<String>) -> Self {
        Raised::new("AttributeError", message)
    }
}
