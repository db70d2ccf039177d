//! How `_victor_core` will plug in: closures as Python functions, handles for Python objects, coroutines driven in steps.

use std::cell::RefCell;
use std::rc::Rc;

use rustpython::vm::function::FuncArgs;
use rustpython::vm::{PyObjectRef, VirtualMachine};
use victor_migrate::runtime::sandbox::interpreter::define;
use victor_migrate::runtime::sandbox::{Builder, Ended, Program, run};

#[test]
fn a_closure_takes_and_returns_python_objects() {
    let builder = Builder::new().native("_victor_core", |vm, module| {
        let kept: Rc<RefCell<Vec<PyObjectRef>>> = Rc::default();
        let held = Rc::clone(&kept);
        define(vm, module, "keep", move |value: PyObjectRef| {
            held.borrow_mut().push(value);
            held.borrow().len() - 1
        })?;
        define(vm, module, "give", move |id: usize, vm: &VirtualMachine| {
            kept.borrow().get(id).cloned().ok_or_else(|| vm.new_index_error("no such handle"))
        })?;
        define(vm, module, "apply", |f: PyObjectRef, args: FuncArgs, vm: &VirtualMachine| f.call(args, vm))
    });
    let text = "from _victor_core import keep, give, apply\na = ['x']\nsame = give(keep(a)) is a\n\
                b = apply(lambda x, *, y: x + y, 1, y=2)\ntry:\n    give(9)\nexcept IndexError as e: c = str(e)\n\
                try:\n    apply(lambda: 1 / 0)\nexcept ZeroDivisionError: d = True";
    let run = run(&builder, &Program::new(text));
    assert_eq!(run.exception, None);
    assert_eq!(["same", "b", "c", "d"].map(|g| super::global(&run, g)), ["True", "3", "'no such handle'", "True"]);
}

/// What the core wants next of a call it runs: a Python callable to be called (and awaited), or it is done.
const GLUE: &str = "
import _victor_core as core

async def drive(id):
    'Alternates with the core: it says what to call, Python calls and awaits, the answer goes back.'
    answer, failed = None, False
    while True:
        done, value, args = core.poll(id, answer, failed)
        if done:
            return value
        try:
            answer, failed = value(*args), False
            if hasattr(answer, '__await__'):
                answer = await answer
        except Exception as error:
            answer, failed = error, True

def chat(provider, *messages):
    return drive(core.begin(provider, messages))
";

#[derive(Default)]
struct Task {
    provider: Option<PyObjectRef>,
    todo: Vec<PyObjectRef>,
    answers: Vec<PyObjectRef>,
}

#[test]
fn rust_and_python_alternate_through_poll() {
    let builder = Builder::new().python("victor_glue", GLUE).native("_victor_core", |vm, module| {
        let tasks: Rc<RefCell<Vec<Task>>> = Rc::default();
        let all = Rc::clone(&tasks);
        define(vm, module, "begin", move |provider: PyObjectRef, messages: Vec<PyObjectRef>| {
            let todo = messages.into_iter().rev().collect();
            all.borrow_mut().push(Task { provider: Some(provider), todo, answers: Vec::new() });
            all.borrow().len() - 1
        })?;
        define(vm, module, "poll", move |id: usize, sent: PyObjectRef, failed: bool, vm: &VirtualMachine| {
            let mut tasks = tasks.borrow_mut();
            let task = tasks.get_mut(id).ok_or_else(|| vm.new_index_error("no such task"))?;
            if failed {
                task.answers.push(vm.ctx.new_str("failed").into());
            } else if !vm.is_none(&sent) {
                task.answers.push(sent);
            }
            let (done, value, args) = match (task.todo.pop(), task.provider.clone()) {
                (Some(message), Some(provider)) => (false, provider, vec![message]),
                _ => (true, vm.ctx.new_list(std::mem::take(&mut task.answers)).into(), Vec::new()),
            };
            Ok::<_, rustpython::vm::builtins::PyBaseExceptionRef>((done, value, vm.ctx.new_tuple(args)))
        })
    });
    let text = "
import asyncio
from victor_glue import chat
async def provider(m):
    await asyncio.sleep(60)
    if m == 'bad': raise ValueError(m)
    return m.upper()
async def main():
    return await asyncio.gather(chat(provider, 'a', 'bad', 'c'), chat(lambda m: m * 2, 'x'))
answers = asyncio.run(main())
c = chat(provider, 'z')
try:
    c.send(None)
except StopIteration as e: by_hand = e.value
c.close()
";
    let run = run(&builder, &Program::new(text));
    assert_eq!(run.ended, Ended::Normally);
    assert_eq!(super::global(&run, "answers"), "[['A', 'failed', 'C'], ['xx']]", "{run:#?}");
    assert_eq!(super::global(&run, "by_hand"), "['failed']");
}
