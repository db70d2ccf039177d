//! The session: what the client said, what was seen last, and who waits for an answer.

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use gen_lsp_types::{
    CodeAction, CodeActionParams, DidChangeTextDocumentParams, DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, HoverParams, MessageType, Position, PublishDiagnosticsParams, ShowMessageParams,
};
use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::Event;
use super::actions::{Offer, offers};
use super::change::workspace_edit;
use super::client::{self, Client};
use super::diagnostics::diagnostics;
use super::documents::{Folder, Workspace};
use super::engine::{Look, Seen, Wanted};
use super::hover::hover;
use super::stamp::{Stamp, stamp};
use super::worker::{Done, Filled, Job};

/// Somebody who types is not interrupted.
const REST: Duration = Duration::from_millis(200);

/// How often the configuration files are looked at.
const TICK: Duration = Duration::from_secs(2);

/// How the session ended.
pub(super) enum Ended {
    /// By `exit`; `true` after `shutdown`.
    Exit(bool),
    /// The client is gone without a word.
    Gone,
    /// Nobody reads what we say.
    Deaf,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    New,
    Running,
    Down,
}

/// A question that waits for a look at the document as it is.
struct Waiting {
    id: RequestId,
    uri: String,
    asked: Asked,
}

enum Asked {
    Hover(Position),
    Actions(Box<CodeActionParams>),
}

/// One session.
pub(super) struct Server {
    /// Tells the client; `false` where it does not listen any more.
    say: Box<dyn Fn(Message) -> bool>,
    jobs: Sender<Job>,
    stage: Stage,
    client: Client,
    workspace: Workspace,
    seen: HashMap<String, Seen>,
    waiting: Vec<Waiting>,
    /// When to look again.
    due: Option<Instant>,
    looking: bool,
    stamp: Stamp,
    ticked: Instant,
    /// The problems that the user was told.
    told: Vec<String>,
    deaf: bool,
}

impl Server {
    pub fn new(say: Box<dyn Fn(Message) -> bool>, jobs: Sender<Job>) -> Self {
        Server {
            say,
            jobs,
            stage: Stage::New,
            client: Client::default(),
            workspace: Workspace::default(),
            seen: HashMap::new(),
            waiting: Vec::new(),
            due: None,
            looking: false,
            stamp: Stamp::new(),
            ticked: Instant::now(),
            told: Vec::new(),
            deaf: false,
        }
    }

    /// Hears and answers until the client leaves.
    pub fn run(mut self, events: &Receiver<Event>) -> Ended {
        loop {
            if self.deaf {
                return Ended::Deaf;
            }
            self.look_when_due();
            let pause = self.due.filter(|_| !self.looking).map_or(TICK, |due| due.saturating_duration_since(Instant::now()).min(TICK));
            match events.recv_timeout(pause) {
                Ok(Event::Client(Message::Notification(exit))) if exit.method == "exit" => return Ended::Exit(self.stage == Stage::Down),
                Ok(Event::Client(Message::Notification(told))) => self.hear(told),
                Ok(Event::Client(Message::Request(request))) => self.asked(request),
                // What the client answers to us changes nothing.
                Ok(Event::Client(Message::Response(_))) => {}
                Ok(Event::Done(Done::Looked(look))) => self.looked(look),
                Ok(Event::Done(Done::Filled { id, actions, list })) => self.filled(id, actions, list),
                Ok(Event::Gone) | Err(RecvTimeoutError::Disconnected) => return Ended::Gone,
                Err(RecvTimeoutError::Timeout) => self.tick(),
            }
        }
    }

    fn look_when_due(&mut self) {
        if !self.looking && self.due.is_some_and(|due| due <= Instant::now()) {
            self.due = None;
            self.looking = self.jobs.send(Job::Look(self.workspace.clone())).is_ok();
        }
    }

    fn tick(&mut self) {
        if self.stage == Stage::Running && self.ticked.elapsed() >= TICK {
            self.ticked = Instant::now();
            let now = stamp(&self.workspace);
            if now != self.stamp {
                self.stamp = now;
                self.look_soon(Duration::ZERO);
            }
        }
    }

