//! The messages of a conversation, and keeping them within the budget.

use std::cell::RefCell;
use std::rc::Rc;

use super::core::Core;
use super::data::{CONTEXT, CONTEXT_BUDGET, Data};
use super::session::tokens;
use super::strategy::{KEPT, Strategy};
use super::{Arguments, Observation, Raised, Value, World};
use crate::surface::surface;

/// Hands out contexts and compacts them.
///
/// A strategy has `compact(context)` or `compact(context, budget)`, sync or async, which answers a `Context`, a list of
/// messages or something with `compacted_context`; and may have `can_apply(context)`. The first that can is used; without
/// any, system messages and the last ten others stay.
pub struct ContextCoordinator {
    core: RefCell<Rc<Core>>,
    strategies: Vec<Value>,
    max_tokens: i64,
}

#[surface(modules = ["victor.agent.coordinators"], side = coordinator)]
impl ContextCoordinator {
    /// A coordinator; `compaction_strategy` is the first of `strategies`. The budget counts estimated tokens.
    #[new]
    pub fn new(
        _: &Rc<World>,
        #[default = "None"] compaction_strategy: Option<Value>,
        #[default = "None"] strategies: Option<Vec<Value>>,
        #[default = "8000"] max_tokens: i64,
    ) -> Result<Self, Raised> {
        let strategies = compaction_strategy.into_iter().chain(strategies.unwrap_or_default()).collect();
        Ok(ContextCoordinator { core: RefCell::new(Core::detached()), strategies, max_tokens })
    }

    /// The messages of a session as they are now, with an estimate of their tokens.
    #[returns = "Context"]
    pub fn get_context(&self, _: &Rc<World>, #[default = "None"] session_id: Option<String>) -> Value {
        let core = self.core.borrow();
        let session = core.session_or_own(session_id);
        self.context(&session, core.messages(&session))
    }

    /// Shortens a context, the orchestrator's own without an argument. A current context's result becomes current.
    #[returns = "Context"]
    pub async fn compact_context(self: Rc<Self>, world: Rc<World>, #[default = "None"] context: Option<Value>) -> Result<Value, Raised> {
        let core = Rc::clone(&self.core.borrow());
        let context = context.unwrap_or_else(|| self.get_context(&world, None));
        let before = messages_of(&world, &context)?;
        let shorter = self.shorten(&world, &context, &before).await?;
        let named = world.read(&context, "session_id")?;
        let session = named.as_ref().and_then(Value::text).unwrap_or(core.session_id()).to_owned();
        let revision = world.read(&context, "revision")?;
        let current = core.session(&session, |session| revision == Some(Value::Int(session.revision())));
        if current {
            core.session(&session, |session| {
                session.compactions.push(before.len().saturating_sub(shorter.len()));
                session.replace(shorter.clone());
            });
            world.observe(Observation::Replaced { session: session.clone(), messages: shorter.clone() });
        }
        Ok(self.context(&session, shorter))
    }

    /// How many messages each compaction of a session took away.
    pub fn get_compaction_history(&self, _: &Rc<World>, #[default = "None"] session_id: Option<String>) -> Vec<Value> {
        let core = self.core.borrow();
        let session = core.session_or_own(session_id);
        core.session(&session, |session| session.compactions.iter().map(|&count| Value::Int(count as i64)).collect())
    }
}

impl ContextCoordinator {
    /// Makes it the coordinator of an orchestrator.
    pub fn attach(&self, core: &Rc<Core>) {
        *self.core.borrow_mut() = Rc::clone(core);
    }

    /// Whether a session has more estimated tokens than the budget; equal is within.
    #[must_use]
    pub fn is_over(&self, session: &str) -> bool {
        tokens(&self.core.borrow().messages(session)) > self.max_tokens
    }

    fn context(&self, session: &str, messages: Vec<Value>) -> Value {
        let revision = self.core.borrow().session(session, |session| session.revision());
        let count = Value::Int(tokens(&messages));
        let fields = [("messages", Value::List(messages)), ("token_count", count)];
        let whose = [("session_id", Value::from(session)), ("revision", Value::Int(revision))];
        Value::from(Data::of(&CONTEXT, fields.into_iter().chain(whose)))
    }

