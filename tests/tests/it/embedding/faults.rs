//! No provider, one that fails, and requests that must not reach it.

use std::sync::Arc;
use std::time::Duration;

use omnigraph_engine::Embedder;
use omnigraph_engine::embedding::Limits;
use omnigraph_tests::provider::{Provider, Says, unit};
use serde_json::Value as Json;

use super::{DATA, Desk, provider};

#[test]
fn without_a_provider() {
    let desk = Desk::new();
    let none = [("OMNIGRAPH_EMBEDDING_PROVIDER", "none")];
    let said = desk.run_with(&["load", "--store", "store", "--data", "data.jsonl"], &none);
    let help = "help: say who computes vectors: `provider` under `[embedding]` in omnigraph.toml, or the variable \
                OMNIGRAPH_EMBEDDING_PROVIDER (openai or mock)\n";
    let missing = "error: line 9: Card needs `vec`: it is missing, and there is no embedding provider to compute it from `text`\n";
    assert_eq!((said.code, said.err), (3, format!("{missing}{help}")));
    // What may be null is.
    let notes: String = DATA
        .lines()
        .filter(|line| !line.contains("Card"))
        .map(|line| format!("{line}\n"))
        .collect();
    std::fs::write(desk.path().join("notes.jsonl"), notes).expect("a file");
    let said = desk.run_with(&["load", "--store", "store", "--data", "notes.jsonl"], &none);
    assert_eq!(said.code, 0, "{said:?}");
    assert_eq!(desk.vector("a"), Json::Null);
    let near = r#"query q() { match { $n: Note } return { $n.slug } order { nearest($n.vec, "x") } limit 2 }"#;
    let said = desk.run_with(&["query", "--store", "store", "-e", near], &none);
    let refused = "error: `nearest` on Note.vec got a text, but there is no embedding provider\n";
    assert_eq!((said.code, said.err), (3, format!("{refused}{help}")));
    // A vector never outlives its text.
    let update = r#"query m() { update Note set { text: "new" } where slug = "given" }"#;
    let said = desk.run_with(&["mutate", "--store", "store", "-e", update], &none);
    assert_eq!(said.code, 0, "{said:?}");
    assert_eq!(desk.vector("given"), Json::Null);
    let insert = r#"query m() { insert Card { slug: "k", text: "x" } }"#;
    let said = desk.run_with(&["mutate", "--store", "store", "-e", insert], &none);
    assert_eq!(
        (said.code, said.err),
        (3, format!("{}{help}", missing.replace("line 9: ", "")))
    );
    assert!(desk.provider.asked().is_empty());
}

#[test]
fn what_is_refused_costs_no_call() {
    let desk = Desk::loaded();
    let before = desk.export();
    for lines in [
        // Known by the line itself, by a rule, by what is stored.
        r#"{"type": "Note", "data": {"slug": "x", "text": 5}}"#,
        r#"{"type": "Note", "data": {"slug": "x", "text": "x", "stars": 6}}"#,
        r#"{"type": "Note", "data": {"slug": "a", "text": "x"}}"#,
    ] {
        let good = r#"{"type": "Note", "data": {"slug": "good", "text": "good"}}"#;
        std::fs::write(desk.path().join("bad.jsonl"), format!("{good}\n{lines}\n")).expect("a file");
        let said = desk.run(&["load", "--store", "store", "--data", "bad.jsonl"]);
        assert!(said.code == 3 && said.err.starts_with("error: line 2: "), "{said:?}");
    }
    assert!(desk.provider.asked().is_empty());
    assert_eq!(desk.export(), before);
}

