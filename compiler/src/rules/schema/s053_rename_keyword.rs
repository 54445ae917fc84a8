//! S053: `@rename_from` with a keyword.

use omnigraph_grammar::Span;
use omnigraph_grammar::schema::ast::{Annotation, Argument};

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Decl;

pub const RULE: Rule = Rule {
    code: "S053",
    subcode: "S053",
    name: "rename-keyword",
    severity: Severity::Error,
    summary: "`@rename_from` takes the former name and nothing else.",
    explanation: "The hint is consumed when the schema is applied; nothing of it is stored.",
    fails: Example::Schema("node Book @rename_from(\"Tome\", note=\"x\") {}\n"),
    passes: Example::Schema("node Book @rename_from(\"Tome\") {}\n"),
};

pub(crate) fn finding(owner: &Decl, annotation: &Annotation, keyword: &Argument) -> Finding {
    let list = annotation
        .arguments
        .as_ref()
        .map_or(&[][..], |arguments| &arguments.list);
    let before = list
        .iter()
        .map(|argument| argument.span.end)
        .filter(|end| *end <= keyword.span.start)
        .max();
    let cut = Span {
        start: before.unwrap_or(keyword.span.start),
        end: keyword.span.end,
    };
    Finding::new(&RULE, owner.place(keyword.span), "`@rename_from` takes no keywords")
        .safe_fix("delete it", vec![(owner.place(cut), String::new())])
}
