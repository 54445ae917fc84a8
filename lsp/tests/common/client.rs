//! A client of the server, over real stdio, and projects in temporary folders. The module above says by `server` which
//! program is started.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use serde_json::{Value, json};

use super::server;

pub struct Client {
    child: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Value>,
    next: i64,
    /// The last published diagnostics of each file, by URI.
    pub published: HashMap<String, Value>,
    /// Every notification and request of the server but diagnostics.
    pub heard: Vec<Value>,
    pub capabilities: Value,
    pub folder: PathBuf,
    /// Removes the folder at the end.
    _temporary: Option<tempfile::TempDir>,
    versions: HashMap<String, i32>,
    /// Answers that came before they were asked for.
    early: HashMap<i64, Value>,
}

pub fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

impl Client {
    /// A server on a folder with these files, the cursor's mark taken out of them.
    pub fn new(files: &[(&str, &str)]) -> Client {
        Client::with(files, json!({}))
    }

    pub fn with(files: &[(&str, &str)], capabilities: Value) -> Client {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (path, text) in files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().expect("files have folders")).expect("a folder");
            std::fs::write(path, text.replace("$0", "")).expect("a file");
        }
        let mut client = Client::start(folder.path());
        client._temporary = Some(folder);
        client.initialize(capabilities);
        client
    }

    /// A server that has not been told anything yet.
    pub fn start(folder: &Path) -> Client {
        let mut child = server()
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut output = BufReader::new(child.stdout.take().expect("its stdout is piped"));
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            while let Some(message) = read(&mut output) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        Client {
            input: child.stdin.take(),
            child,
            messages,
            next: 0,
            published: HashMap::new(),
            heard: Vec::new(),
            capabilities: Value::Null,
            folder: folder.to_owned(),
            _temporary: None,
            versions: HashMap::new(),
            early: HashMap::new(),
        }
    }

    pub fn initialize(&mut self, capabilities: Value) {
        let root = uri(&self.folder);
        let folders = json!([{ "uri": root, "name": "project" }]);
        self.initialize_with(json!({
            "processId": null, "capabilities": capabilities, "rootUri": root, "workspaceFolders": folders,
        }));
    }

    pub fn initialize_with(&mut self, params: Value) {
        self.capabilities = self.request("initialize", params)["capabilities"].clone();
        self.notify("initialized", json!({}));
    }

    /// The server's process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    pub fn uri(&self, name: &str) -> String {
        match name.contains(':') {
            true => name.to_owned(),
            false => uri(&self.path(name)),
        }
    }

    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        let input = self.input.as_mut().expect("the session is open");
        write!(input, "Content-Length: {}\r\n\r\n{body}", body.len()).expect("the server reads");
        input.flush().expect("the server reads");
    }

    pub fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Sends a request without waiting for its answer.
    pub fn ask(&mut self, method: &str, params: Value) -> i64 {
        self.next += 1;
        let id = self.next;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        id
    }

    pub fn request(&mut self, method: &str, params: Value) -> Value {
        let answer = self.try_request(method, params);
        answer.unwrap_or_else(|error| panic!("{method} failed: {error}"))
    }

    pub fn try_request(&mut self, method: &str, params: Value) -> Result<Value, Value> {
        let id = self.ask(method, params);
        self.answer(id)
    }

    /// The answer to a request that has been sent.
    pub fn answer(&mut self, id: i64) -> Result<Value, Value> {
        let message = loop {
            if let Some(message) = self.early.remove(&id) {
                break message;
            }
            let message = self
                .receive(Duration::from_secs(60))
                .expect("an answer within a minute");
            if let (Some(id), None) = (message["id"].as_i64(), message.get("method")) {
                self.early.insert(id, message);
            }
        };
        match message.get("error") {
            Some(error) => Err(error.clone()),
            None => Ok(message["result"].clone()),
        }
    }

    fn receive(&mut self, wait: Duration) -> Option<Value> {
        match self.messages.recv_timeout(wait) {
            Ok(message) => {
                self.hear(&message);
                Some(message)
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => None,
        }
    }

    fn hear(&mut self, message: &Value) {
        let Some(method) = message.get("method").and_then(Value::as_str) else {
            return;
        };
        if method == "textDocument/publishDiagnostics" {
            let params = &message["params"];
            let uri = params["uri"].as_str().expect("diagnostics have a uri").to_owned();
            self.published.insert(uri, params.clone());
            return;
        }
        self.heard.push(message.clone());
        if let Some(id) = message.get("id") {
            let answer = json!({ "jsonrpc": "2.0", "id": id, "result": null });
            self.send(&answer);
        }
    }

    /// Waits until the server has published for a file what the test wants.
    pub fn wait_for(&mut self, name: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let uri = self.uri(name);
        loop {
            if let Some(found) = self.published.get(&uri).filter(|found| wanted(found)) {
                return found.clone();
            }
            if self.receive(Duration::from_secs(20)).is_none() {
                panic!("no such diagnostics of {name}: {:?}", self.published.get(&uri));
            }
        }
    }

    pub fn open(&mut self, name: &str, text: &str) {
        let uri = self.uri(name);
        self.versions.insert(uri.clone(), 1);
        let language = if name.ends_with(".pg") {
            "omnigraph-schema"
        } else {
            "omnigraph-query"
        };
        let document = json!({ "uri": uri, "languageId": language, "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
    }

    pub fn change(&mut self, name: &str, changes: Value) -> i32 {
        let uri = self.uri(name);
        let version = self.versions.entry(uri.clone()).or_insert(1);
        *version += 1;
        let document = json!({ "uri": uri, "version": *version });
        let version = *version;
        self.notify(
            "textDocument/didChange",
            json!({ "textDocument": document, "contentChanges": changes }),
        );
        version
    }

    pub fn set(&mut self, name: &str, text: &str) -> i32 {
        self.change(name, json!([{ "text": text }]))
    }

    pub fn close(&mut self, name: &str) {
        let uri = self.uri(name);
        self.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
    }

    /// Opens a file whose text has a `$0` and asks about that place.
    pub fn at(&mut self, method: &str, name: &str, marked: &str) -> Value {
        let (text, position) = cursor(marked);
        self.open(name, &text);
        let params = json!({ "textDocument": { "uri": self.uri(name) }, "position": position });
        self.request(method, params)
    }

    /// Ranges of an answer as the text they cover, with their files: `schema.pg: name`.
    pub fn shown(&self, answer: &Value) -> Vec<String> {
        let list = answer.as_array().cloned().unwrap_or_default();
        list.iter()
            .map(|location| self.one(location["uri"].as_str().unwrap_or(""), &location["range"]))
            .collect()
    }

    fn one(&self, uri: &str, range: &Value) -> String {
        let path = PathBuf::from(uri.strip_prefix("file://").unwrap_or(uri));
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let name = path.strip_prefix(&self.folder).unwrap_or(&path).display().to_string();
        format!("{name}:{}: {}", range["start"]["line"], slice(&text, range))
    }

    pub fn shut_down(mut self) -> bool {
        self.request("shutdown", Value::Null);
        self.notify("exit", Value::Null);
        self.input = None;
        self.child.wait().is_ok_and(|status| status.success())
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.input = None;
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim() {
            "" => break,
            head => {
                if let Some(value) = head.strip_prefix("Content-Length:") {
                    length = value.trim().parse().ok()?;
                }
            }
        }
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}

/// The text without its mark, and the mark's position in UTF-16.
pub fn cursor(marked: &str) -> (String, Value) {
    let at = marked.find("$0").expect("the text has a cursor");
    let text = marked.replacen("$0", "", 1);
    (text.clone(), position(&text, at, 16))
}

/// A byte offset as a position, in units of this many bits.
pub fn position(text: &str, offset: usize, bits: u32) -> Value {
    let before = &text[..offset];
    let line = before.matches('\n').count();
    let last = &before[before.rfind('\n').map_or(0, |at| at + 1)..];
    let character = match bits {
        8 => last.len(),
        16 => last.encode_utf16().count(),
        _ => last.chars().count(),
    };
    json!({ "line": line, "character": character })
}

/// The byte offset of a position in UTF-16.
pub fn offset(text: &str, position: &Value) -> usize {
    let line = position["line"].as_u64().expect("a line") as usize;
    let mut wanted = position["character"].as_u64().expect("a character") as usize;
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    for (at, c) in text[start..].char_indices() {
        if wanted == 0 || c == '\n' {
            return start + at;
        }
        wanted = wanted.saturating_sub(c.len_utf16());
    }
    text.len()
}

pub fn slice<'t>(text: &'t str, range: &Value) -> &'t str {
    &text[offset(text, &range["start"])..offset(text, &range["end"])]
}

/// The text after edits, which must not overlap.
pub fn edited(text: &str, edits: &Value) -> String {
    let mut list: Vec<(usize, usize, String)> = edits
        .as_array()
        .expect("a list of edits")
        .iter()
        .map(|edit| {
            let (start, end) = (
                offset(text, &edit["range"]["start"]),
                offset(text, &edit["range"]["end"]),
            );
            (start, end, edit["newText"].as_str().expect("a text").to_owned())
        })
        .collect();
    list.sort_by_key(|(start, end, _)| (*start, *end));
    let mut out = text.to_owned();
    for (start, end, new) in list.into_iter().rev() {
        out.replace_range(start..end, &new);
    }
    out
}
