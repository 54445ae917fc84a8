//! OG-NL-103: two changes of one schema agree.

use crate::diagnostic::Severity;
use crate::rules::{Example, Given, Rule};

pub const RULE: Rule = Rule {
    code: "OG-NL-103",
    subcode: "OG-NL-103",
    name: "both-changed",
    severity: Severity::Error,
    summary: "Two changes of one schema agree.",
    explanation: "Both sides changed the same thing since they parted, and each differently. Take one \
                  side's change over into the other by hand, then plan again.",
    fails: Example::Situation {
        accepted: "node Book { pages: I64 }\n",
        desired: "node Book { pages: I32 @index }\n",
        known: &[Given::Base("node Book { pages: I32 }\n")],
    },
    passes: Example::Situation {
        accepted: "node Book { pages: I64 }\n",
        desired: "node Book { pages: I64 }\n",
        known: &[Given::Base("node Book { pages: I32 }\n")],
    },
};
