//! OG-NM-106: values of an enum differ by more than case, hyphens and underscores.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-NM-106",
    subcode: "OG-NM-106",
    name: "enum-style",
    severity: Severity::Info,
    summary: "Values of an enum differ by more than case, hyphens and underscores.",
    explanation: "They are mixed up sooner or later.",
    fails: Example::Change {
        accepted: "node Book {}\n",
        desired: "node Book { state: enum(in-print, InPrint)? }\n",
    },
    passes: Example::Change {
        accepted: "node Book {}\n",
        desired: "node Book { state: enum(in-print, out-of-print)? }\n",
    },
};
