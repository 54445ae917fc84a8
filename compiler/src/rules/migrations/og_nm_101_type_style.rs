//! OG-NM-101: names of types are written like `LibraryCard`.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-NM-101",
    subcode: "OG-NM-101",
    name: "type-style",
    severity: Severity::Info,
    summary: "Names of types are written like `LibraryCard`.",
    explanation: "Only new and renamed types are looked at.",
    fails: Example::Change {
        accepted: "node Book {}\n",
        desired: "node Book {}\nnode LIBRARY_CARD {}\n",
    },
    passes: Example::Change {
        accepted: "node Book {}\n",
        desired: "node Book {}\nnode LibraryCard {}\n",
    },
};
