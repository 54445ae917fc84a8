//! OG-DS-101: some node type of the graph stays.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-DS-101",
    subcode: "OG-DS-101",
    name: "every-node-dropped",
    severity: Severity::Warning,
    summary: "Some node type of the graph stays.",
    explanation: "Usually it is the wrong file, or an empty one.",
    fails: Example::Change {
        accepted: "node Book { title: String }\n",
        desired: "",
    },
    passes: Example::Change {
        accepted: "node Book { title: String }\nnode Shop { city: String }\n",
        desired: "node Book { title: String }\n",
    },
};
