//! The system prompt, put together from contributions.

use std::rc::Rc;

use super::config::by_priority;
use super::{Arguments, Observation, Raised, Value, World};
use crate::surface::surface;

/// Builds the system prompt.
///
/// A contributor has `get_contribution(context)` or `contribute(context)`, sync or async, which answers a text, and may have
/// `priority()`. One that raises is passed over and recorded.
pub struct PromptCoordinator {
    contributors: Vec<Value>,
}

#[surface(modules = ["victor.agent.coordinators"], side = coordinator)]
impl PromptCoordinator {
    /// A coordinator over contributors.
    #[new]
    pub fn new(_: &Rc<World>, #[default = "None"] contributors: Option<Vec<Value>>) -> Result<Self, Raised> {
        Ok(PromptCoordinator { contributors: contributors.unwrap_or_default() })
    }

    /// The contributions that are not empty, the highest priority first, joined by a blank line.
    pub async fn build_system_prompt(self: Rc<Self>, world: Rc<World>, context: Value) -> Result<String, Raised> {
        let mut parts = Vec::new();
        // Of equal priority the earlier one comes first, so the list is turned before and after sorting.
        let turned: Vec<Value> = self.contributors.iter().rev().cloned().collect();
        for contributor in by_priority(&world, &turned).into_iter().rev() {
            match contribution(&world, contributor, &context).await {
                Ok(Some(Value::Text(text))) if !text.is_empty() => parts.push(text),
                Ok(_) => {}
                Err(error) => world.observe(Observation::Skipped { hook: "prompt contributor", error: error.to_string() }),
            }
        }
        Ok(parts.join("\n\n"))
    }
}

async fn contribution(world: &Rc<World>, contributor: Value, context: &Value) -> Result<Option<Value>, Raised> {
    let arguments = Arguments::of([context.clone()]);
    match Rc::clone(world).ask(contributor.clone(), "get_contribution", arguments.clone()).await? {
        Some(answer) => Ok(Some(answer)),
        None => Rc::clone(world).ask(contributor, "contribute", arguments).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::{Closures, finish};

    #[test]
    fn contributions_are_joined_by_priority_and_failures_passed_over() {
        let host = Rc::new(Closures::default());
        let world = World::new(host.clone());
        let contributor = |method: &'static str, priority: i64, answer: Result<Value, Raised>| {
            let priority = host.function(move |_| Ok(Value::Int(priority)));
            host.object([(method, host.function(move |_| answer.clone())), ("priority", priority)])
        };
        let list = vec![
            contributor("contribute", 1, Ok("last".into())),
            contributor("get_contribution", 5, Ok("first".into())),
            contributor("contribute", 5, Ok("second".into())),
            contributor("contribute", 3, Ok("".into())),
            contributor("contribute", 4, Err(Raised::value_error("none today"))),
        ];
        let prompt = Rc::new(PromptCoordinator::new(&world, Some(list)).expect("a coordinator"));
        let built = finish(prompt.build_system_prompt(Rc::clone(&world), Value::None)).expect("a prompt");
        assert_eq!(built, "first\n\nsecond\n\nlast");
        assert_eq!(world.record().len(), 1);
    }
}
