//! OG-NL-106: two names are not swapped in one apply.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-NL-106",
    subcode: "OG-NL-106",
    name: "rename-cycle",
    severity: Severity::Warning,
    summary: "Two names are not swapped in one apply.",
    explanation: "Names that exist win over hints, so the hints of a swap are ignored. Rename one of the \
                  two to a third name by an apply of its own.",
    fails: Example::Change {
        accepted: "node A { x: I32 }\nnode B { x: I32 }\n",
        desired: "node A @rename_from(\"B\") { x: I32 }\nnode B @rename_from(\"A\") { x: I32 }\n",
    },
    passes: Example::Change {
        accepted: "node A { x: I32 }\nnode B { x: I32 }\n",
        desired: "node C @rename_from(\"A\") { x: I32 }\nnode B { x: I32 }\n",
    },
};
