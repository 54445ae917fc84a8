//! S005: something at the top level that starts no declaration.

use omnigraph_grammar::Span;

use crate::diagnostic::{Finding, Place, Severity};
use crate::rules::{Example, Rule};
use crate::schema::StrayEnum;

pub const RULE: Rule = Rule {
    code: "S005",
    subcode: "S005",
    name: "not-a-declaration",
    severity: Severity::Error,
    summary: "A schema file holds declarations: `node`, `edge`, `interface`, and directives.",
    explanation: "There are no top-level types or enums: an enum is written in place, as the type of a property, and \
                  what other languages call a table, a class or a type is a `node`.",
    fails: Example::Schema("type Book {}\n"),
    passes: Example::Schema("node Book {}\n"),
};

/// `uses`: where the enum is used, and what to write there.
pub(crate) fn own_enum(stray: &StrayEnum, uses: Vec<(Place, String)>) -> Finding {
    let place = |span: Span| Place::item(stray.item, span);
    let mut finding = Finding::new(&RULE, place(stray.head), "an enum is not declared on its own").help(
        match stray.values.is_empty() {
            true => "enums are written in place, as the type of a property: `mood: enum(calm, loud)`".to_owned(),
            false => format!("enums are written in place, as the type of a property: `mood: {}`", stray.written()),
        },
    );
    for (used, _) in &uses {
        finding = finding.also(used.clone(), "used here");
    }
    if uses.is_empty() || stray.values.is_empty() {
        return finding;
    }
    let whole = Span::new(0, stray.text.len());
    let mut edits = uses;
    edits.push((place(whole), String::new()));
    finding.maybe_fix("write it where it is used", edits)
}
