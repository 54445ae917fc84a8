//! Text beyond the ordinary: characters outside the first plane, Windows line ends, tabs, a byte order mark, deep
//! nesting, long comments, large files. Columns are right, and nothing crashes or fails to end.

use std::fmt::Write;

use omnigraph_compiler::diagnostic::{Sources, concise, human};
use omnigraph_compiler::project::check_project;
use omnigraph_compiler::rules::LAB_SCHEMA;
use omnigraph_grammar::Language;
use omnigraph_grammar::format::format;

/// Place and code of all that is found in a schema.
fn in_schema(text: &str) -> Vec<String> {
    shown(text, &[])
}

fn in_queries(text: &str) -> Vec<String> {
    shown(LAB_SCHEMA, &[("q.gq", text)])
}

fn shown(schema: &str, queries: &[(&str, &str)]) -> Vec<String> {
    let mut sources = Sources::new([("schema.pg", schema)]);
    queries.iter().for_each(|(path, text)| sources.insert(*path, *text));
    let found = check_project(schema, queries);
    found
        .iter()
        .for_each(|diagnostic| assert!(!human(diagnostic, &sources, false).is_empty()));
    found
        .iter()
        .map(|diagnostic| concise(diagnostic, &sources))
        .map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" "))
        .collect()
}

#[test]
fn columns_count_characters_everywhere() {
    // A character beyond the first plane is one column, as is one that is combined with the one before.
    assert_eq!(
        in_schema("node A { /* 🦀𝕏 */ x: Text }\n"),
        ["schema.pg:1:22: error[S030]"]
    );
    assert_eq!(
        in_schema("node A { y: String @description(\"e\u{301}🦀\") x: Text }\n"),
        ["schema.pg:1:43: error[S030]"]
    );
    assert_eq!(
        in_queries("query q() {\n    match { $p: Person { name: \"𝄞🦀\" } $p.nme = 1 }\n    return { $p.name }\n}\n"),
        ["q.gq:2:42: error[T6.2]"]
    );
    // A tab is one column.
    assert_eq!(in_schema("node A {\n\t\tx: Text\n}\n"), ["schema.pg:2:6: error[S030]"]);
    // The carriage return belongs to the end of its line.
    assert_eq!(
        in_schema("node A {\r\n    x: Text\r\n    y: Txt\r\n}\r\n"),
        ["schema.pg:2:8: error[S030]", "schema.pg:3:8: error[S030]"]
    );
    assert_eq!(
        in_queries("query q() {\r\n    match { $p: Persn }\r\n    return { $p }\r\n}\r\n"),
        ["q.gq:2:17: error[T1]"]
    );
}

#[test]
fn byte_order_marks_are_skipped_once() {
    assert!(in_schema("\u{feff}node A { x: String }\n").is_empty());
    assert!(in_queries("\u{feff}query q() {\n    match { $p: Person }\n    return { $p }\n}\n").is_empty());
    assert_eq!(
        in_schema("node A { \u{feff}x: String }\n"),
        ["schema.pg:1:10: error[S001]"]
    );
    let formatted = format(Language::Schema, "\u{feff}node  A {}\r\n", 100);
    assert_eq!(
        (formatted.skipped.len(), formatted.text.contains("node A {}\r\n")),
        (0, true)
    );
}

