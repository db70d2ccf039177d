//! The thread that scans: jobs in, results out, one after the other. A scan that fails is told, and the next one runs.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use gen_lsp_types::CodeAction;
use lsp_server::RequestId;

use super::documents::Workspace;
use super::engine::{Changed, Engine, Look, Wanted};
use super::{Event, Prepare};

/// As much as the main thread has, so that code nests as deeply here as in `scan`.
const STACK: usize = 8 << 20;

/// Something to do, with the workspace as it was when it was asked for.
pub(super) enum Job {
    /// Look at all documents.
    Look(Workspace),
    /// Make the edits of actions; those without a wish have theirs.
    Fill { id: RequestId, workspace: Workspace, actions: Vec<(CodeAction, Option<Wanted>)>, list: bool },
}

/// What came of it.
pub(super) enum Done {
    Looked(Result<Look, String>),
    Filled { id: RequestId, actions: Vec<Filled>, list: bool },
}

/// An action with the texts that it leads to.
pub(super) struct Filled {
    pub action: CodeAction,
    pub wanted: Option<Wanted>,
    pub changed: Result<Vec<Changed>, String>,
}

/// Starts the thread; it ends with the sender of its jobs.
pub(super) fn start(prepare: Box<Prepare>, events: Sender<Event>) -> io::Result<Sender<Job>> {
    let (sender, jobs) = channel();
    thread::Builder::new().name("scan".to_owned()).stack_size(STACK).spawn(move || work(Engine::new(prepare), &jobs, &events))?;
    Ok(sender)
}

fn work(mut engine: Engine, jobs: &Receiver<Job>, events: &Sender<Event>) {
    for job in jobs {
        let done = match job {
            Job::Look(workspace) => Done::Looked(guarded(|| Ok(engine.look(&workspace)))),
            Job::Fill { id, workspace, actions, list } => {
                let mut fill = |(action, wanted): (CodeAction, Option<Wanted>)| {
                    let changed = wanted.as_ref().map_or(Ok(Vec::new()), |wanted| guarded(|| engine.change(&workspace, wanted)));
                    Filled { action, wanted, changed }
                };
                let actions = actions.into_iter().map(&mut fill).collect();
                Done::Filled { id, actions, list }
            }
        };
        if events.send(Event::Done(done)).is_err() {
            return;
        }
    }
}

/// A mistake of ours is one lost answer, not a lost session.
fn guarded<T>(run: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    let broke = |_| Err("the scan broke off, which is a mistake of victor-migrate; please report it with the file".to_owned());
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(broke)
}
