//! The documentation, run. Every schema and query on a page is compiled, every command is executed, its output compared
//! with what the page shows, and every link followed. `UPDATE_EXPECT=1` writes what commands print into the pages.
//!
//! Code blocks are told apart by the words behind their fence:
//!
//! - `pg [FILE.pg] [CODE …]` a schema. Without codes it must be accepted, and queries after it are checked against it; with
//!   codes it must give these and no other error.
//! - `gq [FILE.gq] [lab] [CODE …]` queries, checked against the schema before them, or the rules' Lab schema.
//! - `console` commands behind `$ `, each followed by what it prints (stdout, then stderr). A command that ends with
//!   another code than 0 must be followed by `$ echo $?`.
//! - any other language followed by a file name: a file.
//!
//! Blocks with a file name are written into a folder of the page's own, where its commands run in order.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use omnigraph_compiler::rules::LAB_SCHEMA;
use omnigraph_tests::binary;
use regex::Regex;
use tempfile::TempDir;

macro_rules! pages {
    ($($test:ident $path:literal)*) => {
        const PAGES: &[&str] = &[$($path),*];
        $(#[test] fn $test() { run($path) })*
    };
}

pages! {
    architecture "ARCHITECTURE.md"
    readme "README.md"
    index "docs/README.md"
    cli "docs/cli.md"
    data_format "docs/data-format.md"
    editors "docs/editors.md"
    dependencies "docs/dependencies.md"
    embeddings "docs/embeddings.md"
    errors "docs/errors.md"
    from_cypher "docs/from-cypher.md"
    gallery "docs/gallery.md"
    functions "docs/functions.md"
    guide "docs/guide.md"
    lint "docs/lint.md"
    migrations "docs/migrations.md"
    language_server "docs/language-server.md"
    query_language "docs/query-language.md"
    questions "docs/questions.md"
    rules "docs/rules.md"
    schema_language "docs/schema-language.md"
    storage "docs/storage.md"
    style "docs/style.md"
    load_errors "tests/pages/load-errors.md"
    types "tests/pages/types.md"
}

#[test]
fn every_page_is_run() {
    let mut found: BTreeSet<String> = ["ARCHITECTURE.md".into(), "README.md".into()].into();
    for folder in ["docs", "tests/pages"] {
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            if name.ends_with(".md") {
                found.insert(format!("{folder}/{name}"));
            }
        }
    }
    assert_eq!(found, PAGES.iter().map(|page| page.to_string()).collect());
}

#[test]
fn links_lead_somewhere() {
    let link = Regex::new(r"\]\(([^)\s]+)\)").unwrap();
    let mut broken = String::new();
    for page in PAGES {
        let path = root().join(page);
        for (number, line) in prose(&fs::read_to_string(&path).unwrap()) {
            for found in link.captures_iter(line) {
                let target = &found[1];
                if target.contains("://") {
                    continue;
                }
                let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
                let file = if file.is_empty() {
                    path.clone()
                } else {
                    path.parent().unwrap().join(file)
                };
                let known = file.exists()
                    && (anchor.is_empty() || anchors(&fs::read_to_string(&file).unwrap_or_default()).contains(anchor));
                if !known {
                    writeln!(broken, "{page}:{number}: {target}").unwrap();
                }
            }
        }
    }
    assert!(broken.is_empty(), "links that lead nowhere:\n{broken}");
}

/// Lines outside of code blocks, numbered from 1.
fn prose(text: &str) -> Vec<(usize, &str)> {
    let mut inside = false;
    let mut lines = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line.starts_with("```") {
            inside = !inside;
        } else if !inside {
            lines.push((index + 1, line));
        }
    }
    lines
}

/// The anchors that a renderer gives to headings.
fn anchors(text: &str) -> BTreeSet<String> {
    let heading = |line: &str| {
        let words = line.trim_start_matches('#').trim().to_lowercase();
        let kept = words
            .chars()
            .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    };
    prose(text)
        .into_iter()
        .filter(|(_, line)| line.starts_with('#'))
        .map(|(_, line)| heading(line))
        .collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

// ---- a page ----------------------------------------------------------------

struct Block<'a> {
    /// The words behind the fence.
    info: Vec<&'a str>,
    /// Index of its first line in the page.
    start: usize,
    lines: Vec<&'a str>,
}

impl Block<'_> {
    fn language(&self) -> &str {
        self.info.first().copied().unwrap_or("")
    }

    fn file(&self) -> Option<&str> {
        self.info
            .iter()
            .skip(1)
            .copied()
            .find(|word| word.contains('.') && !is_code(word))
    }

    fn codes(&self) -> BTreeSet<String> {
        self.info
            .iter()
            .skip(1)
            .filter(|word| is_code(word))
            .map(|word| word.to_string())
            .collect()
    }

    fn text(&self) -> String {
        self.lines.iter().map(|line| format!("{line}\n")).collect()
    }
}

