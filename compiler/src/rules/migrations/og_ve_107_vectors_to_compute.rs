//! OG-VE-107: rows that exist have their vectors.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-VE-107",
    subcode: "OG-VE-107",
    name: "vectors-to-compute",
    severity: Severity::Warning,
    summary: "Rows that exist have their vectors.",
    explanation: "They are not found by vector search until the vectors are computed, which a write does: load the \
                  exported rows without it with `--mode merge` after the apply.",
    fails: Example::Change {
        accepted: "node Book { title: String }\n",
        desired: "node Book { title: String vec: Vector(4)? @embed(title, model=\"m\") }\n",
    },
    passes: Example::Change {
        accepted: "node Book { title: String }\n",
        desired: "node Book { title: String }\nnode Film { title: String vec: Vector(4)? @embed(title, model=\"m\") }\n",
    },
};
