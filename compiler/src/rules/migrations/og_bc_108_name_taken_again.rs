//! OG-BC-108: a name means one thing.

use crate::diagnostic::Severity;
use crate::rules::{Example, Given, Rule};

pub const RULE: Rule = Rule {
    code: "OG-BC-108",
    subcode: "OG-BC-108",
    name: "name-taken-again",
    severity: Severity::Warning,
    summary: "A name means one thing.",
    explanation: "An earlier schema of this graph used the name for something else. Old rows do not come \
                  back: what is new starts empty. But people and programs that know the old meaning will \
                  take it for the old one. Pick another name.",
    fails: Example::Situation {
        accepted: "node Book { title: String }\n",
        desired: "node Book { title: String }\nnode Kiosk { number: I32 }\n",
        known: &[Given::Earlier("node Book { title: String }\nnode Kiosk { place: String }\n")],
    },
    passes: Example::Situation {
        accepted: "node Book { title: String }\n",
        desired: "node Book { title: String }\nnode Stall { number: I32 }\n",
        known: &[Given::Earlier("node Book { title: String }\nnode Kiosk { place: String }\n")],
    },
};