    fn look_soon(&mut self, rest: Duration) {
        self.due = Some(Instant::now() + rest);
    }

    fn tell(&mut self, message: impl Into<Message>) {
        self.deaf |= !(self.say)(message.into());
    }

    fn notify(&mut self, method: &str, params: impl serde::Serialize) {
        self.tell(Notification::new(method.to_owned(), params));
    }

    fn refuse(&mut self, id: RequestId, code: ErrorCode, why: &str) {
        self.tell(Response::new_err(id, code as i32, why.to_owned()));
    }

    fn hear(&mut self, told: Notification) {
        let Notification { method, params } = told;
        // A message that cannot be understood is one that was not sent; what can be said about it is said to the log.
        let understood = match (self.stage, method.as_str()) {
            (Stage::Running, "initialized") => {
                if self.client.watches {
                    self.tell(Request::new("watch".to_owned().into(), "client/registerCapability".to_owned(), client::watched()));
                }
                Ok(())
            }
            (Stage::Running, "textDocument/didOpen") => read(params).map(|params| self.open(params)),
            (Stage::Running, "textDocument/didChange") => read(params).map(|params| self.change(params)),
            (Stage::Running, "textDocument/didClose") => read(params).map(|params| self.close(&params)),
            (Stage::Running, "workspace/didChangeWorkspaceFolders") => read(params).map(|params| self.folders(&params)),
            (Stage::Running, "textDocument/didSave" | "workspace/didChangeWatchedFiles" | "workspace/didChangeConfiguration") => {
                self.look_soon(Duration::ZERO);
                Ok(())
            }
            (_, "$/cancelRequest") => {
                self.cancel(&params);
                Ok(())
            }
            _ => Ok(()),
        };
        if let Err(why) = understood {
            self.message("window/logMessage", MessageType::Warning, format!("{method}: cannot be understood: {why}"));
        }
    }

    fn message(&mut self, method: &str, kind: MessageType, message: String) {
        self.notify(method, ShowMessageParams { kind, message });
    }

    fn open(&mut self, params: DidOpenTextDocumentParams) {
        let document = params.text_document;
        let language: String = document.language_id.into();
        if self.workspace.open(document.uri.0, &language, document.version, document.text) {
            self.look_soon(Duration::ZERO);
        }
    }

    fn change(&mut self, params: DidChangeTextDocumentParams) {
        let uri = params.text_document.text_document_identifier.uri.0;
        if self.workspace.change(&uri, params.text_document.version, params.content_changes, self.client.units) {
            self.answer_no_more(&uri);
            self.look_soon(REST);
        }
    }

    fn close(&mut self, params: &DidCloseTextDocumentParams) {
        let uri = &params.text_document.uri.0;
        self.answer_no_more(uri);
        self.seen.remove(uri);
        if self.workspace.documents.remove(uri).is_some() {
            self.publish(uri, Vec::new(), None);
            self.look_soon(Duration::ZERO);
        }
    }

    fn folders(&mut self, params: &DidChangeWorkspaceFoldersParams) {
        let of = |list: &[gen_lsp_types::WorkspaceFolder]| list.iter().filter_map(|folder| Folder::new(&folder.uri.0)).collect::<Vec<_>>();
        let removed = of(&params.event.removed);
        self.workspace.folders.retain(|folder| !removed.contains(folder));
        self.workspace.folders.extend(of(&params.event.added));
        self.look_soon(Duration::ZERO);
    }

    /// What was asked about a text that is gone has no answer.
    fn answer_no_more(&mut self, uri: &str) {
        let (gone, waiting) = std::mem::take(&mut self.waiting).into_iter().partition(|waiting: &Waiting| waiting.uri == uri);
        self.waiting = waiting;
        gone.into_iter().for_each(|waiting: Waiting| self.refuse(waiting.id, ErrorCode::ContentModified, "the document has changed"));
    }

