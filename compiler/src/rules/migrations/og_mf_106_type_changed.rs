//! OG-MF-106: a property keeps its type, or gets one that holds every value of the old.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-MF-106",
    subcode: "OG-MF-106",
    name: "type-changed",
    severity: Severity::Error,
    summary: "A property keeps its type, or gets one that holds every value of the old.",
    explanation: "Other changes have no conversion that keeps all values. A mutation reads no other property, so \
                  values are copied by a file: add an optional property of the new type, export the graph, write the \
                  new values into the rows, load them with `--mode merge`, and drop the old property. An enum may lose \
                  values that no row has.",
    fails: Example::Change {
        accepted: "node Book { pages: I64 }\n",
        desired: "node Book { pages: I32 }\n",
    },
    passes: Example::Change {
        accepted: "node Book { pages: I32 }\n",
        desired: "node Book { pages: I64 }\n",
    },
};