/// `S065`, `T6.2`
fn is_code(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_uppercase())
        && word.len() > 1
        && word[1..].chars().all(|c| c.is_ascii_digit() || c == '.')
}

fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (index, line) in text.lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(info)) => {
                open = Some(Block {
                    info: info.split_whitespace().collect(),
                    start: index + 1,
                    lines: Vec::new(),
                })
            }
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(block), None) => block.lines.push(line),
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a code block is not closed");
    blocks
}

fn run(page: &str) {
    let path = root().join(page);
    let text = fs::read_to_string(&path).unwrap();
    let workspace = Workspace::new();
    let mut schema: Option<String> = None;
    let mut faults = String::new();
    // Expected outputs to replace: first line, number of lines, new lines.
    let mut updates: Vec<(usize, usize, Vec<String>)> = Vec::new();
    for block in blocks(&text) {
        if let Some(file) = block.file() {
            fs::write(workspace.folder.path().join(file), block.text()).unwrap();
        }
        let place = format!("{page}:{}", block.start);
        match block.language() {
            "pg" => {
                compare_codes(&mut faults, &place, &block, workspace.lint(&block.text(), None));
                if block.codes().is_empty() {
                    schema = Some(block.text());
                }
            }
            "gq" => {
                let against = match (&schema, block.info.contains(&"lab")) {
                    (_, true) => LAB_SCHEMA,
                    (Some(schema), false) => schema,
                    (None, false) => panic!("{place}: no schema before this query"),
                };
                compare_codes(
                    &mut faults,
                    &place,
                    &block,
                    workspace.lint(against, Some(&block.text())),
                );
            }
            "console" => {
                let steps = steps(&block);
                for (index, step) in steps.iter().enumerate() {
                    let (output, status) = workspace.shell(&step.command);
                    let place = format!("{page}:{}", step.line + 1);
                    let says_status = steps.get(index + 1).is_some_and(|next| next.command == "echo $?");
                    if status != 0 && !says_status {
                        writeln!(
                            faults,
                            "{place}: `{}` ended with {status}:\n{}\n",
                            step.command,
                            output.join("\n")
                        )
                        .unwrap();
                    } else if !matches(&step.expected, &output) {
                        writeln!(
                            faults,
                            "{place}: `{}` printed\n{}\ninstead of\n{}\n",
                            step.command,
                            output.join("\n"),
                            step.expected.join("\n")
                        )
                        .unwrap();
                        updates.push((
                            step.output,
                            step.expected.len(),
                            output.iter().map(|line| stable(line)).collect(),
                        ));
                    }
                }
            }
            _ => {}
        }
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() && !updates.is_empty() {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        for (start, count, new) in updates.into_iter().rev() {
            lines.splice(start..start + count, new);
        }
        fs::write(&path, lines.join("\n") + "\n").unwrap();
    }
    assert!(faults.is_empty(), "\n{faults}");
}

/// Demands the block's codes, and no error beside them. Advice that a block does not name is not a fault of it.
fn compare_codes(faults: &mut String, place: &str, block: &Block, found: Vec<Finding>) {
    let wanted = block.codes();
    // A block may name the code or the sub-code.
    let name = |finding: &Finding| match wanted.contains(&finding.code) {
        true => finding.code.clone(),
        false => finding.subcode.clone(),
    };
    let counts = |finding: &&Finding| finding.severity == "error" || wanted.contains(&name(finding));
    let got: BTreeSet<String> = found.iter().filter(counts).map(name).collect();
    if got != wanted {
        let messages: Vec<&str> = found.iter().map(|finding| finding.message.as_str()).collect();
        writeln!(
            faults,
            "{place}: found {got:?} instead of {wanted:?}: {}\n",
            messages.join("; ")
        )
        .unwrap();
    }
}

// ---- running ---------------------------------------------------------------

struct Finding {
    code: String,
    subcode: String,
    severity: String,
    message: String,
}

struct Workspace {
    folder: TempDir,
    status: std::cell::Cell<i32>,
}

impl Workspace {
    /// With the examples at hand.
    fn new() -> Workspace {
        let folder = TempDir::new().unwrap();
        for example in fs::read_dir(root().join("examples")).unwrap() {
            let example = example.unwrap().path();
            if example.is_dir() {
                let copy = folder.path().join("examples").join(example.file_name().unwrap());
                fs::create_dir_all(&copy).unwrap();
                for file in fs::read_dir(&example).unwrap() {
                    let file = file.unwrap();
                    fs::copy(file.path(), copy.join(file.file_name())).unwrap();
                }
            }
        }
        Workspace {
            folder,
            status: 0.into(),
        }
    }

    /// What `lint` finds in a schema, or in a query file against one.
    fn lint(&self, schema: &str, query: Option<&str>) -> Vec<Finding> {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("schema.pg"), schema).unwrap();
        let mut command = binary::command(folder.path());
        command.args(["lint", "--format", "json"]);
        match query {
            Some(query) => {
                fs::write(folder.path().join("query.gq"), query).unwrap();
                command.args(["query.gq", "--schema", "schema.pg"])
            }
            None => command.arg("schema.pg"),
        };
        let output = command.output().unwrap();
        let document: serde_json::Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        let finding = |value: &serde_json::Value| Finding {
            code: text(&value["code"]),
            subcode: text(value.get("subcode").unwrap_or(&value["code"])),
            severity: text(&value["severity"]),
            message: text(&value["message"]),
        };
        document["diagnostics"]
            .as_array()
            .unwrap()
            .iter()
            .map(finding)
            .collect()
    }

    /// What a command prints, stdout first, and the code it ends with.
    fn shell(&self, command: &str) -> (Vec<String>, i32) {
        if command == "echo $?" {
            return (vec![self.status.get().to_string()], 0);
        }
        let mut path = OsString::from(binary::path().parent().unwrap());
        path.push(":");
        path.push(std::env::var_os("PATH").unwrap_or_default());
        let output = Command::new("sh")
            .args(["-c", command])
            .current_dir(self.folder.path())
            .env("PATH", path)
            .env("TERM", "dumb")
            .env("COLUMNS", "100")
            .env_remove("CLICOLOR_FORCE")
            .env_remove("OMNIGRAPH_ACTOR")
            .env_remove("OMNIGRAPH_EMBEDDING_PROVIDER")
            .env_remove("OMNIGRAPH_EMBEDDING_MODEL")
            .output()
            .unwrap();
        let printed = [output.stdout, output.stderr].concat();
        let lines = String::from_utf8_lossy(&printed)
            .lines()
            .map(|line| line.trim_end().to_owned())
            .collect();
        let status = output.status.code().unwrap_or(-1);
        self.status.set(status);
        (lines, status)
    }
}

