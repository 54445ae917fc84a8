//! T53: an upsert has something to look for a row by.

use omnigraph_grammar::query::ast::Upsert;

use crate::diagnostic::{Finding, Severity, Place};
use crate::query::mutation::Target;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T53",
    subcode: "T53",
    name: "upsert-without-key",
    severity: Severity::Error,
    summary: "An upsert has a key to look for.",
    explanation: "`upsert` changes the row that is there, or inserts one. A node is looked for by the `@key` of its type, an edge by its two \
                  ends, where its type has `@unique(src, dst)`: else there could be several.",
    fails: Example::Query("query q($a: String, $b: String) {\n    upsert Wrote { from: $a, to: $b }\n}\n"),
    passes: Example::Project {
        schema: "node Person { handle: String @key }\nedge Follows: Person -> Person { @unique(src, dst) }\n",
        query: "query q($a: String, $b: String) {\n    upsert Follows { from: $a, to: $b }\n}\n",
    },
};

pub(crate) fn finding(upsert: &Upsert, target: &Target) -> Finding {
    let place = Place::of_type(target.kind(), target.name());
    let finding = Finding::new(&RULE, upsert.ty.span, format!("`{}` has no key to look for", target.name()));
    let finding = match target {
        Target::Node(_) => finding.label("no `@key`").also(place, "declared without `@key`"),
        Target::Edge(_) => finding.label("not unique by its ends").also(place, "declared without `@unique(src, dst)`"),
    };
    finding.help("`insert` makes a new one each time; `update` changes those that a condition or a `match` finds")
}
