//! The owner's state: open documents, folders, the database, and which files' diagnostics are due.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use omnigraph_compiler::db::{Database, SourceFile};
use omnigraph_compiler::settings::SETTINGS_FILE;
use omnigraph_workspace::{is_query, is_schema};
use salsa::Database as _;
use serde_json::{Value, json};
use tower_lsp::jsonrpc::{Id, Result};
use tower_lsp::ls_types::{
    DidChangeTextDocumentParams, DidChangeWatchedFilesParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
    FileChangeType, Range,
};

use crate::features;
use crate::features::diagnostics::{Distance, Due};
use crate::service::Client;
use crate::text::{Encoding, Lines};
use crate::workspace::{KeepData, Open, Workspace, from_uri, rescan, set_text, source};

/// How long nothing must have been typed before what all files say together is looked at.
const QUIET: Duration = Duration::from_millis(40);

pub(super) struct ServerState {
    pub db: Database,
    pub workspace: Arc<Workspace>,
    pub client: Client,
    pub initialized: bool,
    open: HashMap<PathBuf, Open>,
    /// Paths of documents that are not files, by URI.
    untitled: HashMap<String, PathBuf>,
    capabilities: Value,
    /// Files and projects have to be found anew.
    stale: bool,
    /// Whether a text with fragments has changed, which other files may call.
    shared: bool,
    /// Whether the next scan is the first.
    first: bool,
    pub due: Arc<Mutex<Due>>,
    next_id: i64,
    /// The request for the client's settings that was sent last.
    asked_settings: Option<i64>,
    /// When what all files say together is worth looking at.
    quiet_from: Instant,
    /// The job that publishes.
    publishing: Option<u64>,
    /// Whether memory that only the first look needed has been given back.
    trimmed: bool,
    /// The file whose text changed last.
    edited: Option<(PathBuf, SourceFile)>,
    pub virtuals: Arc<features::Virtuals>,
}

impl ServerState {
    pub(super) fn new(client: Client) -> ServerState {
        ServerState {
            db: Database::new(),
            workspace: Arc::default(),
            client,
            initialized: false,
            open: HashMap::new(),
            untitled: HashMap::new(),
            capabilities: Value::Null,
            stale: true,
            shared: false,
            first: true,
            due: Arc::default(),
            next_id: 0,
            asked_settings: None,
            quiet_from: Instant::now(),
            publishing: None,
            trimmed: false,
            edited: None,
            virtuals: Arc::default(),
        }
    }

    pub(super) fn initialize(&mut self, params: &Value) -> Value {
        self.initialized = true;
        self.capabilities = params.get("capabilities").cloned().unwrap_or(Value::Null);
        let offered: Vec<String> = self
            .capability("/general/positionEncodings")
            .and_then(|list| serde_json::from_value(list.clone()).ok())
            .unwrap_or_default();
        let pulls = self.capability("/textDocument/diagnostic").is_some();
        let refreshes = pulls && self.supports("/workspace/diagnostics/refreshSupport");
        let workspace = Arc::make_mut(&mut self.workspace);
        (workspace.pulls, workspace.refreshes) = (pulls, refreshes);
        workspace.encoding = Encoding::negotiate(&offered);
        let folders = params.get("workspaceFolders").and_then(Value::as_array);
        let uris: Vec<&str> = match folders {
            Some(list) => list.iter().filter_map(|folder| folder.get("uri")?.as_str()).collect(),
            None => params.get("rootUri").and_then(Value::as_str).into_iter().collect(),
        };
        for uri in uris {
            workspace.add_folder(uri);
        }
        workspace.store = params
            .pointer("/initializationOptions/store")
            .and_then(Value::as_str)
            .map(str::to_owned);
        workspace.keep_data = params
            .pointer("/initializationOptions/keepData")
            .and_then(|word| KeepData::read(word.as_str()?))
            .unwrap_or_default();
        workspace.annotates = params
            .pointer("/capabilities/workspace/workspaceEdit")
            .is_some_and(|edits| edits["documentChanges"] == true && edits["changeAnnotationSupport"].is_object());
        let encoding = workspace.encoding;
        json!({
            "capabilities": features::capabilities(encoding),
            "serverInfo": { "name": "omnigraph", "version": env!("CARGO_PKG_VERSION") },
        })
    }

