//! OG-MF-108: the key of a type stays as it is.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-MF-108",
    subcode: "OG-MF-108",
    name: "key-changed",
    severity: Severity::Error,
    summary: "The key of a type stays as it is.",
    explanation: "Ids are made of the key, and the ends of edges are ids. Add a type with the new key, \
                  copy nodes and edges, and drop the old one.",
    fails: Example::Change {
        accepted: "node Book { isbn: String @key copy: I32 }\n",
        desired: "node Book { isbn: String copy: I32 @key(isbn, copy) }\n",
    },
    passes: Example::Change {
        accepted: "node Book { isbn: String @key copy: I32 }\n",
        desired: "node Book { code: String @key @rename_from(\"isbn\") copy: I32 }\n",
    },
};
