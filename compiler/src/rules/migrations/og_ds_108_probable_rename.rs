//! OG-DS-108: a rename is written as one.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-DS-108",
    subcode: "OG-DS-108",
    name: "probable-rename",
    severity: Severity::Warning,
    summary: "A rename is written as one.",
    explanation: "Something is dropped, and something that looks like it is added. Names are all that a \
                  plan goes by, so without `@rename_from` the data do not move. If it is not a rename, \
                  allow this rule with a reason.",
    fails: Example::Change {
        accepted: "node Tome { isbn: String @key }\n",
        desired: "node Book { isbn: String @key }\n",
    },
    passes: Example::Change {
        accepted: "node Tome { isbn: String @key }\n",
        desired: "node Book @rename_from(\"Tome\") { isbn: String @key }\n",
    },
};