    async fn shorten(&self, world: &Rc<World>, context: &Value, before: &[Value]) -> Result<Vec<Value>, Raised> {
        for strategy in self.strategies.clone() {
            let applies = Rc::clone(world).ask(strategy.clone(), "can_apply", Arguments::of([context.clone()])).await?;
            if matches!(applies, Some(Value::Bool(false) | Value::None)) {
                continue;
            }
            let mut arguments = vec![context.clone()];
            if world.takes(&strategy, "compact", 2)? {
                arguments.push(Value::from(Data::of(&CONTEXT_BUDGET, [("max_tokens", Value::Int(self.max_tokens))])));
            }
            let Some(answer) = Rc::clone(world).ask(strategy, "compact", Arguments::of(arguments)).await? else {
                return Err(Raised::attribute_error("a compaction strategy needs a method 'compact'"));
            };
            return messages_of(world, &answer);
        }
        Ok(Strategy::Truncation(KEPT).compact(before))
    }
}

/// The messages of a context, of a result with one, or of a plain list.
fn messages_of(world: &Rc<World>, value: &Value) -> Result<Vec<Value>, Raised> {
    if let Some(items) = value.items() {
        return Ok(items.to_vec());
    }
    if let Some(inner) = world.read(value, "compacted_context")? {
        return match inner.items() {
            Some(items) => Ok(items.to_vec()),
            None => listed(world, &inner),
        };
    }
    listed(world, value)
}

fn listed(world: &Rc<World>, context: &Value) -> Result<Vec<Value>, Raised> {
    let messages = world.read(context, "messages")?;
    let wrong = || Raised::type_error(format!("a context with messages was expected, not {}", context.type_name()));
    messages.as_ref().and_then(Value::items).map(<[Value]>::to_vec).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::super::session::message;
    use super::*;
    use crate::runtime::{Closures, finish};

    fn filled(count: usize) -> Rc<Core> {
        let core = Core::new("s".to_owned(), Value::None);
        core.session("s", |session| (0..count).for_each(|number| session.append(message("user", format!("text {number}")))));
        core
    }

    fn coordinator(world: &Rc<World>, core: &Rc<Core>, strategy: Option<Value>) -> Rc<ContextCoordinator> {
        let coordinator = Rc::new(ContextCoordinator::new(world, strategy, None, 8000).expect("a coordinator"));
        coordinator.attach(core);
        coordinator
    }

    #[test]
    fn compacting_the_current_context_makes_the_result_current() {
        let world = World::new(Rc::new(Closures::default()));
        let core = filled(14);
        let context = coordinator(&world, &core, None);
        finish(Rc::clone(&context).compact_context(Rc::clone(&world), None)).expect("a context");
        assert_eq!(core.messages("s").len(), 10);
        assert_eq!(context.get_compaction_history(&world, None), [Value::Int(4)]);
    }

    #[test]
    fn compacting_an_old_context_leaves_the_current_one_alone() {
        let world = World::new(Rc::new(Closures::default()));
        let core = filled(14);
        let context = coordinator(&world, &core, None);
        let old = context.get_context(&world, None);
        core.session("s", |session| session.append(message("user", "newer")));
        let shorter = finish(Rc::clone(&context).compact_context(Rc::clone(&world), Some(old))).expect("a context");
        assert_eq!(messages_of(&world, &shorter).map(|list| list.len()), Ok(10));
        assert_eq!(core.messages("s").len(), 15);
    }

    #[test]
    fn a_strategy_of_the_user_decides_in_each_form_it_may_answer() {
        let host = Rc::new(Closures::default());
        let world = World::new(host.clone());
        let only = || Value::List(vec![message("system", "all")]);
        let result = host.object([("compacted_context", Value::from(Data::of(&CONTEXT, [("messages", only())])))]);
        for answer in [only(), Value::from(Data::of(&CONTEXT, [("messages", only())])), result] {
            let core = filled(3);
            let strategy = host.with_method("compact", move |_| Ok(answer.clone()));
            finish(coordinator(&world, &core, Some(strategy)).compact_context(Rc::clone(&world), None)).expect("a context");
            assert_eq!(core.messages("s"), [message("system", "all")]);
        }
    }

    #[test]
    fn equal_to_the_budget_is_within() {
        let world = World::new(Rc::new(Closures::default()));
        let core = Core::new("s".to_owned(), Value::None);
        let context = ContextCoordinator::new(&world, None, None, 2).expect("a coordinator");
        context.attach(&core);
        core.session("s", |session| session.append(message("user", "12345678")));
        assert!(!context.is_over("s"));
        core.session("s", |session| session.append(message("user", "1234")));
        assert!(context.is_over("s"));
    }
}
