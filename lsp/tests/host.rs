//! The server in this process, over pipes in memory, with a host that runs queries, and one that fails at it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use omnigraph_lsp::{Host, RunRequest, serve};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

struct Rows;

impl Host for Rows {
    fn run(&self, request: &RunRequest) -> Result<Value, String> {
        assert_ne!(request.name, "explosive", "this host cannot do that");
        Ok(json!({ "store": request.store, "rows": [{ "name": request.name, "n": request.params["n"] }] }))
    }

    /// A graph whose schema is older than the files.
    fn schema(&self, _: &str, _: &Path) -> Result<String, String> {
        Ok("node Person {\n    name: String\n}\n".to_owned())
    }
}

async fn send(pipe: &mut DuplexStream, message: Value) {
    let body = message.to_string();
    let text = format!("Content-Length: {}\r\n\r\n{body}", body.len());
    pipe.write_all(text.as_bytes()).await.expect("the server reads");
}

/// The answer to a request; what comes before it is let go.
async fn answer(pipe: &mut DuplexStream, id: i64) -> Value {
    loop {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(pipe.read_u8().await.expect("the server writes"));
        }
        let head = String::from_utf8(head).expect("a head in ASCII");
        let length = head
            .trim()
            .rsplit(' ')
            .next()
            .and_then(|text| text.parse().ok())
            .expect("a length");
        let mut body = vec![0; length];
        pipe.read_exact(&mut body).await.expect("a body");
        let message: Value = serde_json::from_slice(&body).expect("JSON");
        if message["id"] == json!(id) && message.get("method").is_none() {
            return message;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panic_costs_one_answer() {
    let (mut client, server) = tokio::io::duplex(1 << 16);
    let (input, output) = tokio::io::split(server);
    let session = tokio::spawn(serve(input, output, Arc::new(Rows)));
    let request = |id: i64, method: &str, params: Value| json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params });
    let early = request(1, "textDocument/hover", json!({}));
    send(&mut client, early).await;
    assert_eq!(answer(&mut client, 1).await["error"]["code"], -32002);
    let options = json!({ "store": "graph" });
    send(
        &mut client,
        request(
            2,
            "initialize",
            json!({ "capabilities": {}, "initializationOptions": options }),
        ),
    )
    .await;
    answer(&mut client, 2).await;
    let uri = "untitled:one";
    let document = json!({ "uri": uri, "languageId": "omnigraph-query", "version": 1, "text": "query q() { match { $b: Book } return { $b } }" });
    send(
        &mut client,
        json!({ "jsonrpc": "2.0", "method": "textDocument/didOpen", "params": { "textDocument": document } }),
    )
    .await;
    let run = |name: &str| {
        let arguments = json!([{ "uri": uri, "name": name, "params": { "n": 3 } }]);
        json!({ "command": "omnigraph.run", "arguments": arguments })
    };
    send(&mut client, request(3, "workspace/executeCommand", run("explosive"))).await;
    let failed = answer(&mut client, 3).await;
    assert_eq!(failed["error"]["code"], -32603, "{failed}");
    send(&mut client, request(4, "workspace/executeCommand", run("q"))).await;
    let rows = answer(&mut client, 4).await;
    assert_eq!(
        rows["result"],
        json!({ "store": "graph", "rows": [{ "name": "q", "n": 3 }] }),
        "{rows}"
    );
    send(&mut client, request(5, "shutdown", Value::Null)).await;
    answer(&mut client, 5).await;
    send(&mut client, json!({ "jsonrpc": "2.0", "method": "exit" })).await;
    let ended = tokio::time::timeout(Duration::from_secs(10), session).await;
    assert!(ended.is_ok(), "the session ends with `exit`");
}
