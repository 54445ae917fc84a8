//! OG-CD-104: an index that queries use stays.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-CD-104",
    subcode: "OG-CD-104",
    name: "index-removed",
    severity: Severity::Info,
    summary: "An index that queries use stays.",
    explanation: "Without it they look at all rows.",
    fails: Example::Change {
        accepted: "node Book { title: String @index }\n",
        desired: "node Book { title: String }\n",
    },
    passes: Example::Change {
        accepted: "node Book { title: String }\n",
        desired: "node Book { title: String @index }\n",
    },
};
