//! L613: a list does not touch what is before it.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L613",
    subcode: "L613",
    name: "glued-list",
    severity: Severity::Warning,
    summary: "A list does not touch what is before it.",
    explanation: "Where columns or clauses stand side by side, `[` begins a list of its own. `at(x, 0)` and `(x[0])` \
                  are an item of x.",
    fails: Example::Query(
        "query q() {\n    match {\n        $p: Person\n    }\n    return { $p.name as n $p.tags[0] as first }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match {\n        $p: Person\n    }\n    return { $p.name as n at($p.tags, 0) as first }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    for read in view.reads() {
        for pair in read.projections.windows(2) {
            let [before, list] = pair else { continue };
            let ExpressionKind::Literal(Literal::List(items)) = &list.expression.kind else {
                continue;
            };
            if before.alias.is_some() || before.span.end != list.span.start {
                continue;
            }
            let finding = Finding::new(&RULE, list.expression.span, "this is a column of its own").label("a list");
            let text = view.written_at(before.expression.span);
            found.push(match &**items {
                [item] => {
                    let span = before.expression.span.to(list.expression.span);
                    let text = format!("at({text}, {})", view.written_at(item.span));
                    finding.maybe_fix(format!("write `{text}`"), vec![(span, text)])
                }
                _ => finding.help("put a comma or a space between them"),
            });
        }
    }
}
