//! OG-MF-103: a required property that is added to rows has a value for them.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-MF-103",
    subcode: "OG-MF-103",
    name: "required-property",
    severity: Severity::Error,
    summary: "A required property that is added to rows has a value for them.",
    explanation: "Give it a `@default`, which is then written into every row. Or make it optional, give the rows their \
                  values, with `update` or by loading an edited export with `--mode merge`, and make it required by a \
                  second apply.",
    fails: Example::Change {
        accepted: "node Book {}\n",
        desired: "node Book { lang: String }\n",
    },
    passes: Example::Change {
        accepted: "node Book {}\n",
        desired: "node Book { lang: String @default(\"en\") }\n",
    },
};