    fn capability(&self, pointer: &str) -> Option<&Value> {
        self.capabilities.pointer(pointer)
    }

    fn supports(&self, pointer: &str) -> bool {
        self.capability(pointer).and_then(Value::as_bool) == Some(true)
    }

    fn ask(&mut self, method: &'static str, params: Value) -> i64 {
        self.next_id += 1;
        self.client.request(method, self.next_id, params);
        self.next_id
    }

    pub(super) fn answered(&mut self, id: &Id, result: Result<Value>) {
        match result {
            Ok(answer) if self.asked_settings.is_some_and(|asked| *id == Id::Number(asked)) => {
                self.set_settings(answer.get(0).unwrap_or(&Value::Null));
            }
            Ok(_) => {}
            Err(error) => self
                .client
                .log(&format!("the client refused a request: {}", error.message)),
        }
    }

    /// The client's settings are told with the notification that they have changed, or have to be asked for.
    fn did_change_configuration(&mut self, params: &Value) {
        match params.pointer("/settings/omnigraph") {
            Some(settings) => self.set_settings(settings),
            None if self.supports("/workspace/configuration") => {
                let items = json!({ "items": [{ "section": "omnigraph" }] });
                self.asked_settings = Some(self.ask("workspace/configuration", items));
            }
            None => {}
        }
    }

    /// The client's settings; those that are not there stay as `initialize` told them.
    fn set_settings(&mut self, settings: &Value) {
        if let Some(store) = settings.get("store") {
            let store = store.as_str().filter(|store| !store.is_empty());
            Arc::make_mut(&mut self.workspace).store = store.map(str::to_owned);
        }
        if let Some(keep) = settings.get("keepData").and_then(|word| KeepData::read(word.as_str()?)) {
            Arc::make_mut(&mut self.workspace).keep_data = keep;
        }
    }

    pub(super) fn notification(&mut self, method: &str, params: Value) {
        match method {
            "initialized" => self.register(),
            "textDocument/didOpen" => with(params, |params| self.did_open(params)),
            "textDocument/didChange" => with(params, |params| self.did_change(params)),
            "textDocument/didClose" => with(params, |params| self.did_close(&params)),
            "workspace/didChangeWatchedFiles" => with(params, |params| self.did_change_files(&params)),
            "workspace/didRenameFiles" | "workspace/didCreateFiles" | "workspace/didDeleteFiles" => self.stale = true,
            "workspace/didChangeWorkspaceFolders" => self.did_change_folders(&params),
            "workspace/didChangeConfiguration" => self.did_change_configuration(&params),
            _ => {}
        }
    }

    /// Asks for what the server wants to hear of.
    fn register(&mut self) {
        if self.supports("/workspace/didChangeConfiguration/dynamicRegistration") {
            let settings = json!({
                "id": "settings", "method": "workspace/didChangeConfiguration",
                "registerOptions": { "section": "omnigraph" },
            });
            self.ask("client/registerCapability", json!({ "registrations": [settings] }));
        }
        self.did_change_configuration(&Value::Null);
        if self.supports("/workspace/didChangeWatchedFiles/dynamicRegistration") {
            // What git ignores is not a file of a project.
            let globs = ["**/*.pg", "**/*.gq", "**/omnigraph.toml", "**/.gitignore"];
            let watchers = globs.map(|glob| json!({ "globPattern": glob }));
            let options = json!({ "watchers": watchers });
            let watch = json!({
                "id": "files", "method": "workspace/didChangeWatchedFiles", "registerOptions": options,
            });
            self.ask("client/registerCapability", json!({ "registrations": [watch] }));
        }
    }

