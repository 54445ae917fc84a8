//! Plans of the example projects' queries and of the laboratory's, as snapshots.

#[path = "query/support.rs"]
mod support;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use omnigraph_compiler::query::pattern;
use omnigraph_model::catalog::Catalog;
use omnigraph_model::ir::{self, lower, optimize, validate};

/// The plans of a file, each under its descriptor.
fn plans(catalog: &Arc<Catalog>, queries: &str) -> String {
    let file = support::check_file(queries, catalog);
    let mut text = String::new();
    for finding in &file.findings {
        text.push_str(&finding.line);
        text.push('\n');
    }
    for (query, checked) in &file.queries {
        let (Some(plan), Some(descriptor)) = (&checked.plan, &checked.descriptor) else {
            continue;
        };
        if let ir::Plan::Read(plan) = plan {
            assert_eq!(validate::validate(plan), Ok(()));
            let pattern = pattern(query, catalog).expect("a checked query has a pattern");
            assert_eq!(&optimize::run(lower::lower(pattern)), plan);
        }
        if let ir::Plan::Mutation(plan) = plan {
            assert_eq!(validate::validate_mutation(plan), Ok(()), "{plan}");
        }
        let json = plan.to_json();
        let back: ir::Plan = serde_json::from_str(&json).expect("a plan is read back");
        assert_eq!(&back, plan);
        text.push_str(&plan.to_string());
        let columns: Vec<String> = descriptor
            .result
            .iter()
            .map(|column| {
                format!(
                    "{} {}{}",
                    column.name,
                    column.kind,
                    if column.nullable { "?" } else { "" }
                )
            })
            .collect();
        let touched = |list: &[ir::Touched]| {
            list.iter()
                .map(|touched| touched.type_name.clone())
                .collect::<Vec<_>>()
                .join(" ")
        };
        if !columns.is_empty() {
            text.push_str(&format!("  returns {}\n", columns.join(", ")));
        }
        text.push_str(&format!("  reads {}\n", touched(&descriptor.reads)));
        if !descriptor.writes.is_empty() {
            text.push_str(&format!("  writes {}\n", touched(&descriptor.writes)));
        }
        text.push('\n');
    }
    text
}

fn example(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(name);
    let read = |file: &str| fs::read_to_string(folder.join(file)).expect("the examples are there");
    plans(&support::catalog(&read("schema.pg")), &read("queries.gq"))
}

#[test]
fn plans_of_the_examples() {
    insta::assert_snapshot!("flights", example("flights"));
    insta::assert_snapshot!("movies", example("movies"));
}

#[test]
fn plans_of_the_laboratory() {
    let queries = include_str!("query/lab.gq");
    insta::assert_snapshot!("lab", plans(&support::lab(), queries));
}

/// The plan of a query with one clause more on a person.
fn plan_with(clause: &str) -> String {
    let query = format!("query q() {{ match {{ $p: Person  {clause} }} return {{ $p.name }} }}");
    plans(&support::lab(), &query)
}

#[test]
fn a_count_that_is_asked_for_one_solution_is_a_test() {
    let pairs = [
        ("count { $p follows $_ } > 0", "exists { $p follows $_ }"),
        ("count { $p follows $_ } >= 1", "exists { $p follows $_ }"),
        ("0 != count { $p follows $_ }", "exists { $p follows $_ }"),
        ("1 <= count { $p follows $_ }", "exists { $p follows $_ }"),
        ("not count { $p follows $_ } = 0", "exists { $p follows $_ }"),
        ("(exists { $p follows $_ })", "exists { $p follows $_ }"),
        ("count { $p follows $_ } = 0", "not { $p follows $_ }"),
        ("1 > count { $p follows $_ }", "not { $p follows $_ }"),
        ("0 >= count { $p follows $_ }", "not { $p follows $_ }"),
        ("(not { $p follows $_ })", "not { $p follows $_ }"),
    ];
    for (count, test) in pairs {
        assert_eq!(plan_with(count), plan_with(test), "{count}");
    }
}

#[test]
fn a_count_that_is_read_otherwise_stays_one() {
    let clauses = [
        "count { $p follows $_ } > 1",
        "count { $p follows $_ } >= 0",
        "let $n = count { $p follows $_ }  $n > 0  $n < 9",
        "(count { $p follows $_ } > 0 or $p.age = 1)",
        "count { $p follows $_ } > $p.age",
    ];
    for clause in clauses {
        let plan = plan_with(clause);
        assert!(plan.contains("fold"), "{clause}:\n{plan}");
    }
}
