//! The server at its edges: other encodings and clients, texts that move on, broken configuration, bad input, and the end.

use serde_json::{Value, json};

use super::client::{Client, applied, uri};
use super::{FACTORY, action, brief, files};
use crate::support::{PROGRAM, Project};

/// Errors of the protocol.
const CHANGED: i64 = -32801;
const CANCELLED: i64 = -32800;

#[test]
fn columns_are_bytes_where_the_client_can_count_them() {
    let text = format!("{}s = 'é😀'; print(orch._model)\n", PROGRAM.replace("print(orch._model)\n", ""));
    let project = Project::new(&[("a.py", &text)]);
    let a = uri(&project, "a.py");
    for (encodings, chosen, column) in [(json!(["utf-8", "utf-16"]), "utf-8", "3:20-31"), (json!(["utf-32"]), "utf-16", "3:17-28")] {
        let mut client = Client::start(&project, &[]);
        let params = json!({ "rootUri": uri(&project, ""), "capabilities": { "general": { "positionEncodings": encodings } } });
        let answer = client.ask("initialize", params);
        assert_eq!(answer["capabilities"]["positionEncoding"], chosen);
        client.tell("initialized", json!({}));
        client.open(&a, 1, &text);
        assert_eq!(brief(&client.diagnostics(&a, Some(1))), [format!("{column} provider-read 3")]);
        assert_eq!(client.leave(), Some(0));
    }
}

#[test]
fn a_client_that_can_do_little_gets_its_edits_at_once_and_plain_text() {
    let text = PROGRAM.replace('\n', "\r\n");
    let project = Project::new(&[("a.py", &text)]);
    let a = uri(&project, "a.py");
    let mut client = Client::start(&project, &[]);
    client.ask("initialize", json!({ "rootPath": std::fs::canonicalize(project.root()).expect("a folder"), "capabilities": {} }));
    client.tell("initialized", json!({}));
    client.open(&a, 1, &text);
    let seen = client.diagnostics(&a, Some(1));
    assert!(seen[0].get("tags").is_none() && seen[0].get("relatedInformation").is_none());
    let offered = client.actions(&a, 3, &[]);
    let edits = &action(&offered, "[provider-read]")["edit"]["changes"][&a];
    assert_eq!(applied(&text, edits), text.replace("_model", "model"), "line ends stay");
    let at = json!({ "textDocument": { "uri": a }, "position": { "line": 3, "character": 8 } });
    let hover = client.ask("textDocument/hover", at);
    assert_eq!(hover["contents"]["kind"], "plaintext");
    assert!(!hover["contents"]["value"].as_str().expect("a text").contains("**"));
    assert_eq!(client.leave(), Some(0));
}

#[test]
fn an_edit_that_no_longer_fits_is_refused() {
    let project = Project::new(&[("a.py", PROGRAM)]);
    let a = uri(&project, "a.py");
    let mut client = Client::of(&project, &json!({}));
    client.open(&a, 1, PROGRAM);
    let offered = client.actions(&a, 3, &[]);
    let fix = action(&offered, "[provider-read]").clone();
    client.change(&a, 2, &format!("# moved\n{PROGRAM}"));
    assert_eq!(client.refused("codeAction/resolve", fix.clone()).0, CHANGED);
    // The change arrives while the edit is being made, or before: both are refused.
    let fresh = action(&client.actions(&a, 4, &[]), "[provider-read]").clone();
    let id = client.begin("codeAction/resolve", fresh);
    client.change(&a, 3, PROGRAM);
    let answer = client.answer(id);
    let edited = answer["result"]["edit"]["documentChanges"][0]["textDocument"]["version"].clone();
    assert!(answer["error"]["code"] == CHANGED || edited == 2, "{answer}");
    let mut foreign = fix;
    foreign["data"] = json!({ "who": "knows" });
    assert_eq!(client.refused("codeAction/resolve", foreign).0, -32602);
    assert_eq!(client.leave(), Some(0));
}

#[test]
fn a_question_waits_for_its_text_and_is_given_up_when_that_goes_or_the_client_says_so() {
    let project = Project::new(&[("a.py", PROGRAM)]);
    let a = uri(&project, "a.py");
    let mut client = Client::of(&project, &json!({}));
    client.open(&a, 1, PROGRAM);
    client.diagnostics(&a, Some(1));
    let at = json!({ "textDocument": { "uri": a }, "position": { "line": 4, "character": 8 } });
    client.change(&a, 2, &format!("#\n{PROGRAM}"));
    let id = client.begin("textDocument/hover", at.clone());
    assert!(
        client.answer(id)["result"]["contents"]["value"]
            .as_str()
            .is_some_and(|text| text.contains("provider-read") || text.contains("Example 6"))
    );
    client.change(&a, 3, PROGRAM);
    let (left, cancelled) = (client.begin("textDocument/hover", at.clone()), client.begin("textDocument/hover", at));
    client.tell("$/cancelRequest", json!({ "id": cancelled }));
    assert_eq!(client.answer(cancelled)["error"]["code"], CANCELLED);
    client.change(&a, 4, PROGRAM);
    assert_eq!(client.answer(left)["error"]["code"], CHANGED);
    let gone = json!({ "textDocument": { "uri": "file:///nowhere.py" }, "position": { "line": 0, "character": 0 } });
    assert_eq!(client.ask("textDocument/hover", gone), Value::Null);
    assert_eq!(client.leave(), Some(0));
}

