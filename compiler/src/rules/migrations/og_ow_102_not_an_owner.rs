//! OG-OW-102: a type is changed by its owners.

use crate::diagnostic::Severity;
use crate::rules::{Example, Given, Rule};

pub const RULE: Rule = Rule {
    code: "OG-OW-102",
    subcode: "OG-OW-102",
    name: "not-an-owner",
    severity: Severity::Error,
    summary: "A type is changed by its owners.",
    explanation: "The settings name the people of the team that `@owner` says, and whoever plans is none \
                  of them. Let one of the team apply the change; `--as` says who does.",
    fails: Example::Situation {
        accepted: "node Loan @owner(\"circulation\") { number: I32 }\n",
        desired: "node Loan @owner(\"circulation\") { number: I64 }\n",
        known: &[Given::Settings("[owners.teams]\ncirculation = [\"ana\", \"bo\"]\n"), Given::Actor("cy")],
    },
    passes: Example::Situation {
        accepted: "node Loan @owner(\"circulation\") { number: I32 }\n",
        desired: "node Loan @owner(\"circulation\") { number: I64 }\n",
        known: &[Given::Settings("[owners.teams]\ncirculation = [\"ana\", \"bo\"]\n"), Given::Actor("ana")],
    },
};
