//! The page "Coming from Cypher": what its tables say of a statement is what the translator makes of it. With `UPDATE_EXPECT=1` the
//! right columns are written.

use std::fs;
use std::path::Path;

use omnigraph_compiler::diagnostic::Severity;
use omnigraph_compiler::project::check_project;
use omnigraph_translate::{Dialect, Source, translate};

/// The body of the query, on one line; with parameters if it has some.
fn short(text: &str) -> String {
    let (_, query) = text.split_once("query q1").expect("a query");
    let one: Vec<&str> = query.split_whitespace().collect();
    let one = one.join(" ");
    let one = one.strip_prefix("() ").unwrap_or(&one);
    let (parameters, body) = one.split_once('{').expect("a body");
    let body = body.trim().strip_suffix('}').expect("a body").trim();
    format!("{parameters}{body}")
}

#[test]
fn the_tables_say_what_is_done() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/from-cypher.md");
    let page = fs::read_to_string(&path).expect("the page");
    let (_, rest) = page.split_once("```pg people.pg\n").expect("a schema");
    let (schema, _) = rest.split_once("```").expect("a schema");
    let mut out = String::new();
    let mut seen = 0;
    for line in page.lines() {
        let statement = ["| `MATCH ", "| `UNWIND ", "| `CREATE ", "| `MERGE "]
            .iter()
            .any(|start| line.starts_with(start));
        if !statement {
            out += &format!("{line}\n");
            continue;
        }
        seen += 1;
        let (_, rest) = line.split_once('`').expect("a cell");
        let (cypher, _) = rest.split_once("` |").expect("a cell");
        let cypher = cypher.replace("\\|", "|");
        let file = Source {
            path: "a.cypher",
            text: &cypher,
        };
        let given = Source {
            path: "people.pg",
            text: schema,
        };
        let done = translate(Dialect::Cypher, &[file], Some(given));
        let said: Vec<&str> = done.diagnostics.iter().map(|one| one.message.as_str()).collect();
        assert!(said.is_empty(), "{cypher}: {said:?}");
        let found = check_project(schema, &[("a.gq", &done.files[0].text)]);
        assert!(
            found.iter().all(|one| one.severity != Severity::Error),
            "{cypher}: {found:?}"
        );
        let ours = short(&done.files[0].text).replace('|', "\\|");
        out += &format!("| `{}` | `{ours}` |\n", cypher.replace('|', "\\|"));
    }
    assert!(seen > 50, "{seen} rows");
    if out == page {
        return;
    }
    assert!(
        std::env::var_os("UPDATE_EXPECT").is_some(),
        "docs/from-cypher.md is not what is done; UPDATE_EXPECT=1 writes it"
    );
    fs::write(&path, out).expect("the page can be written");
}
