//! What is generated: the pages of the editors, from `pages/`, and the queries of Helix and Zed, from those of tree-sitter.
//! `UPDATE_EXPECT=1` writes them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use omnigraph_editors::{QUERY, SCHEMA};
use tree_sitter::{Language, Query};

const EDITORS: [&str; 4] = ["neovim", "helix", "zed", "emacs"];

/// What Helix calls the captures that Neovim and Zed call otherwise.
const HELIX: [(&str, &str); 6] = [
    ("@variable.member", "@variable.other.member"),
    ("@property", "@variable.other.member"),
    ("@boolean", "@constant.builtin.boolean"),
    ("@number", "@constant.numeric"),
    ("@string.escape", "@constant.character.escape"),
    ("@type.definition", "@type"),
];

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(here().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn grammars() -> [(&'static str, Language); 2] {
    [("schema", SCHEMA.into()), ("query", QUERY.into())]
}

fn page(editor: &str) -> String {
    let shared = read("pages/shared.md");
    let sections: BTreeMap<&str, &str> = shared
        .split("\n## ")
        .skip(1)
        .map(|section| section.split_once('\n').expect("a title and a text"))
        .collect();
    let mut out =
        format!("<!-- Generated from editors/pages/{editor}.md by `UPDATE_EXPECT=1 make test-grammars`. -->\n\n");
    for line in read(&format!("pages/{editor}.md")).lines() {
        let directive = line.strip_prefix("{{").and_then(|line| line.strip_suffix("}}"));
        let words: Vec<&str> = directive.unwrap_or("").split_whitespace().collect();
        match words[..] {
            [] => out.push_str(line),
            ["shared", name] => out.push_str(sections.get(name).unwrap_or_else(|| panic!("no {name}")).trim()),
            ["file", path, language] => {
                out.push_str(&format!("```{language}\n{}\n```", read(path).trim_end()));
            }
            _ => panic!("{editor}: {line}"),
        }
        out.push('\n');
    }
    out
}

fn helix(query: &str) -> String {
    let mut out = String::new();
    for line in query.lines() {
        // None of the names is the beginning of another capture.
        let line = HELIX
            .iter()
            .fold(line.to_owned(), |line, (ours, theirs)| line.replace(ours, theirs));
        out.push_str(&line);
        out.push('\n');
    }
    out
}

fn generated() -> BTreeMap<String, String> {
    let mut all: BTreeMap<String, String> = EDITORS
        .map(|editor| (format!("{editor}/README.md"), page(editor)))
        .into();
    for (language, _) in grammars() {
        for what in ["highlights", "injections", "locals"] {
            let query = read(&format!("tree-sitter/{language}/queries/{what}.scm"));
            let from = format!("; Generated from editors/tree-sitter/{language}/queries/{what}.scm.\n\n");
            let to = format!("helix/queries/omnigraph-{language}/{what}.scm");
            all.insert(to, from.clone() + &helix(&query));
            if what != "locals" {
                all.insert(format!("zed/languages/{language}/{what}.scm"), from + &query);
            }
        }
    }
    all
}

#[test]
fn what_is_generated_is_current() {
    let mut outdated = Vec::new();
    for (path, text) in generated() {
        let file = here().join(&path);
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, &text).unwrap();
        }
        if fs::read_to_string(&file).ok().as_ref() != Some(&text) {
            outdated.push(path);
        }
    }
    assert!(
        outdated.is_empty(),
        "UPDATE_EXPECT=1 make test-grammars writes {outdated:?}"
    );
}

#[test]
fn the_queries_of_all_editors_name_nodes_that_there_are() {
    let mut count = 0;
    for (language, grammar) in grammars() {
        for folder in [
            format!("helix/queries/omnigraph-{language}"),
            format!("zed/languages/{language}"),
        ] {
            for entry in fs::read_dir(here().join(folder)).unwrap() {
                let path = entry.unwrap().path();
                if path.extension().is_some_and(|extension| extension == "scm") {
                    let query = fs::read_to_string(&path).unwrap();
                    Query::new(&grammar, &query).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
                    count += 1;
                }
            }
        }
        // Emacs has its own, as texts within the mode.
        let mode = read("emacs/omnigraph.el");
        let start = format!("(defconst omnigraph--{language}-query \"");
        let (_, rest) = mode.split_once(&start).expect("a constant of that name");
        let (query, _) = rest.split_once("\n\" ").expect("its end");
        Query::new(&grammar, &query.replace("\\\"", "\"")).unwrap_or_else(|error| panic!("Emacs, {language}: {error}"));
        count += 1;
    }
    assert_eq!(count, 18);
}
