//! The rows of `tests/rows`: one for each form, function, decision, meaning, type and code of the query language, and for each of
//! them whether it is accepted, rejected, answered, formatted and completed.
//!
//! A heading is a row. Its blocks are run here, but for answers, which are pages of `tests/semantics` or tests by name; that these
//! exist is checked. `tests/rows/README.md` says how a row is written. With `UPDATE_EXPECT=1` findings, layouts and the table are
//! rewritten to say what holds.

mod common;
#[path = "rows/page.rs"]
mod page;
#[path = "../../compiler/tests/query/support.rs"]
mod support;
#[path = "rows/table.rs"]
mod table;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use common::{Client, position};
use omnigraph_compiler::rules::LAB_SCHEMA;
use omnigraph_grammar::format::format;
use omnigraph_grammar::{Language, query};
use omnigraph_model::catalog::Catalog;
use page::{Kind, Page, Row};
use serde_json::json;

const WIDTH: usize = 100;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn pages() -> Vec<Page> {
    let entries = fs::read_dir(root().join("tests/rows")).expect("the folder of rows");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|path| {
        path.file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with(char::is_numeric))
    });
    files.sort();
    let pages: Vec<Page> = files.iter().map(|path| Page::read(path)).collect();
    assert!(!pages.is_empty());
    pages
}

fn rows(pages: &[Page]) -> impl Iterator<Item = &Row> {
    pages.iter().flat_map(|page| &page.rows)
}

fn updating() -> bool {
    std::env::var_os("UPDATE_EXPECT").is_some()
}

fn catalog(row: &Row) -> Arc<Catalog> {
    row.schema.as_deref().map_or_else(support::lab, support::catalog)
}

/// What is said about a text, a line for each finding and each of its fixes.
fn findings(text: &str, catalog: &Arc<Catalog>) -> String {
    let file = support::check_file(text, catalog);
    let mut lines = String::new();
    for finding in &file.findings {
        _ = writeln!(lines, "{}", finding.line);
        for fix in &finding.fixes {
            _ = writeln!(lines, "    {}: {}", if fix.safe { "fix" } else { "maybe" }, fix.title);
        }
    }
    if lines.is_empty() {
        assert!(file.queries.iter().all(|(_, checked)| checked.plan.is_some()), "{text}");
    }
    lines
}

