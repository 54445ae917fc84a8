//! The cases of `tests/cases/*.md`: statements in prose, and what becomes of each.
//!
//! A `cypher` or `kuzu` block holds statements; what follows it says what they become: a `pg` block the schema that they define, a
//! `gq` block the queries, a `text` block what has no equal (`line:column code message`, and below it the way out). Names are looked
//! up in `schema.pg` unless the statements define tables. With `UPDATE_EXPECT=1` the files are rewritten to say what holds.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use omnigraph_compiler::diagnostic::{LineIndex, Severity};
use omnigraph_compiler::project::check_project;
use omnigraph_translate::{Dialect, Source, Translation, translate};

/// Pages that hold at least so many statements.
const MANY: [&str; 10] = [
    "match",
    "where",
    "return",
    "order",
    "aggregation",
    "with",
    "lists",
    "strings",
    "mathematics",
    "dates",
];
const LEAST: usize = 30;

const PATH: &str = "case.cypher";

struct Block {
    language: String,
    text: String,
    /// Numbers of the lines of the fences.
    lines: (usize, usize),
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

fn schema() -> String {
    fs::read_to_string(folder().join("schema.pg")).expect("the schema of the cases")
}

fn pages() -> Vec<PathBuf> {
    let entries = fs::read_dir(folder())
        .expect("the cases")
        .map(|entry| entry.expect("a page").path());
    let mut pages: Vec<PathBuf> = entries
        .filter(|path| path.extension().is_some_and(|e| e == "md"))
        .collect();
    pages.sort();
    pages
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (number, line) in text.lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(language)) => {
                open = Some(Block {
                    language: language.to_owned(),
                    text: String::new(),
                    lines: (number, number),
                });
            }
            (Some(_), Some(_)) => {
                let mut block = open.take().expect("it is open");
                block.lines.1 = number;
                blocks.push(block);
            }
            (Some(block), None) => block.text += &format!("{line}\n"),
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block is not closed");
    blocks
}

fn dialect(language: &str) -> Option<Dialect> {
    match language {
        "cypher" => Some(Dialect::Cypher),
        "kuzu" => Some(Dialect::Kuzu),
        _ => None,
    }
}

fn run(block: &Block) -> Option<Translation> {
    let dialect = dialect(&block.language)?;
    let file = Source {
        path: PATH,
        text: &block.text,
    };
    let schema = schema();
    let given = Source {
        path: "schema.pg",
        text: &schema,
    };
    let tables = block.text.contains(" TABLE ");
    Some(translate(dialect, &[file], (!tables).then_some(given)))
}

/// What is expected below a block of statements.
fn shown(block: &Block, done: &Translation) -> String {
    let mut parts = Vec::new();
    if let Some(schema) = &done.schema {
        parts.push(format!("```pg\n{schema}```\n"));
    }
    let text = &done.files[0].text;
    if !text.is_empty() {
        // Lines count within the block; the name of the file says nothing here.
        parts.push(format!(
            "```gq\n{}```\n",
            text.replace(&format!("// {PATH}:"), "// line ")
        ));
    }
    if !done.diagnostics.is_empty() {
        let index = LineIndex::new(&block.text);
        let mut out = String::new();
        for one in &done.diagnostics {
            let place = index.position(&block.text, one.span.start);
            let note = match one.severity {
                Severity::Error => "",
                _ => " (translated)",
            };
            writeln!(
                out,
                "{}:{} {}{note} {}",
                place.line, place.column, one.rule.subcode, one.message
            )
            .expect("a string");
            if let Some(help) = &one.help {
                writeln!(out, "    {help}").expect("a string");
            }
        }
        parts.push(format!("```text\n{out}```\n"));
    }
    parts.join("\n")
}

/// The page with every expectation replaced by what holds.
fn evaluated(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let blocks = blocks(text);
    let mut out = String::new();
    let mut next = 0;
    for (at, block) in blocks.iter().enumerate() {
        let Some(done) = run(block) else {
            continue;
        };
        for line in &lines[next..=block.lines.1] {
            out += &format!("{line}\n");
        }
        // Blocks right below it are its expectation.
        let mut end = block.lines.1 + 1;
        for below in &blocks[at + 1..] {
            let between = &lines[end..below.lines.0];
            if dialect(&below.language).is_some() || between.iter().any(|line| !line.is_empty()) {
                break;
            }
            end = below.lines.1 + 1;
        }
        let shown = shown(block, &done);
        if !shown.is_empty() {
            out += &format!("\n{shown}");
        }
        next = end;
    }
    for line in &lines[next..] {
        out += &format!("{line}\n");
    }
    out
}

#[test]
fn cases_hold() {
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut wrong = String::new();
    for path in pages() {
        let text = fs::read_to_string(&path).expect("a page is text");
        let now = evaluated(&text);
        if now == text {
            continue;
        }
        if update {
            fs::write(&path, now).expect("the page can be written");
            continue;
        }
        let name = path.file_name().expect("a file").to_string_lossy().into_owned();
        let other = text
            .lines()
            .zip(now.lines())
            .enumerate()
            .find(|(_, (was, is))| was != is);
        match other {
            Some((number, (was, is))) => {
                wrong += &format!("{name}:{}\n  expected {was}\n  found    {is}\n", number + 1);
            }
            None => wrong += &format!("{name}: other lines at the end\n"),
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// What is written is a query that the compiler accepts against the schema, and a statement without a translation says why.
#[test]
fn every_translation_is_a_query() {
    let mut seen = 0;
    for path in pages() {
        let text = fs::read_to_string(&path).expect("a page is text");
        for block in blocks(&text) {
            let Some(done) = run(&block) else {
                continue;
            };
            let schema = done.schema.clone().unwrap_or_else(schema);
            let found = check_project(&schema, &[("a.gq", &done.files[0].text)]);
            let errors: Vec<String> = found
                .iter()
                .filter(|one| one.severity == Severity::Error)
                .map(|one| format!("{} {}", one.rule.subcode, one.message))
                .collect();
            assert!(errors.is_empty(), "{}: {errors:?}", path.display());
            let errors = done.diagnostics.iter().filter(|one| one.severity == Severity::Error);
            assert!(
                errors.count() >= done.statements() - done.translated(),
                "{}",
                path.display()
            );
            seen += done.translated();
        }
    }
    assert!(seen > 200, "{seen} translations");
}

/// How much of each area is translated.
#[test]
fn the_areas_are_covered() {
    let mut table = String::from("area          statements  translated\n");
    let (mut all, mut translated) = (0, 0);
    for path in pages() {
        let name = path.file_stem().expect("a file").to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).expect("a page is text");
        let (mut statements, mut done) = (0, 0);
        for block in blocks(&text) {
            if let Some(outcome) = run(&block) {
                statements += outcome.statements();
                done += outcome.translated();
            }
        }
        let percent = 100 * done / statements.max(1);
        writeln!(table, "{name:<14}{statements:>10}{done:>12} ({percent} %)").expect("a string");
        if MANY.contains(&name.as_str()) {
            assert!(statements >= LEAST, "{name} has {statements} statements");
            assert!(
                2 * done >= statements,
                "{name}: only {done} of {statements} are translated"
            );
        }
        all += statements;
        translated += done;
    }
    writeln!(table, "{:<14}{all:>10}{translated:>12}", "together").expect("a string");
    println!("{table}");
}
