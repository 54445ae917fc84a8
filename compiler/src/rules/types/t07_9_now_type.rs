//! T7.9: `now()` meets a DateTime.

use omnigraph_grammar::Span;
use omnigraph_model::types::{Scalar, Type};

use crate::diagnostic::{Finding, Severity};
use crate::query::context::Owner;
use crate::wording::spoken;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T7",
    subcode: "T7.9",
    name: "now-type",
    severity: Severity::Error,
    summary: "`now()` meets a DateTime.",
    explanation: "`now()` is an instant, and nothing else is comparable with it or can hold it; pass today's date as \
                  a parameter.",
    fails: Example::Query("query q() {\n    match { $p: Person { joined: now() } }\n    return { $p.handle }\n}\n"),
    passes: Example::Query("query q() {\n    match { $d: Doc { seen: now() } }\n    return { $d.slug }\n}\n"),
};

pub(crate) fn finding(span: Span, ty: &Type, owner: Option<&Owner>) -> Finding {
    let finding = Finding::new(&RULE, span, format!("`now()` is a `DateTime`, the other side is {}", spoken(ty)))
        .label("a `DateTime`");
    let finding = match owner {
        Some(owner) => owner.label(finding, ty),
        None => finding,
    };
    match ty.scalar {
        Scalar::Date => finding.help("pass the day as a parameter of type `Date`"),
        _ => finding,
    }
}
