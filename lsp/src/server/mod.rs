//! The loop: one owner of all texts. It applies notifications in the order in which they arrived, gives every request a
//! snapshot and a thread of the pool, and publishes diagnostics when no message waits.

mod pool;
mod state;

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError};
use std::sync::{Arc, Mutex};

use omnigraph_compiler::db::Database;
use serde_json::Value;
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};

use crate::Host;
use crate::features::diagnostics::{Due, Job};
use crate::features::{self, Answered, Virtuals};
use crate::service::{Client, Message, Reply};
use crate::workspace::Workspace;
use pool::{Failure, Pool, guarded};
use state::ServerState;

/// What a request sees: the workspace as it was when the request arrived.
pub(crate) struct Snapshot {
    pub db: Database,
    pub workspace: Arc<Workspace>,
    pub host: Arc<dyn Host>,
    pub answered: Arc<Answered>,
    pub virtuals: Arc<Virtuals>,
    /// What is known of reports, and of which revision this is a snapshot.
    pub due: Arc<Mutex<Due>>,
    pub revision: u64,
}

pub(crate) fn run(messages: Receiver<Message>, to_loop: Sender<Message>, client: Client, host: Arc<dyn Host>) {
    let mut server = Server {
        state: ServerState::new(client),
        pool: Pool::new(2),
        host,
        to_loop,
        answered: Arc::default(),
        shut_down: false,
    };
    loop {
        let message = match messages.try_recv() {
            Ok(message) => message,
            Err(TryRecvError::Empty) => {
                server.publish();
                let received = match server.state.rest() {
                    Some(wait) => messages.recv_timeout(wait),
                    None => messages.recv().map_err(|_| RecvTimeoutError::Disconnected),
                };
                match received {
                    Ok(message) => message,
                    Err(RecvTimeoutError::Timeout) => continue,
                    Err(RecvTimeoutError::Disconnected) => return,
                }
            }
            Err(TryRecvError::Disconnected) => return,
        };
        match message {
            Message::Request { method, params, reply } => server.request(&method, params, reply),
            Message::Notification { method, .. } if method == "exit" => return,
            Message::Notification { method, params } => server.notification(&method, params),
            Message::Answer { id, result } => server.state.answered(&id, result),
            Message::Published { job, again } => server.state.published(job, again),
            Message::End => return,
        }
    }
}

struct Server {
    state: ServerState,
    pool: Pool,
    host: Arc<dyn Host>,
    to_loop: Sender<Message>,
    answered: Arc<Answered>,
    shut_down: bool,
}

impl Server {
    fn snapshot(&self) -> Snapshot {
        Snapshot {
            db: self.state.db.clone(),
            workspace: self.state.workspace.clone(),
            host: self.host.clone(),
            answered: self.answered.clone(),
            virtuals: self.state.virtuals.clone(),
            revision: self.state.revision(),
            due: self.state.due.clone(),
        }
    }

    fn request(&mut self, method: &str, params: Value, reply: Reply) {
        match method {
            "initialize" if self.state.initialized => reply.send(Err(Error::invalid_request())),
            "initialize" => reply.send(Ok(self.state.initialize(&params))),
            _ if !self.state.initialized => {
                let mut error = Error::new(ErrorCode::ServerError(-32002));
                error.message = "the server is not initialized".into();
                reply.send(Err(error));
            }
            "shutdown" => {
                self.shut_down = true;
                reply.send(Ok(Value::Null));
            }
            _ if self.shut_down => reply.send(Err(Error::invalid_request())),
            _ => match features::handler(method) {
                None => reply.send(Err(Error::method_not_found())),
                Some(handler) => {
                    self.state.settle();
                    let snapshot = self.snapshot();
                    let client = self.state.client.clone();
                    let pull = method.ends_with("/diagnostic");
                    self.pool.spawn(move || {
                        if reply.is_cancelled() {
                            return;
                        }
                        // The snapshot ends before the answer is sent: what follows the answer never waits for it.
                        let outcome = guarded(|| {
                            let snapshot = snapshot;
                            handler(&snapshot, params)
                        });
                        reply.send(outcome.unwrap_or_else(|failure| Err(refusal(failure, pull, &client))));
                    });
                }
            },
        }
    }

    fn notification(&mut self, method: &str, params: Value) {
        if self.shut_down || !self.state.initialized {
            return;
        }
        // A message that cannot be understood must not end the session.
        let applied = guarded(|| self.state.notification(method, params));
        if let Err(Failure::Panic(words)) = applied {
            self.state.client.log(&format!("{method} failed: {words}"));
        }
    }

    /// Begins with what is due when no message waits.
    fn publish(&mut self) {
        if !self.state.initialized || self.shut_down {
            return;
        }
        self.state.settle();
        let Some((due, number, distance)) = self.state.diagnostics_due() else {
            return self.state.trim();
        };
        let snapshot = self.snapshot();
        let client = self.state.client.clone();
        let to_loop = self.to_loop.clone();
        let pulls = self.state.workspace.pulls;
        self.pool.spawn(move || {
            let outcome = guarded(|| {
                let snapshot = snapshot;
                let job = Job {
                    snapshot: &snapshot,
                    due: &due,
                    number,
                    client: &client,
                    pulls,
                };
                job.run(distance)
            });
            if let Err(Failure::Panic(words)) = &outcome {
                client.log(&format!("checking failed: {words}"));
                Job::give_up(&due, number, distance);
            }
            let again = outcome.unwrap_or(false);
            let _ = to_loop.send(Message::Published { job: number, again });
        });
    }
}

