//! A client of the language server: messages over the streams of the program, and a workspace of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::Project;

/// More than any answer takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// One session with the server.
pub struct Client {
    child: Child,
    input: ChildStdin,
    heard: Receiver<Value>,
    /// What came while something else was waited for.
    kept: Vec<Value>,
    next: i64,
}

impl Client {
    /// Starts the server in a folder of its own, and says nothing.
    pub fn start(project: &Project, args: &[&str]) -> Self {
        let args = [&["lsp"], args].concat();
        let mut child =
            project.command(&args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("started");
        let (input, output) = (child.stdin.take().expect("a pipe"), child.stdout.take().expect("a pipe"));
        let (sender, heard) = channel();
        std::thread::spawn(move || {
            let mut output = BufReader::new(output);
            while let Some(message) = read(&mut output) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        Client { child, input, heard, kept: Vec::new(), next: 0 }
    }

    /// Starts the server for a project as an editor does that can do everything, with some of that replaced.
    pub fn of(project: &Project, capabilities: &Value) -> Self {
        let mut client = Client::start(project, &[]);
        let mut all = json!({
            "general": { "positionEncodings": ["utf-16"] },
            "workspace": { "workspaceEdit": { "documentChanges": true } },
            "textDocument": {
                "codeAction": { "resolveSupport": { "properties": ["edit"] }, "codeActionLiteralSupport": {} },
                "hover": { "contentFormat": ["markdown"] },
                "publishDiagnostics": { "tagSupport": { "valueSet": [1, 2] }, "relatedInformation": true },
            },
        });
        for (key, value) in capabilities.as_object().into_iter().flatten() {
            all[key] = value.clone();
        }
        let folder = json!([{ "uri": uri(project, ""), "name": "project" }]);
        client.ask("initialize", json!({ "processId": null, "rootUri": null, "workspaceFolders": folder, "capabilities": all }));
        client.tell("initialized", json!({}));
        client
    }

    /// Sends bytes as they are.
    pub fn send(&mut self, text: &str) {
        self.input.write_all(text.as_bytes()).and_then(|()| self.input.flush()).expect("the server reads");
    }

    fn say(&mut self, message: &Value) {
        let text = message.to_string();
        self.send(&format!("Content-Length: {}\r\n\r\n{text}", text.len()));
    }

    pub fn tell(&mut self, method: &str, params: Value) {
        self.say(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Sends a request and returns its number.
    pub fn begin(&mut self, method: &str, params: Value) -> i64 {
        self.next += 1;
        self.say(&json!({ "jsonrpc": "2.0", "id": self.next, "method": method, "params": params }));
        self.next
    }

    /// Sends a request and waits for its result.
    #[track_caller]
    pub fn ask(&mut self, method: &str, params: Value) -> Value {
        let answer = self.whole(method, params);
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].clone()
    }

    /// Sends a request and waits for its error.
    #[track_caller]
    pub fn refused(&mut self, method: &str, params: Value) -> (i64, String) {
        let answer = self.whole(method, params);
        let error = &answer["error"];
        (error["code"].as_i64().unwrap_or_else(|| panic!("{method}: {answer}")), error["message"].as_str().unwrap_or("").to_owned())
    }

    #[track_caller]
    fn whole(&mut self, method: &str, params: Value) -> Value {
        let id = self.begin(method, params);
        self.answer(id)
    }

    /// The whole answer to a request.
    #[track_caller]
    pub fn answer(&mut self, id: i64) -> Value {
        self.wait(&|message| message["id"] == id && message.get("method").is_none())
    }

    /// The parameters of the next message of a kind.
    #[track_caller]
    pub fn next(&mut self, method: &str) -> Value {
        self.wait(&|message| message["method"] == method)["params"].clone()
    }

    /// The next diagnostics of a document, at a version where there is one.
    #[track_caller]
    pub fn diagnostics(&mut self, uri: &str, version: Option<i64>) -> Vec<Value> {
        let is_it = |message: &Value| {
            let params = &message["params"];
            let fits = version.is_none_or(|version| params["version"] == version);
            message["method"] == "textDocument/publishDiagnostics" && params["uri"] == uri && fits
        };
        self.wait(&is_it)["params"]["diagnostics"].as_array().expect("a list").clone()
    }

    #[track_caller]
    fn wait(&mut self, is_it: &dyn Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.kept.iter().position(is_it) {
            return self.kept.remove(at);
        }
        let end = Instant::now() + PATIENCE;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let message = self.heard.recv_timeout(left).unwrap_or_else(|error| panic!("{error}; heard meanwhile: {:#?}", self.kept));
            if is_it(&message) {
                return message;
            }
            self.kept.push(message);
        }
    }

    pub fn open(&mut self, uri: &str, version: i64, text: &str) {
        let document = json!({ "uri": uri, "languageId": "python", "version": version, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Replaces the whole text of a document.
    pub fn change(&mut self, uri: &str, version: i64, text: &str) {
        let document = json!({ "uri": uri, "version": version });
        self.tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": [{ "text": text }] }));
    }

    /// What is offered at a line, from 0.
    #[track_caller]
    pub fn actions(&mut self, uri: &str, line: usize, only: &[&str]) -> Vec<Value> {
        let at = json!({ "line": line, "character": 0 });
        let end = json!({ "line": line, "character": 999 });
        let mut context = json!({ "diagnostics": [] });
        if !only.is_empty() {
            context["only"] = json!(only);
        }
        let params = json!({ "textDocument": { "uri": uri }, "range": { "start": at, "end": end }, "context": context });
        self.ask("textDocument/codeAction", params).as_array().expect("a list").clone()
    }

    /// The edit of an action.
    #[track_caller]
    pub fn edit(&mut self, action: &Value) -> Value {
        self.ask("codeAction/resolve", action.clone())["edit"].clone()
    }

    /// Takes leave, and gives the exit code.
    pub fn leave(mut self) -> Option<i32> {
        self.ask("shutdown", Value::Null);
        self.tell("exit", Value::Null);
        self.end().0
    }

    /// Says nothing more, and waits for the end: the exit code and standard error.
    pub fn end(mut self) -> (Option<i32>, String) {
        drop(self.input);
        let mut text = String::new();
        self.child.stderr.take().expect("a pipe").read_to_string(&mut text).expect("text");
        (self.child.wait().expect("ended").code(), text)
    }
}

/// The URI of a file of a project.
pub fn uri(project: &Project, name: &str) -> String {
    let root = std::fs::canonicalize(project.root()).expect("a folder");
    let path = if name.is_empty() { root } else { root.join(name) };
    format!("file://{}", path.display())
}

/// One message; `None` at the end. Anything else than the protocol on standard output is a panic.
fn read(output: &mut impl BufRead) -> Option<Value> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).expect("text") == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            header => length = Some(header.strip_prefix("Content-Length: ").expect("a header").parse::<usize>().expect("a number")),
        }
    }
    let mut bytes = vec![0; length.expect("a length")];
    output.read_exact(&mut bytes).expect("a whole message");
    Some(serde_json::from_slice(&bytes).expect("JSON"))
}

/// Makes the text edits of one document, in UTF-16 positions.
pub fn applied(text: &str, edits: &Value) -> String {
    let mut units: Vec<u16> = text.encode_utf16().collect();
    let byte = |units: &[u16], at: &Value| {
        let mut start = 0;
        for _ in 0..at["line"].as_u64().expect("a line") {
            start += units[start..].iter().position(|&unit| unit == u16::from(b'\n')).expect("a line end") + 1;
        }
        start + usize::try_from(at["character"].as_u64().expect("a column")).expect("a small number")
    };
    // From the end, so that positions stay right; edits of one document do not overlap and are in order.
    for edit in edits.as_array().expect("a list").iter().rev() {
        let (start, end) = (byte(&units, &edit["range"]["start"]), byte(&units, &edit["range"]["end"]));
        units.splice(start..end, edit["newText"].as_str().expect("a text").encode_utf16());
    }
    String::from_utf16(&units).expect("whole characters")
}
