//! L803: a text predicate stands alone.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L803",
    subcode: "L803",
    name: "boolean-text-predicate",
    severity: Severity::Info,
    summary: "A text predicate stands alone.",
    explanation: "`search(…)` is true or not; it need not be compared with `true`. For the opposite, write `not { search(…) }`.",
    fails: Example::Query(
        "query q() {\n    match {\n        $d: Doc\n        search($d.title, \"graph\") = true\n    }\n    return { $d.title }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match {\n        $d: Doc\n        search($d.title, \"graph\")\n    }\n    return { $d.title }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    for block in &view.blocks {
        for filter in &block.filters {
            let sides = [(&filter.left, &filter.right), (&filter.right, &filter.left)];
            for (call, value) in sides {
                let (ExpressionKind::Call(text), ExpressionKind::Literal(Literal::Boolean(value))) =
                    (&call.kind, &value.kind)
                else {
                    continue;
                };
                let wanted = match filter.op {
                    Comparator::Equal => *value,
                    Comparator::NotEqual => !*value,
                    _ => continue,
                };
                if !text.function.is_text_predicate() {
                    continue;
                }
                let alone = view.written_at(call.span);
                let mut finding = Finding::new(
                    &RULE,
                    filter.span,
                    format!("`{}(…)` need not be compared", text.function.name()),
                );
                finding = match wanted {
                    true => finding.safe_fix("leave the comparison out", vec![(filter.span, alone.to_owned())]),
                    false => finding.maybe_fix(
                        "write `not { … }`",
                        vec![(filter.span, format!("not {{ {alone} }}"))],
                    ),
                };
                if !wanted {
                    finding.severity = Severity::Warning;
                }
                found.push(finding);
            }
        }
    }
}