struct Step<'a> {
    command: String,
    /// Index of the command's first line in the page, and of its output.
    line: usize,
    output: usize,
    expected: Vec<&'a str>,
}

fn steps<'a>(block: &Block<'a>) -> Vec<Step<'a>> {
    let mut steps: Vec<Step> = Vec::new();
    let mut continued = false;
    for (offset, line) in block.lines.iter().enumerate() {
        let line_number = block.start + offset;
        if continued {
            let step = steps.last_mut().unwrap();
            let rest = line.strip_prefix("> ").unwrap_or(line);
            step.command.push_str(rest.trim_end_matches('\\'));
            step.output = line_number + 1;
            continued = line.ends_with('\\');
        } else if let Some(command) = line.strip_prefix("$ ") {
            continued = command.ends_with('\\');
            let command = command.trim_end_matches('\\').to_owned();
            steps.push(Step {
                command,
                line: line_number,
                output: line_number + 1,
                expected: Vec::new(),
            });
        } else {
            let step = steps.last_mut().expect("a console block begins with a command");
            step.expected.push(line);
        }
    }
    steps
}

// ---- comparing -------------------------------------------------------------

/// Whether the lines are as expected; `…` stands for any lines, `[..]` for any text.
fn matches(expected: &[&str], output: &[String]) -> bool {
    match (expected.split_first(), output.split_first()) {
        (None, None) => true,
        (Some((&"…", rest)), None) => matches(rest, output),
        (Some((&"…", rest)), Some((_, others))) => matches(rest, output) || matches(expected, others),
        (Some((first, rest)), Some((line, others))) => matches_line(first, line) && matches(rest, others),
        _ => false,
    }
}

fn matches_line(expected: &str, line: &str) -> bool {
    let mut parts = expected.split("[..]").collect::<Vec<_>>().into_iter();
    let Some(mut rest) = line.strip_prefix(parts.next().unwrap_or("")) else {
        return false;
    };
    let Some(last) = parts.next_back() else {
        return rest.is_empty();
    };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

/// The line with what differs from run to run left open.
fn stable(line: &str) -> String {
    let patterns: BTreeMap<&str, &str> = [
        (r"\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b", "[..]"),
        (r#""elapsed_ms":[0-9.e-]+"#, r#""elapsed_ms":[..]"#),
        (r#""time":[0-9]{10,}"#, r#""time":[..]"#),
    ]
    .into();
    patterns.into_iter().fold(line.to_owned(), |line, (pattern, open)| {
        Regex::new(pattern).unwrap().replace_all(&line, open).into_owned()
    })
}

#[test]
fn wildcards_stand_for_lines_and_text() {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    assert!(matches(&["a", "…", "d"], &lines("a\nb\nc\nd")));
    assert!(matches(&["…"], &[]));
    assert!(!matches(&["a", "…", "d"], &lines("a\nb")));
    assert!(matches_line("commit [..] of [..]", "commit 01 of main"));
    assert!(!matches_line("commit [..] of [..]", "commit 01"));
    assert!(!matches_line("a", "ab"));
}
