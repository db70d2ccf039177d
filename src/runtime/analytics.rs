//! Events per session, and their way out through exporters.

use std::cell::RefCell;
use std::rc::Rc;

use super::core::Core;
use super::data::{ANALYTICS_EVENT, Data, EXPORT_RESULT};
use super::{Arguments, Observation, Raised, Value, World};
use crate::surface::surface;

/// Tracks events and exports them.
///
/// An exporter has `export(events)`, sync or async, which takes a list of `AnalyticsEvent`. All exporters are called in
/// order; one that raises does not stop the next. Exporting does not clear.
pub struct AnalyticsCoordinator {
    core: RefCell<Rc<Core>>,
    exporters: Vec<Value>,
}

#[surface(modules = ["victor.agent.coordinators"], side = coordinator)]
impl AnalyticsCoordinator {
    /// A coordinator over exporters.
    #[new]
    pub fn new(_: &Rc<World>, #[default = "None"] exporters: Option<Vec<Value>>) -> Result<Self, Raised> {
        Ok(AnalyticsCoordinator { core: RefCell::new(Core::detached()), exporters: exporters.unwrap_or_default() })
    }

    /// Adds an event to a session.
    pub async fn track_event(self: Rc<Self>, world: Rc<World>, session_id: String, event: Value) -> Result<(), Raised> {
        let kind = match world.read(&event, "type")? {
            Some(kind) if !kind.is_none() => Some(kind),
            _ => world.read(&event, "event_type")?,
        };
        let Some(Value::Text(kind)) = kind else {
            return Err(Raised::type_error(format!("an event with a type was expected, not {}", event.type_name())));
        };
        let data = world.read(&event, "data")?.unwrap_or_default();
        track(&self.core.borrow(), &world, &session_id, kind, data);
        Ok(())
    }

    /// Hands a session's events to every exporter. Without success there is a message: an unknown session, no exporter, or
    /// what the failing ones raised.
    #[returns = "ExportResult"]
    pub async fn export_analytics(self: Rc<Self>, world: Rc<World>, session_id: String) -> Result<Value, Raised> {
        let core = Rc::clone(&self.core.borrow());
        let events = core.session(&session_id, |session| session.events.clone());
        let mut names = Vec::new();
        let mut trouble = Vec::new();
        if !core.sessions().contains(&session_id) || events.is_empty() {
            trouble.push(format!("no events for session {session_id}"));
        } else if self.exporters.is_empty() {
            trouble.push("no exporter".to_owned());
        }
        let reached = if trouble.is_empty() { events.len() } else { 0 };
        for exporter in self.exporters.iter().filter(|_| reached > 0) {
            let name = world.read(exporter, "exporter_type")?.as_ref().and_then(Value::text).unwrap_or("custom").to_owned();
            names.push(name);
            let list = Value::List(events.iter().map(event).collect());
            match Rc::clone(&world).ask(exporter.clone(), "export", Arguments::of([list])).await {
                Ok(Some(_)) => {}
                Ok(None) => trouble.push("an exporter needs a method 'export'".to_owned()),
                Err(error) => {
                    world.observe(Observation::Skipped { hook: "exporter", error: error.to_string() });
                    trouble.push(error.message);
                }
            }
        }
        if reached > 0 {
            world.observe(Observation::Export { session: session_id, records: reached });
        }
        let fields = [
            ("success", Value::Bool(trouble.is_empty())),
            ("exporter_type", Value::from(if names.is_empty() { "none".to_owned() } else { names.join(", ") })),
            ("records_exported", Value::Int(reached as i64)),
            ("error_message", Value::from(Some(trouble.join("; ")).filter(|text| !text.is_empty()))),
        ];
        Ok(Value::from(Data::of(&EXPORT_RESULT, fields)))
    }

