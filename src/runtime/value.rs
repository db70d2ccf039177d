//! Values as both sides of the runtime see them: plain data, objects of the core, and handles of the host.

use std::fmt;
use std::rc::Rc;

use super::arguments::Declared;

/// A handle for something that only the host can look into. The host gives out and takes back the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Foreign(pub u64);

/// An object that the core itself implements.
#[derive(Clone)]
pub struct Object(pub Rc<dyn Declared>);

/// A Python value. Numbers and texts compare by exact type: `1` is not `True`.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Value {
    /// `None`.
    #[default]
    None,
    /// `bool`.
    Bool(bool),
    /// `int`; one that does not fit stays with the host.
    Int(i64),
    /// `float`.
    Float(f64),
    /// `str`.
    Text(String),
    /// `list`.
    List(Vec<Value>),
    /// `tuple`.
    Tuple(Vec<Value>),
    /// `dict`, in the order of insertion.
    Dict(Vec<(Value, Value)>),
    /// Something of the core.
    Object(Object),
    /// Something of the host.
    Foreign(Foreign),
}

impl Value {
    /// A dict with text keys.
    pub fn dict<K: Into<String>>(entries: impl IntoIterator<Item = (K, Value)>) -> Self {
        Value::Dict(entries.into_iter().map(|(key, value)| (Value::Text(key.into()), value)).collect())
    }

    /// The value under a text key of a dict.
    #[must_use]
    pub fn key(&self, name: &str) -> Option<&Value> {
        match self {
            Value::Dict(entries) => entries.iter().find(|(key, _)| matches!(key, Value::Text(key) if key == name)).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text of a `str`.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The items of a list or tuple.
    #[must_use]
    pub fn items(&self) -> Option<&[Value]> {
        match self {
            Value::List(items) | Value::Tuple(items) => Some(items),
            _ => None,
        }
    }

    /// Whether it is `None`.
    #[must_use]
    pub fn is_none(&self) -> bool {
        matches!(self, Value::None)
    }

    /// The core object of a type, if it is one.
    #[must_use]
    pub fn as_object<T: Declared>(&self) -> Option<Rc<T>> {
        match self {
            Value::Object(Object(object)) => Rc::clone(object).into_any().downcast().ok(),
            _ => None,
        }
    }

    /// The Python name of the type.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Value::None => "NoneType",
            Value::Bool(_) => "bool",
            Value::Int(_) => "int",
            Value::Float(_) => "float",
            Value::Text(_) => "str",
            Value::List(_) => "list",
            Value::Tuple(_) => "tuple",
            Value::Dict(_) => "dict",
            Value::Object(Object(object)) => object.class().name,
            Value::Foreign(_) => "object",
        }
    }
}

impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for Object {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "<{}>", self.0.class().name)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Text(text)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Value::Int(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Value::Float(value)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::None, Into::into)
    }
}

impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(items: Vec<T>) -> Self {
        Value::List(items.into_iter().map(Into::into).collect())
    }
}

impl<T: Declared> From<Rc<T>> for Value {
    fn from(object: Rc<T>) -> Self {
        Value::Object(Object(object))
    }
}
