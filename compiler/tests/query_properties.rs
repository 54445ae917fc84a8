//! What holds of any query text: checking never panics, what is accepted has a valid plan, and the order of clauses
//! decides neither acceptance nor what a query returns and touches.

#[path = "query/support.rs"]
mod support;

use std::sync::{Arc, LazyLock};

use omnigraph_compiler::query::{check, pattern};
use omnigraph_model::catalog::Catalog;
use omnigraph_model::ir::{Plan, optimize, validate};
use proptest::prelude::*;

const LAB: &str = include_str!("query/lab.gq");

/// Every query of the laboratory and of the written cases.
static QUERIES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/query");
    let mut texts: Vec<String> = LAB.split("\n\n").map(str::to_owned).collect();
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        texts.extend(
            text.split("```gq\n")
                .skip(1)
                .filter_map(|rest| rest.split("\n```").next())
                .map(str::to_owned),
        );
    }
    texts.sort();
    texts
});

static CATALOG: LazyLock<Arc<Catalog>> = LazyLock::new(support::lab);

/// Words that a query is made of, and some that it is not.
const WORDS: &[&str] = &[
    "$p",
    "$d",
    "$e",
    "$_",
    "$x",
    "Person",
    "Doc",
    "follows",
    "wrote",
    "cites",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    ":",
    ",",
    ".",
    "<",
    ">",
    "=",
    "!=",
    "<=",
    "contains",
    "starts_with",
    "not",
    "{1,3}",
    "{0,}",
    "1",
    "2.5",
    "\"x\"",
    "true",
    "date(\"2026-02-30\")",
    "datetime(\"2026-01-01\")",
    "now()",
    "count",
    "sum",
    "nearest",
    "bm25",
    "rrf",
    "search",
    "order",
    "limit 3",
    "return",
    "match",
    "as n",
    "desc",
    "insert",
    "update",
    "delete",
    "set",
    "where",
    "from",
    "to",
    "age",
    "tags",
    "vec",
    "scan",
    "handle",
    "id",
    "é",
    "//",
    "/*",
    "$p.age",
    "$d.vec",
    "$e.weight",
    "upsert ",
    "update $p set { age: $p.age } ",
    "delete $e ",
    "insert Doc as $d { slug: $p.name, title: \"t\" } ",
    "returning ",
    "else set ",
];

/// A text with some of its words replaced, dropped or doubled.
fn mutated() -> impl Strategy<Value = String> {
    let edits = prop::collection::vec((any::<prop::sample::Index>(), 0..4u8, 0..WORDS.len()), 1..6);
    (any::<prop::sample::Index>(), edits).prop_map(|(which, edits)| {
        let text = &QUERIES[which.index(QUERIES.len())];
        let mut words: Vec<&str> = text.split_inclusive([' ', '.', '(', ')', ',', ':']).collect();
        for (place, kind, word) in edits {
            let place = place.index(words.len().max(1));
            match kind {
                _ if words.is_empty() => words.push(WORDS[word]),
                0 => words[place] = WORDS[word],
                1 => words.insert(place, WORDS[word]),
                2 => drop(words.remove(place)),
                _ => words.insert(place, words[place]),
            }
        }
        words.join("")
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_panics_and_plans_are_valid(text in mutated()) {
        let file = support::check_file(&text, &CATALOG);
        for (query, checked) in &file.queries {
            let wrong = checked.findings.iter().any(|f| f.severity == omnigraph_compiler::diagnostic::Severity::Error);
            prop_assert!(!(wrong && checked.plan.is_some()), "{text}");
            prop_assert!(wrong || checked.plan.is_some() || !file.findings.is_empty(), "neither plan nor finding: {text}");
            if let Some(Plan::Read(plan)) = &checked.plan {
                prop_assert_eq!(validate::validate(plan), Ok(()));
                let pattern = pattern(query, &file.names).expect("what has a plan has a pattern");
                prop_assert_eq!(&optimize::run(omnigraph_model::ir::lower::lower(pattern)), plan);
            }
            if let Some(Plan::Mutation(plan)) = &checked.plan {
                prop_assert_eq!(validate::validate_mutation(plan), Ok(()), "{}", text);
            }
            prop_assert_eq!(checked.plan.is_some(), checked.descriptor.is_some());
        }
    }

    #[test]
    fn order_of_clauses_does_not_matter(which in any::<prop::sample::Index>(), seed in any::<u64>()) {
        let text = &QUERIES[which.index(QUERIES.len())];
        let file = support::check_file(text, &CATALOG);
        for (query, checked) in &file.queries {
            // One with slips in its text is not checked.
            if checked.plan.is_none() && checked.findings.is_empty() {
                continue;
            }
            let mut other = query.clone();
            // A shuffle that needs no generator: rotate and reverse.
            for read in other.body.reads_mut() {
                let length = read.pattern.clauses.len().max(1) as u64;
                read.pattern.clauses.rotate_left((seed % length) as usize);
                if seed & 1 << 40 != 0 {
                    read.pattern.clauses.reverse();
                }
            }
            let again = check(&other, &file.names);
            prop_assert_eq!(again.findings.is_empty(), checked.findings.is_empty());
            prop_assert_eq!(&again.descriptor, &checked.descriptor);
        }
    }
}

/// The largest patterns that the language allows are planned within the stack of a thread and without squaring anything
/// that hurts.
#[test]
fn a_thousand_clauses_are_planned() {
    let path = (0..500).map(|i| format!("$v{i} follows $v{}\n", i + 1));
    let filters = (0..499).map(|i| format!("$v{i}.age > {i}\n"));
    let chain: String = path.chain(filters).collect();
    let bindings = (0..500).map(|i| format!("$v{i}: Person\n"));
    let equalities = (0..499).map(|i| format!("$v{i}.age = $v{}.age\n", i + 1));
    let joins: String = bindings.chain(equalities).collect();
    for clauses in [chain, joins] {
        let text = format!("query q() {{\n    match {{\n{clauses}    }}\n    return {{ $v0.name }}\n}}\n");
        let file = support::check_file(&text, &CATALOG);
        assert!(file.findings.is_empty());
        let Some(Plan::Read(plan)) = &file.queries[0].1.plan else {
            panic!("no plan");
        };
        assert_eq!(validate::validate(plan), Ok(()));
        assert!(plan.to_string().lines().count() > 500);
    }
}
