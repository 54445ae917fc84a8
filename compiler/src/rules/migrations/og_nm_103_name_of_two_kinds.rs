//! OG-NM-103: a name belongs to one kind of type.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-NM-103",
    subcode: "OG-NM-103",
    name: "name-of-two-kinds",
    severity: Severity::Info,
    summary: "A name belongs to one kind of type.",
    explanation: "It is allowed, and readers stumble over it.",
    fails: Example::Change {
        accepted: "node Book {}\n",
        desired: "node Book {}\nnode Loan {}\nedge Loan: Book -> Book\n",
    },
    passes: Example::Change {
        accepted: "node Book {}\n",
        desired: "node Book {}\nnode Loan {}\nedge Lends: Book -> Book\n",
    },
};
