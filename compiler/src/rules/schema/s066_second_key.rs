//! S066: a node with two keys.

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::{Decl, ListUse};

pub const RULE: Rule = Rule {
    code: "S066",
    subcode: "S066",
    name: "second-key",
    severity: Severity::Error,
    summary: "A node has at most one `@key`.",
    explanation: "All spellings count: in the body, on a property, and on a property that an interface brings in. A \
                  key of several columns is one `@key(a, b)`.",
    fails: Example::Schema("node Book {\n    isbn: String @key\n    @key(isbn)\n}\n"),
    passes: Example::Schema("node Book { isbn: String @key }\n"),
};

pub(crate) fn finding(owner: &Decl, second: &ListUse, first: &ListUse) -> Finding {
    let (ours, theirs) = (first.columns.join(", "), second.columns.join(", "));
    let message = match ours == theirs {
        true => format!("{} has its key twice", owner.name.text),
        false => format!("{} has two keys: ({ours}) and ({theirs})", owner.name.text),
    };
    // Two injected keys clash in the node, at the interface that brings the second one.
    let place = match second.injected_by {
        Some(name) => owner.place(name.span),
        None => second.place.clone(),
    };
    let mut finding = Finding::new(&RULE, place.clone(), message).label("the second key");
    finding = match first.injected_by {
        Some(name) => finding
            .also(first.place.clone(), "the first key")
            .also(owner.place(name.span), format!("brought in by {}", name.text)),
        None => finding.also(first.place.clone(), "the first key"),
    };
    if second.injected_by.is_some() {
        return finding;
    }
    if first.columns != second.columns {
        let mut columns = [first.columns.clone(), second.columns.clone()].concat();
        columns.sort();
        columns.dedup();
        finding = finding.help(format!(
            "for one key of several columns write `@key({})`",
            columns.join(", ")
        ));
    }
    finding.maybe_fix("delete the second key", vec![(place, String::new())])
}
