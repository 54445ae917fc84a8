//! Runs the two examples of every rule: the first triggers the rule and no other error, the second does not trigger it
//! and has no error at all. So the pages made from the rules cannot lie.

use omnigraph_compiler::diagnostic::{Diagnostic, Severity, Sources, concise};
use omnigraph_compiler::project::{SchemaText, check_project, check_schema_text};
use omnigraph_compiler::rules::{Example, LAB_SCHEMA, RULES, Rule};
use omnigraph_compiler::schema::{Accepted, Allocate, Blocks, Counter, accept};

#[test]
fn examples_do_what_they_say() {
    let mut wrong = String::new();
    for rule in RULES {
        if let Some(found) = run(&rule.fails) {
            let others = found
                .iter()
                .filter(|d| d.severity == Severity::Error && d.rule != *rule);
            let fires = found.iter().any(|d| d.rule == *rule);
            if !fires || others.count() > 0 {
                wrong += &tell(rule, "fails", &found);
            }
        }
        if let Some(found) = run(&rule.passes)
            && found.iter().any(|d| d.rule == *rule || d.severity == Severity::Error)
        {
            wrong += &tell(rule, "passes", &found);
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn names_and_subcodes_are_unique() {
    for field in [|rule: &Rule| rule.name, |rule: &Rule| rule.subcode] {
        let mut all: Vec<&str> = RULES.iter().map(|rule| field(rule)).collect();
        all.sort_unstable();
        let repeated: Vec<_> = all.windows(2).filter(|pair| pair[0] == pair[1]).collect();
        assert!(repeated.is_empty(), "{repeated:?}");
    }
}

#[test]
fn texts_are_sentences() {
    for rule in RULES {
        for text in [rule.summary, rule.explanation] {
            assert!(text.ends_with('.'), "{}: {text}", rule.subcode);
        }
        assert!(
            rule.name
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
            "{}",
            rule.name
        );
    }
}

/// Safe fixes do what they promise: applied, they remove the finding and bring no error.
#[test]
fn safe_fixes_mend_their_examples() {
    let mut wrong = String::new();
    for rule in RULES {
        let Example::Schema(text) = rule.fails else {
            continue;
        };
        let found = schema(text);
        let fix = found
            .iter()
            .filter(|d| d.rule == *rule)
            .flat_map(|d| &d.fixes)
            .find(|fix| fix.safe);
        let Some(fix) = fix else {
            continue;
        };
        let mut edits: Vec<_> = fix.edits.iter().collect();
        edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
        let mut mended = text.to_owned();
        for edit in edits {
            mended.replace_range(edit.span.range(), &edit.text);
        }
        let after = schema(&mended);
        if after.iter().any(|d| d.rule == *rule || d.severity == Severity::Error) {
            wrong += &format!("{}\n{}", mended, tell(rule, &fix.title, &after));
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

fn tell(rule: &Rule, which: &str, found: &[Diagnostic]) -> String {
    let sources = Sources::default();
    let lines: Vec<String> = found
        .iter()
        .map(|d| format!("    {}\n", concise(d, &sources)))
        .collect();
    format!("{} {which}:\n{}", rule.subcode, lines.concat())
}

/// `None` for requests, which are decided elsewhere.
fn run(example: &Example) -> Option<Vec<Diagnostic>> {
    Some(match *example {
        Example::Schema(text) => schema(text),
        Example::Query(query) => check_project(LAB_SCHEMA, &[("example.gq", query)]),
        Example::Project { schema, query } => check_project(schema, &[("example.gq", query)]),
        Example::Change { accepted, desired } => change(accepted, desired),
        Example::Exhausted(text) => with_numbers(check_schema_text(text), None, &mut Blocks::new("", [])),
        Example::Request { .. } => return None,
    })
}

/// As the first schema of a graph.
fn schema(text: &str) -> Vec<Diagnostic> {
    with_numbers(check_schema_text(text), None, &mut Counter::default())
}

fn change(accepted: &str, desired: &str) -> Vec<Diagnostic> {
    let mut counter = Counter::default();
    let first = check_schema_text(accepted);
    let first = accept(&first.check, None, &mut counter)
        .expect("the accepted schema is fine")
        .0;
    with_numbers(check_schema_text(desired), Some(&first), &mut counter)
}

fn with_numbers(text: SchemaText, previous: Option<&Accepted>, allocate: &mut dyn Allocate) -> Vec<Diagnostic> {
    let mut findings = text.check.findings.clone();
    if findings.iter().all(|finding| finding.severity != Severity::Error) {
        findings.extend(match accept(&text.check, previous, allocate) {
            Ok((_, warnings)) => warnings,
            Err(errors) => errors,
        });
    }
    text.diagnostics("schema.pg", &findings)
}
