//! OG-ED-101: an edge type keeps the types it links.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-ED-101",
    subcode: "OG-ED-101",
    name: "end-changed",
    severity: Severity::Error,
    summary: "An edge type keeps the types it links.",
    explanation: "Stored ends belong to the old type. Add an edge type between the new ends, export the graph, load \
                  the edges under the new name with the ids of the new ends, and drop the old type.",
    fails: Example::Change {
        accepted: "node Book { title: String }\nnode Copy { shelf: I32 }\nnode Member { name: String }\nedge Lent: Book -> Member\n",
        desired: "node Book { title: String }\nnode Copy { shelf: I32 }\nnode Member { name: String }\nedge Lent: Copy -> Member\n",
    },
    passes: Example::Change {
        accepted: "node Book { title: String }\nnode Copy { shelf: I32 }\nnode Member { name: String }\nedge Lent: Book -> Member\n",
        desired: "node Book { title: String }\nnode Copy { shelf: I32 }\nnode Member { name: String }\nedge Lent: Book -> Member\nedge Lends: Copy -> Member\n",
    },
};
