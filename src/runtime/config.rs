//! Configuration from several sources, merged by priority. It holds no values of its own beyond the orchestrator's.

use std::cell::RefCell;
use std::rc::Rc;

use super::core::Core;
use super::{Arguments, Observation, Raised, Value, World};
use crate::surface::surface;

/// Merges configuration from providers, from the lowest priority to the highest, so that the highest wins.
///
/// A provider has `get_config(session_id)`, sync or async, which answers a dict, and may have `priority()`, 0 without it.
/// At equal priority the later one in the list wins. One that raises is passed over and recorded.
pub struct ConfigCoordinator {
    core: RefCell<Rc<Core>>,
    providers: RefCell<Vec<Value>>,
    cached: bool,
}

#[surface(modules = ["victor.agent.coordinators"], side = coordinator)]
impl ConfigCoordinator {
    /// A coordinator over providers; with the cache a session's configuration is loaded once.
    #[new]
    pub fn new(
        _: &Rc<World>,
        #[default = "None"] providers: Option<Vec<Value>>,
        #[default = "True"] enable_cache: bool,
    ) -> Result<Self, Raised> {
        Ok(ConfigCoordinator {
            core: RefCell::new(Core::detached()),
            providers: RefCell::new(providers.unwrap_or_default()),
            cached: enable_cache,
        })
    }

    /// The merged configuration of the orchestrator's own session: a fresh dict for every call. Before the first load it
    /// holds the constructor's values and what the providers that are not async answer.
    #[returns = "dict"]
    pub fn get_config(&self, world: &Rc<World>) -> Result<Value, Raised> {
        let core = Rc::clone(&self.core.borrow());
        let session = core.session_id().to_owned();
        world.observe(Observation::ConfigRead { session: session.clone() });
        if let Some(loaded) = core.session(&session, |session| session.config.clone()) {
            return Ok(loaded);
        }
        let mut merged = Value::Dict(core.values.borrow().clone());
        for provider in self.by_priority(world) {
            match world.ask_now(&provider, "get_config", Arguments::of([Value::from(session.as_str())])) {
                Ok(Some(answer @ Value::Dict(_))) => merge(&mut merged, answer),
                Ok(Some(later)) => world.abandon(&later),
                Ok(None) => {}
                Err(error) => world.observe(Observation::Skipped { hook: "config provider", error: error.to_string() }),
            }
        }
        Ok(merged)
    }

    /// Asks every provider for a session and keeps the merged answer. What overrides wins over all providers.
    ///
    /// # Errors
    /// `ValueError` that names the first failure, when a provider raised and nothing at all came together.
    #[returns = "dict"]
    pub async fn load_config(
        self: Rc<Self>,
        world: Rc<World>,
        session_id: String,
        #[default = "None"] config_override: Option<Value>,
    ) -> Result<Value, Raised> {
        let core = Rc::clone(&self.core.borrow());
        let known = core.session(&session_id, |session| session.config.clone());
        if let Some(known) = known.filter(|_| self.cached && config_override.is_none()) {
            return Ok(known);
        }
        let mut merged = Value::Dict(core.values.borrow().clone());
        let mut first = None;
        for provider in self.by_priority(&world) {
            let asked = Rc::clone(&world).ask(provider, "get_config", Arguments::of([Value::from(session_id.as_str())])).await;
            match asked {
                Ok(Some(answer)) => merge(&mut merged, answer),
                Ok(None) => {}
                Err(error) => {
                    world.observe(Observation::Skipped { hook: "config provider", error: error.to_string() });
                    first.get_or_insert(error);
                }
            }
        }
        if let Some(more) = config_override {
            merge(&mut merged, more);
        }
        if let (Value::Dict(entries), Some(error)) = (&merged, first)
            && entries.is_empty()
        {
            return Err(Raised::value_error(format!("no configuration: {error}")));
        }
        core.session(&session_id, |session| session.config = Some(merged.clone()));
        Ok(merged)
    }

    /// Forgets what was loaded, for one session or for all.
    pub fn invalidate_cache(&self, _: &Rc<World>, #[default = "None"] session_id: Option<String>) {
        self.core.borrow().forget_config(session_id.as_deref());
    }

    /// One more provider. What was loaded is forgotten.
    pub fn add_provider(&self, _: &Rc<World>, provider: Value) {
        self.providers.borrow_mut().push(provider);
        self.core.borrow().forget_config(None);
    }

    /// Takes a provider away; whether it was there. What was loaded is forgotten.
    pub fn remove_provider(&self, _: &Rc<World>, provider: Value) -> bool {
        let mut providers = self.providers.borrow_mut();
        let before = providers.len();
        providers.retain(|known| *known != provider);
        self.core.borrow().forget_config(None);
        providers.len() < before
    }