    fn cancel(&mut self, params: &Value) {
        let Some(id) = params.get("id").cloned().and_then(|id| serde_json::from_value::<RequestId>(id).ok()) else { return };
        let before = self.waiting.len();
        self.waiting.retain(|waiting| waiting.id != id);
        if self.waiting.len() < before {
            self.refuse(id, ErrorCode::RequestCanceled, "cancelled");
        }
    }

    fn asked(&mut self, request: Request) {
        let Request { id, method, params } = request;
        let understood = match (self.stage, method.as_str()) {
            (Stage::New, "initialize") => return self.initialize(id, &params),
            (Stage::New, _) => return self.refuse(id, ErrorCode::ServerNotInitialized, "`initialize` comes first"),
            (Stage::Down, _) | (_, "initialize") => return self.refuse(id, ErrorCode::InvalidRequest, "this is not the time for it"),
            (_, "shutdown") => {
                self.stage = Stage::Down;
                return self.tell(Response::new_ok(id, Value::Null));
            }
            (_, "textDocument/hover") => read(params).map(|params: HoverParams| {
                let at = params.text_document_position_params;
                self.answer_or_wait(id.clone(), at.text_document.uri.0, Asked::Hover(at.position));
            }),
            (_, "textDocument/codeAction") => read(params).map(|params: CodeActionParams| {
                let uri = params.text_document.uri.0.clone();
                self.answer_or_wait(id.clone(), uri, Asked::Actions(Box::new(params)));
            }),
            (_, "codeAction/resolve") => read(params).map(|action| self.resolve(id.clone(), action)),
            _ => return self.refuse(id, ErrorCode::MethodNotFound, &format!("{method}: is not offered")),
        };
        if let Err(why) = understood {
            self.refuse(id, ErrorCode::InvalidParams, &format!("{method}: cannot be understood: {why}"));
        }
    }

    fn initialize(&mut self, id: RequestId, params: &Value) {
        self.client = Client::new(params);
        self.workspace.folders = client::folders(params);
        // Names of files are shown as they are seen from the project; where that fails, as they are.
        let _ = self.workspace.folders.first().map(|folder| std::env::set_current_dir(&folder.real));
        self.stamp = stamp(&self.workspace);
        self.stage = Stage::Running;
        self.tell(Response::new_ok(id, self.client.answer()));
    }

    fn answer_or_wait(&mut self, id: RequestId, uri: String, asked: Asked) {
        let waiting = Waiting { id, uri, asked };
        if self.workspace.documents.contains_key(&waiting.uri) && !self.is_fresh(&waiting.uri) {
            self.waiting.push(waiting);
        } else {
            self.answer(waiting);
        }
    }

    fn answer(&mut self, waiting: Waiting) {
        let Waiting { id, uri, asked } = waiting;
        let Some(seen) = self.seen.get(&uri).filter(|_| self.is_fresh(&uri)) else { return self.tell(Response::new_ok(id, Value::Null)) };
        match asked {
            Asked::Hover(at) => {
                let hover = hover(at, seen, &self.client);
                self.tell(Response::new_ok(id, hover));
            }
            Asked::Actions(params) => {
                let offers = offers(&params, seen, &self.workspace, &self.client);
                if self.client.resolves || offers.iter().all(|offer| offer.wanted.is_none()) {
                    let later = |Offer { action, wanted }: Offer| CodeAction {
                        data: wanted.and_then(|wanted| serde_json::to_value(wanted).ok()),
                        ..action
                    };
                    return self.tell(Response::new_ok(id, offers.into_iter().map(later).collect::<Vec<_>>()));
                }
                self.fill(id, offers.into_iter().map(|offer| (offer.action, offer.wanted)).collect(), true);
            }
        }
    }

    fn resolve(&mut self, id: RequestId, mut action: CodeAction) {
        let wanted = action.data.take().and_then(|data| serde_json::from_value::<Wanted>(data).ok());
        match wanted {
            None if action.edit.is_some() => self.tell(Response::new_ok(id, action)),
            None => self.refuse(id, ErrorCode::InvalidParams, "this action is none of ours"),
            Some(wanted) if !self.fits(&wanted) => {
                self.refuse(id, ErrorCode::ContentModified, "the document has changed since this was offered")
            }
            Some(wanted) => self.fill(id, vec![(action, Some(wanted))], false),
        }
    }

