//! OG-VE-101: a vector keeps its length.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-VE-101",
    subcode: "OG-VE-101",
    name: "dimension-changed",
    severity: Severity::Error,
    summary: "A vector keeps its length.",
    explanation: "Stored vectors have another length. Add a vector property, load the new vectors with `--mode merge`, \
                  and drop the old one.",
    fails: Example::Change {
        accepted: "node Book { vec: Vector(4)? }\n",
        desired: "node Book { vec: Vector(8)? }\n",
    },
    passes: Example::Change {
        accepted: "node Book { vec: Vector(4)? }\n",
        desired: "node Book { vec: Vector(4)? large: Vector(8)? }\n",
    },
};