fn refusal(failure: Failure, pull: bool, client: &Client) -> Error {
    match failure {
        Failure::Overtaken if pull => {
            let mut error = Error::new(ErrorCode::ServerError(-32802));
            error.message = "the text has changed".into();
            error.data = Some(serde_json::json!({ "retriggerRequest": true }));
            error
        }
        Failure::Overtaken => Error::content_modified(),
        Failure::Panic(words) => {
            client.log(&format!("a request failed: {words}"));
            let mut error = Error::internal_error();
            error.message = format!("the server failed on this request: {words}").into();
            error
        }
    }
}

/// A request's function.
pub(crate) type Handler = fn(&Snapshot, Value) -> Result<Value>;

#[cfg(test)]
mod tests {
    use std::path::Path;

    use futures::channel::mpsc::unbounded;
    use serde_json::json;

    use super::*;

    struct Nothing;

    impl Host for Nothing {
        fn run(&self, _: &crate::RunRequest) -> std::result::Result<Value, String> {
            Err("no engine".to_owned())
        }

        fn schema(&self, _: &str, _: &Path) -> std::result::Result<String, String> {
            Err("no engine".to_owned())
        }
    }

    /// A server on a folder, without threads of its own.
    fn server(folder: &Path, capabilities: &Value) -> Server {
        let (to_loop, _) = std::sync::mpsc::channel();
        let (out, _) = unbounded();
        let mut server = Server {
            state: ServerState::new(Client { out }),
            pool: Pool::new(1),
            host: Arc::new(Nothing),
            to_loop,
            answered: Arc::default(),
            shut_down: false,
        };
        let root = format!("file://{}", folder.display());
        server
            .state
            .initialize(&json!({ "rootUri": root, "capabilities": capabilities }));
        server
    }

    /// Pulls by a method, and gives the answer and how many reports were made for it.
    fn pulled(server: &mut Server, method: &str, params: Value) -> (Value, usize) {
        server.state.settle();
        let made = |server: &Server| server.state.due.lock().expect("no test panics in here").reports_made();
        let before = made(server);
        let handler = features::handler(method).expect("a request");
        let answer = handler(&server.snapshot(), params).expect("an answer");
        (answer, made(server) - before)
    }

    #[test]
    fn a_pull_makes_reports_of_what_has_changed_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("a file");
        write(
            "schema.pg",
            "node A { k: String @key n: I32? }\nnode B { k: String @key }\n",
        );
        let query = |name: usize, ty: &str| {
            format!("query q{name}() {{ match {{ $x: {ty} }} return {{ $x.k, {name} as n }} }}\n")
        };
        for name in 0..40 {
            write(
                &format!("q{name}.gq"),
                &query(name, if name % 4 == 0 { "A" } else { "B" }),
            );
        }
        for refreshes in [false, true] {
            let mut server = server(
                folder.path(),
                &json!({
                    "textDocument": { "diagnostic": {} },
                    "workspace": { "diagnostics": { "refreshSupport": refreshes } },
                }),
            );
            let ids = |report: &Value| -> Value {
                let items = report["items"].as_array().expect("reports").iter();
                items
                    .map(|item| json!({ "uri": item["uri"], "value": item["resultId"] }))
                    .collect()
            };
            let nothing = json!({ "previousResultIds": [] });
            let (report, made) = pulled(&mut server, "workspace/diagnostic", nothing);
            assert_eq!(made, 41);
            let known = json!({ "previousResultIds": ids(&report) });
            let (_, made) = pulled(&mut server, "workspace/diagnostic", known.clone());
            assert_eq!(made, 0, "nothing has changed");
            let uri = format!("file://{}/q3.gq", folder.path().display());
            let document = json!({ "uri": uri, "languageId": "omnigraph-query", "version": 1, "text": query(3, "B") });
            server
                .state
                .notification("textDocument/didOpen", json!({ "textDocument": document }));
            let wrong = json!({
                "textDocument": { "uri": uri, "version": 2 }, "contentChanges": [{ "text": query(3, "Nowhere") }],
            });
            server.state.notification("textDocument/didChange", wrong);
            let document = json!({ "textDocument": { "uri": uri } });
            let (report, made) = pulled(&mut server, "textDocument/diagnostic", document.clone());
            assert_eq!(report["items"][0]["code"], "T1", "{report}");
            assert!(made <= 1, "{made}");
            let (report, made) = pulled(&mut server, "workspace/diagnostic", known.clone());
            assert!(made <= 1, "{made}");
            let full = report["items"].as_array().expect("reports").iter();
            assert_eq!(full.filter(|item| item["kind"] == "full").count(), 1, "{report}");
            // Pulled again, with what the client has by now.
            let known = json!({ "previousResultIds": ids(&report) });
            assert_eq!(pulled(&mut server, "workspace/diagnostic", known).1, 0);
            assert_eq!(
                pulled(&mut server, "textDocument/diagnostic", document).1,
                1,
                "the client has no id"
            );
        }
    }
}