    fn fits(&self, wanted: &Wanted) -> bool {
        self.version(&wanted.uri) == Some(wanted.version)
    }

    fn fill(&mut self, id: RequestId, actions: Vec<(CodeAction, Option<Wanted>)>, list: bool) {
        // The thread ends only with us.
        let _ = self.jobs.send(Job::Fill { id, workspace: self.workspace.clone(), actions, list });
    }

    fn filled(&mut self, id: RequestId, filled: Vec<Filled>, list: bool) {
        let mut actions = Vec::new();
        for Filled { mut action, wanted, changed } in filled {
            let stale = changed.iter().flatten().any(|file| self.version(&file.uri) != file.version);
            if stale || wanted.as_ref().is_some_and(|wanted| !self.fits(wanted)) {
                return self.refuse(id, ErrorCode::ContentModified, "a document has changed meanwhile");
            }
            match changed {
                Ok(files) if wanted.is_some() => action.edit = Some(workspace_edit(&files, &self.client)),
                Ok(_) => {}
                // In a list the others are still of use.
                Err(_) if list => continue,
                Err(why) => {
                    self.message("window/showMessage", MessageType::Warning, why.clone());
                    return self.refuse(id, ErrorCode::RequestFailed, &why);
                }
            }
            actions.push(action);
        }
        let answer = if list { json!(actions) } else { actions.pop().map_or(Value::Null, |action| json!(action)) };
        self.tell(Response::new_ok(id, answer));
    }

    fn looked(&mut self, look: Result<Look, String>) {
        self.looking = false;
        let Look { seen, problems } = look.unwrap_or_else(|problem| Look { problems: vec![problem], ..Look::default() });
        for problem in problems.iter().filter(|problem| !self.told.contains(problem)).cloned().collect::<Vec<_>>() {
            self.message("window/showMessage", MessageType::Error, format!("victor-migrate: {problem}"));
        }
        self.told = problems;
        for seen in seen {
            // What was seen of an older text is of no use; the next look is due already.
            if self.version(&seen.document.uri) == Some(seen.document.version) {
                let uri = seen.document.uri.clone();
                self.publish(&uri, diagnostics(&seen, &self.workspace, &self.client), Some(seen.document.version));
                self.seen.insert(uri, seen);
            }
        }
        if self.due.is_none() {
            // Nothing holds for those that are left, and nothing is known of them.
            let unseen = |uri: &&String| self.seen.get(*uri).map(|seen| seen.document.version) != self.version(uri);
            let unseen: Vec<String> = self.workspace.documents.keys().filter(unseen).cloned().collect();
            unseen.iter().for_each(|uri| self.publish(uri, Vec::new(), None));
        }
        let all = std::mem::take(&mut self.waiting);
        let (ready, waiting): (Vec<Waiting>, _) = all.into_iter().partition(|waiting| self.due.is_none() || self.is_fresh(&waiting.uri));
        self.waiting = waiting;
        ready.into_iter().for_each(|waiting| self.answer(waiting));
    }

    /// The version of an open document.
    fn version(&self, uri: &str) -> Option<i32> {
        self.workspace.documents.get(uri).map(|document| document.version)
    }

    /// Whether a document was seen as it is.
    fn is_fresh(&self, uri: &str) -> bool {
        self.seen.get(uri).is_some_and(|seen| Some(seen.document.version) == self.version(uri))
    }

    fn publish(&mut self, uri: &str, diagnostics: Vec<gen_lsp_types::Diagnostic>, version: Option<i32>) {
        self.notify("textDocument/publishDiagnostics", PublishDiagnosticsParams { uri: uri.to_owned().into(), version, diagnostics });
    }
}

fn read<T: DeserializeOwned>(params: Value) -> Result<T, serde_json::Error> {
    serde_json::from_value(params)
}
