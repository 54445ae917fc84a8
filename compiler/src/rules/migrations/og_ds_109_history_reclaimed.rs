//! OG-DS-109: dropping a property for good takes the history of its type along.

use crate::diagnostic::Severity;
use crate::rules::{Example, Given, Rule};

pub const RULE: Rule = Rule {
    code: "OG-DS-109",
    subcode: "OG-DS-109",
    name: "history-reclaimed",
    severity: Severity::Warning,
    summary: "Dropping a property for good takes the history of its type along.",
    explanation: "Values of a property lie in the same files as those of its neighbours. With \
                  `--allow-data-loss` these files are removed at once, so no older commit can read the type \
                  any more, whatever property is asked for. A soft drop keeps the history until `cleanup`.",
    fails: Example::Situation {
        accepted: "node Book { name: String fax: String? }\n",
        desired: "node Book { name: String }\n",
        known: &[Given::HardDrops],
    },
    passes: Example::Change {
        accepted: "node Book { name: String fax: String? }\n",
        desired: "node Book { name: String }\n",
    },
};
