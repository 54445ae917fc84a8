//! OG-ED-104: an edge type keeps its direction.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-ED-104",
    subcode: "OG-ED-104",
    name: "ends-swapped",
    severity: Severity::Error,
    summary: "An edge type keeps its direction.",
    explanation: "Add an edge type with another name, export the graph, and load the edges under the new name with \
                  their ends swapped.",
    fails: Example::Change {
        accepted: "node Book { title: String }\nnode Member { name: String }\nedge Lent: Book -> Member\n",
        desired: "node Book { title: String }\nnode Member { name: String }\nedge Lent: Member -> Book\n",
    },
    passes: Example::Change {
        accepted: "node Book { title: String }\nnode Member { name: String }\nedge Lent: Book -> Member\n",
        desired: "node Book { title: String }\nnode Member { name: String }\nedge Lent: Book -> Member\nedge Borrowed: Member -> Book\n",
    },
};
