//! OG-DS-105: a vector property stays.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-DS-105",
    subcode: "OG-DS-105",
    name: "vector-dropped",
    severity: Severity::Warning,
    summary: "A vector property stays.",
    explanation: "Vectors cost calls of a model; they have to be computed again if the property comes \
                  back.",
    fails: Example::Change {
        accepted: "node Book { title: String vec: Vector(4)? }\n",
        desired: "node Book { title: String }\n",
    },
    passes: Example::Change {
        accepted: "node Book { title: String vec: Vector(4)? }\n",
        desired: "node Book { title: String? vec: Vector(4)? }\n",
    },
};
