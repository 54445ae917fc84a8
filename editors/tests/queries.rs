//! The corpora and the queries of both grammars.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use omnigraph_editors::{QUERY, SCHEMA};
use tree_sitter::{Language, Node, Parser, Query, QueryCursor, StreamingIterator};

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn grammars() -> [(&'static str, &'static str, Language); 2] {
    [("schema", "pg", SCHEMA.into()), ("query", "gq", QUERY.into())]
}

fn parse(language: &Language, text: &str) -> tree_sitter::Tree {
    let mut parser = Parser::new();
    parser.set_language(language).unwrap();
    parser.parse(text, None).unwrap()
}

/// Cases as tree-sitter writes them: a name between two lines of `=`, the text, a line of `-`, the tree.
fn cases(text: &str) -> Vec<(String, String, String)> {
    let mut cases: Vec<(String, String, String)> = Vec::new();
    let is_rule = |line: &str, c: char| line.len() >= 3 && line.chars().all(|other| other == c);
    let lines: Vec<&str> = text.lines().collect();
    let mut in_tree = false;
    let mut i = 0;
    while i < lines.len() {
        if is_rule(lines[i], '=') && lines.get(i + 2).is_some_and(|line| is_rule(line, '=')) {
            cases.push((lines[i + 1].to_owned(), String::new(), String::new()));
            in_tree = false;
            i += 3;
            continue;
        }
        let case = cases.last_mut().expect("a corpus starts with a name");
        if is_rule(lines[i], '-') {
            in_tree = true;
        } else {
            let part = if in_tree { &mut case.2 } else { &mut case.1 };
            part.push_str(lines[i]);
            part.push('\n');
        }
        i += 1;
    }
    cases
}

/// A tree as it stands in a corpus.
fn drawn(sexp: &str) -> String {
    let mut out = String::new();
    let mut depth = 0_usize;
    let mut quoted = false;
    for (i, c) in sexp.char_indices() {
        quoted ^= c == '"';
        match c {
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            _ => {}
        }
        // A node begins a line, together with its field.
        if c == ' ' && !quoted && !out.ends_with(':') && !sexp[..i].ends_with("MISSING") {
            out.push('\n');
            out.push_str(&"  ".repeat(depth));
        } else {
            out.push(c);
        }
    }
    out
}

/// `UPDATE_EXPECT=1` writes the trees anew.
#[test]
fn corpora() {
    let mut count = 0;
    for (name, _, language) in grammars() {
        for entry in fs::read_dir(here().join("tree-sitter").join(name).join("test/corpus")).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            let mut written = String::new();
            let corpus = fs::read_to_string(&path).unwrap();
            for (title, text, _) in cases(&corpus) {
                let tree = drawn(&parse(&language, text.trim()).root_node().to_sexp());
                let rule = "=".repeat(40);
                let text = text.trim();
                written.push_str(&format!("{rule}\n{title}\n{rule}\n\n{text}\n\n---\n\n{tree}\n\n"));
                let broken = tree.contains("ERROR") || tree.contains("MISSING");
                assert_eq!(broken, title.starts_with("A broken"), "{title}: {tree}");
                count += 1;
            }
            let written = format!("{}\n", written.trim_end());
            if std::env::var_os("UPDATE_EXPECT").is_some() {
                fs::write(&path, &written).unwrap();
            }
            assert_eq!(fs::read_to_string(&path).unwrap(), written, "{}", path.display());
        }
    }
    assert!(count >= 20, "{count}");
}

#[test]
fn every_query_names_nodes_that_there_are() {
    for (name, _, language) in grammars() {
        let mut found = BTreeSet::new();
        for entry in fs::read_dir(here().join("tree-sitter").join(name).join("queries")).unwrap() {
            let path = entry.unwrap().path();
            let source = fs::read_to_string(&path).unwrap();
            Query::new(&language, &source).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            found.insert(path.file_stem().unwrap().to_string_lossy().into_owned());
        }
        let expected = ["folds", "highlights", "indents", "injections", "locals", "tags"];
        assert_eq!(found, expected.map(str::to_owned).into());
    }
}

/// The capture that the last matching pattern gives to a leaf or to a node around it.
fn colours(language: &Language, queries: &str, text: &str) -> Vec<(String, Option<String>)> {
    let tree = parse(language, text);
    let query = Query::new(language, queries).unwrap();
    let mut captured = std::collections::HashMap::new();
    let mut cursor = QueryCursor::new();
    let mut matches = cursor.matches(&query, tree.root_node(), text.as_bytes());
    while let Some(found) = matches.next() {
        for capture in found.captures {
            let name = query.capture_names()[capture.index as usize];
            let entry = captured.entry(capture.node.id()).or_insert((found.pattern_index, name));
            if found.pattern_index >= entry.0 {
                *entry = (found.pattern_index, name);
            }
        }
    }
    let mut leaves = Vec::new();
    collect(tree.root_node(), &mut leaves);
    leaves
        .into_iter()
        .map(|leaf| {
            let mut at = Some(leaf);
            let mut colour = None;
            while let (Some(node), None) = (at, &colour) {
                colour = captured.get(&node.id()).map(|(_, name)| (*name).to_owned());
                at = node.parent();
            }
            (text[leaf.byte_range()].to_owned(), colour)
        })
        .collect()
}

fn collect<'t>(node: Node<'t>, leaves: &mut Vec<Node<'t>>) {
    if node.child_count() == 0 {
        leaves.push(node);
    }
    let mut cursor = node.walk();
    for child in node.children(&mut cursor) {
        collect(child, leaves);
    }
}

#[test]
fn every_word_has_a_colour() {
    for (name, extension, language) in grammars() {
        let queries = fs::read_to_string(here().join("tree-sitter").join(name).join("queries/highlights.scm")).unwrap();
        let text = fs::read_to_string(here().join(format!("corpus/everything.{extension}"))).unwrap();
        let bare: Vec<String> = colours(&language, &queries, &text)
            .into_iter()
            .filter(|(leaf, colour)| colour.is_none() && !leaf.is_empty())
            .map(|(leaf, _)| leaf)
            .collect();
        // What stands in a check is coloured by the grammar of queries.
        let checked = |leaf: &String| name == "schema" && leaf.starts_with("match {");
        assert!(bare.iter().all(checked), "{name}: {bare:?}");
    }
}

#[test]
fn a_word_is_coloured_by_where_it_stands() {
    let [(_, _, schema), (_, _, query)] = grammars();
    let of = |language: &Language, name: &str, text: &str| {
        let queries = fs::read_to_string(here().join("tree-sitter").join(name).join("queries/highlights.scm")).unwrap();
        colours(language, &queries, text)
            .into_iter()
            .filter(|(leaf, _)| leaf.starts_with(char::is_alphabetic) || leaf.starts_with('$'))
            .map(|(leaf, colour)| format!("{leaf}:{}", colour.unwrap_or_default()))
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(
        of(
            &schema,
            "schema",
            "node Node { node: String @key edge: enum(node, b) other: Mine }"
        ),
        "node:keyword Node:type.definition node:property String:type.builtin key:attribute edge:property enum:keyword \
         node:constant b:constant other:property Mine:type"
    );
    assert_eq!(
        of(
            &query,
            "query",
            "query query($match: Bool) { match { $a: Match { match: true } $a return $b } return { $a.order as limit } }"
        ),
        "query:keyword query:function $match:variable.parameter Bool:type.builtin match:keyword $a:variable Match:type \
         match:property true:boolean $a:variable return:type $b:variable return:keyword $a:variable order:property \
         as:keyword limit:variable.member"
    );
}
