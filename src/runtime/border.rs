//! What the generated Python classes ask of the core, whichever interpreter they live in.

use std::rc::Rc;

use super::legacy::LegacyConfig;
use super::orchestrator::Orchestrator;
use super::{Arguments, Flow, Object, Raised, Value, World, construct};

/// A new object of a class. `counts_errors` is false where only the internals exist: there nobody counts them.
///
/// # Errors
/// What the constructor raises.
pub fn make(world: &Rc<World>, class: &str, arguments: Arguments, counts_errors: bool) -> Result<Object, Raised> {
    let made = construct(world, class, arguments)?;
    if let Some(orchestrator) = Value::Object(made.clone()).as_object::<Orchestrator>() {
        orchestrator.core().counts_errors.set(counts_errors);
    }
    Ok(made)
}

/// Reads an attribute.
///
/// # Errors
/// What the read raises; `AttributeError` where there is none.
pub fn get(world: &Rc<World>, object: &Object, name: &str) -> Result<Value, Raised> {
    Rc::clone(&object.0).get(world, name).unwrap_or_else(|| {
        let config = Value::Object(object.clone()).as_object::<LegacyConfig>();
        config.and_then(|config| config.key(name)).ok_or_else(|| missing(object, name))
    })
}

/// Assigns an attribute.
///
/// # Errors
/// What the assignment raises; `AttributeError` where there is none.
pub fn set(world: &Rc<World>, object: &Object, name: &str, value: Value) -> Result<(), Raised> {
    match Value::Object(object.clone()).as_object::<LegacyConfig>() {
        Some(config) => {
            config.put(name, value);
            Ok(())
        }
        None => Rc::clone(&object.0).set(world, name, value).unwrap_or_else(|| Err(missing(object, name))),
    }
}

/// Calls a method.
pub fn call(world: &Rc<World>, object: &Object, name: &str, arguments: Arguments) -> Flow {
    let flow = Rc::clone(&object.0).call(world, name, arguments);
    flow.unwrap_or_else(|| Flow::Done(Err(missing(object, name))))
}

/// Calls a class method of the orchestrator.
pub fn call_class(world: &Rc<World>, class: &str, name: &str, arguments: Arguments) -> Flow {
    let none = || Flow::Done(Err(Raised::attribute_error(format!("type object '{class}' has no attribute '{name}'"))));
    Orchestrator::call_class(world, name, arguments).unwrap_or_else(none)
}

fn missing(object: &Object, name: &str) -> Raised {
    Raised::attribute_error(format!("'{}' object has no attribute '{name}'", object.0.class().name))
}
