//! OG-BC-109: a description stays with what it describes.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-BC-109",
    subcode: "OG-BC-109",
    name: "guidance-removed",
    severity: Severity::Info,
    summary: "A description stays with what it describes.",
    explanation: "Agents and people read it.",
    fails: Example::Change {
        accepted: "node Book @description(\"A title\") {}\n",
        desired: "node Book {}\n",
    },
    passes: Example::Change {
        accepted: "node Book @description(\"A title\") {}\n",
        desired: "node Book @description(\"A title that is held\") {}\n",
    },
};
