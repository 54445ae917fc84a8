//! X022: regular expressions that mean the same.

use crate::diagnostic::Severity;
use crate::rules::{Example, LAB_SCHEMA, Rule};

pub const RULE: Rule = Rule {
    code: "X022",
    subcode: "X022",
    name: "foreign-regular-expression",
    severity: Severity::Error,
    summary: "A regular expression is written, and uses what both languages read alike.",
    explanation: "`=~` matches the whole text, `matches` finds the pattern anywhere: the translation adds `^(?:…)$`. Flags, anchors, classes of Unicode and look-around mean other things or are unknown.",
    fails: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person) WHERE p.name =~ '(?i)a.*' RETURN p.name;\n",
    },
    passes: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person) WHERE toLower(p.name) =~ 'a.*' RETURN p.name;\n",
    },
};
