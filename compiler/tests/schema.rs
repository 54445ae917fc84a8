//! Runs the pages in `tests/schema`: prose about the language with schemas and what is found in them. A page is a list
//! of cases; each has a `pg` block, perhaps a `pg accepted` block before it, and a `findings` block. A `pg create` block is
//! the schema of a new graph, and `pg exhausted` of one without numbers left. With `UPDATE_EXPECT=1` the findings are
//! written instead of compared.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

use omnigraph_compiler::diagnostic::{Diagnostic, Severity, Sources, concise};
use omnigraph_compiler::rules::RULES;
use omnigraph_compiler::schema::{SchemaSettings, accept};
use omnigraph_compiler::schema_text::{check_schema_text, check_schema_text_with};
use omnigraph_model::schema::{Blocks, Counter};
use omnigraph_model::temporal::parse_date;

/// A schema with the words behind `pg` that say how to check it.
struct Block {
    words: Vec<String>,
    text: String,
}

struct Case {
    page: String,
    /// The nearest heading above.
    heading: String,
    accepted: Option<String>,
    desired: Block,
    expected: String,
    /// Lines of the page that hold the expectation.
    lines: std::ops::Range<usize>,
}

#[test]
fn pages_hold() {
    let update = env::var_os("UPDATE_EXPECT").is_some();
    let mut wrong = String::new();
    for page in pages() {
        let cases = cases(&page);
        assert!(!cases.is_empty(), "{} has no case", page.display());
        let mut text: Vec<String> = read(&page).lines().map(str::to_owned).collect();
        for case in cases.iter().rev() {
            let found = show(&case.desired.text, &check(case));
            if found != case.expected {
                writeln!(
                    wrong,
                    "{}:{} {}\n{}expected:\n{}found:\n{found}",
                    case.page, case.lines.start, case.heading, case.desired.text, case.expected
                )
                .expect("writing into a string");
            }
            text.splice(case.lines.clone(), found.lines().map(str::to_owned));
        }
        let text = text.join("\n") + "\n";
        if update && text != read(&page) {
            fs::write(&page, text).expect("the page can be written");
        }
    }
    assert!(update || wrong.is_empty(), "\n{wrong}");
}

/// Every rule about schemas has a section with a case that it finds something in and one that is fine.
#[test]
fn every_rule_has_both_cases() {
    let mut rejected = BTreeSet::new();
    let mut accepted = BTreeSet::new();
    for case in pages().iter().flat_map(|page| cases(page)) {
        let Some(code) = case
            .heading
            .split([' ', ':'])
            .next()
            .filter(|code| code.starts_with('S'))
        else {
            continue;
        };
        let found = check(&case);
        if found.iter().any(|d| d.rule.subcode == code) {
            rejected.insert(code.to_owned());
        } else if found.iter().all(|d| d.severity != Severity::Error) {
            accepted.insert(code.to_owned());
        }
    }
    let codes = RULES.iter().map(|rule| rule.subcode);
    let missing: Vec<&str> = codes
        .filter(|code| code.starts_with('S'))
        .filter(|code| !rejected.contains(*code) || !accepted.contains(*code))
        .collect();
    assert!(
        missing.is_empty(),
        "without a rejected or an accepted case: {missing:?}"
    );
}

fn pages() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schema");
    let entries = fs::read_dir(folder).expect("the pages are there");
    let mut pages: Vec<PathBuf> = entries.map(|entry| entry.expect("a page").path()).collect();
    pages.sort();
    pages
}

fn read(page: &Path) -> String {
    fs::read_to_string(page).expect("a page is text")
}

fn cases(page: &Path) -> Vec<Case> {
    let text = read(page);
    let lines: Vec<&str> = text.lines().collect();
    let name = page.file_name().expect("a file").to_string_lossy().into_owned();
    let (mut cases, mut heading, mut accepted, mut desired) = (Vec::new(), String::new(), None, None);
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        at += 1;
        if let Some(title) = line.strip_prefix('#') {
            heading = title.trim_start_matches('#').trim().to_owned();
        }
        let Some(info) = line.strip_prefix("```") else {
            continue;
        };
        let start = at;
        while lines.get(at).is_some_and(|line| *line != "```") {
            at += 1;
        }
        let body: String = lines[start..at].iter().map(|line| format!("{line}\n")).collect();
        let lines = start..at;
        at += 1;
        let words: Vec<String> = info.split_whitespace().map(str::to_owned).collect();
        match words.first().map(String::as_str) {
            Some("pg") if words.iter().any(|word| word == "accepted") => accepted = Some(body),
            Some("pg") => desired = Some(Block { words, text: body }),
            Some("findings") => cases.push(Case {
                page: name.clone(),
                heading: heading.clone(),
                accepted: accepted.take(),
                desired: desired.take().unwrap_or_else(|| panic!("{name}:{start} has no schema")),
                expected: body,
                lines,
            }),
            _ => panic!("{name}:{start} is none of the blocks that a page has"),
        }
    }
    cases
}

fn check(case: &Case) -> Vec<Diagnostic> {
    let mut settings = SchemaSettings::default();
    for word in &case.desired.words {
        if let Some(name) = word.strip_prefix("known=") {
            settings.known_annotations.insert(name.to_owned());
        }
        if let Some(day) = word.strip_prefix("today=") {
            settings.today = parse_date(day);
        }
    }
    let says = |what: &str| case.desired.words.iter().any(|word| word == what);
    let (create, exhausted) = (says("create"), says("exhausted"));
    let mut text = check_schema_text_with(&case.desired.text, &settings);
    if let Some(accepted) = &case.accepted {
        text.tolerate(accepted);
    }
    let mut findings = text.check.findings.clone();
    let fine = findings.iter().all(|finding| finding.severity != Severity::Error);
    if fine && exhausted {
        findings.extend(accept(&text.check, None, &mut Blocks::new("", [])).expect_err("no number is left"));
    } else if fine && (create || case.accepted.is_some()) {
        let mut counter = Counter::default();
        let previous = case.accepted.as_ref().map(|text| {
            let check = check_schema_text(text).check;
            accept(&check, None, &mut counter)
                .expect("the accepted schema is fine")
                .0
        });
        findings.extend(previous.iter().flat_map(|accepted| text.checks_on(accepted)));
        findings.extend(match accept(&text.check, previous.as_ref(), &mut counter) {
            Ok((_, warnings)) => warnings,
            Err(errors) => errors,
        });
    }
    let diagnostics = text.diagnostics("", &findings);
    // One mistake, one finding.
    let said: BTreeSet<_> = diagnostics.iter().map(|d| (d.span.start, &d.message)).collect();
    assert_eq!(said.len(), diagnostics.len(), "{}: {diagnostics:?}", case.heading);
    diagnostics
}

/// `accepted`, or a line a finding: its place, its code, its message, and below it the edits that are offered.
fn show(text: &str, found: &[Diagnostic]) -> String {
    if found.is_empty() {
        return "accepted\n".to_owned();
    }
    let sources = Sources::new([("", text)]);
    let mut shown = String::new();
    for diagnostic in found {
        writeln!(shown, "{}", concise(diagnostic, &sources).trim_start_matches(':')).expect("writing into a string");
        for fix in &diagnostic.fixes {
            let safety = if fix.safe { "fix" } else { "maybe" };
            writeln!(shown, "    {safety}: {}", fix.title).expect("writing into a string");
        }
    }
    shown
}
