//! S037: an enum value that is not a bare word.

use omnigraph_grammar::schema::ast::EnumValue;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Decl;

pub const RULE: Rule = Rule {
    code: "S037",
    subcode: "S037",
    name: "enum-value",
    severity: Severity::Error,
    summary: "The values of an enum are words of letters, digits, `_` and `-`, without quotes.",
    explanation: "A value may start with a digit. It is written the same way in queries, there in quotes.",
    fails: Example::Schema("node Song { mood: enum(\"very calm\", loud) }\n"),
    passes: Example::Schema("node Song { mood: enum(very-calm, loud) }\n"),
};

pub(crate) fn finding(owner: &Decl, value: &EnumValue) -> Finding {
    let place = owner.place(value.span);
    let finding = Finding::new(
        &RULE,
        place.clone(),
        format!("the enum value {:?} is in quotes", value.text),
    );
    let word: String = value
        .text
        .trim()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' })
        .collect();
    match word.chars().any(|c| c.is_ascii_alphanumeric()) {
        true => finding.maybe_fix(format!("replace with `{word}`"), vec![(place, word)]),
        false => finding.help("write it as a word of letters, digits, `_` and `-`"),
    }
}
