//! OG-VE-103: vectors that exist come from the model that the schema names.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-VE-103",
    subcode: "OG-VE-103",
    name: "embed-model-changed",
    severity: Severity::Error,
    summary: "Vectors that exist come from the model that the schema names.",
    explanation: "Vectors of two models in one column rank nonsense. Add a vector property for the new model; loading \
                  the exported rows without it with `--mode merge` computes it.",
    fails: Example::Change {
        accepted: "node Book { title: String vec: Vector(4)? @embed(title, model=\"a\") }\n",
        desired: "node Book { title: String vec: Vector(4)? @embed(title, model=\"b\") }\n",
    },
    passes: Example::Change {
        accepted: "node Book { title: String vec: Vector(4)? @embed(title, model=\"a\") }\n",
        desired: "node Book { title: String vec: Vector(4)? @embed(title, model=\"a\") next: Vector(4)? @embed(title, model=\"b\") }\n",
    },
};
