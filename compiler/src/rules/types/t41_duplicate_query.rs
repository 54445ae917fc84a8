//! T41: query names are unique in a file.

use omnigraph_grammar::Name;

use crate::diagnostic::{Finding, Place, Severity};
use crate::wording::fresh;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T41",
    subcode: "T41",
    name: "duplicate-query",
    severity: Severity::Error,
    summary: "Query names are unique in a file.",
    explanation: "A query is called by its name: of two with the same name one could never run.",
    fails: Example::Query(
        "query q() {\n    match { $p: Person }\n    return { $p.handle }\n}\n\nquery q() {\n    match { $d: Doc }\n    return { $d.slug }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match { $p: Person }\n    return { $p.handle }\n}\n\nquery r() {\n    match { $d: Doc }\n    return { $d.slug }\n}\n",
    ),
};

/// Both with the index of their item. `taken`: whether a query of the file has this name.
pub(crate) fn finding(again: (u32, &Name), first: (u32, &Name), taken: &dyn Fn(&str) -> bool) -> Finding {
    let place = |(item, name): (u32, &Name)| Place::Item { item, span: name.span };
    let finding = Finding::new(&RULE, place(again), format!("two queries are called `{}`", again.1.text))
        .label("called the same")
        .also(place(first), "the first one");
    match fresh(&again.1.text, taken) {
        Some(name) => finding.maybe_fix(format!("call it `{name}`"), vec![(place(again), name)]),
        None => finding,
    }
}