    /// The path under which a document is known. One that is not a file lies in the first folder.
    fn path(&mut self, uri: &str, language: &str) -> PathBuf {
        if let Some(path) = from_uri(uri).filter(|path| known_kind(path)) {
            return path;
        }
        if let Some(path) = self.untitled.get(uri) {
            return path.clone();
        }
        let name: String = uri.chars().map(|c| if c == '/' { '_' } else { c }).collect();
        let extension = match language {
            "pg" | "omnigraph-schema" => "pg",
            "gq" | "omnigraph-query" => "gq",
            _ if name.ends_with(".pg") => "pg",
            _ => "gq",
        };
        let folder = self
            .workspace
            .folders
            .first()
            .cloned()
            .unwrap_or_else(|| PathBuf::from("/untitled"));
        let path = folder.join(format!("{name}.{extension}"));
        self.untitled.insert(uri.to_owned(), path.clone());
        path
    }

    fn did_open(&mut self, params: DidOpenTextDocumentParams) {
        let document = params.text_document;
        let uri = document.uri.as_str().to_owned();
        let path = self.path(&uri, &document.language_id);
        let workspace = Arc::make_mut(&mut self.workspace);
        workspace.open.insert(path.clone(), document.version);
        workspace.spelling.learn(&uri);
        workspace.uris.insert(path.clone(), uri);
        let text = document.text;
        let known = self.workspace.of_file.contains_key(&path);
        if known || path.ends_with(SETTINGS_FILE) {
            self.set_text(&path, &text);
        }
        self.stale |= !known;
        self.open.insert(
            path.clone(),
            Open {
                version: document.version,
                text,
            },
        );
        self.mark(&path);
    }

    fn did_change(&mut self, params: DidChangeTextDocumentParams) {
        let path = self.path(params.text_document.uri.as_str(), "");
        let encoding = self.workspace.encoding;
        let Some(open) = self.open.get_mut(&path) else { return };
        open.version = params.text_document.version;
        for change in params.content_changes {
            apply(&mut open.text, change.range, &change.text, encoding);
        }
        let (version, text) = (open.version, open.text.clone());
        if let Some(known) = Arc::make_mut(&mut self.workspace).open.get_mut(&path) {
            *known = version;
        }
        self.set_text(&path, &text);
        self.mark(&path);
    }

    fn did_close(&mut self, params: &DidCloseTextDocumentParams) {
        let uri = params.text_document.uri.as_str();
        let path = self.path(uri, "");
        self.untitled.remove(uri);
        Arc::make_mut(&mut self.workspace).open.remove(&path);
        self.open.remove(&path);
        match std::fs::read_to_string(&path) {
            Ok(text) => self.set_text(&path, &text),
            Err(_) => self.stale = true,
        }
        self.mark(&path);
    }

    fn did_change_files(&mut self, params: &DidChangeWatchedFilesParams) {
        for change in &params.changes {
            let Some(path) = from_uri(change.uri.as_str()) else {
                continue;
            };
            let plain = change.typ == FileChangeType::CHANGED && self.workspace.of_file.contains_key(&path);
            if self.open.contains_key(&path) {
                continue;
            }
            match std::fs::read_to_string(&path) {
                Ok(text) if plain => {
                    self.set_text(&path, &text);
                    self.mark(&path);
                }
                _ => self.stale = true,
            }
        }
    }

    fn did_change_folders(&mut self, params: &Value) {
        let list = |pointer: &str| {
            let folders = params.pointer(pointer).and_then(Value::as_array);
            let folders = folders.into_iter().flatten();
            folders.filter_map(|folder| folder.get("uri")?.as_str())
        };
        let removed: Vec<PathBuf> = list("/event/removed").filter_map(from_uri).collect();
        let workspace = Arc::make_mut(&mut self.workspace);
        workspace.folders.retain(|folder| !removed.contains(folder));
        for uri in list("/event/added") {
            workspace.add_folder(uri);
        }
        self.stale = true;
    }

