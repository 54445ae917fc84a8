//! L427: a stage does something to its rows.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L427",
    subcode: "L427",
    name: "idle-stage",
    severity: Severity::Info,
    summary: "A stage groups, filters or cuts its rows.",
    explanation: "The rows that a plain `with` hands on are extended as those of one `match` are, so the clauses of both can \
                  stand in it, where each is looked for in whichever order is best. An order without a limit decides nothing \
                  either: the rows of the result are ordered behind `return`.",
    fails: Example::Query(
        "query q() {\n    match { $p: Person  $p follows $q }\n    with { $p, $q }\n    match { $q wrote $d }\n    return { $p.handle, $d.slug }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match { $p: Person  $p follows $q  $q wrote $d }\n    return { $p.handle, $d.slug }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    let ordered = view.union().is_some_and(|union| !union.order.is_empty());
    for PartView { read, part, .. } in view.parts() {
        let is_result = view.reads().any(|result| std::ptr::eq(result, read));
        if is_result {
            if let (true, Some(first), Some(last)) = (ordered, read.order.first(), read.order.last())
                && read.limits().next().is_none()
            {
                let message = "an order without a limit decides nothing in a branch";
                found.push(
                    Finding::new(&RULE, first.span.to(last.span), message)
                        .label("orders rows that the union orders again"),
                );
            }
            continue;
        }
        if part.limit.is_some() || part.offset.is_some() {
            continue;
        }
        if let (Some(first), Some(last)) = (read.order.first(), read.order.last()) {
            found.push(
                Finding::new(&RULE, first.span.to(last.span), "an order without a limit decides nothing in a stage")
                    .label("orders rows that are all handed on")
                    .help("`limit` says how many go on; the result is ordered behind `return`"),
            );
            continue;
        }
        // What is optional is looked for behind everything else of its block, so blocks differ from one.
        let flat = !part.grouped && part.rank.is_none() && read.having.is_none();
        if flat && part.root.conjunction().optionals.is_empty() {
            let word = Span {
                end: read.return_span.start + "with".len() as u32,
                ..read.return_span
            };
            found.push(
                Finding::new(&RULE, word, "this stage hands on its rows as they are")
                    .label("neither groups nor cuts")
                    .help("the clauses of both blocks can stand in one `match`"),
            );
        }
    }
}
