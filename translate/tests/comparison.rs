//! The statements of `tests/comparison`, which `make test-translate` runs in Kùzu and here: how many of each group have a
//! translation, and why the others have none, is said on the page "Coming from Cypher". With `UPDATE_EXPECT=1` the page is written.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use omnigraph_compiler::diagnostic::Severity;
use omnigraph_translate::{Dialect, Source, translate};

/// The groups, in the order of the page.
const GROUPS: [&str; 14] = [
    "match",
    "where",
    "optional",
    "return",
    "order",
    "skip-and-limit",
    "with",
    "aggregation",
    "lists",
    "strings",
    "mathematics",
    "dates",
    "paths",
    "writing",
];

/// Each group holds at least so many statements that Kùzu takes.
const LEAST: usize = 30;

const START: &str = "<!-- compared: written by a test -->\n";
const END: &str = "<!-- end of compared -->\n";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/comparison")
}

fn read(name: &str) -> String {
    fs::read_to_string(folder().join(name)).expect("a file of the comparison")
}

fn schema() -> String {
    let text = read("tables.cypher");
    let file = Source {
        path: "tables.cypher",
        text: &text,
    };
    let done = translate(Dialect::Kuzu, &[file], None);
    done.schema.expect("the tables have an equal")
}

struct Group {
    statements: usize,
    translated: usize,
    /// What has no translation: the statement, the code and the reason.
    without: Vec<(String, String, String)>,
}

fn group(name: &str, schema: &str) -> Group {
    let path = format!("{name}.cypher");
    let text = read(&path);
    let file = Source {
        path: &path,
        text: &text,
    };
    let known = Source {
        path: "schema.pg",
        text: schema,
    };
    let done = translate(Dialect::Kuzu, &[file], Some(known));
    let mut group = Group {
        statements: 0,
        translated: 0,
        without: Vec::new(),
    };
    let mut before = 0;
    for statement in &done.files[0].statements {
        let (start, end) = (statement.span.start as usize, statement.span.end as usize);
        let notes = &text[before..start];
        before = end;
        if notes.contains("// refused by Kùzu") {
            continue;
        }
        group.statements += 1;
        if statement.done {
            group.translated += 1;
            continue;
        }
        let own = |at: u32| (start..=end).contains(&(at as usize));
        let reason = done
            .diagnostics
            .iter()
            .find(|one| one.severity == Severity::Error && own(one.span.start))
            .unwrap_or_else(|| panic!("{path}: no reason is given for {}", &text[start..end]));
        let written = text[start..end].trim_end().trim_end_matches(';');
        group.without.push((
            written.split_whitespace().collect::<Vec<_>>().join(" "),
            reason.rule.subcode.to_owned(),
            reason.message.clone(),
        ));
    }
    group
}

fn part() -> String {
    let schema = schema();
    let mut table = "| group | statements | translated | share |\n|---|---|---|---|\n".to_owned();
    let mut reasons = "| group | statement | code | reason |\n|---|---|---|---|\n".to_owned();
    let (mut statements, mut translated) = (0, 0);
    let mut row = |name: &str, all: usize, done: usize| {
        let share = 100 * done / all;
        writeln!(table, "| {name} | {all} | {done} | {share} % |").expect("a text takes lines");
    };
    for name in GROUPS {
        let group = group(name, &schema);
        assert!(group.statements >= LEAST, "{name}: {} statements", group.statements);
        let title = name.replace('-', " ");
        row(&title, group.statements, group.translated);
        statements += group.statements;
        translated += group.translated;
        for (statement, code, reason) in group.without {
            let cell = |text: &str| text.replace('|', "\\|");
            writeln!(
                reasons,
                "| {title} | `{}` | [{code}](codes/{code}.md) | {} |",
                cell(&statement),
                cell(&reason)
            )
            .expect("a text takes lines");
        }
    }
    row("all", statements, translated);
    format!("{table}\nThese have no spelling here, or none that is known to mean the same:\n\n{reasons}")
}

#[test]
fn every_file_is_a_group() {
    let mut found: Vec<String> = fs::read_dir(folder())
        .expect("the comparison")
        .map(|entry| entry.expect("a file").path())
        .filter(|path| path.extension().is_some_and(|e| e == "cypher"))
        .map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned())
        .filter(|name| name != "tables")
        .collect();
    found.sort();
    let mut wanted = GROUPS.map(str::to_owned);
    wanted.sort();
    assert_eq!(found, wanted);
}

/// A statement that stands twice counts once.
#[test]
fn no_statement_is_repeated_in_a_group() {
    for name in GROUPS {
        let text = read(&format!("{name}.cypher"));
        let mut lines: Vec<&str> = text.lines().filter(|line| !line.starts_with("//")).collect();
        // The same statement may be asked with other parameters.
        lines.retain(|line| !line.contains('$'));
        lines.sort_unstable();
        let twice: Vec<&[&str]> = lines.windows(2).filter(|pair| pair[0] == pair[1]).collect();
        assert!(twice.is_empty(), "{name}: {twice:?}");
    }
}

#[test]
fn the_page_says_what_is_translated() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/from-cypher.md");
    let page = fs::read_to_string(&path).expect("the page");
    let (before, rest) = page.split_once(START).expect("the page has a place for the figures");
    let (_, after) = rest.split_once(END).expect("the place has an end");
    let out = format!("{before}{START}\n{}\n{END}{after}", part());
    if out == page {
        return;
    }
    assert!(
        std::env::var_os("UPDATE_EXPECT").is_some(),
        "docs/from-cypher.md does not say what is translated; UPDATE_EXPECT=1 writes it"
    );
    fs::write(&path, out).expect("the page can be written");
}
