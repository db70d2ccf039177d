//! The state of one orchestrator, which the facade, the coordinators and the legacy internals share. It decides nothing.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use super::session::Session;
use super::value::Value;

/// The parts of an orchestrator that a legacy program may replace by its own.
pub const REPLACEABLE: [&str; 6] =
    ["_context_manager", "_context_compactor", "_usage_analytics", "_prompt_builder", "_tool_executor", "_metrics_collector"];

/// The state of one orchestrator. A coordinator that belongs to none has one of its own.
#[derive(Debug)]
pub struct Core {
    session_id: String,
    /// What the constructor was given as `settings`.
    pub settings: Value,
    /// The provider in use.
    pub provider: RefCell<Value>,
    /// The model in use.
    pub model: RefCell<Value>,
    /// The constructor's values, then what was written to the legacy configuration object.
    pub values: RefCell<Vec<(Value, Value)>>,
    /// The names of the tools that may run; `None` for all.
    pub enabled: RefCell<Value>,
    /// What was set as middleware.
    pub middleware: RefCell<Value>,
    /// Tools by name.
    pub tools: RefCell<Vec<(String, Value)>>,
    /// Parts that the user's code assigned, by the legacy name.
    pub replaced: RefCell<BTreeMap<String, Value>>,
    /// Whether an exception that leaves `chat` is counted by itself: not on the legacy surface.
    pub counts_errors: Cell<bool>,
    sessions: RefCell<BTreeMap<String, Session>>,
}

impl Core {
    /// State for one orchestrator whose own session has this id.
    #[must_use]
    pub fn new(session_id: String, settings: Value) -> Rc<Self> {
        Rc::new(Core {
            session_id,
            settings,
            provider: RefCell::default(),
            model: RefCell::default(),
            values: RefCell::default(),
            enabled: RefCell::default(),
            middleware: RefCell::default(),
            tools: RefCell::default(),
            replaced: RefCell::default(),
            counts_errors: Cell::new(true),
            sessions: RefCell::default(),
        })
    }

    /// State that belongs to no orchestrator.
    #[must_use]
    pub fn detached() -> Rc<Self> {
        Core::new("detached".to_owned(), Value::None)
    }

    /// The id of the orchestrator's own session.
    #[must_use]
    pub fn session_id(&self) -> &str {
        &self.session_id
    }

    /// The given session, or the orchestrator's own.
    #[must_use]
    pub fn session_or_own(&self, given: Option<String>) -> String {
        given.unwrap_or_else(|| self.session_id.clone())
    }

    /// Looks into a session, which begins when it is first asked for.
    pub fn session<T>(&self, id: &str, look: impl FnOnce(&mut Session) -> T) -> T {
        look(self.sessions.borrow_mut().entry(id.to_owned()).or_default())
    }

    /// The messages of a session.
    #[must_use]
    pub fn messages(&self, id: &str) -> Vec<Value> {
        self.session(id, |session| session.messages())
    }

    /// The ids of all sessions that have begun, sorted.
    #[must_use]
    pub fn sessions(&self) -> Vec<String> {
        self.sessions.borrow().keys().cloned().collect()
    }

    /// Forgets a session; whether there was one.
    pub fn end(&self, id: &str) -> bool {
        self.sessions.borrow_mut().remove(id).is_some()
    }

    /// The loaded configurations of all sessions, or of one, are forgotten.
    pub fn forget_config(&self, id: Option<&str>) {
        for (name, session) in self.sessions.borrow_mut().iter_mut() {
            if id.is_none_or(|id| id == name) {
                session.config = None;
            }
        }
    }

    /// The user's own part under a legacy name, if one was assigned.
    #[must_use]
    pub fn own_part(&self, name: &str) -> Option<Value> {
        self.replaced.borrow().get(name).cloned()
    }
}