    /// Makes this the file that is being edited, instead of the one before it.
    fn edit(&mut self, path: &Path, file: SourceFile) {
        if self.edited.as_ref().is_some_and(|(known, _)| known == path) {
            return;
        }
        if let Some((_, before)) = self.edited.replace((path.to_owned(), file)) {
            let text = before.text(&self.db).clone();
            set_text(&mut self.db, before, text, false);
        }
    }

    /// The new text of a file that is a part of some project, or of the settings.
    fn set_text(&mut self, path: &Path, text: &str) {
        if path.ends_with(SETTINGS_FILE) {
            Arc::make_mut(&mut self.workspace)
                .settings_texts
                .insert(path.to_owned(), text.to_owned());
            self.stale = true;
        } else if let Some(file) = self.workspace.files.get(path).copied() {
            if *file.text(&self.db) != text {
                // Where a file has fragments, other files may call them.
                let has = |text: &str| text.contains("fragment");
                self.shared |= !is_schema(path) && (has(file.text(&self.db)) || has(text));
                self.edit(path, file);
                set_text(&mut self.db, file, text.to_owned(), true);
            }
        } else {
            source(&mut self.db, Arc::make_mut(&mut self.workspace), path, text.to_owned());
            self.stale = true;
        }
    }

    /// The diagnostics of this file are due. A schema and fragments concern queries in other files; those that are open come first.
    fn mark(&mut self, path: &Path) {
        let mut due = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        due.changed();
        due.near(path);
        if let Some(root) = self.workspace.root_of(path) {
            due.project(root.project);
            if is_schema(path) || std::mem::take(&mut self.shared) {
                let open = root.group.queries.iter().filter(|path| self.open.contains_key(*path));
                open.for_each(|path| due.near(path));
                due.far(root.group.queries.iter().cloned());
            } else {
                // Errors in fragments name a place where these are called.
                let has = |file: &SourceFile| file.text(&self.db).contains("fragment");
                let files = root.group.queries.iter();
                let called = files.filter(|path| self.workspace.files.get(*path).is_some_and(has));
                due.far(called.cloned());
            }
        }
        drop(due);
        self.quiet_from = Instant::now() + QUIET;
        if is_schema(path) {
            self.refresh();
        }
        if self.capability("/workspace/textDocumentContent").is_some() {
            let virtuals = self.virtuals.lock().unwrap_or_else(PoisonError::into_inner);
            let uris: Vec<String> = virtuals.iter().filter(|uri| uri.contains('?')).cloned().collect();
            drop(virtuals);
            for uri in uris {
                self.ask("workspace/textDocumentContent/refresh", json!({ "uri": uri }));
            }
        }
    }

    /// Tells the client that more than the edited text has changed. A client that pulls diagnostics is told when it is known
    /// that they have.
    fn refresh(&mut self) {
        if self.supports("/workspace/inlayHint/refreshSupport") {
            self.ask("workspace/inlayHint/refresh", Value::Null);
        }
        if self.supports("/workspace/codeLens/refreshSupport") {
            self.ask("workspace/codeLens/refresh", Value::Null);
        }
    }

