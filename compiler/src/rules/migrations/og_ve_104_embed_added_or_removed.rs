//! OG-VE-104: vectors that exist fit what the schema says of their origin.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-VE-104",
    subcode: "OG-VE-104",
    name: "embed-added-or-removed",
    severity: Severity::Warning,
    summary: "Vectors that exist fit what the schema says of their origin.",
    explanation: "Make sure that they were computed from that source, or set them to null first.",
    fails: Example::Change {
        accepted: "node Book { title: String vec: Vector(4)? }\n",
        desired: "node Book { title: String vec: Vector(4)? @embed(title, model=\"m\") }\n",
    },
    passes: Example::Change {
        accepted: "node Book { title: String }\n",
        desired: "node Book { title: String vec: Vector(4)? @embed(title, model=\"m\") }\n",
    },
};
