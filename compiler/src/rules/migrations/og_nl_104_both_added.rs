//! OG-NL-104: two changes add a name with one meaning.

use crate::diagnostic::Severity;
use crate::rules::{Example, Given, Rule};

pub const RULE: Rule = Rule {
    code: "OG-NL-104",
    subcode: "OG-NL-104",
    name: "both-added",
    severity: Severity::Error,
    summary: "Two changes add a name with one meaning.",
    explanation: "Both sides added something of this name since they parted, and it is not the same. \
                  Rename one of them.",
    fails: Example::Situation {
        accepted: "node Book { title: String }\nnode Tag { b: I32 }\n",
        desired: "node Book { title: String }\nnode Tag { a: String }\n",
        known: &[Given::Base("node Book { title: String }\n")],
    },
    passes: Example::Situation {
        accepted: "node Book { title: String }\nnode Tag { a: String }\n",
        desired: "node Book { title: String }\nnode Tag { a: String }\n",
        known: &[Given::Base("node Book { title: String }\n")],
    },
};
