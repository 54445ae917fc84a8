//! The rule book: one file per rule, holding its code, its documentation with an example that triggers it and the same
//! example mended, its check, and its fix. The table below, `explain`, the pages in `docs/codes/` and the settings'
//! schema are made from those files; a test runs each rule's two examples.

mod page;

use crate::diagnostic::Severity;

pub use page::{code_page, explained};

include!(concat!(env!("OUT_DIR"), "/rules.rs"));

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
    /// A query file, checked against [`LAB_SCHEMA`].
    Query(&'static str),
    /// A query file with a schema of its own.
    Project { schema: &'static str, query: &'static str },
    /// A request: a query file checked against [`LAB_SCHEMA`], the query's name if one is given, whether it comes in by
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
    /// A query file for a graph with [`LAB_SCHEMA`] that holds so many rows of these types.
    Stored {
        rows: &'static [(&'static str, u64)],
        query: &'static str,
    },
    /// A query file, checked against [`LAB_SCHEMA`], and what was published of it before.
    Published { before: &'static str, now: &'static str },
    /// The same where more is known than the two schemas.
    Situation {
        accepted: &'static str,
        desired: &'static str,
        known: &'static [Given],
    },
    /// A schema for a graph that has no numbers left to give.
    Exhausted(&'static str),
    /// A query file that has no error, and what a graph with [`LAB_SCHEMA`] holds when it runs, as NDJSON.
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

/// The schema that the specification's examples use.
pub const LAB_SCHEMA: &str = include_str!("lab.pg");

impl Rule {
    /// Whether it is about a change of a schema.
    pub(crate) fn is_about_migrations(&self) -> bool {
        self.code.starts_with("OG-")
    }

    /// Whether a project may say how severe it is: what the language calls an error stays one, and so does what protects a
    /// migration from a change that it was not planned for.
    pub(crate) fn may_be_set(&self) -> bool {
        match self.is_about_migrations() {
            true => self.code != migrations::og_nl_102_schema_moved::RULE.code,
            false => self.severity != Severity::Error || is_lint(self),
        }
    }

    /// Whether a schema may wave its findings through, with a reason.
    pub(crate) fn may_be_allowed(&self) -> bool {
        match self.is_about_migrations() {
            true => self.may_be_set(),
            false => self.code.starts_with('S') && self.severity != Severity::Error,
        }
    }
}

/// Codes about migrations that are taken and that no rule reports, each with whether a schema may name it all the same.
pub(crate) const TAKEN: [(&str, bool); 5] = [
    ("OG-NL-101", true),
    ("OG-NL-107", false),
    ("OG-OW-101", false),
    ("OG-OW-103", false),
    ("OG-OW-106", true),
];

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

/// The rule that a part of the compiler reports by its code alone, as the parsers do.
pub fn by_code(code: &str) -> &'static Rule {
    RULES
        .iter()
        .copied()
        .find(|rule| rule.subcode == code)
        .or_else(|| RULES.iter().copied().find(|rule| rule.code == code))
        .unwrap_or(&schema::s006_expected_token::RULE)
}

/// Whether it is about what is allowed: its severity may be set, and its findings suppressed, even those of an error.
pub fn is_lint(rule: &Rule) -> bool {
    LINTS.iter().any(|lint| lint.rule == rule)
}

/// Whether the rule's findings are reported unless the settings say otherwise.
pub(crate) fn is_on(rule: &Rule) -> bool {
    rule.code != "OG-NM-107" && LINTS.iter().all(|lint| lint.rule != rule || lint.on)
}

/// All rules of a code, in table order; also by sub-code or name. Letter case is ignored.
pub fn find(word: &str) -> Vec<&'static Rule> {
    RULES
        .iter()
        .copied()
        .filter(|rule| {
            [rule.code, rule.subcode, rule.name]
                .iter()
                .any(|known| known.eq_ignore_ascii_case(word))
        })
        .collect()
}
