//! OG-MF-108: the key of a type stays as it is.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-MF-108",
    subcode: "OG-MF-108",
    name: "key-changed",
    severity: Severity::Error,
    summary: "The key of a type stays as it is.",
    explanation: "Ids are made of the key, in its order, and the ends of edges are ids. Add a type with the new key \
                  and edge types that lead to it, export the graph, load the rows under the new names and ids, and \
                  drop the old types. Where the columns of a key only change places, write them in the former order.",
    fails: Example::Change {
        accepted: "node Book { isbn: String @key copy: I32 }\n",
        desired: "node Book { isbn: String copy: I32 @key(isbn, copy) }\n",
    },
    passes: Example::Change {
        accepted: "node Book { isbn: String @key copy: I32 }\n",
        desired: "node Book { code: String @key @rename_from(\"isbn\") copy: I32 }\n",
    },
};