    /// Finds the projects anew if something has changed that decides about them. Called before each read.
    pub(super) fn settle(&mut self) {
        if !std::mem::take(&mut self.stale) {
            return;
        }
        let first = std::mem::take(&mut self.first);
        if first {
            self.client.notify("omnigraph/status", json!({ "state": "scanning" }));
        }
        let progress = first && self.supports("/window/workDoneProgress");
        if progress {
            self.ask("window/workDoneProgress/create", json!({ "token": "scan" }));
            self.progress(json!({ "kind": "begin", "title": "OmniGraph", "message": "reading projects" }));
        }
        let before: BTreeSet<PathBuf> = self
            .workspace
            .of_file
            .keys()
            .chain(self.workspace.troubles.keys())
            .cloned()
            .collect();
        let today = i32::try_from(chrono::Utc::now().timestamp().div_euclid(86_400)).ok();
        rescan(&mut self.db, Arc::make_mut(&mut self.workspace), &self.open, today);
        let workspace = &self.workspace;
        let mut due = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        due.changed();
        self.open.keys().for_each(|path| due.near(path));
        due.far(before);
        due.far(workspace.of_file.keys().chain(workspace.troubles.keys()).cloned());
        workspace.roots.iter().for_each(|root| due.project(root.project));
        drop(due);
        if progress {
            self.progress(json!({ "kind": "end" }));
        }
        let status = json!({
            "state": if self.workspace.troubles.is_empty() { "ready" } else { "trouble" },
            "projects": self.workspace.roots.len(),
            "files": self.workspace.of_file.len(),
        });
        self.client.notify("omnigraph/status", status);
        if !first {
            self.refresh();
        }
    }

    fn progress(&self, value: Value) {
        self.client
            .notify("$/progress", json!({ "token": "scan", "value": value }));
    }

    /// What the texts and projects are at: counts their changes.
    pub(super) fn revision(&self) -> u64 {
        self.due.lock().unwrap_or_else(PoisonError::into_inner).revision()
    }

    /// What is to be published now: what has been edited at once, the rest when it is quiet. A client that pulls is told when
    /// it is quiet that it should; one that cannot be told asks for itself.
    pub(super) fn diagnostics_due(&mut self) -> Option<(Arc<Mutex<Due>>, u64, Distance)> {
        let mut due = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        if self.workspace.pulls {
            due.forget_near();
            if !self.workspace.refreshes {
                return None;
            }
        }
        if self.publishing == Some(due.job()) {
            return None;
        }
        let distance = match (due.is_near(), due.is_far() && self.quiet_from <= Instant::now()) {
            (true, _) => Distance::Near,
            (_, true) => Distance::Far,
            _ => return None,
        };
        let job = due.begin();
        self.publishing = Some(job);
        Some((self.due.clone(), job, distance))
    }

    /// A publishing job has ended.
    pub(super) fn published(&mut self, job: u64, again: bool) {
        if self.publishing == Some(job) {
            self.publishing = None;
        }
        if again && self.workspace.refreshes {
            self.ask("workspace/diagnostic/refresh", Value::Null);
        }
    }

    /// Once everything has been looked at for the first time, most of what that took is of no more use. Letting go of it would
    /// cancel reads, so it waits until there are none.
    pub(super) fn trim(&mut self) {
        let reads = Arc::strong_count(&self.workspace) > 1;
        if !self.trimmed && !self.first && self.publishing.is_none() && self.rest().is_none() && !reads {
            self.trimmed = true;
            self.db.trigger_lru_eviction();
        }
    }

    /// For how long nothing but a message can be of interest; `None` is for ever.
    pub(super) fn rest(&self) -> Option<Duration> {
        if self.workspace.pulls && !self.workspace.refreshes {
            return None;
        }
        let due = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        let waits = due.is_far() && self.publishing != Some(due.job());
        waits.then(|| self.quiet_from.saturating_duration_since(Instant::now()))
    }
}

fn with<P: serde::de::DeserializeOwned>(params: Value, act: impl FnOnce(P)) {
    if let Ok(params) = serde_json::from_value(params) {
        act(params);
    }
}

fn known_kind(path: &Path) -> bool {
    is_schema(path) || is_query(path) || path.ends_with(SETTINGS_FILE)
}

/// One change of a document: a range, or the whole text.
fn apply(text: &mut String, range: Option<Range>, new: &str, encoding: Encoding) {
    match range {
        None => *text = new.to_owned(),
        Some(range) => {
            let span = Lines::new(text, encoding).span(range);
            text.replace_range(span.range(), new);
        }
    }
}
