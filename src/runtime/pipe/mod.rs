//! The runtime for a Python of the user's: the same core, served over a pipe to the generated classes in their process.
//!
//! One JSON object per line. Python asks (`id`, `do`) and gets `done` or `raised` under the same id; in between the core may
//! ask back (`ask`), which Python answers before anything else, and asks of its own may nest in that.
//!
//! Reading order: `wire` (values), `install` (the text that makes `victor` importable), this file (the server).

mod install;
mod wire;

pub use install::{install, sources};

use std::cell::RefCell;
use std::io::{BufRead, Write};
use std::pin::Pin;
use std::rc::Rc;

use serde_json::{Value as Json, json};

use crate::runtime::bridge::Face;
use crate::runtime::futures::{Futures, Outcome, Step};
use crate::runtime::handles::Handles;
use crate::runtime::{Arguments, Flow, Foreign, Host, Observation, Raised, Value, World, border};

/// Serves one program until it closes the pipe.
pub fn serve(face: Face, input: impl BufRead + 'static, output: impl Write + 'static) {
    let pipe = RefCell::new(Pipe { input: Box::new(input), output: Box::new(output) });
    let program = Rc::new(Program { pipe, handles: Handles::default(), futures: Futures::default(), face });
    let world = World::new(program.clone());
    while let Some(message) = program.receive() {
        program.answer(&world, &message);
    }
}

struct Pipe {
    input: Box<dyn BufRead>,
    output: Box<dyn Write>,
}

/// The program at the other end.
struct Program {
    pipe: RefCell<Pipe>,
    handles: Handles,
    futures: Futures,
    face: Face,
}

impl Program {
    /// The next message; `None` when the program is gone, or says something that is no message.
    fn receive(&self) -> Option<Json> {
        let mut line = String::new();
        let read = self.pipe.borrow_mut().input.read_line(&mut line);
        if !read.is_ok_and(|count| count > 0) {
            return None;
        }
        serde_json::from_str(&line).ok()
    }

    /// A program that is gone is noticed at the next read.
    fn send(&self, message: &Json) {
        let mut pipe = self.pipe.borrow_mut();
        let _ = writeln!(pipe.output, "{message}").and_then(|()| pipe.output.flush());
    }

    fn answer(&self, world: &Rc<World>, message: &Json) {
        let wrong = || Err(Raised::new("RuntimeError", "the runtime was asked for something that it does not know"));
        let answer = self.done(world, &message["do"]).unwrap_or_else(wrong);
        self.send(&match answer {
            Ok(value) => json!({ "id": message["id"], "done": wire::write(&value, &self.handles) }),
            Err(raised) => json!({ "id": message["id"], "raised": wire::write_raised(&raised) }),
        });
    }

    /// What Python asked for, done; `None` where that is nothing known.
    fn done(&self, world: &Rc<World>, wanted: &Json) -> Option<Outcome> {
        let arguments = |at: usize| wire::arguments(&wanted[at], &wanted[at + 1], &self.handles);
        let object = || self.handles.get(usize::try_from(wanted[1].as_u64()?).ok()?);
        let name = |at: usize| wanted[at].as_str();
        let outcome = match name(0)? {
            "new" => border::make(world, name(1)?, arguments(2)?, self.face != Face::Legacy).map(Value::Object),
            "get" => border::get(world, &object()?, name(2)?),
            "set" => border::set(world, &object()?, name(2)?, wire::read(&wanted[3], &self.handles)?).map(|()| Value::None),
            "call" => self.flowing(border::call(world, &object()?, name(2)?, arguments(3)?)),
            "call_class" => self.flowing(border::call_class(world, name(1)?, name(2)?, arguments(3)?)),
            "poll" => {
                let brought = match wire::read_raised(&wanted[3]) {
                    Some(raised) => Err(raised),
                    None => Ok(wire::read(&wanted[2], &self.handles)?),
                };
                self.futures.step(wanted[1].as_u64()?, Some(brought)).map(|step| match step {
                    Step::Done(value) => Value::Tuple(vec![true.into(), value]),
                    Step::Waits(value) => Value::Tuple(vec![false.into(), value]),
                })
            }
            "drop" => {
                self.futures.forget(wanted[1].as_u64()?);
                Ok(Value::None)
            }
            "record" => Ok(Value::List(world.record().iter().map(told).collect())),
            _ => return None,
        };
        Some(outcome)
    }

