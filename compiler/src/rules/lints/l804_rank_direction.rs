//! L804: a rank function has no direction.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L804",
    subcode: "L804",
    name: "rank-direction",
    severity: Severity::Warning,
    summary: "A rank function has no direction.",
    explanation: "The best come first, whatever is written.",
    fails: Example::Query(
        "query q() {\n    match {\n        $d: Doc\n        search($d.title, \"graph\")\n    }\n    return { $d.title }\n    order { bm25($d.title, \"graph\") asc }\n    limit 10\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match {\n        $d: Doc\n        search($d.title, \"graph\")\n    }\n    return { $d.title }\n    order { bm25($d.title, \"graph\") }\n    limit 10\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    for read in view.reads() {
        for key in &read.order {
            if let (ExpressionKind::Call(call), Some((Direction::Ascending, span))) = (&key.expression.kind, &key.direction)
                && matches!(call.function, Function::Bm25 | Function::Rrf)
            {
                let cut = Span::new(key.expression.span.end as usize, span.end as usize);
                let message = format!("`{}` puts the best first in any case", call.function.name());
                found.push(Finding::new(&RULE, *span, message).safe_fix("remove it", vec![(cut, String::new())]));
            }
        }
    }
}
