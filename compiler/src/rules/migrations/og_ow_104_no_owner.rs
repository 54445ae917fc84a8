//! OG-OW-104: what is new has an owner.

use crate::diagnostic::Severity;
use crate::rules::{Example, Given, Rule};

pub const RULE: Rule = Rule {
    code: "OG-OW-104",
    subcode: "OG-OW-104",
    name: "no-owner",
    severity: Severity::Warning,
    summary: "What is new has an owner.",
    explanation: "The settings demand an owner for every type. Say with `@owner(\"team\")` who answers for \
                  it.",
    fails: Example::Situation {
        accepted: "node Book @owner(\"stock\") { title: String }\n",
        desired: "node Book @owner(\"stock\") { title: String }\nnode Fine { cents: I32 }\n",
        known: &[Given::Settings("[owners]\nrequire = true\n")],
    },
    passes: Example::Situation {
        accepted: "node Book @owner(\"stock\") { title: String }\n",
        desired: "node Book @owner(\"stock\") { title: String }\nnode Fine @owner(\"desk\") { cents: I32 }\n",
        known: &[Given::Settings("[owners]\nrequire = true\n")],
    },
};
