//! Futures of the core that an event loop elsewhere drives: each has a number, hands out what it waits for, and goes on when
//! somebody brings what came of it. Any host can stand on this.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use super::arguments::Waiting;
use super::raised::Raised;
use super::value::Value;

/// What a wait brings.
pub type Outcome = Result<Value, Raised>;

/// One thing that is waited for.
#[derive(Default)]
struct Slot(RefCell<Option<Outcome>>);

/// What a future wants waited for, on its way to [`Futures::step`].
type Request = Rc<RefCell<Option<(Value, Rc<Slot>)>>>;

/// A future under way, and where the answer it waits for goes.
struct Running {
    future: Waiting,
    slot: Option<Rc<Slot>>,
}

/// Where a future stands.
pub enum Step {
    /// At its end.
    Done(Value),
    /// It waits for this.
    Waits(Value),
}

/// The futures under way, by number.
#[derive(Default)]
pub struct Futures {
    running: RefCell<HashMap<u64, Running>>,
    last: Cell<u64>,
    request: Request,
}

/// Waits for a value that somebody else brings.
struct Wait {
    value: Option<Value>,
    slot: Rc<Slot>,
    request: Request,
}

impl Future for Wait {
    type Output = Outcome;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Outcome> {
        if let Some(outcome) = self.slot.0.borrow_mut().take() {
            return Poll::Ready(outcome);
        }
        if let Some(value) = self.value.take() {
            *self.request.borrow_mut() = Some((value, Rc::clone(&self.slot)));
        }
        Poll::Pending
    }
}

impl Futures {
    /// Keeps a future under a number.
    pub fn start(&self, future: Waiting) -> u64 {
        let token = self.last.get() + 1;
        self.last.set(token);
        self.running.borrow_mut().insert(token, Running { future, slot: None });
        token
    }

    /// Waits for an awaitable of the host: the future that polls this hands it out.
    pub fn wait(&self, value: Value) -> Waiting {
        Box::pin(Wait { value: Some(value), slot: Rc::default(), request: Rc::clone(&self.request) })
    }

    /// Goes on with a future, given what it waited for.
    ///
    /// # Errors
    /// What the future raised; `RuntimeError` where it ended before.
    pub fn step(&self, token: u64, outcome: Option<Outcome>) -> Result<Step, Raised> {
        let Some(mut running) = self.running.borrow_mut().remove(&token) else {
            return Err(Raised::new("RuntimeError", "cannot reuse already awaited coroutine"));
        };
        if let (Some(slot), Some(outcome)) = (running.slot.take(), outcome) {
            *slot.0.borrow_mut() = Some(outcome);
        }
        match running.future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(outcome) => outcome.map(Step::Done),
            Poll::Pending => {
                let Some((value, slot)) = self.request.borrow_mut().take() else {
                    return Err(Raised::new("RuntimeError", "waits for nothing"));
                };
                running.slot = Some(slot);
                self.running.borrow_mut().insert(token, running);
                Ok(Step::Waits(value))
            }
        }
    }

    /// Forgets a future that nobody will wait for.
    pub fn forget(&self, token: u64) {
        let gone = self.running.borrow_mut().remove(&token);
        // What it held may come back here while it goes.
        drop(gone);
    }
}
