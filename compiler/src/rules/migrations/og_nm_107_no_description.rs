//! OG-NM-107: what is new is described.

use crate::diagnostic::Severity;
use crate::rules::{Example, Given, Rule};

pub const RULE: Rule = Rule {
    code: "OG-NM-107",
    subcode: "OG-NM-107",
    name: "no-description",
    severity: Severity::Info,
    summary: "What is new is described.",
    explanation: "Off unless the settings turn it on. A `@description` is shown to people who hover over a \
                  name, and to programs that ask what a graph holds.",
    fails: Example::Situation {
        accepted: "node Book { title: String @description(\"As printed.\") }\n",
        desired: "node Book { title: String @description(\"As printed.\") }\nnode Loan { number: I32 @description(\"From 1.\") }\n",
        known: &[Given::Settings("[lint.rules]\nOG-NM-107 = \"info\"\n")],
    },
    passes: Example::Situation {
        accepted: "node Book { title: String @description(\"As printed.\") }\n",
        desired: "node Book { title: String @description(\"As printed.\") }\nnode Loan @description(\"One book, lent.\") { number: I32 @description(\"From 1.\") }\n",
        known: &[Given::Settings("[lint.rules]\nOG-NM-107 = \"info\"\n")],
    },
};
