//! S097: a declaration for which there is no number.

use omnigraph_grammar::Span;

use crate::diagnostic::{Finding, Place, Severity};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "S097",
    subcode: "S097",
    name: "no-identity",
    severity: Severity::Error,
    summary: "Everything new in a schema gets a number, and the accepted schema is intact.",
    explanation: "Numbers are claimed for a graph in blocks and are never used twice. When they run out, or when the \
                  accepted schema breaks its own rules, nothing is repaired by guessing: export the data and load it \
                  into a new graph.",
    fails: Example::Exhausted("node Book { title: String }\n"),
    passes: Example::Schema("node Book { title: String }\n"),
};

pub(crate) fn exhausted(place: Place, name: &str) -> Finding {
    Finding::new(&RULE, place, format!("there is no identity left for `{name}`"))
        .help("export the data and load it into a new graph")
}

pub(crate) fn damaged(problem: &str) -> Finding {
    Finding::new(
        &RULE,
        Place::File(Span::at(0)),
        format!("the accepted schema is damaged: {problem}"),
    )
    .help("export the data and load it into a new graph")
}
