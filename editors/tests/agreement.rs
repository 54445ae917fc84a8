//! The grammars read what the compiler reads: every text that the compiler's parser accepts is parsed without an error, and
//! falls into the same items. Texts: all files of the repository and the code in all pages, among them the page of every rule.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use omnigraph_editors::{QUERY, SCHEMA};
use omnigraph_grammar::{ItemKind, Language, items, query, schema};
use tree_sitter::{Node, Parser};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !name.starts_with('.') && !["node_modules", "target", "dist"].contains(&name.as_str()) {
                files(&path, found);
            }
        } else if [".pg", ".gq", ".md"].iter().any(|end| name.ends_with(end)) {
            found.push(path);
        }
    }
}

/// The code blocks of a page whose fence starts with `pg` or `gq`.
fn blocks(page: &str) -> Vec<(Language, String)> {
    let mut found = Vec::new();
    let mut open: Option<(Option<Language>, String)> = None;
    for line in page.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(fence)) => {
                let language = match fence.split_whitespace().next() {
                    Some("pg") => Some(Language::Schema),
                    Some("gq") => Some(Language::Query),
                    _ => None,
                };
                open = Some((language, String::new()));
            }
            (Some(_), Some(_)) => {
                if let Some((Some(language), text)) = open.take() {
                    found.push((language, text));
                }
            }
            (Some((_, text)), None) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) => {}
        }
    }
    found
}

fn texts() -> Vec<(String, Language, String)> {
    let mut all = Vec::new();
    let mut paths = Vec::new();
    files(&root(), &mut paths);
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        let name = path.strip_prefix(root()).unwrap().display().to_string();
        match path.extension().and_then(|e| e.to_str()) {
            Some("pg") => all.push((name, Language::Schema, text)),
            Some("gq") => all.push((name, Language::Query, text)),
            _ => {
                for (i, (language, text)) in blocks(&text).into_iter().enumerate() {
                    all.push((format!("{name} block {i}"), language, text));
                }
            }
        }
    }
    all
}

type Items = Vec<(ItemKind, Option<String>, std::ops::Range<usize>)>;

/// The items, if there is nothing wrong with their form.
fn by_the_compiler(language: Language, text: &str) -> Option<Items> {
    let (items, errors) = items(language, text);
    let broken = items.iter().any(|item| {
        let text = &text[item.span.range()];
        match (item.kind, language) {
            (ItemKind::Stray, _) => true,
            (_, Language::Schema) => !schema::parse_item(text).errors.is_empty(),
            (_, Language::Query) => !query::parse_item(text).errors.is_empty(),
        }
    });
    (errors.is_empty() && !broken).then(|| {
        items
            .into_iter()
            .map(|item| (item.kind, item.name.map(|name| name.text), item.span.range()))
            .collect()
    })
}

fn parser(language: Language) -> Parser {
    let mut parser = Parser::new();
    let grammar = match language {
        Language::Schema => SCHEMA,
        Language::Query => QUERY,
    };
    parser.set_language(&grammar.into()).unwrap();
    parser
}

fn by_tree_sitter(root: Node<'_>, text: &str) -> Items {
    let mut cursor = root.walk();
    root.named_children(&mut cursor)
        .filter(|node| !node.is_extra())
        .map(|node| {
            let kind = match node.kind() {
                "interface_declaration" => ItemKind::Interface,
                "node_declaration" => ItemKind::Node,
                "edge_declaration" => ItemKind::Edge,
                "allow_declaration" => ItemKind::Allow,
                "migration_check_declaration" => ItemKind::MigrationCheck,
                "query_declaration" => ItemKind::Query,
                "fragment_declaration" => ItemKind::Fragment,
                other => panic!("{other} is not an item"),
            };
            let name = node.child_by_field_name("name");
            // A check's name is a text.
            let name = name.map(|name| text[name.byte_range()].trim_matches('"').to_owned());
            (kind, name, node.byte_range())
        })
        .collect()
}

#[test]
fn what_the_compiler_accepts_falls_into_the_same_items() {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut disagreements = String::new();
    for (name, language, text) in texts() {
        let tree = parser(language).parse(&text, None).expect("a tree for every text");
        assert!(tree.root_node().end_byte() <= text.len());
        let Some(mut expected) = by_the_compiler(language, &text) else {
            *counts.entry("with mistakes").or_default() += 1;
            continue;
        };
        *counts
            .entry(if language == Language::Schema {
                "schemas"
            } else {
                "query files"
            })
            .or_default() += 1;
        *counts.entry("items").or_default() += expected.len();
        if tree.root_node().has_error() {
            disagreements += &format!("{name}: {}\n", tree.root_node().to_sexp());
            continue;
        }
        let found = by_tree_sitter(tree.root_node(), &text);
        for (item, found) in expected.iter_mut().zip(&found) {
            // The compiler names an item only where names can be looked up.
            if item.1.is_none() {
                item.1 = found.1.clone();
            }
        }
        if expected != found {
            disagreements += &format!("{name}:\n  {expected:?}\n  {found:?}\n");
        }
    }
    assert!(disagreements.is_empty(), "{disagreements}");
    println!("{counts:?}");
    // Something was compared.
    assert!(
        counts["schemas"] > 200 && counts["query files"] > 200 && counts["with mistakes"] > 50,
        "{counts:?}"
    );
}
