//! A second thread that interrupts a program the instruction count does not see, and gives up on one that will not stop.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustpython::vm::signal::UserSignalSender;

use super::ledger::Ledger;
use super::native::stop;
use super::record::Ended;

const TICK: Duration = Duration::from_millis(20);

/// How often a program may swallow the stop before it is given up.
const PATIENCE: u32 = 25;

/// What to do with a program that neither ends nor can be interrupted; it may end the process.
pub type GiveUp = Arc<dyn Fn(super::record::Run) + Send + Sync>;

/// Running watch; ends with [`Watch::done`].
pub(super) struct Watch {
    done: Sender<()>,
    thread: JoinHandle<()>,
}

impl Watch {
    /// Watches the program behind `interrupt` until told that it is done.
    pub(super) fn over(ledger: Arc<Ledger>, interrupt: UserSignalSender, give_up: GiveUp) -> Self {
        let (done, told) = channel();
        let deadline = Instant::now() + Duration::from_millis(ledger.limits().millis);
        let thread = thread::spawn(move || {
            let mut stops = 0;
            while let Err(RecvTimeoutError::Timeout) = told.recv_timeout(TICK) {
                if Instant::now() > deadline {
                    ledger.end(Ended::Limit("time".into()));
                }
                if ledger.is_over() || Instant::now() > deadline + TICK * PATIENCE {
                    stops += 1;
                    send(&interrupt, Arc::clone(&ledger));
                }
                if stops == PATIENCE {
                    give_up(ledger.close(Ended::Limit("time".into())));
                }
            }
        });
        Self { done, thread }
    }

    /// Ends the watch.
    pub(super) fn done(self) {
        // Both fail only when the thread is gone already, which is what is wanted.
        let _ = self.done.send(());
        let _ = self.thread.join();
    }
}

fn send(interrupt: &UserSignalSender, ledger: Arc<Ledger>) {
    // Fails only when the interpreter is gone.
    let _ = interrupt.send(Box::new(move |vm| if ledger.is_sealed() { Ok(()) } else { Err(stop(vm, &ledger)) }));
}
