//! L601: no column is projected twice.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L601",
    subcode: "L601",
    name: "repeated-column",
    severity: Severity::Warning,
    summary: "No column is projected twice.",
    explanation: "Equal columns with one name are one column.",
    fails: Example::Query("query q() {\n    match {\n        $p: Person\n    }\n    return { $p.name, $p.name }\n}\n"),
    passes: Example::Query("query q() {\n    match {\n        $p: Person\n    }\n    return { $p.name, $p.age }\n}\n"),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    for read in view.reads() {
        let spans: Vec<Span> = read.projections.iter().map(|projection| projection.span).collect();
        for (index, projection) in read.projections.iter().enumerate() {
            let same = |other: &Projection| {
                view.written_at(other.expression.span) == view.written_at(projection.expression.span)
                    && other.alias.as_ref().map(|a| &a.text) == projection.alias.as_ref().map(|a| &a.text)
            };
            if let Some(first) = read.projections[..index].iter().find(|other| same(other)) {
                let finding = Finding::new(&RULE, projection.span, "this column is there already").also(first.span, "here");
                found.push(match view.union() {
                    // Callers may count columns.
                    None => finding.maybe_fix("remove it", vec![view.without_element(&spans, index)]),
                    // The other branches have it, too.
                    Some(_) => finding,
                });
            }
        }
    }
}
