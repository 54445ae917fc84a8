//! The bridge between tower-lsp's transport and the loop. The transport calls the service once per message, in the order of
//! arrival; the service hands the message to the loop at once and answers with a future that waits for the reply. So
//! nothing can overtake anything, whatever the transport polls first.

use std::collections::HashMap;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender};
use serde_json::Value;
use tokio::sync::oneshot;
use tower_lsp::Loopback;
use tower_lsp::jsonrpc::{Error, Id, Request, Response, Result};
use tower_service::Service;

/// What the loop receives, in order.
pub(crate) enum Message {
    Request {
        method: String,
        params: Value,
        reply: Reply,
    },
    Notification {
        method: String,
        params: Value,
    },
    /// The client's answer to a request of ours.
    Answer {
        id: Id,
        result: Result<Value>,
    },
    /// A job that publishes diagnostics has ended, by itself or overtaken.
    Published {
        job: u64,
        /// Whether a client that pulls should do so again.
        again: bool,
    },
    /// Nothing more will come.
    End,
}

/// Where the answer to a request goes, once.
pub(crate) struct Reply(oneshot::Sender<Result<Value>>);

impl Reply {
    pub(crate) fn send(self, result: Result<Value>) {
        // Nobody waits any more if the client has cancelled.
        let _ = self.0.send(result);
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.0.is_closed()
    }
}

type Pending = Arc<Mutex<HashMap<Id, oneshot::Sender<()>>>>;

pub(crate) struct Bridge {
    pub to_loop: Sender<Message>,
    pending: Pending,
}

impl Bridge {
    pub(crate) fn new(to_loop: Sender<Message>) -> Bridge {
        Bridge {
            to_loop,
            pending: Pending::default(),
        }
    }
}

fn forget(pending: &Pending, id: &Id) -> Option<oneshot::Sender<()>> {
    pending.lock().unwrap_or_else(PoisonError::into_inner).remove(id)
}

impl Service<Request> for Bridge {
    type Response = Option<Response>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = std::result::Result<Option<Response>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<std::result::Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let (method, id, params) = request.into_parts();
        let params = params.unwrap_or(Value::Null);
        let Some(id) = id else {
            if method == "$/cancelRequest" {
                let id: Option<Id> = params.get("id").and_then(|id| serde_json::from_value(id.clone()).ok());
                if let Some(cancel) = id.and_then(|id| forget(&self.pending, &id)) {
                    let _ = cancel.send(());
                }
            } else {
                let method = method.into_owned();
                // The loop ends before the transport only at the end of the session.
                let _ = self.to_loop.send(Message::Notification { method, params });
            }
            return Box::pin(async { Ok(None) });
        };
        let (reply, answer) = oneshot::channel();
        let (cancel, cancelled) = oneshot::channel();
        let pending = self.pending.clone();
        pending
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id.clone(), cancel);
        let method = method.into_owned();
        let _ = self.to_loop.send(Message::Request {
            method,
            params,
            reply: Reply(reply),
        });
        Box::pin(async move {
            let result = tokio::select! {
                biased;
                Ok(()) = cancelled => Err(Error::request_cancelled()),
                result = answer => result.unwrap_or_else(|_| Err(Error::internal_error())),
            };
            forget(&pending, &id);
            Ok(Some(Response::from_parts(id, result)))
        })
    }
}

/// Requests and notifications to the client, and the client's answers to them.
pub(crate) struct Outbox {
    pub requests: UnboundedReceiver<Request>,
    pub answers: UnboundedSender<Response>,
}

impl Loopback for Outbox {
    type RequestStream = UnboundedReceiver<Request>;
    type ResponseSink = UnboundedSender<Response>;

    fn split(self) -> (Self::RequestStream, Self::ResponseSink) {
        (self.requests, self.answers)
    }
}

/// Sends to the client without waiting.
#[derive(Clone)]
pub(crate) struct Client {
    pub out: UnboundedSender<Request>,
}

impl Client {
    pub(crate) fn notify(&self, method: &'static str, params: Value) {
        let _ = self.out.unbounded_send(Request::build(method).params(params).finish());
    }

    pub(crate) fn request(&self, method: &'static str, id: i64, params: Value) {
        let request = Request::build(method).id(id).params(params).finish();
        let _ = self.out.unbounded_send(request);
    }
}

impl Client {
    /// A line in the client's log.
    pub(crate) fn log(&self, message: &str) {
        let params = serde_json::json!({ "type": 2, "message": message });
        self.notify("window/logMessage", params);
    }
}
