//! Vectors that follow from texts, through the front door: with a service of the test's own, with made-up vectors, and with
//! none at all.

mod faults;

use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use omnigraph::{Embedder, Graph, LoadOptions, OpenOptions};
use omnigraph_engine::embedding::{Limits, OpenAi, OpenAiOptions};
use omnigraph_tests::binary::{self, Said};
use omnigraph_tests::provider::{Asked, Provider, unit};
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
    // Vectors have length 1, whatever the service says.
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

/// Rows that were spilled to files are filled as those in memory are.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_load_larger_than_its_memory() {
    let service = Provider::start(&[]);
    let folder = tempfile::tempdir().expect("a folder");
    let location = folder.path().join("store");
    let graph = Graph::create(location.to_str().expect("text"), SCHEMA, OpenOptions::default())
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
    let session = graph.session();
    session
        .load(Cursor::new(lines.join("\n")), options)
        .await
        .expect("a load");
    let mut export = Vec::new();
    session
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
