//! Between Rust types and [`Value`]s at the border of a declared method.

use std::rc::Rc;

use super::arguments::Declared;
use super::raised::Raised;
use super::value::Value;

/// A Rust type that a parameter may have.
pub trait FromValue: Sized {
    /// The value as this type.
    ///
    /// # Errors
    /// The name of the type that was wanted.
    fn from_value(value: Value) -> Result<Self, &'static str>;
}

/// A Rust type that a method may answer.
pub trait IntoValue {
    /// The answer as a value.
    ///
    /// # Errors
    /// What the method raised.
    fn into_value(self) -> Result<Value, Raised>;
}

/// The name of an answer's type in the manifest.
pub trait Answer {
    /// A class of the surface, or `str`, `list`, `bool`, `int`, `float`, `none`; `any` when the type does not say.
    const NAME: &'static str;
}

macro_rules! scalar {
    ($rust:ty, $variant:ident, $name:literal) => {
        impl FromValue for $rust {
            fn from_value(value: Value) -> Result<Self, &'static str> {
                match value {
                    Value::$variant(inner) => Ok(inner),
                    _ => Err($name),
                }
            }
        }

        impl IntoValue for $rust {
            fn into_value(self) -> Result<Value, Raised> {
                Ok(Value::$variant(self))
            }
        }

        impl Answer for $rust {
            const NAME: &'static str = $name;
        }
    };
}

scalar!(bool, Bool, "bool");
scalar!(i64, Int, "int");
scalar!(f64, Float, "float");
scalar!(String, Text, "str");
scalar!(Vec<Value>, List, "list");

impl FromValue for Value {
    fn from_value(value: Value) -> Result<Self, &'static str> {
        Ok(value)
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: Value) -> Result<Self, &'static str> {
        if value.is_none() { Ok(None) } else { T::from_value(value).map(Some) }
    }
}

impl<T: Declared> FromValue for Rc<T> {
    fn from_value(value: Value) -> Result<Self, &'static str> {
        value.as_object().ok_or("of another class")
    }
}

impl IntoValue for Value {
    fn into_value(self) -> Result<Value, Raised> {
        Ok(self)
    }
}

impl IntoValue for () {
    fn into_value(self) -> Result<Value, Raised> {
        Ok(Value::None)
    }
}

impl<T: IntoValue> IntoValue for Option<T> {
    fn into_value(self) -> Result<Value, Raised> {
        self.map_or(Ok(Value::None), IntoValue::into_value)
    }
}

impl<T: Declared> IntoValue for Rc<T> {
    fn into_value(self) -> Result<Value, Raised> {
        Ok(Value::from(self))
    }
}

impl<T: IntoValue> IntoValue for Result<T, Raised> {
    fn into_value(self) -> Result<Value, Raised> {
        self?.into_value()
    }
}

impl Answer for Value {
    const NAME: &'static str = "any";
}

impl Answer for () {
    const NAME: &'static str = "none";
}

impl<T: Answer> Answer for Option<T> {
    const NAME: &'static str = T::NAME;
}

impl<T: Answer> Answer for Rc<T> {
    const NAME: &'static str = T::NAME;
}

impl<T: Answer> Answer for Result<T, Raised> {
    const NAME: &'static str = T::NAME;
}
