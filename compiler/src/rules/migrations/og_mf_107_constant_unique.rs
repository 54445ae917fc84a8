//! OG-MF-107: a default is not written into a unique column of several rows.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-MF-107",
    subcode: "OG-MF-107",
    name: "constant-unique",
    severity: Severity::Error,
    summary: "A default is not written into a unique column of several rows.",
    explanation: "Rows would have the same value. Leave the default out, give the rows different values, with `update` \
                  or by loading an edited export with `--mode merge`, then demand that they are unique.",
    fails: Example::Change {
        accepted: "node Book {}\n",
        desired: "node Book { code: String @default(\"x\") @unique }\n",
    },
    passes: Example::Change {
        accepted: "node Book {}\n",
        desired: "node Book { code: String? @unique }\n",
    },
};
