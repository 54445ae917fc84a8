//! The loop: one owner of all texts. It applies notifications in the order in which they arrived, gives every request a
//! snapshot and a thread of the pool, and publishes diagnostics when no message waits.

mod pool;
mod state;

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError};

use omnigraph_compiler::db::Database;
use serde_json::Value;
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};

use crate::Host;
use crate::features::diagnostics::Job;
use crate::features::{self, Answered, Virtuals};
use crate::service::{Client, Message, Reply};
use crate::world::World;
use pool::{Failure, Pool, guarded};
use state::State;

/// What a request sees: the world as it was when the request arrived.
pub struct Snapshot {
    pub db: Database,
    pub world: Arc<World>,
    pub host: Arc<dyn Host>,
    pub answered: Arc<Answered>,
    pub virtuals: Arc<Virtuals>,
}

pub fn run(messages: Receiver<Message>, to_loop: Sender<Message>, client: Client, host: Arc<dyn Host>) {
    let mut server = Server {
        state: State::new(client),
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
            Message::Published { job } => server.state.published(job),
            Message::End => return,
        }
    }
}

struct Server {
    state: State,
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
            world: self.state.world.clone(),
            host: self.host.clone(),
            answered: self.answered.clone(),
            virtuals: self.state.virtuals.clone(),
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
        self.pool.spawn(move || {
            let outcome = guarded(|| {
                let snapshot = snapshot;
                let job = Job {
                    snapshot: &snapshot,
                    due: &due,
                    number,
                    client: &client,
                };
                job.run(distance);
            });
            if let Err(Failure::Panic(words)) = outcome {
                client.log(&format!("checking failed: {words}"));
                Job::give_up(&due, number, distance);
            }
            let _ = to_loop.send(Message::Published { job: number });
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
pub type Handler = fn(&Snapshot, Value) -> Result<Value>;
