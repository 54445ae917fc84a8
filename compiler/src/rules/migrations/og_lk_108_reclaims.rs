//! OG-LK-108: a drop for good removes files at once.

use crate::diagnostic::Severity;
use crate::rules::{Example, Given, Rule};

pub const RULE: Rule = Rule {
    code: "OG-LK-108",
    subcode: "OG-LK-108",
    name: "reclaims",
    severity: Severity::Info,
    summary: "A drop for good removes files at once.",
    explanation: "With `--allow-data-loss` the files that only older commits reach are removed right after \
                  the new schema is published. Readers of older commits are then answered that their data are \
                  gone. Drop softly if anybody may still read them.",
    fails: Example::Situation {
        accepted: "node Kiosk { number: I32 }\nnode Book { name: String }\n",
        desired: "node Book { name: String }\n",
        known: &[Given::HardDrops],
    },
    passes: Example::Change {
        accepted: "node Kiosk { number: I32 }\nnode Book { name: String }\n",
        desired: "node Book { name: String }\n",
    },
};
