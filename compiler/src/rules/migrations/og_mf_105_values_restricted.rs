//! OG-MF-105: the values that exist satisfy a new `@range` or `@check`.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-MF-105",
    subcode: "OG-MF-105",
    name: "values-restricted",
    severity: Severity::Error,
    summary: "The values that exist satisfy a new `@range` or `@check`.",
    explanation: "Correct the rows first. With the graph at hand, the plan says which they are.",
    fails: Example::Change {
        accepted: "node Book { pages: I32 }\n",
        desired: "node Book { pages: I32 @range(pages, 1..5000) }\n",
    },
    passes: Example::Change {
        accepted: "node Book { pages: I32 @range(pages, 1..5000) }\n",
        desired: "node Book { pages: I32 @range(pages, 0..9000) }\n",
    },
};
