//! Q001: a word or sign that does not fit.

use omnigraph_grammar::Span;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "Q000",
    subcode: "Q001",
    name: "unexpected-token",
    severity: Severity::Error,
    summary: "Every word of a query stands where the language expects one of its kind.",
    explanation: "The message lists what could stand there instead. The rest of the file is read all the same.",
    fails: Example::Query("query people() {\n    match { $p Person }\n    return { $p.name }\n}\n"),
    passes: Example::Query("query people() {\n    match { $p: Person }\n    return { $p.name }\n}\n"),
};

/// `asfoo` behind a projection, where no column is called so.
pub(crate) fn glued_alias(name: &str, alias: &str, span: Span, before: Span) -> Finding {
    let finding = Finding::new(&RULE, span, format!("`as` and `{alias}` are glued together"))
        .label(format!("no column is called `{name}`"))
        .also(before, "a column of its own");
    let starts_name = alias.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
    let finding = match starts_name {
        true => {
            let gap = Span::at(span.start as usize + 2);
            finding.maybe_fix("insert a space", vec![(gap, " ".to_owned())])
        }
        false => finding,
    };
    finding.maybe_fix(format!("write `as {name}`"), vec![(span, format!("as {name}"))])
}
