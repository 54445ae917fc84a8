//! Runs the two examples of every rule about translations: the first is told of by the rule, the second is translated without a word.

use omnigraph_compiler::diagnostic::Severity;
use omnigraph_compiler::rules::{Example, RULES};
use omnigraph_translate::{Dialect, Source, Translation, translate};

fn run(example: &Example) -> Option<Translation> {
    let Example::Foreign { language, schema, text } = *example else {
        return None;
    };
    let dialect = match language {
        "cypher" => Dialect::Cypher,
        "kuzu" => Dialect::Kuzu,
        other => panic!("no language is called {other}"),
    };
    let file = Source {
        path: "example.cypher",
        text,
    };
    let schema = schema.map(|text| Source {
        path: "schema.pg",
        text,
    });
    Some(translate(dialect, &[file], schema))
}

#[test]
fn examples_do_what_they_say() {
    let mut wrong = String::new();
    let mut seen = 0;
    for rule in RULES {
        let (Some(fails), Some(passes)) = (run(&rule.fails), run(&rule.passes)) else {
            assert!(!rule.code.starts_with('X'), "{} has no example", rule.code);
            continue;
        };
        seen += 1;
        let told: Vec<&str> = fails.diagnostics.iter().map(|one| one.rule.subcode).collect();
        if told != [rule.subcode] {
            wrong += &format!("{} fails: {told:?}\n", rule.subcode);
        }
        // A note stands beside a translation, an error in place of one.
        let whole = fails.translated() == fails.statements();
        if whole != (rule.severity != Severity::Error) {
            wrong += &format!(
                "{} translates {} of {}\n",
                rule.subcode,
                fails.translated(),
                fails.statements()
            );
        }
        let told: Vec<String> = passes.diagnostics.iter().map(|one| one.message.clone()).collect();
        if !told.is_empty() || passes.translated() != passes.statements() {
            wrong += &format!("{} passes: {told:?}\n", rule.subcode);
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    assert_eq!(seen, RULES.iter().filter(|rule| rule.code.starts_with('X')).count());
}

/// Each rule is shown by a case on a page, too.
#[test]
fn every_rule_has_a_case() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut all = String::new();
    for entry in std::fs::read_dir(folder).expect("the cases") {
        all += &std::fs::read_to_string(entry.expect("a page").path()).expect("a page is text");
    }
    let missing: Vec<&str> = RULES
        .iter()
        .map(|rule| rule.subcode)
        .filter(|code| code.starts_with('X') && !["X002", "X099"].contains(code))
        .filter(|code| !all.contains(&format!(" {code} ")))
        .collect();
    assert!(missing.is_empty(), "without a case: {missing:?}");
}
