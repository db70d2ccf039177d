//! What the client can do, as it said when it started us, and what it is told of us.

use gen_lsp_types::{
    ChangeNotifications, CodeActionKind, CodeActionOptions, InitializeResult, Save, ServerCapabilities, ServerInfo, TextDocumentSyncKind,
    TextDocumentSyncOptions, WorkspaceFoldersServerCapabilities, WorkspaceOptions,
};
use serde_json::{Value, json};

use super::documents::Folder;
use super::position::Units;
use crate::settings;

/// The kind of the action that makes all safe fixes.
pub(super) const FIX_ALL: &str = "source.fixAll.victor-migrate";

/// The client's side of what was agreed.
#[derive(Clone, Debug, Default)]
pub(super) struct Client {
    pub units: Units,
    /// It checks the versions of documents before it edits them.
    pub versions: bool,
    /// It asks for the edit of an action when somebody chose it.
    pub resolves: bool,
    pub markdown: bool,
    pub tags: bool,
    pub related: bool,
    /// It can tell us of changed files.
    pub watches: bool,
}

impl Client {
    /// Reads what the client says of itself. What it does not say it cannot do.
    pub fn new(initialize: &Value) -> Self {
        let flag = |path: &str| initialize.pointer(&format!("/capabilities/{path}")).is_some_and(|value| *value == Value::Bool(true));
        let has = |path: &str, word: &str| {
            let list = initialize.pointer(&format!("/capabilities/{path}")).and_then(Value::as_array);
            list.is_some_and(|list| list.iter().any(|value| value == word))
        };
        let tags = "/capabilities/textDocument/publishDiagnostics/tagSupport";
        Client {
            units: if has("general/positionEncodings", "utf-8") { Units::Utf8 } else { Units::Utf16 },
            versions: flag("workspace/workspaceEdit/documentChanges"),
            resolves: has("textDocument/codeAction/resolveSupport/properties", "edit"),
            markdown: has("textDocument/hover/contentFormat", "markdown"),
            tags: initialize.pointer(tags).is_some_and(|value| !value.is_null() && *value != Value::Bool(false)),
            related: flag("textDocument/publishDiagnostics/relatedInformation"),
            watches: flag("workspace/didChangeWatchedFiles/dynamicRegistration"),
        }
    }

    /// What it is told of us.
    pub fn answer(&self) -> InitializeResult {
        let sync = TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::Incremental),
            save: Some(Save::from(true)),
            ..TextDocumentSyncOptions::default()
        };
        let actions = CodeActionOptions {
            code_action_kinds: Some(vec![CodeActionKind::QuickFix, CodeActionKind::from(FIX_ALL.to_owned())]),
            resolve_provider: Some(true),
            ..CodeActionOptions::default()
        };
        let folders =
            WorkspaceFoldersServerCapabilities { supported: Some(true), change_notifications: Some(ChangeNotifications::from(true)) };
        InitializeResult {
            capabilities: ServerCapabilities {
                position_encoding: Some(self.units.kind()),
                text_document_sync: Some(sync.into()),
                code_action_provider: Some(actions.into()),
                hover_provider: Some(true.into()),
                workspace: Some(WorkspaceOptions { workspace_folders: Some(folders), ..WorkspaceOptions::default() }),
                ..ServerCapabilities::default()
            },
            server_info: Some(ServerInfo { name: "victor-migrate".to_owned(), version: Some(env!("CARGO_PKG_VERSION").to_owned()) }),
        }
    }
}

/// The folders that the client starts with, in the newest of the three ways that it may say them.
pub(super) fn folders(initialize: &Value) -> Vec<Folder> {
    let list = initialize.get("workspaceFolders").and_then(Value::as_array).filter(|list| !list.is_empty());
    if let Some(list) = list {
        return list.iter().filter_map(|folder| Folder::new(folder.get("uri")?.as_str()?)).collect();
    }
    let root = initialize.get("rootUri").and_then(Value::as_str).map(str::to_owned);
    let path = || initialize.get("rootPath").and_then(Value::as_str).map(|path| super::uri::of(path.as_ref()));
    root.or_else(path).and_then(|uri| Folder::new(&uri)).into_iter().collect()
}

/// The files of which the client is asked to tell us when they change.
pub(super) fn watched() -> Value {
    let globs = ["**/*.py", "**/*.pyi"].into_iter().map(str::to_owned).chain(settings::FILES.map(|file| format!("**/{file}")));
    let watchers: Vec<Value> = globs.map(|glob| json!({ "globPattern": glob })).collect();
    json!({ "registrations": [{
        "id": "files", "method": "workspace/didChangeWatchedFiles", "registerOptions": { "watchers": watchers },
    }] })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_client_does_not_say_it_cannot_do() {
        for silent in [json!({}), json!(null), json!({ "capabilities": { "general": 5, "textDocument": [] } })] {
            let client = Client::new(&silent);
            assert!(!client.versions && !client.resolves && !client.markdown && !client.tags && !client.watches);
            assert_eq!(client.units, Units::Utf16);
            assert!(folders(&silent).is_empty());
        }
        let client = Client::new(&json!({ "capabilities": { "general": { "positionEncodings": ["utf-16", "utf-8"] } } }));
        assert_eq!(client.units, Units::Utf8);
    }

    #[test]
    fn the_folders_are_said_in_three_ways() {
        let real = |value: Value| folders(&value).into_iter().map(|folder| folder.real).collect::<Vec<_>>();
        let newest = json!({ "workspaceFolders": [{ "uri": "file:///w/a" }, { "uri": "x:/b" }], "rootUri": "file:///w/c" });
        assert_eq!(real(newest), [std::path::PathBuf::from("/w/a")]);
        assert_eq!(real(json!({ "workspaceFolders": null, "rootUri": "file:///w/c" })), [std::path::PathBuf::from("/w/c")]);
        assert_eq!(real(json!({ "rootUri": null, "rootPath": "/w/d" })), [std::path::PathBuf::from("/w/d")]);
    }
}
