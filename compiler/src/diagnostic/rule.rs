//! What a rule is. The rules themselves and their table stand in [`rules`](crate::rules).

use super::Severity;

/// What is known of a rule before any source is read.
#[derive(Debug)]
pub struct Rule {
    /// `S065`, `T6`, `P001`: what users see, filter and suppress by.
    pub code: &'static str,
    /// The exact rule where a code has several, `T6.2`; equal to `code` otherwise. Unique.
    pub subcode: &'static str,
    /// Readable and unique, `unknown-property`.
    pub name: &'static str,
    pub severity: Severity,
    /// One sentence: what the rule demands.
    pub summary: &'static str,
    /// Markdown: why it matters and what to do instead.
    pub explanation: &'static str,
    /// Triggers this rule and no other error.
    pub fails: Example,
    /// The same, mended: no finding of this rule, no error.
    pub passes: Example,
}

/// Source text that shows a rule at work.
#[derive(Debug)]
pub enum Example {
    /// A schema file.
    Schema(&'static str),
    /// A query file, checked against `LAB_SCHEMA`.
    Query(&'static str),
    /// A query file with a schema of its own.
    Project { schema: &'static str, query: &'static str },
    /// A request: a query file checked against `LAB_SCHEMA`, the query's name if one is given, whether it comes in by
    /// the entry point for mutations, and the parameters' JSON.
    Request {
        query: &'static str,
        name: Option<&'static str>,
        mutation: bool,
        params: &'static str,
    },
    /// A query file that has no schema.
    Orphan(&'static str),
    /// A schema that replaces an accepted one.
    Change {
        accepted: &'static str,
        desired: &'static str,
    },
    /// A query file for a graph with `LAB_SCHEMA` that holds so many rows of these types.
    Stored {
        rows: &'static [(&'static str, u64)],
        query: &'static str,
    },
    /// A query file, checked against `LAB_SCHEMA`, and what was published of it before.
    Published { before: &'static str, now: &'static str },
    /// The same where more is known than the two schemas.
    Situation {
        accepted: &'static str,
        desired: &'static str,
        known: &'static [Given],
    },
    /// A schema for a graph that has no numbers left to give.
    Exhausted(&'static str),
    /// Statements of `cypher` or `kuzu`, translated against a schema. They are translated where the translator is.
    Foreign {
        language: &'static str,
        schema: Option<&'static str>,
        text: &'static str,
    },
    /// A query file that has no error, and what a graph with `LAB_SCHEMA` holds when it runs, as NDJSON.
    Running { rows: &'static str, query: &'static str },
}

/// What a plan knows besides the two schemas.
#[derive(Clone, Copy, Debug)]
pub enum Given {
    /// What is dropped is removed for good.
    HardDrops,
    /// Every type has so many rows, of so many bytes, and indexes.
    Stored { rows: u64, bytes: u64 },
    /// A query of the project.
    Query(&'static str),
    /// A schema that the graph had earlier.
    Earlier(&'static str),
    /// What both schemas were made from.
    Base(&'static str),
    /// The settings' text.
    Settings(&'static str),
    /// Who plans.
    Actor(&'static str),
    /// The hash of the schema that the plan is meant for.
    IfSchema(&'static str),
}

impl PartialEq for Rule {
    fn eq(&self, other: &Rule) -> bool {
        self.subcode == other.subcode
    }
}

impl Eq for Rule {}

impl std::hash::Hash for Rule {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.subcode.hash(state)
    }
}
