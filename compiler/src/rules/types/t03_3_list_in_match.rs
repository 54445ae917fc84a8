//! T3.3: a list property is matched by one item.

use omnigraph_grammar::Span;
use omnigraph_grammar::query::ast::{ExpressionKind, Literal, PropertyMatch};

use crate::diagnostic::{Finding, Severity};
use crate::query::context::Owner;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T3",
    subcode: "T3.3",
    name: "list-in-match",
    severity: Severity::Error,
    summary: "A list property is matched by one item.",
    explanation: "`{ tags: \"rust\" }` keeps the nodes whose list has that item. For several items write a `contains` \
                  filter for each.",
    fails: Example::Query(
        "query q() {\n    match { $p: Person { tags: [\"rust\"] } }\n    return { $p.handle }\n}\n",
    ),
    passes: Example::Query("query q() {\n    match { $p: Person { tags: \"rust\" } }\n    return { $p.handle }\n}\n"),
};

pub(crate) fn finding(written: &PropertyMatch, owner: &Owner) -> Finding {
    let value = &written.value;
    let finding = Finding::new(&RULE, value.span, format!("{} is matched by one item, not by a list", owner.spoken()))
        .also(owner.name_span, "keeps the nodes whose list has the item");
    match &value.kind {
        ExpressionKind::Literal(Literal::List(items)) if items.len() == 1 => {
            let item = items[0].span;
            let cut = |start: u32, end: u32| (Span { start, end }, String::new());
            finding.safe_fix(
                "take the item out of the list",
                vec![cut(value.span.start, item.start), cut(item.end, value.span.end)],
            )
        }
        _ => finding.help("write a filter for each item: `$x.property contains …`"),
    }
}