#[test]
fn a_burst_of_changes_ends_in_what_the_text_is() {
    let project = Project::new(&[("a.py", PROGRAM)]);
    let a = uri(&project, "a.py");
    let mut client = Client::of(&project, &json!({}));
    client.open(&a, 1, PROGRAM);
    client.diagnostics(&a, Some(1));
    for number in 2..=60_u32 {
        let at = json!({ "line": 0, "character": 0 });
        let change = json!([{ "range": { "start": at, "end": at }, "text": "#\n" }]);
        client.tell("textDocument/didChange", json!({ "textDocument": { "uri": a, "version": number }, "contentChanges": change }));
    }
    assert_eq!(brief(&client.diagnostics(&a, Some(60))), ["62:6-17 provider-read 3"]);
    assert_eq!(client.leave(), Some(0));
}

#[test]
fn configuration_is_found_read_again_and_never_the_end() {
    let project = Project::new(&[("a.py", PROGRAM), ("pyproject.toml", "[tool.victor-migrate]\nignore = [\"provider-read\"]\n")]);
    let a = uri(&project, "a.py");
    let mut client = Client::of(&project, &json!({}));
    client.open(&a, 1, PROGRAM);
    assert!(client.diagnostics(&a, Some(1)).is_empty());
    // Nobody tells the server of these changes; it looks by itself.
    project.write("pyproject.toml", "[tool.victor-migrate]\nlevels = { provider-read = \"manual\" }\n");
    assert_eq!(brief(&client.diagnostics(&a, Some(1))), ["3:6-17 provider-read 1"]);
    project.write("pyproject.toml", "[tool.victor-migrate]\nlevls = 1\n");
    client.tell("workspace/didChangeWatchedFiles", json!({ "changes": [] }));
    let message = client.next("window/showMessage");
    assert_eq!(message["type"], 1);
    assert!(message["message"].as_str().is_some_and(|text| text.contains("pyproject.toml:2") && text.contains("levls")), "{message}");
    assert_eq!(brief(&client.diagnostics(&a, Some(1))), ["3:6-17 provider-read 1"], "what held goes on to hold");
    project.write("pyproject.toml", "");
    client.tell("textDocument/didSave", json!({ "textDocument": { "uri": uri(&project, "pyproject.toml") } }));
    assert_eq!(brief(&client.diagnostics(&a, Some(1))), ["3:6-17 provider-read 3"]);
    assert_eq!(client.leave(), Some(0));
}

#[test]
fn a_text_outside_the_workspace_is_looked_at_for_itself() {
    let project = Project::new(&[("factory.py", FACTORY), ("ignored/b.py", PROGRAM), (".gitignore", "ignored/\n")]);
    let other = Project::new(&[("c.py", PROGRAM), ("victor-migrate.toml", "levels = { provider-read = \"review\" }\n")]);
    let mut client = Client::of(&project, &json!({}));
    client.open("untitled:Untitled-1", 1, PROGRAM);
    assert_eq!(brief(&client.diagnostics("untitled:Untitled-1", Some(1))), ["3:6-17 provider-read 3"]);
    let outside = uri(&other, "c.py");
    client.open(&outside, 1, PROGRAM);
    assert_eq!(brief(&client.diagnostics(&outside, Some(1))), ["3:6-17 provider-read 2"], "by the configuration that is nearest to it");
    let offered = client.actions("untitled:Untitled-1", 3, &[]);
    let edit = client.edit(action(&offered, "[provider-read]"));
    assert_eq!(applied(PROGRAM, files(&edit)[0].2), PROGRAM.replace("_model", "model"));
    let ignored = uri(&project, "ignored/b.py");
    client.open(&ignored, 1, PROGRAM);
    assert!(client.diagnostics(&ignored, None).is_empty(), "what scan does not look at is not shown");
    client.open("git:/a.py?ref", 1, PROGRAM);
    assert_eq!(client.leave(), Some(0));
}

