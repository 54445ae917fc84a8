//! X032: tables.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "X032",
    subcode: "X032",
    name: "table",
    severity: Severity::Error,
    summary: "A table is a node type with a key, or an edge from one node type to one.",
    explanation: "An edge has one type at each end; a table of relationships with several pairs is an edge for each.",
    fails: Example::Foreign {
        language: "kuzu",
        schema: None,
        text: "CREATE NODE TABLE City (name STRING, PRIMARY KEY (name));\nCREATE NODE TABLE Town (name STRING, PRIMARY KEY (name));\nCREATE REL TABLE Road (FROM City TO City, FROM City TO Town);\n",
    },
    passes: Example::Foreign {
        language: "kuzu",
        schema: None,
        text: "CREATE NODE TABLE City (name STRING, PRIMARY KEY (name));\nCREATE REL TABLE Road (FROM City TO City);\n",
    },
};
