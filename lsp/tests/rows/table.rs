//! The table of all rows: which there have to be, and what stands for each of their aspects.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use omnigraph_compiler::rules::{self, Example, RULES, Rule};
use omnigraph_model::vocabulary::FUNCTIONS;
use omnigraph_model::vocabulary::functions::SCALAR_FUNCTIONS;

use crate::page::{ASPECTS, Row, Stated};

/// How many rows the chapters of forms have, from the first one on.
const FORMS: [usize; 11] = [24, 7, 3, 13, 13, 9, 7, 6, 12, 6, 5];
/// Decisions where two readings fit, and meanings of forms.
const DECISIONS: usize = 30;
const MEANINGS: usize = 28;
/// What is said of types and arithmetic.
const TYPES: usize = 8;
/// The types between which values are cast.
const CAST: [&str; 6] = ["text", "bool", "integer", "float", "date", "datetime"];

/// From this number on, the codes of a family came with the forms of these rows.
const CODES: [(char, u32); 4] = [('Q', 15), ('T', 42), ('P', 12), ('R', 1)];
/// Lints of them; their numbers are by subject.
const LINTS: [&str; 17] = [
    "L313", "L314", "L422", "L423", "L424", "L425", "L426", "L427", "L428", "L429", "L509", "L510", "L511", "L611",
    "L612", "L613", "L615",
];

/// What a finding has none of.
const NO_LAYOUT: &str = "a finding is no text";

type Cells = BTreeMap<&'static str, Vec<Stated>>;

struct Line {
    id: String,
    title: String,
    cells: Cells,
}

/// The table's text, and what is wrong with the rows.
pub(crate) fn made<'p>(root: &Path, rows: impl Iterator<Item = &'p Row>) -> (String, Vec<String>) {
    let rows: Vec<&Row> = rows.collect();
    let mut problems = Vec::new();
    let mut lines: Vec<Line> = rows.iter().map(|row| of_page(row)).collect();
    lines.extend(
        SCALAR_FUNCTIONS
            .iter()
            .map(|function| of_function(function.name, function.meaning)),
    );
    lines.extend(
        RULES
            .iter()
            .filter(|rule| is_wanted(rule))
            .map(|rule| of_rule(root, rule)),
    );

    let mut seen = BTreeSet::new();
    for line in &lines {
        if !seen.insert(line.id.clone()) {
            problems.push(format!("{} stands twice", line.id));
        }
    }
    let wanted = wanted();
    problems.extend(wanted.difference(&seen).map(|id| format!("{id} is missing")));
    problems.extend(seen.difference(&wanted).map(|id| format!("{id} is no row")));

    let mut text = String::from(
        "# Rows and their tests\n\nMade from the pages of this folder, from the table of functions and from that of codes: \
         `UPDATE_EXPECT=1 cargo test -p omnigraph-lsp --test rows`.\nWhat stands for itself names the page whose row is run.\n\n\
         | row | of | accepted | rejected | answer | format | completion |\n|---|---|---|---|---|---|---|\n",
    );
    let titles: BTreeMap<&str, &Line> = lines.iter().map(|line| (line.id.as_str(), line)).collect();
    for line in &lines {
        _ = write!(text, "| {} | {} |", line.id, escaped(&line.title));
        for aspect in ASPECTS {
            let cell = line.cells.get(aspect).map(Vec::as_slice).unwrap_or_default();
            if cell.is_empty() {
                problems.push(format!("{} has no {aspect}", line.id));
            }
            let shown: Vec<String> = cell
                .iter()
                .map(|stated| match stated {
                    Stated::Test { file, name } => {
                        if !is_named(root, file, name) {
                            problems.push(format!("{}: there is no `{name}` in {file}", line.id));
                        }
                        let file = file.rsplit('/').next().unwrap_or(file);
                        match name.is_empty() {
                            true => file.to_owned(),
                            false => format!("{file}: {}", escaped(name)),
                        }
                    }
                    Stated::As(other) => {
                        let known = titles.get(other.as_str()).and_then(|other| other.cells.get(aspect));
                        let known = known.is_some_and(|cell| cell.iter().any(|s| matches!(s, Stated::Test { .. })));
                        if !known {
                            problems.push(format!("{}: {other} has no {aspect} of its own", line.id));
                        }
                        format!("as {other}")
                    }
                    Stated::None(reason) => format!("— {}", escaped(reason)),
                })
                .collect();
            _ = write!(text, " {} |", shown.join("; "));
        }
        text.push('\n');
    }
    (text, problems)
}

fn escaped(text: &str) -> String {
    text.replace('|', "\\|")
}

fn wanted() -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for (chapter, rows) in FORMS.iter().enumerate() {
        ids.extend((1..=*rows).map(|row| format!("E{}.{row}", chapter + 1)));
    }
    ids.extend((1..=DECISIONS).map(|row| format!("A-{row}")));
    ids.extend((1..=MEANINGS).map(|row| format!("S{row}")));
    ids.extend((1..=TYPES).map(|row| format!("Y{row}")));
    for from in CAST {
        ids.extend(CAST.iter().map(|to| format!("C-{from}-{to}")));
    }
    ids.extend(["C-null", "C-list", "C-vector"].map(str::to_owned));
    let functions = FUNCTIONS.iter().map(|function| function.name);
    let scalar = SCALAR_FUNCTIONS.iter().map(|function| function.name);
    ids.extend(functions.chain(scalar).map(|name| format!("F-{name}")));
    ids.extend(
        RULES
            .iter()
            .filter(|rule| is_wanted(rule))
            .map(|rule| rule.subcode.to_owned()),
    );
    ids
}