#[test]
fn a_text_that_cannot_be_read_says_so_and_the_others_are_still_seen() {
    let project = Project::new(&[("good.py", PROGRAM)]);
    let mut client = Client::of(&project, &json!({}));
    let deep = format!("{PROGRAM}x = {}1{}\n", "(".repeat(50_000), ")".repeat(50_000));
    let texts = [
        ("nul.py", "x = '\0'\n".to_owned(), "not-read", "binary file"),
        ("return.py", format!("a\rb\n{PROGRAM}"), "not-read", "bare carriage return"),
        ("long.py", format!("x = '{}'\n{PROGRAM}", "é".repeat(600_000)), "not-read", "is not looked at"),
        ("broken.py", format!("{PROGRAM}def (:\n"), "not-parsed", "does not parse"),
    ];
    for (name, text, code, words) in &texts {
        let at = uri(&project, name);
        client.open(&at, 1, text);
        let seen = client.diagnostics(&at, Some(1));
        let told = seen.iter().find(|one| one["code"] == *code).unwrap_or_else(|| panic!("{name}: {seen:?}"));
        assert!(told["message"].as_str().is_some_and(|message| message.contains(words)), "{name}: {told}");
    }
    let nested = uri(&project, "deep.py");
    client.open(&nested, 1, &deep);
    client.diagnostics(&nested, Some(1));
    let good = uri(&project, "good.py");
    client.open(&good, 1, PROGRAM);
    assert_eq!(brief(&client.diagnostics(&good, Some(1))), ["3:6-17 provider-read 3"]);
    assert_eq!(client.leave(), Some(0));
}

#[test]
fn the_session_ends_as_the_protocol_wants_it() {
    let project = Project::new(&[("a.py", PROGRAM)]);
    let mut early = Client::start(&project, &[]);
    assert_eq!(early.refused("textDocument/hover", json!({})).0, -32002);
    early.ask("initialize", json!({ "capabilities": {} }));
    assert_eq!(early.refused("initialize", json!({ "capabilities": {} })).0, -32600);
    assert_eq!(early.refused("textDocument/rename", json!({})).0, -32601);
    assert_eq!(early.refused("textDocument/hover", json!({ "textDocument": 1 })).0, -32602);
    early.tell("textDocument/didOpen", json!({ "textDocument": 1 }));
    assert!(early.next("window/logMessage")["message"].as_str().is_some_and(|text| text.contains("didOpen: cannot be understood")));
    early.tell("$/whatever", json!({}));
    early.ask("shutdown", Value::Null);
    assert_eq!(early.refused("textDocument/hover", json!({})).0, -32600);
    early.tell("exit", Value::Null);
    assert_eq!(early.end(), (Some(0), String::new()));

    let mut rude = Client::of(&project, &json!({}));
    rude.tell("exit", Value::Null);
    assert_eq!(rude.end().0, Some(1), "without `shutdown`");
    assert_eq!(Client::of(&project, &json!({})).end(), (Some(1), String::new()), "gone without a word");

    let mut noise = Client::start(&project, &[]);
    noise.send("Content-Length: 5\r\n\r\n{\"a\":");
    let (code, text) = noise.end();
    assert_eq!(code, Some(2));
    assert!(text.starts_with("error: standard input: what came is no message of the language server protocol"), "{text}");

    for length in ["99999999999999", "18446744073709551615"] {
        let mut huge = Client::start(&project, &[]);
        huge.send(&format!("Content-Length: {length}\r\n\r\n"));
        let (code, text) = huge.end();
        assert!(code == Some(2) && text.contains(&format!("a message of {length} bytes is announced")), "{code:?} {text}");
    }
}

#[test]
fn own_rules_are_found_from_where_the_server_was_started() {
    let page = "---
example: 6
replaces: AgentOrchestrator._model
level: manual
effort: 1-2 min
next: ask the owner
---

# The model has an owner

Because.

```python match
$orch._model
```

## A read

```python report
from victor.agent.orchestrator import AgentOrchestrator

print(AgentOrchestrator()._model)  # <--
```
";
    let project = Project::new(&[("inside/a.py", PROGRAM), ("rules/provider-read.md", page)]);
    let a = uri(&project, "inside/a.py");
    let mut client = Client::start(&project, &["--rules", "rules"]);
    client.ask("initialize", json!({ "rootUri": uri(&project, "inside"), "capabilities": {} }));
    client.tell("initialized", json!({}));
    client.open(&a, 1, PROGRAM);
    let seen = client.diagnostics(&a, Some(1));
    assert_eq!(brief(&seen), ["3:6-17 provider-read 1"]);
    assert!(seen[0]["message"].as_str().is_some_and(|message| message.ends_with("ask the owner")), "{}", seen[0]);
    assert_eq!(client.leave(), Some(0));
}
