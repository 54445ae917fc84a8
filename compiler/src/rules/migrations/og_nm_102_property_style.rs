//! OG-NM-102: names of properties are written like `page_count`.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-NM-102",
    subcode: "OG-NM-102",
    name: "property-style",
    severity: Severity::Info,
    summary: "Names of properties are written like `page_count`.",
    explanation: "Only new and renamed properties are looked at.",
    fails: Example::Change {
        accepted: "node Book {}\n",
        desired: "node Book { pageCount: I32? }\n",
    },
    passes: Example::Change {
        accepted: "node Book {}\n",
        desired: "node Book { page_count: I32? }\n",
    },
};