    /// How many events a session has, in all and by type.
    #[returns = "dict"]
    pub async fn get_session_stats(self: Rc<Self>, _: Rc<World>, session_id: String) -> Value {
        let events = self.core.borrow().session(&session_id, |session| session.events.clone());
        let mut kinds: Vec<(Value, Value)> = Vec::new();
        for (kind, _) in &events {
            let key = Value::from(kind.as_str());
            match kinds.iter_mut().find(|(known, _)| *known == key) {
                Some((_, Value::Int(count))) => *count += 1,
                _ => kinds.push((key, Value::Int(1))),
            }
        }
        let total = Value::Int(events.len() as i64);
        Value::dict([("session_id", Value::from(session_id)), ("total_events", total), ("by_type", Value::Dict(kinds))])
    }

    /// The events that a query asks for: a dict with `session_id`, `type` or both; without them, all of the own session.
    pub async fn query_analytics(self: Rc<Self>, _: Rc<World>, query: Value) -> Vec<Value> {
        let core = self.core.borrow();
        let session = core.session_or_own(query.key("session_id").and_then(Value::text).map(str::to_owned));
        let kind = query.key("type").and_then(Value::text);
        let events = core.session(&session, |session| session.events.clone());
        events.iter().filter(|(of, _)| kind.is_none_or(|kind| kind == of)).map(event).collect()
    }
}

impl AnalyticsCoordinator {
    /// Makes it the coordinator of an orchestrator.
    pub fn attach(&self, core: &Rc<Core>) {
        *self.core.borrow_mut() = Rc::clone(core);
    }
}

/// Adds an event, from whichever surface.
pub(super) fn track(core: &Core, world: &World, session: &str, kind: String, data: Value) {
    world.observe(Observation::Event { session: session.to_owned(), kind: kind.clone(), data: data.clone() });
    core.session(session, |session| session.events.push((kind, data)));
}

fn event((kind, data): &(String, Value)) -> Value {
    Value::from(Data::of(&ANALYTICS_EVENT, [("type", Value::from(kind.as_str())), ("data", data.clone())]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::{Closures, finish};

    fn export(exporters: impl Fn(&Closures) -> Vec<Value>, events: usize) -> (Rc<Data>, Vec<Observation>) {
        let host = Rc::new(Closures::default());
        let world = World::new(host.clone());
        let analytics = Rc::new(AnalyticsCoordinator::new(&world, Some(exporters(&host))).expect("a coordinator"));
        for _ in 0..events {
            let event = Value::dict([("type", Value::from("visit"))]);
            finish(Rc::clone(&analytics).track_event(Rc::clone(&world), "s".to_owned(), event)).expect("tracked");
        }
        let result = finish(analytics.export_analytics(Rc::clone(&world), "s".to_owned())).expect("a result");
        let record = world.record().clone();
        (result.as_object().expect("an ExportResult"), record)
    }

    #[test]
    fn one_failing_exporter_does_not_stop_the_next() {
        let exporters = |host: &Closures| {
            vec![host.with_method("export", |_| Err(Raised::value_error("disk full"))), host.with_method("export", |_| Ok(Value::None))]
        };
        let (result, record) = export(exporters, 2);
        assert_eq!((result.field("success"), result.field("records_exported")), (Value::Bool(false), Value::Int(2)));
        assert_eq!(result.field("error_message"), "disk full".into());
        assert_eq!(result.field("exporter_type"), "custom, custom".into());
        assert!(record.contains(&Observation::Export { session: "s".to_owned(), records: 2 }));
    }

    #[test]
    fn without_events_or_exporters_there_is_a_message_and_no_success() {
        let fine = |host: &Closures| vec![host.with_method("export", |_| Ok(Value::None))];
        assert_eq!(export(fine, 1).0.field("success"), Value::Bool(true));
        assert_eq!(export(fine, 0).0.field("error_message"), "no events for session s".into());
        assert_eq!(export(|_| Vec::new(), 1).0.field("error_message"), "no exporter".into());
    }
}
