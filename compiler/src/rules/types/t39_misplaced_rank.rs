//! T39: a rank function is the first sort key and the only one; what it looks for is a literal or a parameter.

use omnigraph_grammar::Span;
use omnigraph_grammar::query::ast::{Call, Read, SortKey};
use omnigraph_model::ir::Rank;

use crate::diagnostic::{Finding, Severity};
use crate::query::context::Context;
use crate::query::report::written;
use crate::query::text::ranked;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T39",
    subcode: "T39",
    name: "misplaced-rank",
    severity: Severity::Error,
    summary: "A rank function is the first sort key and the only one; what it looks for is a literal or a parameter.",
    explanation: "Ranking decides which rows there are and in which order; later keys break ties. The text or vector \
                  to compare with is the same for all rows. With aggregates, rank only what the rows are grouped by.",
    fails: Example::Query(
        "query q($q: String) {\n    match { $d: Doc }\n    return { $d.slug }\n    order { $d.year, bm25($d.title, $q) }\n}\n",
    ),
    passes: Example::Query(
        "query q($q: String) {\n    match { $d: Doc }\n    return { $d.slug }\n    order { bm25($d.title, $q), $d.year }\n}\n",
    ),
};

/// A search or rank function whose text or vector changes from row to row.
pub(crate) fn argument(call: &Call, span: Span) -> Finding {
    let name = call.function.name();
    Finding::new(&RULE, span, format!("`{name}` compares with a literal or a parameter"))
        .label("not a constant")
        .also(call.function_span, "the function")
}

/// The key at this index. `second`: another rank function comes first.
pub(crate) fn not_first(order: &[SortKey], index: usize, second: bool) -> Finding {
    let (first, key) = (&order[0], &order[index]);
    let message = match second {
        true => "a result has one rank function",
        false => "a rank function is the first sort key",
    };
    let finding = Finding::new(&RULE, key.span, message)
        .label("ranks")
        .also(first.span, "the first sort key");
    let before = &order[index.saturating_sub(1)];
    let gone = (Span { start: before.span.end, end: key.span.end }, String::new());
    match written(&key.expression) {
        _ if second => finding
            .help("`rrf(…)` fuses two rankings")
            .maybe_fix("delete it", vec![gone]),
        Some(text) => {
            let front = (Span::at(first.span.start as usize), format!("{text}, "));
            finding.maybe_fix("move it to the front", vec![front, gone])
        }
        None => finding.help("move it to the front"),
    }
}

pub(crate) fn ungrouped(context: &Context, key: &SortKey, rank: &Rank, read: &Read) -> Finding {
    let variable = &context.variable(ranked(rank)).name;
    Finding::new(&RULE, key.span, format!("the rows are not grouped by `${variable}`, which is ranked"))
        .label("ranks single nodes")
        .also(read.return_span, "grouped by these columns")
        .help(format!("project `${variable}` too"))
}

/// A column of `nearest` that is sorted downwards.
pub(crate) fn farthest(key: &SortKey, direction: Span) -> Finding {
    Finding::new(&RULE, direction, "an order by `nearest` starts with the nearest and has no direction")
        .label("not possible")
        .also(key.expression.span, "distances")
        .maybe_fix("delete it", vec![(direction, String::new())])
}
