//! No text makes the translator panic, and what it says lies within the text: random texts, the cases with tokens deleted, doubled
//! and exchanged, and texts that are nested as deeply as can be.

use std::fs;
use std::path::Path;

use omnigraph_translate::{Dialect, Source, translate};
use proptest::prelude::*;

const SCHEMA: &str = include_str!("cases/schema.pg");

fn run(text: &str) {
    for dialect in [Dialect::Cypher, Dialect::Kuzu] {
        let file = Source { path: "a.cypher", text };
        let schema = Source {
            path: "schema.pg",
            text: SCHEMA,
        };
        let done = translate(dialect, &[file], Some(schema));
        for one in &done.diagnostics {
            let span = one.span.range();
            assert!(
                text.get(span.clone()).is_some(),
                "{span:?} of {text:?}: {}",
                one.message
            );
            assert!(
                !one.message.is_empty() && !one.message.contains('\n'),
                "{:?}",
                one.message
            );
        }
        assert!(done.translated() <= done.statements());
    }
}

/// The statements of all pages.
fn statements() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the cases") {
        let text = fs::read_to_string(entry.expect("a page").path()).expect("a page is text");
        let mut inside = false;
        for line in text.lines() {
            if line.starts_with("```") {
                inside = matches!(line, "```cypher" | "```kuzu");
            } else if inside {
                found.push(line.to_owned());
            }
        }
    }
    found.sort();
    assert!(found.len() > 250);
    found
}

/// Words, numbers and single signs.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let word = |c: char| c.is_alphanumeric() || c == '_';
    for character in text.chars() {
        match pieces.last_mut() {
            Some(last) if word(character) && last.chars().all(word) => last.push(character),
            _ => pieces.push(character.to_string()),
        }
    }
    pieces
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text(text in "\\PC{0,80}") {
        run(&text);
    }

    #[test]
    fn signs_of_cypher(parts in prop::collection::vec(prop::sample::select(vec![
        "MATCH ", "RETURN ", "WHERE ", "(", ")", "[", "]", "{", "}", "p", ":Person", "-", ">", "<", "--", "*", "..", "1", "'a'",
        ",", ".name", " AND ", " NOT ", " IN ", "=", "|", " CASE ", " WHEN ", " END ", "EXISTS {", "count(", "$x", ";", " AS x ",
        "CREATE ", "NODE TABLE ", "SET ", "MERGE ", "DELETE ", " WITH ", "UNWIND ", "-[:KNOWS]->", "é", "`", "\"",
    ]), 0..24)) {
        run(&parts.concat());
    }

    #[test]
    fn statements_with_a_slip(at in any::<prop::sample::Index>(), place in any::<prop::sample::Index>(), other in any::<prop::sample::Index>(), kind in 0..3) {
        let all = statements();
        let mut parts = pieces(&all[at.index(all.len())]);
        if !parts.is_empty() {
            let (a, b) = (place.index(parts.len()), other.index(parts.len()));
            match kind {
                0 => { parts.remove(a); }
                1 => parts.insert(b, parts[a].clone()),
                _ => parts.swap(a, b),
            }
        }
        run(&parts.concat());
    }
}

#[test]
fn depth_is_bounded() {
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("{a: ", "}"),
        ("NOT ", ""),
        ("- ", ""),
        ("EXISTS { MATCH (p) WHERE ", "}"),
        ("size(", ")"),
    ] {
        let text = format!("RETURN {}1{} AS x", open.repeat(3000), close.repeat(3000));
        run(&text);
        run(&format!("RETURN {}", open.repeat(3000)));
    }
    for operator in [
        " + 1",
        " ^ 1",
        " = 1",
        " AND true",
        " OR true",
        " XOR true",
        "[0]",
        ".a",
        " IN [1]",
        " IS NULL",
    ] {
        run(&format!("RETURN 1{}", operator.repeat(5000)));
        run(&format!(
            "MATCH (p:Person) WHERE p.age = 1{} RETURN p.name",
            operator.repeat(40)
        ));
    }
    run(&"(".repeat(20_000));
    run(&format!(
        "MATCH (p:Person) RETURN {}p.age{}",
        "CASE WHEN true THEN ".repeat(70),
        " END".repeat(70)
    ));
}
