//! The scan in an editor: a language server on the standard streams. Diagnostics, hovers and actions come from the same scan
//! as everything else; nothing here decides about code, and nothing writes a file: the editor makes the edits.
//!
//! Three threads: one hears the client, one scans (`engine`), and between them the `server` keeps what is open and what
//! was seen. What an answer is made from is plain data: `diagnostics`, `actions`, `hover`, `change`.

mod actions;
mod change;
mod client;
mod diagnostics;
mod documents;
mod engine;
mod hover;
mod position;
mod server;
mod stamp;
mod uri;
mod wire;
mod worker;

use std::path::Path;
use std::sync::mpsc;

use lsp_server::Message;

use crate::rule::RuleSet;
use crate::scan::Options;
use server::{Ended, Server};

/// What a folder is scanned by.
pub struct Ground {
    /// The rules.
    pub rules: RuleSet,
    /// What the configuration asks for.
    pub options: Options,
}

/// Finds what a folder is scanned by; a failure is for the user, with all that is wrong.
pub type Prepare = dyn Fn(&Path) -> Result<Ground, String> + Send;

/// What the server hears.
enum Event {
    /// From the client.
    Client(Message),
    /// The client hung up.
    Gone,
    /// From the thread that scans.
    Done(worker::Done),
}

/// Serves one client until it leaves; `true` where it took its leave as the protocol wants it.
///
/// # Errors
/// What came in is not the protocol.
pub fn serve(prepare: Box<Prepare>) -> Result<bool, String> {
    let (events, heard) = mpsc::channel();
    let client = events.clone();
    // Both threads end with the process at the latest: one may wait for input for ever.
    let hears = std::thread::spawn(move || {
        let ended = wire::hear(&mut std::io::stdin().lock(), &client);
        // Nobody listens any more when this fails.
        let _ = client.send(Event::Gone);
        ended
    });
    // Without room between them: what is said is being written.
    let (sender, said) = mpsc::sync_channel(0);
    let speaks = std::thread::spawn(move || wire::speak(&mut std::io::stdout().lock(), &said));
    let jobs = worker::start(prepare, events).map_err(|error| format!("a thread cannot be started: {error}"))?;
    let say = Box::new(move |message| sender.send(message).is_ok());
    let ended = Server::new(say, jobs).run(&heard);
    match ended {
        Ended::Exit(clean) => {
            // The last answers are written before the process ends; where they cannot be, nobody waits for them.
            let _ = speaks.join();
            Ok(clean)
        }
        Ended::Gone => match hears.join() {
            Ok(Ok(())) | Err(_) => Ok(false),
            Ok(Err(error)) => Err(format!("standard input: what came is no message of the language server protocol: {error}")),
        },
        Ended::Deaf => Ok(false),
    }
}
