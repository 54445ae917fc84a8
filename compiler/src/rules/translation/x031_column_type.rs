//! X031: types of columns.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "X031",
    subcode: "X031",
    name: "column-type",
    severity: Severity::Error,
    summary: "The type of a column has an equal.",
    explanation: "A type of ours has to hold the same values and no others.",
    fails: Example::Foreign {
        language: "kuzu",
        schema: None,
        text: "CREATE NODE TABLE City (name STRING, area DECIMAL(10, 2), PRIMARY KEY (name));\n",
    },
    passes: Example::Foreign {
        language: "kuzu",
        schema: None,
        text: "CREATE NODE TABLE City (name STRING, area DOUBLE, PRIMARY KEY (name));\n",
    },
};
