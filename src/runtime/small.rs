//! Coordinators with one or two members each: sessions, state, middleware, tool selection, the chat loop as an object.

use std::rc::Rc;

use super::core::Core;
use super::data::Data;
use super::orchestrator::Orchestrator;
use super::session::Session;
use super::{Arguments, Raised, Value, World};
use crate::surface::surface;

/// Conversations by id: each has one history and one stream of events.
pub struct SessionCoordinator(pub(super) Rc<Core>);

#[surface(modules = ["victor.agent.coordinators"], side = coordinator)]
impl SessionCoordinator {
    /// Begins a session, under a fresh id where none is given; answers the id.
    pub async fn create(self: Rc<Self>, world: Rc<World>, #[default = "None"] session_id: Option<String>) -> String {
        let id = session_id.unwrap_or_else(|| world.fresh_session());
        self.0.session(&id, |_: &mut Session| {});
        id
    }

    /// The ids of all sessions that have begun, sorted.
    pub async fn list(self: Rc<Self>, _: Rc<World>) -> Vec<Value> {
        self.0.sessions().into_iter().map(Value::from).collect()
    }

    /// Forgets a session; whether there was one.
    pub async fn end(self: Rc<Self>, _: Rc<World>, session_id: String) -> bool {
        self.0.end(&session_id)
    }
}

/// Where a conversation stands.
pub struct StateCoordinator(pub(super) Rc<Core>);

#[surface(modules = ["victor.agent.coordinators"], side = coordinator)]
impl StateCoordinator {
    /// `{"session_id": …, "messages": …, "stage": …}` of the orchestrator's own session.
    #[returns = "dict"]
    pub async fn get_state(self: Rc<Self>, _: Rc<World>) -> Value {
        let id = self.0.session_id();
        let (messages, stage) = self.0.session(id, |session| (session.messages(), session.stage.clone()));
        Value::dict([("session_id", Value::from(id)), ("messages", Value::List(messages)), ("stage", stage.unwrap_or_default())])
    }

    /// Sets the stage.
    pub async fn update_stage(self: Rc<Self>, _: Rc<World>, stage: Value) {
        self.0.session(self.0.session_id(), |session| session.stage = Some(stage));
    }
}

/// What looks at every request before it is sent: objects with `process_request(messages)`, sync or async, which may
/// answer other messages.
pub struct MiddlewareCoordinator(pub(super) Rc<Core>);

#[surface(modules = ["victor.agent.coordinators"], side = coordinator)]
impl MiddlewareCoordinator {
    /// Sets the list of middleware.
    pub async fn set_middleware(self: Rc<Self>, _: Rc<World>, middleware: Value) {
        *self.0.middleware.borrow_mut() = middleware;
    }

    /// The list of middleware.
    pub fn get_middleware(&self, _: &Rc<World>) -> Value {
        self.0.middleware.borrow().clone()
    }
}

/// Chooses among tools. A strategy has `select_tools(query, tools)`, sync or async; the first that answers decides.
pub struct ToolSelectionCoordinator {
    strategies: Vec<Value>,
}

#[surface(modules = ["victor.agent.coordinators"], side = coordinator)]
impl ToolSelectionCoordinator {
    /// A coordinator over strategies.
    #[new]
    pub fn new(_: &Rc<World>, #[default = "None"] strategies: Option<Vec<Value>>) -> Result<Self, Raised> {
        Ok(ToolSelectionCoordinator { strategies: strategies.unwrap_or_default() })
    }

    /// The tools for a query; all of them when no strategy answers.
    pub async fn select_tools(self: Rc<Self>, world: Rc<World>, query: Value, tools: Value) -> Result<Value, Raised> {
        for strategy in self.strategies.clone() {
            let arguments = Arguments::of([query.clone(), tools.clone()]);
            let answer = Rc::clone(&world).ask(strategy, "select_tools", arguments).await?;
            if let Some(answer) = answer.filter(|answer| !answer.is_none()) {
                return Ok(answer);
            }
        }
        Ok(tools)
    }
}

/// The loop behind `chat`.
pub struct ChatCoordinator(pub(super) Rc<Orchestrator>);

#[surface(modules = ["victor.agent.coordinators"], side = coordinator)]
impl ChatCoordinator {
    /// What `AgentOrchestrator.chat` does.
    #[returns = "CompletionResponse"]
    pub async fn chat(
        self: Rc<Self>,
        world: Rc<World>,
        message: Value,
        #[default = "None"] session_id: Option<String>,
    ) -> Result<Rc<Data>, Raised> {
        Rc::clone(&self.0).chat(world, Some(message), None, session_id).await
    }
}
