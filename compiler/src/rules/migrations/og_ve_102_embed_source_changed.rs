//! OG-VE-102: vectors that exist come from the property that the schema names.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-VE-102",
    subcode: "OG-VE-102",
    name: "embed-source-changed",
    severity: Severity::Error,
    summary: "Vectors that exist come from the property that the schema names.",
    explanation: "Vectors of two sources in one column rank nonsense. Add a vector property for the new source; \
                  loading the exported rows without it with `--mode merge` computes it.",
    fails: Example::Change {
        accepted: "node Book { title: String blurb: String vec: Vector(4)? @embed(title, model=\"m\") }\n",
        desired: "node Book { title: String blurb: String vec: Vector(4)? @embed(blurb, model=\"m\") }\n",
    },
    passes: Example::Change {
        accepted: "node Book { title: String vec: Vector(4)? @embed(title, model=\"m\") }\n",
        desired: "node Book { name: String @rename_from(\"title\") vec: Vector(4)? @embed(name, model=\"m\") }\n",
    },
};