fn is_wanted(rule: &Rule) -> bool {
    let family = rule.subcode.chars().next().unwrap_or_default();
    let digits = rule.subcode[1..].split('.').next().unwrap_or_default();
    let number: u32 = digits.parse().unwrap_or_default();
    match family {
        'L' => LINTS.contains(&rule.code),
        _ => CODES.iter().any(|&(known, least)| known == family && number >= least),
    }
}

fn of_page(row: &Row) -> Line {
    let mut cells = row.stated.clone();
    for aspect in ASPECTS {
        if row.shows(aspect) {
            let (file, name) = (format!("tests/rows/{}", row.page), String::new());
            cells.entry(aspect).or_default().insert(0, Stated::Test { file, name });
        }
    }
    Line {
        id: row.id.clone(),
        title: row.title.clone(),
        cells,
    }
}

fn test(file: &str, name: &str) -> Stated {
    let (file, name) = (file.to_owned(), name.to_owned());
    Stated::Test { file, name }
}

/// The table of functions has a call and its answer for each; tests go through all of them.
fn of_function(name: &str, meaning: &str) -> Line {
    let cells = [
        (
            "accepted",
            vec![test("compiler/tests/functions.rs", "examples_are_accepted")],
        ),
        (
            "rejected",
            vec![test("compiler/tests/functions.rs", "other_arguments_are_refused")],
        ),
        (
            "answer",
            vec![
                test("tests/tests/it/cli/functions.rs", "examples_give_what_the_table_says"),
                test("tests/src/reference/tests.rs", "functions_give_what_their_examples_say"),
            ],
        ),
        (
            "format",
            vec![test("compiler/tests/functions.rs", "examples_are_in_style")],
        ),
        (
            "completion",
            vec![test(
                "lsp/tests/rows.rs",
                "every_function_is_offered_and_its_arguments_are_shown",
            )],
        ),
    ];
    Line {
        id: format!("F-{name}"),
        title: meaning.to_owned(),
        cells: cells.into_iter().collect(),
    }
}

/// The rule has an example that breaks it and one that does not. Pages show it with its place.
fn of_rule(root: &Path, rule: &Rule) -> Line {
    let examples = match rule.fails {
        Example::Running { .. } => test(
            "tests/tests/it/running.rs",
            "examples_of_rules_about_running_do_what_they_say",
        ),
        Example::Request { .. } => test("compiler/tests/query_cases.rs", "examples_of_requests_do_what_they_say"),
        _ => test("compiler/tests/rules.rs", "examples_do_what_they_say"),
    };
    let places = [
        "compiler/tests/query",
        "compiler/tests/lint",
        "tests/rows",
        "tests/semantics",
        "tests/language-server",
    ];
    let mut rejected: Vec<Stated> = places
        .iter()
        .flat_map(|place| pages_with(root, place, rule.subcode))
        .collect();
    let family = rule.subcode.chars().next();
    // What requests and rows bring about, and lints that are off, the examples alone may show.
    let is_off = rules::LINTS.iter().any(|lint| lint.rule.code == rule.code && !lint.on);
    if rejected.is_empty() && (is_off || matches!(family, Some('R' | 'P'))) {
        rejected.push(examples.clone());
    }
    let answer = match family {
        Some('R' | 'P') => {
            let pages = pages_with(root, "tests/semantics", rule.subcode);
            if pages.is_empty() {
                vec![examples.clone()]
            } else {
                pages
            }
        }
        Some('L') => vec![Stated::None("a lint changes no answer".to_owned())],
        _ => vec![Stated::None("what is refused has none".to_owned())],
    };
    let no = |why: &str| vec![Stated::None(why.to_owned())];
    let cells = [
        ("accepted", vec![examples]),
        ("rejected", rejected),
        ("answer", answer),
        ("format", no(NO_LAYOUT)),
        ("completion", no(NO_LAYOUT)),
    ];
    Line {
        id: rule.subcode.to_owned(),
        title: rule.summary.to_owned(),
        cells: cells.into_iter().collect(),
    }
}

/// The pages of a folder that show a code.
fn pages_with(root: &Path, folder: &str, code: &str) -> Vec<Stated> {
    let Ok(entries) = fs::read_dir(root.join(folder)) else {
        return Vec::new();
    };
    let mut files: Vec<String> = entries
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".md") && name != "table.md" && name != "README.md")
        .collect();
    files.sort();
    files.retain(|name| {
        let text = fs::read_to_string(root.join(folder).join(name)).expect("a page");
        let whole = |line: &str| line.split([' ', ':', '[', ']']).any(|word| word == code);
        text.lines().filter(|line| !line.starts_with('#')).any(whole)
    });
    files.iter().map(|name| test(&format!("{folder}/{name}"), "")).collect()
}

/// Whether there is such a heading of a page, test of a Rust file, or query of a corpus; without a name, such a file.
fn is_named(root: &Path, file: &str, name: &str) -> bool {
    let path = match file.contains('/') {
        true => root.join(file),
        false => root.join("tests/semantics").join(file),
    };
    let Ok(text) = fs::read_to_string(&path) else {
        return false;
    };
    if name.is_empty() {
        return true;
    }
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("md") => text
            .lines()
            .any(|line| line.starts_with('#') && line.trim_start_matches('#').trim() == name),
        Some("gq") => text.lines().any(|line| line.starts_with(&format!("query {name}("))),
        Some("rs") => {
            // The attribute stands above its function, among others.
            let mut is_test = false;
            text.lines().any(|line| {
                is_test |= line.trim() == "#[test]" || line.trim().starts_with("#[tokio::test");
                let function = line.contains("fn ");
                let found = is_test && line.contains(&format!("fn {name}("));
                is_test &= !function;
                found
            })
        }
        _ => false,
    }
}