#[test]
fn what_is_right_is_accepted_and_what_is_wrong_is_told_where() {
    let mut wrong = String::new();
    for mut page in pages() {
        let mut edits = Vec::new();
        for row in &page.rows {
            let catalog = catalog(row);
            for block in &row.blocks {
                match &block.kind {
                    Kind::Accepted => {
                        let found = findings(&block.text, &catalog);
                        if !found.is_empty() {
                            wrong += &format!("{}: {}\n{}{found}\n", page.name, row.id, block.text);
                        }
                    }
                    Kind::Rejected { findings: expected } => {
                        let found = findings(&block.text, &catalog);
                        if found.is_empty() {
                            wrong += &format!("{}: {} is not rejected\n{}\n", page.name, row.id, block.text);
                        } else if found != expected.text {
                            if updating() {
                                edits.push((expected.lines, found));
                            } else {
                                wrong += &format!("{}: {}\n{}{found}\n", page.name, row.id, block.text);
                            }
                        }
                    }
                    Kind::Completion => {}
                }
            }
        }
        page.rewrite(edits);
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// An accepted text with each item on one line: what touches still does, what does not is one space apart.
fn flattened(text: &str) -> String {
    let mut flat = String::new();
    let mut end = None;
    for token in query::tokens(text).iter().filter(|token| !token.kind.is_trivia()) {
        if let Some(end) = end.filter(|end| *end != token.span.start) {
            // An empty line between two items stays.
            let gap = &text[end as usize..token.span.start as usize];
            flat.push_str(if gap.contains("\n\n") { "\n\n" } else { " " });
        }
        flat.push_str(&text[token.span.range()]);
        end = Some(token.span.end);
    }
    flat
}

#[test]
fn what_is_accepted_is_in_style_and_comes_back_to_it() {
    let mut wrong = String::new();
    for mut page in pages() {
        let mut edits = Vec::new();
        for row in &page.rows {
            for block in row.blocks.iter().filter(|block| block.kind == Kind::Accepted) {
                let formatted = format(Language::Query, &block.text, WIDTH);
                assert!(formatted.skipped.is_empty(), "{}: {}", row.id, block.text);
                if formatted.text != block.text {
                    if updating() {
                        edits.push((block.lines, formatted.text.clone()));
                    } else {
                        wrong += &format!("{} is not in style\n{}", row.id, formatted.text);
                    }
                }
                let again = format(Language::Query, &flattened(&block.text), WIDTH).text;
                if again != formatted.text {
                    wrong += &format!("{} has another layout on one line\n{}{again}", row.id, formatted.text);
                }
            }
        }
        page.rewrite(edits);
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// The labels at the cursor.
fn labels(client: &mut Client, text: &str, offset: usize) -> Vec<String> {
    client.set("q.gq", text);
    let params = json!({ "textDocument": { "uri": client.uri("q.gq") }, "position": position(text, offset, 16) });
    let list = client.request("textDocument/completion", params);
    let mut items = list["items"].as_array().cloned().unwrap_or_default();
    items.sort_by_key(|item| item["sortText"].as_str().unwrap_or("").to_owned());
    let labels = items.iter().filter_map(|item| item["label"].as_str());
    labels.map(str::to_owned).collect()
}

#[test]
fn what_may_stand_inside_is_offered() {
    let mut wrong = String::new();
    let mut schemas: Vec<(String, Client)> = Vec::new();
    for page in pages() {
        for row in &page.rows {
            for block in row.blocks.iter().filter(|block| block.kind == Kind::Completion) {
                let schema = row.schema.as_deref().unwrap_or(LAB_SCHEMA);
                if !schemas.iter().any(|(known, _)| known == schema) {
                    let mut client = Client::new(&[("schema.pg", schema)]);
                    client.open("q.gq", "");
                    schemas.push((schema.to_owned(), client));
                }
                let (_, client) = schemas
                    .iter_mut()
                    .find(|(known, _)| known == schema)
                    .expect("it is there");
                for line in block.text.lines() {
                    let (marked, wanted) = line.split_once(" ⇒ ").unwrap_or_else(|| panic!("{}: {line}", row.id));
                    let offset = marked
                        .find("$0")
                        .unwrap_or_else(|| panic!("{}: no cursor in {line}", row.id));
                    let found = labels(client, &marked.replacen("$0", "", 1), offset);
                    for wanted in wanted.split(", ") {
                        let holds = match wanted.strip_prefix("no ") {
                            Some(unwanted) => !found.iter().any(|label| label == unwanted),
                            None => found.iter().any(|label| label == wanted),
                        };
                        if !holds {
                            let shown = found.iter().take(30).map(String::as_str).collect::<Vec<_>>();
                            wrong += &format!("{}: {marked}\n  wanted {wanted}, offered {}\n", row.id, shown.join(" "));
                        }
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// What completion offers where a value may stand, and what a function of scalar values is called with.
#[test]
fn every_function_is_offered_and_its_arguments_are_shown() {
    let mut client = Client::new(&[("schema.pg", LAB_SCHEMA)]);
    client.open("q.gq", "");
    for function in omnigraph_model::vocabulary::functions::SCALAR_FUNCTIONS {
        // As one types: there are more than are shown at once.
        let text = format!("query q() {{ match {{ $p: Person }} return {{ {}", &function.name[..2]);
        let offered = labels(&mut client, &text, text.len());
        assert!(
            offered.iter().any(|label| label == function.name),
            "{}: {offered:?}",
            function.name
        );
        let text = format!("query q() {{ match {{ $p: Person }} return {{ {}(", function.name);
        client.set("q.gq", &text);
        let uri = client.uri("q.gq");
        let params = json!({ "textDocument": { "uri": uri }, "position": position(&text, text.len(), 16) });
        let help = client.request("textDocument/signatureHelp", params);
        let signatures: Vec<&str> = help["signatures"]
            .as_array()
            .map(|signatures| signatures.iter().filter_map(|s| s["label"].as_str()).collect())
            .unwrap_or_default();
        assert!(
            signatures.contains(&function.signature().as_str()),
            "{}: {help}",
            function.name
        );
        if !function.parameters.is_empty() {
            let inside = labels(&mut client, &text, text.len());
            assert!(
                inside.iter().any(|label| label == "$p"),
                "{}: {inside:?}",
                function.name
            );
        }
    }
}

#[test]
fn the_table_has_every_row_and_every_aspect() {
    let pages = pages();
    let (table, problems) = table::made(&root(), rows(&pages));
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
    let path = root().join("tests/rows/table.md");
    let kept = fs::read_to_string(&path).unwrap_or_default();
    if kept == table {
        return;
    }
    assert!(
        updating(),
        "the table is not that of the rows; UPDATE_EXPECT=1 writes it"
    );
    fs::write(path, table).expect("the table is written");
}
