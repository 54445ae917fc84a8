//! Vectors that follow from texts, through the front door: with a service of the test's own, with made-up vectors, and with
//! none at all.

use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use omnigraph_engine::embedding::{Limits, OpenAi, OpenAiOptions};
use omnigraph_engine::{Embedder, Graph, LoadOptions, OpenOptions};
use omnigraph_tests::binary::{self, Said};
use omnigraph_tests::provider::{Asked, Provider, Says, unit};
use serde_json::{Value as Json, json};

const SCHEMA: &str = "\
node Note {
    slug: String @key
    text: String?
    stars: I32?
    vec: Vector(2)? @embed(text, model=\"letters\")
    @range(stars, 0..5)
}

node Card {
    slug: String @key
    text: String?
    vec: Vector(2) @embed(text)
}
";

const DATA: &str = r#"
{"type": "Note", "data": {"slug": "a", "text": "aaa"}}
{"type": "Note", "data": {"slug": "b", "text": "bcd"}}
{"type": "Note", "data": {"slug": "c", "text": "aaa"}}
{"type": "Note", "data": {"slug": "given", "text": "aaa", "vec": [3, 4]}}
{"type": "Note", "data": {"slug": "null", "text": "aaa", "vec": null}}
{"type": "Note", "data": {"slug": "silent"}}
{"type": "Note", "data": {"slug": "blank", "text": "  "}}
{"type": "Card", "data": {"slug": "k", "text": "ae"}}
"#;

/// A folder with the graph `store`, its commands asking a service of its own.
struct Desk {
    folder: tempfile::TempDir,
    provider: Provider,
}

impl Desk {
    fn new() -> Desk {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("schema.pg"), SCHEMA).expect("a file");
        std::fs::write(folder.path().join("data.jsonl"), DATA).expect("a file");
        binary::ok(folder.path(), &["init", "--schema", "schema.pg", "store"]);
        Desk {
            folder,
            provider: Provider::start(&[]),
        }
    }

    fn loaded() -> Desk {
        let desk = Desk::new();
        let said = desk.run(&["load", "--store", "store", "--data", "data.jsonl"]);
        assert_eq!(said.code, 0, "{said:?}");
        desk.provider.asked();
        desk
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn run(&self, arguments: &[&str]) -> Said {
        self.run_with(arguments, &[])
    }

    fn run_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Said {
        let mut command = binary::command(self.path());
        command
            .args(arguments)
            .env("OMNIGRAPH_EMBEDDING_PROVIDER", "openai")
            .env("OMNIGRAPH_EMBEDDING_MODEL", "letters")
            .env("OMNIGRAPH_EMBEDDING_URL", self.provider.url())
            .env("OMNIGRAPH_EMBEDDING_KEY", "sk-secret");
        command.envs(variables.iter().copied());
        command.output().expect("the binary starts").into()
    }

    fn mutate(&self, text: &str) -> Said {
        self.run(&["mutate", "--store", "store", "--format", "text", "-e", text])
    }

    fn query(&self, text: &str) -> Said {
        self.run(&["query", "--store", "store", "--format", "csv", "-e", text])
    }

    fn export(&self) -> String {
        binary::ok(self.path(), &["export", "--store", "store"])
    }

    /// The vector of a node.
    fn vector(&self, slug: &str) -> Json {
        let export = self.export();
        let mut lines = export
            .lines()
            .map(|line| serde_json::from_str::<Json>(line).expect("JSON"));
        let line = lines
            .find(|line| line["data"]["slug"] == slug)
            .expect("a node of this name");
        line["data"]["vec"].clone()
    }
}

fn texts(asked: &[Asked]) -> Vec<Vec<String>> {
    asked.iter().map(Asked::texts).collect()
}

