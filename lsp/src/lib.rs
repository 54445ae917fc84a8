//! The language server: the compiler's answers in the terms of the protocol. `service` keeps the order of messages, `server`
//! owns the texts and hands reads to a pool, `ide` answers in bytes and plain data, `features` turns that into the
//! protocol's shapes. This crate never knows the engine: what needs one is asked of a [`Host`].

#![forbid(unsafe_code)]

mod features;
mod ide;
mod server;
mod service;
mod text;
mod workspace;

use std::sync::Arc;

use futures::channel::mpsc::unbounded;
use futures::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite};
use tower_lsp::Server;
use tower_lsp::jsonrpc::Response;

use service::{Bridge, Client, Message, Outbox};

pub use text::Encoding;

/// A query that an editor wants to see run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunRequest {
    /// A folder or a URI, relative to the project's root.
    pub store: String,
    /// The text of the file that holds the query, as the editor shows it.
    pub source: String,
    /// The name of the query in that text.
    pub name: String,
    /// A JSON object.
    pub params: Value,
    /// Where the project lies.
    pub root: std::path::PathBuf,
}

/// What the server cannot do by itself.
pub trait Host: Send + Sync + 'static {
    /// Runs a query and gives its result as JSON; an error is a sentence for the user.
    fn run(&self, request: &RunRequest) -> Result<Value, String>;

    /// The text of the schema that a store has; it is named as in [`RunRequest`].
    fn schema(&self, store: &str, root: &std::path::Path) -> Result<String, String>;
}

/// Serves one client until it says `exit` or closes its end.
pub async fn serve<I, O>(input: I, output: O, host: Arc<dyn Host>)
where
    I: AsyncRead + Unpin,
    O: AsyncWrite,
{
    let (to_loop, messages) = std::sync::mpsc::channel();
    let (out, requests) = unbounded();
    let (answers, mut answered) = unbounded::<Response>();
    let client = Client { out };
    let owner = std::thread::Builder::new().name("owner".to_owned()).spawn({
        let to_loop = to_loop.clone();
        move || server::run(messages, to_loop, client, host)
    });
    let forward = to_loop.clone();
    let answers_to_loop = async move {
        while let Some(response) = answered.next().await {
            let (id, result) = response.into_parts();
            if forward.send(Message::Answer { id, result }).is_err() {
                break;
            }
        }
    };
    let end = to_loop.clone();
    let mut stop = answers.clone();
    let session = async move {
        // High enough that a slow answer never holds back a quick one.
        let server = Server::new(input, output, Outbox { requests, answers }).concurrency_level(1024);
        server.serve(Bridge::new(to_loop)).await;
        let _ = stop.close().await;
    };
    futures::join!(session, answers_to_loop);
    let _ = end.send(Message::End);
    if let Ok(owner) = owner {
        let _ = owner.join();
    }
}