    /// Whether a configuration can be used: a dict, whose `temperature` and `max_tokens`, where there are any, are numbers.
    pub async fn validate_config(self: Rc<Self>, _: Rc<World>, config: Value) -> bool {
        let number = |name: &str| config.key(name).is_none_or(|value| matches!(value, Value::Int(_) | Value::Float(_)));
        matches!(config, Value::Dict(_)) && number("temperature") && number("max_tokens")
    }
}

impl ConfigCoordinator {
    /// Makes it the coordinator of an orchestrator.
    pub fn attach(&self, core: &Rc<Core>) {
        *self.core.borrow_mut() = Rc::clone(core);
    }

    fn by_priority(&self, world: &Rc<World>) -> Vec<Value> {
        by_priority(world, &self.providers.borrow())
    }
}

/// Hooks from the lowest `priority()` to the highest, in list order where it is the same.
pub(super) fn by_priority(world: &Rc<World>, hooks: &[Value]) -> Vec<Value> {
    let of = |hook: &Value| match world.ask_now(hook, "priority", Arguments::default()) {
        Ok(Some(Value::Int(priority))) => priority as f64,
        Ok(Some(Value::Float(priority))) => priority,
        _ => 0.0,
    };
    let mut sorted: Vec<(f64, Value)> = hooks.iter().map(|hook| (of(hook), hook.clone())).collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    sorted.into_iter().map(|(_, hook)| hook).collect()
}

/// Puts `over` on top of `base`, dicts within dicts merged key by key.
pub fn merge(base: &mut Value, over: Value) {
    match (base, over) {
        (Value::Dict(entries), Value::Dict(more)) => {
            for (key, value) in more {
                match entries.iter_mut().find(|(known, _)| *known == key) {
                    Some((_, slot)) => merge(slot, value),
                    None => entries.push((key, value)),
                }
            }
        }
        (base, over) => *base = over,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::{Closures, finish};

    fn provider(host: &Closures, priority: i64, answer: Result<Value, Raised>) -> Value {
        let get = host.function(move |_| answer.clone());
        let priority = host.function(move |_| Ok(Value::Int(priority)));
        host.object([("get_config", get), ("priority", priority)])
    }

    fn limits(key: &str, value: i64) -> Value {
        Value::dict([("limits", Value::dict([(key, Value::Int(value))]))])
    }

    #[test]
    fn the_highest_priority_wins_and_dicts_merge_deeply() {
        let host = Rc::new(Closures::default());
        let world = World::new(host.clone());
        let high = provider(&host, 9, Ok(limits("day", 1)));
        let low = provider(&host, 1, Ok(limits("day", 2)));
        let other = provider(&host, 1, Ok(limits("week", 3)));
        let config = Rc::new(ConfigCoordinator::new(&world, Some(vec![high, low, other]), true).expect("a coordinator"));
        let merged = finish(config.load_config(Rc::clone(&world), "s".to_owned(), None)).expect("a configuration");
        let merged = merged.key("limits").cloned().unwrap_or_default();
        assert_eq!((merged.key("day"), merged.key("week")), (Some(&Value::Int(1)), Some(&Value::Int(3))));
    }

    #[test]
    fn a_failing_provider_is_passed_over_and_all_failing_is_an_error() {
        let host = Rc::new(Closures::default());
        let world = World::new(host.clone());
        let broken = provider(&host, 5, Err(Raised::value_error("no file")));
        let fine = provider(&host, 1, Ok(limits("day", 2)));
        let config = Rc::new(ConfigCoordinator::new(&world, Some(vec![broken.clone(), fine]), true).expect("a coordinator"));
        let merged = finish(Rc::clone(&config).load_config(Rc::clone(&world), "s".to_owned(), None)).expect("a configuration");
        assert_eq!(merged, limits("day", 2));
        assert!(matches!(world.record().last(), Some(Observation::Skipped { .. })));
        let alone = Rc::new(ConfigCoordinator::new(&world, Some(vec![broken]), true).expect("a coordinator"));
        let error = finish(alone.load_config(Rc::clone(&world), "s".to_owned(), None)).expect_err("nothing came together");
        assert!(error.class == "ValueError" && error.message.contains("no file"), "{error}");
    }

    #[test]
    fn a_session_is_loaded_once_until_the_cache_is_invalidated() {
        let host = Rc::new(Closures::default());
        let world = World::new(host.clone());
        let calls = Rc::new(std::cell::Cell::new(0));
        let count = Rc::clone(&calls);
        let counting = host.with_method("get_config", move |_| {
            count.set(count.get() + 1);
            Ok(limits("calls", count.get()))
        });
        let config = Rc::new(ConfigCoordinator::new(&world, Some(vec![counting]), true).expect("a coordinator"));
        let load = || finish(Rc::clone(&config).load_config(Rc::clone(&world), "s".to_owned(), None)).expect("a configuration");
        assert_eq!((load(), load()), (limits("calls", 1), limits("calls", 1)));
        config.invalidate_cache(&world, Some("another".to_owned()));
        assert_eq!(load(), limits("calls", 1));
        config.invalidate_cache(&world, None);
        assert_eq!(load(), limits("calls", 2));
    }
}