#[test]
fn a_load_fills_what_is_left_out() {
    let desk = Desk::new();
    let said = desk.run(&["load", "--store", "store", "--data", "data.jsonl"]);
    assert_eq!(said.code, 0, "{said:?}");
    let asked = desk.provider.asked();
    // A text once, and nothing for what is given, null, or has no text.
    assert_eq!(texts(&asked), [vec!["ae"], vec!["aaa", "bcd"]]);
    for call in &asked {
        assert_eq!(call.line, "POST /v1/embeddings HTTP/1.1");
        assert_eq!(call.authorization.as_deref(), Some("Bearer sk-secret"));
        assert_eq!(call.body["model"], "letters");
        assert_eq!(call.body.get("dimensions"), None);
    }
    // Of length 1, whatever the service says.
    assert_eq!(desk.vector("a"), unit("aaa"));
    assert_eq!(desk.vector("b"), json!([1.0, 0.0]));
    assert_eq!(desk.vector("c"), unit("aaa"));
    assert_eq!(desk.vector("k"), unit("ae"));
    // What is given stays as it is.
    assert_eq!(desk.vector("given"), json!([3.0, 4.0]));
    for slug in ["null", "silent", "blank"] {
        assert_eq!(desk.vector(slug), Json::Null, "{slug}");
    }
    // An export says of every vector what it is, so that loading it asks nobody and gives the same bytes.
    let export = desk.export();
    std::fs::write(desk.path().join("export.jsonl"), &export).expect("a file");
    binary::ok(desk.path(), &["init", "--schema", "schema.pg", "twin"]);
    let said = desk.run(&["load", "--store", "twin", "--data", "export.jsonl"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert_eq!(texts(&desk.provider.asked()), Vec::<Vec<String>>::new());
    assert_eq!(binary::ok(desk.path(), &["export", "--store", "twin"]), export);
}

#[test]
fn many_texts_go_in_batches() {
    let desk = Desk::new();
    std::fs::write(
        desk.path().join("omnigraph.toml"),
        "[embedding]\nprovider = \"openai\"\nbatch = 7\ndimensions = true\n",
    )
    .expect("a file");
    let lines: Vec<String> = (0..30)
        .map(|i| {
            format!(
                r#"{{"type": "Note", "data": {{"slug": "n{i:02}", "text": "{}"}}}}"#,
                "a".repeat(i + 1)
            )
        })
        .collect();
    std::fs::write(desk.path().join("many.jsonl"), lines.join("\n")).expect("a file");
    let said = desk.run(&["load", "--store", "store", "--data", "many.jsonl"]);
    assert_eq!(said.code, 0, "{said:?}");
    let asked = desk.provider.asked();
    let mut sizes: Vec<usize> = asked.iter().map(|call| call.texts().len()).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [2, 7, 7, 7, 7]);
    assert!(asked.iter().all(|call| call.body["dimensions"] == 2));
    for i in 0..30 {
        assert_eq!(desk.vector(&format!("n{i:02}")), unit(&"a".repeat(i + 1)), "{i}");
    }
}

#[test]
fn vectors_follow_their_texts() {
    let desk = Desk::loaded();
    let call = |text: &str| {
        let said = desk.mutate(text);
        assert_eq!(said.code, 0, "{text}: {said:?}");
        texts(&desk.provider.asked())
    };
    let nothing: Vec<Vec<String>> = Vec::new();
    assert_eq!(
        call(r#"query m() { insert Note { slug: "new", text: "ox" } }"#),
        [["ox"]]
    );
    assert_eq!(desk.vector("new"), unit("ox"));
    assert_eq!(
        call(r#"query m() { update Note set { text: "owl" } where slug = "new" }"#),
        [["owl"]]
    );
    assert_eq!(desk.vector("new"), unit("owl"));
    // Nothing that it follows from has changed.
    assert_eq!(
        call(r#"query m() { update Note set { stars: 3 } where slug = "new" }"#),
        nothing
    );
    assert_eq!(
        call(r#"query m() { update Note set { text: "owl" } where slug = "new" }"#),
        nothing
    );
    assert_eq!(desk.vector("new"), unit("owl"));
    // One that is given is taken, and one without a text goes.
    let given = r#"query m($v: Vector(2)) { update Note set { text: "ewe", vec: $v } where slug = "new" }"#;
    let arguments = ["mutate", "--store", "store", "-e", given, "-p", "v=[0,2]"];
    assert_eq!(desk.run(&arguments).code, 0);
    assert_eq!(texts(&desk.provider.asked()), nothing);
    assert_eq!(desk.vector("new"), json!([0.0, 2.0]));
    // An optional parameter that is not given is null.
    let silent = r#"query m($t: String?) { update Note set { text: $t } where slug = "new" }"#;
    assert_eq!(call(silent), nothing);
    assert_eq!(desk.vector("new"), Json::Null);
    // Several statements are asked for what remains of them.
    assert_eq!(
        call(
            r#"query m() {
                insert Note { slug: "x", text: "one" }
                update Note set { text: "two" } where slug = "x"
                update Note set { text: "six" } where text = "aaa"
            }"#
        ),
        [["two", "six"]]
    );
    assert_eq!(desk.vector("x"), unit("two"));
    assert_eq!(desk.vector("a"), unit("six"));
    assert_eq!(desk.vector("given"), unit("six"));
}

#[test]
fn near_to_a_text() {
    let desk = Desk::loaded();
    let query = r#"query q() { match { $n: Note } return { $n.slug, nearest($n.vec, "aae") as d } order { nearest($n.vec, "aae") } limit 2 }"#;
    let said = desk.query(query);
    // All vowels, as "aaa", so in the same direction. The text is asked for once.
    assert_eq!(said.out, "n.slug,d\na,0.0\nc,0.0\n", "{said:?}");
    assert_eq!(texts(&desk.provider.asked()), [["aae"]]);
    // By parameter; both rankings of a fusion.
    let fused = r#"query q($t: String) { match { $n: Note } return { $n.slug } order { rrf(nearest($n.vec, $t), bm25($n.text, "bcd")) } limit 1 }"#;
    let arguments = [
        "query", "--store", "store", "--format", "csv", "-e", fused, "-p", "t=xyz",
    ];
    assert_eq!(desk.run(&arguments).out, "n.slug\nb\n");
    assert_eq!(texts(&desk.provider.asked()), [["xyz"]]);
    // A plan that is only shown asks nobody, and nothing is near to nothing.
    assert_eq!(
        desk.run(&["query", "--store", "store", "-e", query, "--explain"]).code,
        0
    );
    assert_eq!(desk.query(&query.replace("aae", " ")).out, "n.slug,d\n");
    assert_eq!(texts(&desk.provider.asked()), Vec::<Vec<String>>::new());
}

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
fn vectors_of_two_models_are_not_mixed() {
    let desk = Desk::loaded();
    let before = desk.export();
    let other = [("OMNIGRAPH_EMBEDDING_MODEL", "words")];
    let message =
        "error: the vectors of Note.vec are of model `letters`, but the embedding provider is set to `words`\n";
    for arguments in [
        &[
            "query",
            "--store",
            "store",
            "-e",
            r#"query q() { match { $n: Note } return { $n.slug } order { nearest($n.vec, "x") } limit 2 }"#,
        ][..],
        &[
            "mutate",
            "--store",
            "store",
            "-e",
            r#"query m() { insert Note { slug: "z", text: "x" } }"#,
        ],
        &["load", "--store", "store", "--data", "data.jsonl", "--mode", "merge"],
    ] {
        let said = desk.run_with(arguments, &other);
        assert_eq!((said.code, said.err.as_str()), (3, message), "{arguments:?}");
    }
    assert!(desk.provider.asked().is_empty());
    // Without a model of its own, the provider takes the property's.
    let any = [("OMNIGRAPH_EMBEDDING_MODEL", "")];
    let said = desk.run_with(
        &[
            "mutate",
            "--store",
            "store",
            "-e",
            r#"query m() { insert Note { slug: "a", text: "ox" } }"#,
        ],
        &any,
    );
    assert_eq!(said.code, 0, "{said:?}");
    assert_eq!(desk.provider.asked()[0].body["model"], "letters");
    let said = desk.run_with(
        &[
            "mutate",
            "--store",
            "store",
            "-e",
            r#"query m() { insert Card { slug: "z", text: "x" } }"#,
        ],
        &any,
    );
    let wanted = "error: the embedding provider needs the name of a model: neither it nor the property has one\n";
    assert!(said.code == 3 && said.err.starts_with(wanted), "{said:?}");
    assert_ne!(desk.export(), before);
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
        // One that comes to itself is no fault.
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
            "error: the address of the embedding provider, `nowhere`, is no http or https URL\n",
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

#[test]
fn settings_of_a_folder() {
    let desk = Desk::new();
    let run = |settings: &str| {
        std::fs::write(desk.path().join("omnigraph.toml"), settings).expect("a file");
        let mut command = binary::command(desk.path());
        command.args([
            "load",
            "--store",
            "store",
            "--data",
            "data.jsonl",
            "--mode",
            "overwrite",
        ]);
        Said::from(command.output().expect("the binary starts"))
    };
    assert_eq!(run("[embedding]\nprovider = \"mock\"\n").code, 0);
    let first = desk.vector("a");
    assert_eq!(first, desk.vector("c"));
    assert_ne!(first, desk.vector("b"));
    // The same words, the same vectors.
    assert_eq!(run("[embedding]\nprovider = \"mock\"\n").code, 0);
    assert_eq!(desk.vector("a"), first);
    for (settings, message) in [
        (
            "[embedding]\nprovider = \"opneai\"\n",
            "error: omnigraph.toml:2:12: this should be one of `openai`, `mock`, `none`\nhelp: did you mean `openai`?\n",
        ),
        (
            "[embedding]\nkey = \"sk-1\"\n",
            "error: omnigraph.toml:2:1: `key` does not stand in the settings\nhelp: it belongs to a machine: set the variable OMNIGRAPH_EMBEDDING_KEY\n",
        ),
        (
            "[embedding]\nbatch = 0\n",
            "error: omnigraph.toml:2:9: this should be a number from 1 to 2048\n",
        ),
        (
            "[embedding]\nprovider = \"mock\"\nmodel = \"other\"\n",
            "error: the vectors of Note.vec are of model `letters`, but the embedding provider is set to `other`\n",
        ),
    ] {
        assert_eq!(run(settings).err, message);
    }
}

/// In-process, where the limits can be set.
fn provider(url: String, limits: Limits) -> Arc<dyn Embedder> {
    let options = OpenAiOptions {
        url: Some(url),
        model: Some("letters".to_owned()),
        limits,
        ..OpenAiOptions::default()
    };
    Arc::new(OpenAi::new(options).expect("a provider"))
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

/// Rows that were spilled to files are filled as those in memory are.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_load_larger_than_its_memory() {
    let service = Provider::start(&[]);
    let folder = tempfile::tempdir().expect("a folder");
    let location = folder.path().join("store");
    let graph = Graph::init(location.to_str().expect("text"), SCHEMA, OpenOptions::default())
        .await
        .expect("a graph");
    let lines: Vec<String> = (0..20_000)
        .map(|i| {
            format!(
                r#"{{"type": "Note", "data": {{"slug": "n{i}", "text": "{}"}}}}"#,
                "e".repeat(i % 50 + 1)
            )
        })
        .collect();
    let options = LoadOptions {
        memory: 1,
        embedder: Some(provider(service.url(), Limits::default())),
        ..LoadOptions::default()
    };
    graph
        .load(Cursor::new(lines.join("\n")), options)
        .await
        .expect("a load");
    let mut export = Vec::new();
    let snapshot = graph.snapshot().await.expect("a snapshot");
    snapshot
        .export(&mut export, &Default::default())
        .await
        .expect("an export");
    let export = String::from_utf8(export).expect("text");
    assert_eq!(export.lines().count(), 20_000);
    for line in export.lines() {
        let line: Json = serde_json::from_str(line).expect("JSON");
        let text = line["data"]["text"].as_str().expect("a text");
        assert_eq!(line["data"]["vec"], unit(text));
    }
}
