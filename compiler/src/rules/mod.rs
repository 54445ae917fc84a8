//! The rule book: one file per rule, holding its code, its documentation with an example that triggers it and the same
//! example mended, its check, and its fix. The table below, `explain`, the pages in `docs/codes/` and the settings'
//! schema are made from those files; a test runs each rule's two examples.

mod page;

use omnigraph_grammar::{Span, SyntaxError};

use crate::diagnostic::{Finding, FindingFix, Place, Severity};

pub use crate::diagnostic::{Example, Given, Rule};
pub use page::{code_page, explained};

include!(concat!(env!("OUT_DIR"), "/rules.rs"));

/// The schema that the specification's examples use.
pub const LAB_SCHEMA: &str = include_str!("lab.pg");

impl Rule {
    /// Whether it is about a change of a schema.
    pub(crate) fn is_about_migrations(&self) -> bool {
        self.code.starts_with("OG-")
    }

    /// Whether it is about statements of other languages, which no project holds.
    pub(crate) fn is_about_translations(&self) -> bool {
        self.code.starts_with('X')
    }

    /// Whether a project may say how severe it is: what the language calls an error stays one, and so does what protects a
    /// migration from a change that it was not planned for.
    pub(crate) fn may_be_set(&self) -> bool {
        if self.is_about_translations() {
            return false;
        }
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

/// The rule that a part of the compiler reports by its code alone, as the parsers do.
pub fn by_code(code: &str) -> &'static Rule {
    RULES
        .iter()
        .copied()
        .find(|rule| rule.subcode == code)
        .or_else(|| RULES.iter().copied().find(|rule| rule.code == code))
        .unwrap_or(&schema::s006_expected_token::RULE)
}

/// What the parsers report names its rule by the code.
impl Finding {
    /// What a parser found in the item with this index.
    pub fn of_syntax(error: &SyntaxError, item: u32) -> Finding {
        Finding::of_syntax_at(error, |span| Place::Item { item, span })
    }

    /// What splitting the file into items found, outside of every item.
    pub fn of_stray(error: &SyntaxError) -> Finding {
        Finding::of_syntax_at(error, Place::File)
    }

    fn of_syntax_at(error: &SyntaxError, place: impl Fn(Span) -> Place) -> Finding {
        let rule = by_code(error.code);
        let mut finding = Finding::new(rule, place(error.span), error.message.clone());
        finding.labels = error
            .labels
            .iter()
            .map(|(span, text)| (place(*span), text.clone()))
            .collect();
        finding.help = error.help.clone();
        finding.fixes = error
            .fixes
            .iter()
            .map(|fix| FindingFix {
                title: fix.title.clone(),
                safe: fix.safe,
                edits: fix
                    .edits
                    .iter()
                    .map(|(span, text)| (place(*span), text.clone()))
                    .collect(),
            })
            .collect();
        finding
    }
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
