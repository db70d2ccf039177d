//! Tools: which there are, which may run, and running them. A failure is a value, never an exception.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::core::Core;
use super::data::{Data, TOOL_RESULT};
use super::{Arguments, Observation, Raised, Value, World};
use crate::surface::surface;

/// How many tool calls an orchestrator may make.
pub const BUDGET: i64 = 100;

/// Runs tools. A tool is a callable that takes the arguments by name, or an object with `name` and `execute(**arguments)`.
pub struct ToolCoordinator {
    core: RefCell<Rc<Core>>,
    left: Cell<i64>,
}

#[surface(modules = ["victor.agent.coordinators"], side = coordinator)]
impl ToolCoordinator {
    /// A coordinator; the budget counts calls.
    #[new]
    pub fn new(_: &Rc<World>, #[default = "100"] budget: i64) -> Result<Self, Raised> {
        Ok(ToolCoordinator { core: RefCell::new(Core::detached()), left: Cell::new(budget) })
    }

    /// Runs calls one after the other: `ToolCall`s or dicts with `name` and `arguments`. The results are in their order.
    pub async fn execute_tool_calls(
        self: Rc<Self>,
        world: Rc<World>,
        tool_calls: Option<Vec<Value>>,
        #[default = "None"] context: Option<Value>,
    ) -> Result<Vec<Value>, Raised> {
        drop(context);
        let mut results = Vec::new();
        for call in tool_calls.unwrap_or_default() {
            let name = world.read(&call, "name")?.unwrap_or_default();
            let arguments = world.read(&call, "arguments")?.unwrap_or_default();
            results.push(Rc::clone(&self).run(&world, &name, arguments).await);
        }
        Ok(results)
    }

    /// Runs one tool by its name.
    #[returns = "ToolResult"]
    pub async fn execute_tool(self: Rc<Self>, world: Rc<World>, name: Value, #[rest] arguments: Value) -> Value {
        self.run(&world, &name, arguments).await
    }

    /// The names of the tools that may run; all, until somebody set them.
    pub fn get_enabled_tools(&self, _: &Rc<World>) -> Value {
        enabled(&self.core.borrow())
    }

    /// Only these tools may run from now on; `None` for all.
    pub async fn set_tools(self: Rc<Self>, _: Rc<World>, tools: Value) {
        *self.core.borrow().enabled.borrow_mut() = tools;
    }

    /// How many calls are left.
    #[property]
    pub fn remaining_budget(&self, _: &Rc<World>) -> i64 {
        self.left.get()
    }
}

impl ToolCoordinator {
    /// Makes it the coordinator of an orchestrator.
    pub fn attach(&self, core: &Rc<Core>) {
        *self.core.borrow_mut() = Rc::clone(core);
    }

    /// Runs one tool; the answer is a `ToolResult` whatever happens.
    pub async fn run(self: Rc<Self>, world: &Rc<World>, name: &Value, arguments: Value) -> Value {
        let core = Rc::clone(&self.core.borrow());
        let named = name.text().unwrap_or_default().to_owned();
        let answer = match self.allowed(&core, &named) {
            Ok(tool) => call(world, tool, &named, &arguments).await.map_err(|error| error.message),
            Err(reason) => Err(reason),
        };
        let result = match answer {
            Ok(answer) => match answer.as_object::<Data>() {
                Some(data) if data.layout() == &TOOL_RESULT => data,
                _ => Data::of(&TOOL_RESULT, [("data", answer), ("success", Value::Bool(true))]),
            },
            Err(reason) => Data::of(&TOOL_RESULT, [("success", Value::Bool(false)), ("error", Value::from(reason))]),
        };
        let success = result.field("success") == Value::Bool(true);
        let shown = if success { result.field("data") } else { result.field("error") };
        world.observe(Observation::Tool { name: named, arguments, success, result: shown });
        Value::from(result)
    }

