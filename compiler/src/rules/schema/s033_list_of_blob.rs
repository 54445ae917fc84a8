//! S033: a list of blobs.

use omnigraph_grammar::Span;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Decl;

pub const RULE: Rule = Rule {
    code: "S033",
    subcode: "S033",
    name: "list-of-blob",
    severity: Severity::Error,
    summary: "A list does not hold blobs.",
    explanation: "A blob is stored beside its row and addressed by it. Several blobs of one thing are nodes of their \
                  own, connected by an edge.",
    fails: Example::Schema("node Book { scans: [Blob] }\n"),
    passes: Example::Schema("node Book { scan: Blob? }\n"),
};

pub(crate) fn finding(owner: &Decl, element: Span) -> Finding {
    Finding::new(&RULE, owner.place(element), "a list cannot hold blobs")
        .help("use a node per blob, and an edge that leads to it")
}
