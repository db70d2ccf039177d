//! Calls as they cross the border: arguments, their binding to a signature, and what comes back.

use std::any::Any;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use super::convert::FromValue;
use super::raised::Raised;
use super::value::Value;
use super::world::World;
use crate::surface::{Class, Param};

/// The arguments of a call.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Arguments {
    /// By position.
    pub positional: Vec<Value>,
    /// By keyword, in their order.
    pub named: Vec<(String, Value)>,
}

impl Arguments {
    /// Positional ones only.
    #[must_use]
    pub fn of(positional: impl Into<Vec<Value>>) -> Self {
        Arguments { positional: positional.into(), named: Vec::new() }
    }

    /// With one more keyword.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.named.push((name.to_owned(), value.into()));
        self
    }
}

/// Something that is waited for.
pub type Waiting = Pin<Box<dyn Future<Output = Result<Value, Raised>>>>;

/// What a call of the core gives: an answer, or something to wait for.
pub enum Flow {
    /// `def`.
    Done(Result<Value, Raised>),
    /// `async def`.
    Coroutine(Waiting),
}

/// A class that Python sees. The `surface` attribute writes this.
pub trait Declared: Any {
    /// Its manifest.
    fn class(&self) -> &'static Class;

    /// Reads a property; `None` when there is none of that name.
    fn get(self: Rc<Self>, world: &Rc<World>, name: &str) -> Option<Result<Value, Raised>>;

    /// Assigns a property; `None` when there is none of that name that can be assigned.
    fn set(self: Rc<Self>, world: &Rc<World>, name: &str, value: Value) -> Option<Result<(), Raised>>;

    /// Calls a method; `None` when there is none of that name.
    fn call(self: Rc<Self>, world: &Rc<World>, name: &str, arguments: Arguments) -> Option<Flow>;

    /// For a downcast.
    fn into_any(self: Rc<Self>) -> Rc<dyn Any>;
}

/// Arguments in the order of a signature.
#[derive(Debug)]
pub struct Bound {
    values: Vec<Option<Value>>,
    params: &'static [Param],
    place: String,
}

impl Bound {
    /// The argument at a place, as its Rust type; the default where the call left it out.
    ///
    /// # Errors
    /// `TypeError` when it is of another type.
    pub fn take<T: FromValue>(&mut self, at: usize) -> Result<T, Raised> {
        let given = self.values.get_mut(at).and_then(Option::take);
        let (name, default) = self.params.get(at).map_or(("", None), |param| (param.name, param.default));
        let value = match given {
            Some(value) => value,
            None => default.map_or(Ok(Value::None), literal)?,
        };
        T::from_value(value).map_err(|wanted| Raised::type_error(format!("{}() argument '{name}' must be {wanted}", self.place)))
    }
}

/// A default as Python text, for the few that signatures use.
fn literal(text: &str) -> Result<Value, Raised> {
    let quoted = |quote: char| text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    Ok(match text {
        "None" => Value::None,
        "True" => Value::Bool(true),
        "False" => Value::Bool(false),
        "[]" => Value::List(Vec::new()),
        "{}" => Value::Dict(Vec::new()),
        _ => match (quoted('"').or_else(|| quoted('\'')), text.parse::<i64>(), text.parse::<f64>()) {
            (Some(text), _, _) => Value::from(text),
            (_, Ok(number), _) => Value::Int(number),
            (_, _, Ok(number)) => Value::Float(number),
            _ => return Err(Raised::type_error(format!("the default `{text}` is not a literal"))),
        },
    })
}

/// Binds arguments as Python does, with Python's messages.
///
/// # Errors
/// `TypeError` for too many, missing, unknown or doubled arguments.
pub fn bind(params: &'static [Param], arguments: Arguments, place: &str) -> Result<Bound, Raised> {
    let mut values: Vec<Option<Value>> = params.iter().map(|_| None).collect();
    let open = params.iter().take_while(|param| !param.keyword_only).count();
    let given = arguments.positional.len();
    if given > open {
        let were = if given == 1 { "was" } else { "were" };
        return Err(Raised::type_error(format!("{place}() takes {open} positional arguments but {given} {were} given")));
    }
    for (slot, value) in values.iter_mut().zip(arguments.positional) {
        *slot = Some(value);
    }
    let mut rest = Vec::new();
    for (name, value) in arguments.named {
        let known = params.iter().position(|param| param.name == name || (!param.also.is_empty() && param.also == name));
        match known.and_then(|at| values.get_mut(at)) {
            Some(slot @ None) => *slot = Some(value),
            Some(Some(_)) => return Err(Raised::type_error(format!("{place}() got multiple values for argument '{name}'"))),
            None if params.last().is_some_and(|param| param.name.starts_with("**")) => rest.push((Value::from(name), value)),
            None => return Err(Raised::type_error(format!("{place}() got an unexpected keyword argument '{name}'"))),
        }
    }
    if let (false, Some(slot)) = (rest.is_empty(), values.last_mut()) {
        *slot = Some(Value::Dict(rest));
    }
    let missing = params.iter().zip(&values).find(|(param, value)| value.is_none() && param.default.is_none());
    if let Some((param, _)) = missing {
        return Err(Raised::type_error(format!("{place}() missing required argument: '{}'", param.name)));
    }
    Ok(Bound { values, params, place: place.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARAMS: &[Param] = &[
        Param { name: "event_type", also: "type", default: None, keyword_only: false },
        Param { name: "data", also: "", default: Some("None"), keyword_only: false },
        Param { name: "limit", also: "", default: Some("7"), keyword_only: true },
    ];

    fn message(arguments: Arguments) -> String {
        bind(PARAMS, arguments, "track").expect_err("refused").message
    }

    #[test]
    fn every_legal_call_binds_to_the_same_places() {
        let calls = [
            Arguments::of([Value::from("a")]),
            Arguments::default().with("type", "a"),
            Arguments::default().with("event_type", "a").with("data", Value::None),
        ];
        for call in calls {
            let mut bound = bind(PARAMS, call, "track").expect("binds");
            assert_eq!(bound.take::<String>(0).expect("text"), "a");
            assert_eq!(bound.take::<Value>(1).expect("a value"), Value::None);
            assert_eq!(bound.take::<i64>(2).expect("a number"), 7);
        }
    }

    #[test]
    fn an_illegal_call_raises_what_python_raises() {
        assert_eq!(message(Arguments::default()), "track() missing required argument: 'event_type'");
        assert_eq!(
            message(Arguments::of([Value::None, Value::None, Value::None])),
            "track() takes 2 positional arguments but 3 were given"
        );
        assert_eq!(message(Arguments::of([Value::None]).with("type", 1)), "track() got multiple values for argument 'type'");
        assert_eq!(message(Arguments::of([Value::None]).with("x", 1)), "track() got an unexpected keyword argument 'x'");
        let mut bound = bind(PARAMS, Arguments::of([Value::Int(1)]), "track").expect("binds");
        assert_eq!(bound.take::<String>(0).expect_err("no text").message, "track() argument 'event_type' must be str");
    }
}