#[test]
fn deep_nesting_is_refused_not_followed() {
    let deep =
        |open: &str, inside: &str, close: &str| format!("{}{inside}{}", open.repeat(10_000), close.repeat(10_000));
    let list = deep("[", "1", "]");
    let found = in_queries(&format!(
        "query q() {{\n    match {{ $p: Person  $p.tags = {list} }}\n    return {{ $p.name }}\n}}\n"
    ));
    assert!(!found.is_empty() && found.len() < 5, "{found:?}");
    let found = in_queries(&format!(
        "query q() {{\n    insert Person {{ handle: \"a\", tags: {list} }}\n}}\n"
    ));
    assert!(!found.is_empty() && found.len() < 5, "{found:?}");
    let found = in_schema(&format!("node A {{ x: {} }}\nnode B {{}}\n", deep("[", "String", "]")));
    assert!(!found.is_empty() && found.len() < 5, "{found:?}");
    let found = in_queries(&format!(
        "query q() {{ match {{ {} }} return {{ $p }} }}",
        deep("not { ", "$p: P", " }")
    ));
    assert!(!found.is_empty() && found.len() < 5, "{found:?}");
    for (language, text) in [
        (
            Language::Query,
            format!("query q() {{ match {{ $p.a = {list} }} return {{ $p }} }}"),
        ),
        (Language::Schema, format!("node A {{ x: {list} }}")),
    ] {
        assert_eq!(format(language, &text, 80).text.trim_end(), text);
    }
}

#[test]
fn long_expressions_are_refused_not_followed() {
    let repeated = [
        ("", "$p.age = 1 or ", "$p.age = 1"),
        ("", "$p.age = 1 && ", "$p.age = 1"),
        ("", "$p.age = 1 and ", "$p.age ="),
        ("", "not ", "$p.age = 1"),
        ("0 < ", "1 + ", "1"),
        ("0 < ", "1 * ", "1 }"),
        ("'' < ", "'' || ", "''"),
        ("0 < ", "- ", "1"),
        ("0 < ", "case when true then ", "1"),
        ("0 < $p.tags", "[0]", ""),
        ("0 < $p.tags", "[0..]", ""),
    ];
    for (before, part, after) in repeated {
        let found = in_queries(&format!(
            "query q() {{\n    match {{ $p: Person  {before}{}{after} }}\n    return {{ $p.name }}\n}}\n",
            part.repeat(10_000)
        ));
        assert!(
            matches!(&found[..], [only] if only.ends_with("error[Q014]")),
            "{part}: {found:?}"
        );
    }
}

#[test]
fn a_comment_of_a_megabyte() {
    let long = "🦀 x ".repeat(1 << 17);
    for comment in [format!("/*{long}*/"), format!("//{long}\n"), "// x\n".repeat(1 << 17)] {
        let schema = format!("node A {{ {comment} x: Text }}\n");
        assert_eq!(in_schema(&schema).len(), 1);
        let query = format!("query q() {{ {comment} match {{ $p: Persn }} return {{ $p }} }}\n");
        assert_eq!(in_queries(&query).len(), 1);
        assert!(format(Language::Query, &query, 100).skipped.is_empty());
    }
}

/// Texts at whose size anything that took time in the square of it would not come to an end. `cargo bench --bench sizes`
/// has the times of larger ones.
#[test]
fn large_texts_come_to_an_end() {
    let schema = |types: usize| -> String {
        (0..types).fold(String::new(), |mut text, number| {
            let _ = write!(
                text,
                "node N{number} {{ key: String @key  a: I32? @index  b: [String] }}\nedge E{number}: N{number} -> N0 @card(0..1)\n"
            );
            text
        })
    };
    let queries = |count: usize| -> String {
        (0..count).fold(String::new(), |mut text, number| {
            let _ = writeln!(
                text,
                "query q{number}($h: String) {{ match {{ $p: Person {{ handle: $h }}  $p follows $q }} return {{ $q.name }} }}"
            );
            text
        })
    };
    let large = schema(4_000);
    assert!(in_schema(&large).is_empty());
    assert!(format(Language::Schema, &large, 100).skipped.is_empty());
    assert!(in_queries(&queries(4_000)).is_empty());
    // No more than a hundred are shown.
    for text in ["node A { x: Text # }\n", "stray } words ( \u{a0} # ;\n"] {
        assert_eq!(in_schema(&text.repeat(4_000)).len(), 100, "{text}");
    }
    assert_eq!(in_queries(&"stray } words ( \u{a0} # ;\n".repeat(4_000)).len(), 100);
}
