//! The slips people make, and what they are told. Every `.pg` and `.gq` file in `tests/slips` holds cases that are
//! separated by lines of `---`; a snapshot shows each with its errors.

mod common;

use omnigraph_grammar::Language;

fn snapshot(name: &str, language: Language, cases: &str) {
    let mut out = String::new();
    for case in cases.split("---\n") {
        out.push_str(case);
        out.push('\n');
        for line in common::render(language, case).lines() {
            out.push_str("    ");
            out.push_str(line);
            out.push('\n');
        }
        out.push_str(&"-".repeat(80));
        out.push('\n');
    }
    insta::assert_snapshot!(name, out);
}

#[test]
fn queries() {
    snapshot("queries", Language::Query, include_str!("slips/slips.gq"));
}

#[test]
fn schemas() {
    snapshot("schemas", Language::Schema, include_str!("slips/slips.pg"));
}
