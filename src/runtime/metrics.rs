//! Counts: requests, tokens, tool calls, errors by kind.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::{Observation, Raised, Value, World};
use crate::surface::surface;

/// Counts what happens. On the coordinator surface an exception that leaves `chat` is counted by itself.
#[derive(Default)]
pub struct MetricsCoordinator {
    counts: RefCell<BTreeMap<&'static str, i64>>,
    errors: RefCell<Vec<(String, i64)>>,
}

#[surface(modules = ["victor.agent.coordinators"], side = coordinator)]
impl MetricsCoordinator {
    /// A coordinator that has counted nothing.
    #[new]
    pub fn new(_: &Rc<World>) -> Result<Self, Raised> {
        Ok(Self::default())
    }

    /// Counts an error under a kind: `tool`, `provider`, `unknown`, or one of your own.
    pub fn track_error(&self, world: &Rc<World>, kind: String, error: Value) -> Result<(), Raised> {
        let message = match &error {
            Value::Text(text) => text.clone(),
            other => world
                .read(other, "args")?
                .as_ref()
                .and_then(Value::items)
                .and_then(<[Value]>::first)
                .and_then(Value::text)
                .unwrap_or_default()
                .to_owned(),
        };
        self.count_error(world, &kind, &message, false);
        Ok(())
    }

    /// `{"requests": …, "tokens": …, "tool_calls": …, "errors": {kind: …}}`.
    #[returns = "dict"]
    pub fn get_metrics(&self, _: &Rc<World>) -> Value {
        let count = |name: &'static str| (name, Value::Int(self.counts.borrow().get(name).copied().unwrap_or(0)));
        let errors = self.errors.borrow().iter().map(|(kind, count)| (Value::from(kind.as_str()), Value::Int(*count))).collect();
        Value::dict([count("requests"), count("tokens"), count("tool_calls"), ("errors", Value::Dict(errors))])
    }
}

impl MetricsCoordinator {
    /// Adds to `requests`, `tokens` or `tool_calls`.
    pub fn count(&self, name: &'static str, more: i64) {
        *self.counts.borrow_mut().entry(name).or_default() += more;
    }

    /// Counts an error under a kind, told by the program or noticed by the runtime itself.
    pub fn count_error(&self, world: &World, kind: &str, message: &str, automatic: bool) {
        world.observe(Observation::Counted { kind: kind.to_owned(), message: message.to_owned(), automatic });
        let mut errors = self.errors.borrow_mut();
        match errors.iter_mut().find(|(known, _)| known == kind) {
            Some((_, count)) => *count += 1,
            None => errors.push((kind.to_owned(), 1)),
        }
    }
}