    /// An answer at once, or the number of a future.
    fn flowing(&self, flow: Flow) -> Outcome {
        match flow {
            Flow::Done(answer) => answer,
            Flow::Coroutine(future) => Ok(Value::Int(i64::try_from(self.futures.start(future)).unwrap_or(i64::MAX))),
        }
    }

    /// Asks the program; `None` where it has no such thing.
    fn ask(&self, world: &Rc<World>, question: &Json) -> Result<Option<Value>, Raised> {
        self.send(&json!({ "ask": question }));
        loop {
            let gone = || Raised::new("RuntimeError", "the program is gone");
            let message = self.receive().ok_or_else(gone)?;
            if message.get("do").is_some() {
                self.answer(world, &message);
            } else if let Some(raised) = message.get("raised") {
                return Err(wire::read_raised(raised).unwrap_or_else(gone));
            } else {
                return message.get("answer").map(|answer| wire::read(answer, &self.handles).ok_or_else(gone)).transpose();
            }
        }
    }
}

/// One entry of the record: its kind, what it says, and whether two runs must agree on it.
fn told(seen: &Observation) -> Value {
    let (kind, fields) = seen.told();
    Value::Tuple(vec![kind.into(), Value::dict(fields), seen.is_compared().into()])
}

impl Host for Program {
    fn call(&self, world: &Rc<World>, target: Foreign, arguments: Arguments) -> Outcome {
        let named = Value::Dict(arguments.named.into_iter().map(|(name, value)| (name.into(), value)).collect());
        let (args, kwargs) = (wire::write(&Value::List(arguments.positional), &self.handles), wire::write(&named, &self.handles));
        self.ask(world, &json!(["call", target.0, args, kwargs])).map(Option::unwrap_or_default)
    }

    fn attribute(&self, world: &Rc<World>, target: Foreign, name: &str) -> Result<Option<Value>, Raised> {
        self.ask(world, &json!(["attribute", target.0, name]))
    }

    fn wait(&self, world: &Rc<World>, value: Value) -> Pin<Box<dyn Future<Output = Outcome>>> {
        let awaitable = match &value {
            Value::Foreign(foreign) => self.ask(world, &json!(["awaitable", foreign.0])) == Ok(Some(Value::Bool(true))),
            _ => false,
        };
        if awaitable { self.futures.wait(value) } else { Box::pin(std::future::ready(Ok(value))) }
    }

    fn takes(&self, world: &Rc<World>, callable: Foreign, positional: usize) -> bool {
        self.ask(world, &json!(["takes", callable.0, positional])) == Ok(Some(Value::Bool(true)))
    }

    fn abandon(&self, world: &Rc<World>, value: &Value) {
        if let Value::Foreign(foreign) = value {
            // What closing raises is nobody's concern.
            let _ = self.ask(world, &json!(["close", foreign.0]));
        }
    }

    fn next(&self, world: &Rc<World>, iterator: Foreign) -> Pin<Box<dyn Future<Output = Result<Option<Value>, Raised>>>> {
        let asked = self.ask(world, &json!(["next", iterator.0]));
        let waiting = asked.map(|value| self.wait(world, value.unwrap_or_default()));
        Box::pin(async move { item(waiting?.await) })
    }
}

/// The end of an asynchronous iterator is no exception.
fn item(came: Outcome) -> Result<Option<Value>, Raised> {
    match came {
        Ok(item) => Ok(Some(item)),
        Err(raised) if raised.class == "StopAsyncIteration" => Ok(None),
        Err(raised) => Err(raised),
    }
}
