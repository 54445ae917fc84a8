//! What people and tools read: reports with their source, single lines, JSON. And reports never fail, whatever the text.

use omnigraph_compiler::diagnostic::{Diagnostic, Fix, Label, Severity, Sources, concise, human, json};
use omnigraph_compiler::project::check_project;
use omnigraph_compiler::rules;
use omnigraph_grammar::Span;
use proptest::prelude::*;

const SCHEMA: &str = r#"interface Slugged { slug: String @key }

node Book implements Slugged, Slugged {
    title: Text
    größe: I32
    isbn: String
    tags: [String]
    @unique(isbnn)
    @index(tags)
    @check(isbn, "[0-9")
}

node Member { name: String? @key  v: Vector(8) @embed(nme) }

edge Borrowed: Book -> Membr @card(3..1)
"#;

fn reports(schema: &str, queries: &[(&str, &str)], show: impl Fn(&Diagnostic, &Sources) -> String) -> String {
    let mut sources = Sources::default();
    sources.insert("schema.pg", schema);
    for (path, text) in queries {
        sources.insert(*path, *text);
    }
    let shown: Vec<String> = check_project(schema, queries)
        .iter()
        .map(|d| show(d, &sources))
        .collect();
    shown.join("\n")
}

#[test]
fn reports_show_the_source() {
    insta::assert_snapshot!(reports(SCHEMA, &[], |d, sources| human(d, sources, false)));
}

#[test]
fn colours_are_only_there_when_asked_for() {
    let plain = reports(SCHEMA, &[], |d, sources| human(d, sources, false));
    let coloured = reports(SCHEMA, &[], |d, sources| human(d, sources, true));
    assert!(!plain.contains('\u{1b}'));
    assert!(coloured.contains('\u{1b}'));
    assert_eq!(coloured, reports(SCHEMA, &[], |d, sources| human(d, sources, true)));
}

#[test]
fn single_lines_have_place_and_code() {
    insta::assert_snapshot!(reports(SCHEMA, &[], concise));
}

#[test]
fn json_has_ranges_and_fixes() {
    let schema = "node Book {\n    isbn: String\n    @unique(isbnn)\n}\n";
    let query = "query q() {\n    match { $b: Book }\n    return { $b.isbm }\n}\n";
    insta::assert_snapshot!(reports(schema, &[("books.gq", query)], |d, sources| {
        serde_json::to_string_pretty(&json(d, sources)).expect("JSON is text")
    }));
}

#[test]
fn columns_count_characters() {
    let schema = "node Book { t: String @description(\"äöü🦀\") x: Text }\n";
    assert!(reports(schema, &[], concise).starts_with("schema.pg:1:47: error[S030]"));
}

/// A file with more mistakes than anybody reads in one go.
#[test]
fn a_flood_is_cut_off_and_counted() {
    let schema: String = (0..150).map(|n| format!("node N{n} {{ x: Nope }}\n")).collect();
    let found = check_project(&schema, &[]);
    assert_eq!(found.len(), 100);
    assert_eq!(found[99].notes, ["50 more findings in this file are not shown"]);
    assert!(found[98].notes.is_empty());
}

/// One mistake, one finding: what refers to something that could not be understood is not reported.
#[test]
fn mistakes_do_not_cascade() {
    let schema = "node Book { title String @@ }\nnode Member { name: Text }\nedge Lent: Member -> Book\n";
    let query = "query q() {\n    match { $m: Member $m lent $b $b: Book }\n    return { $b.title, $m.name }\n}\n";
    let found = check_project(schema, &[("q.gq", query)]);
    let in_query: Vec<_> = found.iter().filter(|d| d.file == "q.gq").collect();
    assert!(in_query.is_empty(), "{in_query:?}");
    assert_eq!(found.iter().filter(|d| d.rule.code == "S030").count(), 1);
    assert!(found.iter().all(|d| d.rule.code != "S024" && d.rule.code != "S025"));
}

proptest! {
    #[test]
    fn no_span_makes_a_report_fail(
        text in "[ -~äöü🦀\u{301}\u{2028}\t\r\n]{0,60}",
        other in "\\PC{0,20}",
        spans in prop::collection::vec((0u32..80, 0u32..80), 4),
    ) {
        let span = |at: usize| Span { start: spans[at].0.min(spans[at].1), end: spans[at].0.max(spans[at].1) };
        let sources = Sources::new([("a.pg", text.as_str()), ("b.gq", other.as_str())]);
        let diagnostic = Diagnostic {
            rule: rules::by_code("S065"),
            severity: Severity::Warning,
            message: "something is wrong".to_owned(),
            file: "a.pg".to_owned(),
            span: span(0),
            label: String::new(),
            labels: vec![
                Label { file: "a.pg".to_owned(), span: span(1), message: "here".to_owned() },
                Label { file: "b.gq".to_owned(), span: span(2), message: "there".to_owned() },
                Label { file: "gone.gq".to_owned(), span: span(3), message: "nowhere".to_owned() },
            ],
            notes: vec!["a note".to_owned()],
            help: Some("some help".to_owned()),
            fixes: vec![Fix { title: "mend".to_owned(), safe: true, edits: Vec::new() }],
        };
        for colour in [false, true] {
            human(&diagnostic, &sources, colour);
        }
        concise(&diagnostic, &sources);
        json(&diagnostic, &sources);
    }

    /// Any text is checked without a panic, and every diagnostic lies within it.
    #[test]
    fn no_schema_makes_a_check_fail(text in schema_text()) {
        for diagnostic in check_project(&text, &[]) {
            let range = diagnostic.span.range();
            prop_assert!(range.start <= range.end && range.end <= text.len());
        }
    }
}

/// Text that looks like a schema often enough to reach the checks.
fn schema_text() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "node ",
        "edge ",
        "interface ",
        "A ",
        "B ",
        "C ",
        "implements ",
        "{",
        "}",
        "x: ",
        "y: ",
        "String ",
        "I32 ",
        "[String] ",
        "Vector(4) ",
        "Blob ",
        "enum(a, b) ",
        "enum() ",
        "? ",
        "@key ",
        "@unique ",
        "@index ",
        "@key(x) ",
        "@unique(x, y) ",
        "@index(src) ",
        "@range(x, 1..9) ",
        "@range(9..1) ",
        "@check(x, \"[\") ",
        "@card(0..1) ",
        "@card(1) ",
        "@embed(x) ",
        "@embed ",
        "@default(1) ",
        "@metric(\"l2\") ",
        "@rename_from(\"C\") ",
        "@description(\"d\") ",
        "@allow(S063, \"long enough reason\") ",
        "@uniq ",
        ": A -> B ",
        "-> ",
        "( ",
        ") ",
        ", ",
        "allow S044 on node A because \"nobody needs it\" ",
        "migration_check \"m\" { query { match { $a: A } return { $a.x } } expect x = 1 } ",
        "\n",
        "// c\n",
    ]);
    prop::collection::vec(words, 0..60).prop_map(|words| words.concat())
}

/// The example projects have nothing to complain about.
#[test]
fn the_examples_are_fine() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    for name in ["movies", "flights"] {
        let read = |file: &str| std::fs::read_to_string(root.join(name).join(file)).expect("the example is there");
        let (schema, queries) = (read("schema.pg"), read("queries.gq"));
        let sources = Sources::new([("schema.pg", schema.as_str()), ("queries.gq", queries.as_str())]);
        let found = check_project(&schema, &[("queries.gq", &queries)]);
        let lines: Vec<String> = found.iter().map(|d| concise(d, &sources)).collect();
        assert!(lines.is_empty(), "{name}: {lines:#?}");
    }
}
