//! OG-ED-106: a type that an edge links is renamed with a hint.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-ED-106",
    subcode: "OG-ED-106",
    name: "end-renamed-without-hint",
    severity: Severity::Error,
    summary: "A type that an edge links is renamed with a hint.",
    explanation: "The old end is dropped, and a type that looks like it is the new end. With \
                  `@rename_from` on that type the edge does not change at all.",
    fails: Example::Change {
        accepted: "node Tome { title: String }\nnode Member { name: String }\nedge Lent: Tome -> Member\n",
        desired: "node Book { title: String }\nnode Member { name: String }\nedge Lent: Book -> Member\n",
    },
    passes: Example::Change {
        accepted: "node Tome { title: String }\nnode Member { name: String }\nedge Lent: Tome -> Member\n",
        desired: "node Book @rename_from(\"Tome\") { title: String }\nnode Member { name: String }\nedge Lent: Book -> Member\n",
    },
};
