//! OG-VE-110: a vector is as long as its model makes it.

use crate::diagnostic::Severity;
use crate::rules::{Example, Given, Rule};

pub const RULE: Rule = Rule {
    code: "OG-VE-110",
    subcode: "OG-VE-110",
    name: "model-size",
    severity: Severity::Warning,
    summary: "A vector is as long as its model makes it.",
    explanation: "The settings say how many numbers the vectors of this model have, and the property holds \
                  another number. Every write would fail. Correct one of the two.",
    fails: Example::Situation {
        accepted: "node Doc { text: String }\n",
        desired: "node Doc { text: String v: Vector(8)? @embed(text, model=\"mini\") }\n",
        known: &[Given::Settings("[embedding.models]\nmini = 4\n")],
    },
    passes: Example::Situation {
        accepted: "node Doc { text: String }\n",
        desired: "node Doc { text: String v: Vector(4)? @embed(text, model=\"mini\") }\n",
        known: &[Given::Settings("[embedding.models]\nmini = 4\n")],
    },
};