    fn allowed(&self, core: &Core, name: &str) -> Result<Value, String> {
        let may = core.enabled.borrow().items().is_none_or(|names| names.iter().any(|known| known.text() == Some(name)));
        if !may {
            return Err(format!("tool '{name}' is not enabled"));
        }
        if self.left.get() <= 0 {
            return Err("the tool budget is used up".to_owned());
        }
        self.left.set(self.left.get() - 1);
        let tools = core.tools.borrow();
        let known = tools.iter().find(|(known, _)| known == name).map(|(_, tool)| tool.clone());
        known.ok_or_else(|| format!("unknown tool '{name}'"))
    }
}

/// The names of the tools that may run.
pub(super) fn enabled(core: &Core) -> Value {
    let set = core.enabled.borrow().clone();
    if set.is_none() { Value::List(core.tools.borrow().iter().map(|(name, _)| Value::from(name.as_str())).collect()) } else { set }
}

async fn call(world: &Rc<World>, tool: Value, name: &str, arguments: &Value) -> Result<Value, Raised> {
    let entries = match arguments {
        Value::Dict(entries) => entries.clone(),
        Value::None => Vec::new(),
        other => return Err(Raised::type_error(format!("the arguments of '{name}' must be a dict, not {}", other.type_name()))),
    };
    let named = entries.into_iter().map(|(key, value)| (key.text().unwrap_or_default().to_owned(), value)).collect();
    let arguments = Arguments { positional: Vec::new(), named };
    if let Some(answer) = Rc::clone(world).ask(tool.clone(), "execute", arguments.clone()).await? {
        return Ok(answer);
    }
    match tool {
        Value::Foreign(callable) => {
            let answer = world.call(callable, arguments)?;
            world.wait(answer).await
        }
        other => Err(Raised::type_error(format!("tool '{name}' is a {}, which cannot be called", other.type_name()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::{Closures, finish};

    fn setup(budget: i64) -> (Rc<World>, Rc<Core>, Rc<ToolCoordinator>) {
        let host = Rc::new(Closures::default());
        let world = World::new(host.clone());
        let core = Core::new("s".to_owned(), Value::None);
        let echo = host.function(|arguments| Ok(arguments.named.first().map_or(Value::None, |(_, value)| value.clone())));
        let broken = host.function(|_| Err(Raised::value_error("out of paper")));
        core.tools.borrow_mut().extend([("echo".to_owned(), echo), ("print".to_owned(), broken)]);
        let tools = Rc::new(ToolCoordinator::new(&world, budget).expect("a coordinator"));
        tools.attach(&core);
        (world, core, tools)
    }

    fn run(names: &[&str], budget: i64, enabled: Value) -> Vec<(Value, Value)> {
        let (world, core, tools) = setup(budget);
        *core.enabled.borrow_mut() = enabled;
        let call = |name: &&str| Value::dict([("name", Value::from(*name)), ("arguments", Value::dict([("text", Value::from("hi"))]))]);
        let calls = names.iter().map(call).collect();
        let results = finish(tools.execute_tool_calls(Rc::clone(&world), Some(calls), None)).expect("results");
        let fields = |result: &Value| {
            let data: Rc<Data> = result.as_object().expect("a ToolResult");
            (data.field("data"), data.field("error"))
        };
        results.iter().map(fields).collect()
    }

    #[test]
    fn results_are_in_order_and_failures_are_values() {
        let results = run(&["echo", "print", "fly"], 9, Value::None);
        let failed = |text: &str| (Value::None, Value::from(text));
        assert_eq!(results, [("hi".into(), Value::None), failed("out of paper"), failed("unknown tool 'fly'")]);
    }

    #[test]
    fn the_budget_and_the_enabled_names_are_kept() {
        let results = run(&["echo", "echo"], 1, Value::None);
        assert_eq!(results[1].1, "the tool budget is used up".into());
        let results = run(&["echo", "print"], 9, Value::from(vec!["print"]));
        assert_eq!(results[0].1, "tool 'echo' is not enabled".into());
        assert_eq!(results[1].1, "out of paper".into());
    }
}