#[test]
fn faults_of_the_provider() {
    let desk = Desk::loaded();
    let before = desk.export();
    let again = |wait: &str| Says::Status(429, format!("retry-after: {wait}\r\n"), "{}".to_owned());
    let insert = r#"query m() { insert Note { slug: "z", text: "zoo" } }"#;
    for (says, calls, message) in [
        (
            vec![Says::refusal(400, "the input is too long"); 1],
            1,
            "failed: it answered with status 400: the input is too long",
        ),
        (
            vec![Says::refusal(400, "key sk-secret is odd\nvery odd")],
            1,
            "failed: it answered with status 400: key … is odd very odd",
        ),
        (
            vec![Says::refusal(401, "Incorrect key: sk-sec***")],
            1,
            "failed: it refuses the key (status 401)",
        ),
        (
            vec![Says::Status(
                302,
                "location: http://127.0.0.1:1/\r\n".into(),
                String::new(),
            )],
            1,
            "failed: it answered with status 302",
        ),
        (
            vec![Says::Status(200, String::new(), "<html>".into())],
            1,
            "failed: its answer holds no embeddings",
        ),
        (
            vec![Says::Status(200, String::new(), r#"{"data":[]}"#.into())],
            1,
            "answered 1 texts with 0 vectors",
        ),
        (
            vec![Says::Status(200, String::new(), " ".repeat(2 << 20))],
            1,
            "failed: its answer is longer than the vectors that were asked for",
        ),
        (
            vec![Says::Numbers(vec![1.0, 2.0, 3.0])],
            1,
            "(model `letters`) answers with vectors of 3 numbers, but the property holds vectors of 2",
        ),
        (
            vec![Says::Numbers(vec![0.0, 0.0])],
            1,
            "answered with a vector that has no direction",
        ),
        (vec![again("0"); 4], 4, "failed 4 times: it answered with status 429"),
        (vec![Says::HangUp; 4], 4, "failed 4 times: the connection broke"),
        // One that comes to itself is not a fault.
        (vec![again("0"), Says::refusal(503, "busy"), Says::HangUp], 4, ""),
    ] {
        desk.provider.say(&says);
        let said = desk.mutate(insert);
        assert_eq!(desk.provider.asked().len(), calls, "{says:?}: {said:?}");
        if message.is_empty() {
            assert_eq!(said.code, 0, "{says:?}: {said:?}");
            assert_eq!(desk.vector("z"), unit("zoo"));
        } else {
            let separator =
                if message.starts_with('(') || message.starts_with("failed") || message.starts_with("answered") {
                    " "
                } else {
                    ""
                };
            assert_eq!(
                (said.code, said.err),
                (3, format!("error: the embedding provider{separator}{message}\n")),
                "{says:?}"
            );
            assert_eq!(desk.export(), before, "{says:?}");
        }
    }
}

#[test]
fn a_provider_that_is_not_there() {
    let desk = Desk::loaded();
    // A port that was free a moment ago.
    let gone = Provider::start(&[]).url();
    let insert = [
        "mutate",
        "--store",
        "store",
        "-e",
        r#"query m() { insert Note { slug: "z", text: "zoo" } }"#,
    ];
    let said = desk.run_with(&insert, &[("OMNIGRAPH_EMBEDDING_URL", &gone)]);
    assert_eq!(
        (said.code, said.err.as_str()),
        (
            3,
            "error: the embedding provider failed 4 times: it cannot be reached\n"
        )
    );
    for (name, value, message) in [
        (
            "OMNIGRAPH_EMBEDDING_URL",
            "nowhere",
            "error: the address of the embedding provider, `nowhere`, is not an http or https URL\n",
        ),
        (
            "OMNIGRAPH_EMBEDDING_URL",
            "http://example.com",
            "error: the address of the embedding provider, `http://example.com`, is not encrypted, so no key is sent there; it must begin with https\n",
        ),
        (
            "OMNIGRAPH_EMBEDDING_PROVIDER",
            "opneai",
            "error: OMNIGRAPH_EMBEDDING_PROVIDER is `opneai`, but should be one of `openai`, `mock`, `none`\n",
        ),
    ] {
        let said = desk.run_with(&insert, &[(name, value)]);
        assert_eq!((said.code, said.err.as_str()), (2, message));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_that_does_not_answer() {
    let service = Provider::start(&[]);
    let limits = Limits {
        call: Duration::from_millis(50),
        backoff: Duration::from_millis(1),
        ..Limits::default()
    };
    let silent = Says::Nothing(Duration::from_millis(200));
    service.say(&vec![silent.clone(); 4]);
    let ask = async |embedder: &Arc<dyn Embedder>| embedder.embed(&["ox".to_owned()], Some("letters"), 2).await;
    let error = ask(&provider(service.url(), limits)).await.expect_err("no answer");
    assert_eq!(
        error.to_string(),
        "the embedding provider failed 4 times: it does not answer in time"
    );
    assert_eq!(format!("{:?}", error.class()), "EmbeddingProvider");
    drop(service);
    let service = Provider::start(&[]);
    // In all it takes no longer than it may: the wait that the service asks for does not fit.
    service.say(&[Says::Status(429, "retry-after: 3600\r\n".to_owned(), "{}".to_owned())]);
    let error = ask(&provider(service.url(), Limits::default()))
        .await
        .expect_err("too long a wait");
    assert_eq!(
        error.to_string(),
        "the embedding provider failed: it answered with status 429"
    );
    service.say(&[]);
    let vectors = ask(&provider(service.url(), Limits::default()))
        .await
        .expect("an answer");
    assert_eq!(vectors, [[2.0, 1.0]]);
}
