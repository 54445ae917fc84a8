//! OG-VE-108: a computed vector may be missing.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-VE-108",
    subcode: "OG-VE-108",
    name: "embed-never-empty",
    severity: Severity::Warning,
    summary: "A computed vector may be missing.",
    explanation: "If it is required, whoever writes without a provider must give the vector.",
    fails: Example::Change {
        accepted: "node Book {}\n",
        desired: "node Book {}\nnode Film { title: String vec: Vector(4) @embed(title, model=\"m\") }\n",
    },
    passes: Example::Change {
        accepted: "node Book {}\n",
        desired: "node Book {}\nnode Film { title: String vec: Vector(4)? @embed(title, model=\"m\") }\n",
    },
};
