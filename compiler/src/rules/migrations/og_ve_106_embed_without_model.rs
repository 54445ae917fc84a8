//! OG-VE-106: `@embed` names its model.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-VE-106",
    subcode: "OG-VE-106",
    name: "embed-without-model",
    severity: Severity::Warning,
    summary: "`@embed` names its model.",
    explanation: "Otherwise another setting means other vectors in the same column.",
    fails: Example::Change {
        accepted: "node Book { title: String }\n",
        desired: "node Book { title: String vec: Vector(4)? @embed(title) }\n",
    },
    passes: Example::Change {
        accepted: "node Book { title: String }\n",
        desired: "node Book { title: String vec: Vector(4)? @embed(title, model=\"m\") }\n",
    },
};
