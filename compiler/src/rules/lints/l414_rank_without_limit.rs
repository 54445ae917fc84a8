//! L414: a ranked query has a limit.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L414",
    subcode: "L414",
    name: "rank-without-limit",
    severity: Severity::Warning,
    summary: "A ranked query has a limit.",
    explanation: "Ranking serves to find the best; without `limit` all that match at all are returned.",
    fails: Example::Query(
        "query q() {\n    match {\n        $d: Doc\n        search($d.title, \"graph\")\n    }\n    return { $d.title }\n    order { bm25($d.title, \"graph\") }\n}\n",
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
        let ranked = read
            .order
            .iter()
            .find(|key| matches!(&key.expression.kind, ExpressionKind::Call(call) if call.function.is_rank()));
        if let (Some(key), None) = (ranked, &read.limit) {
            let finding = Finding::new(&RULE, key.span, "every match is returned, however far down");
            let end = view.text.trim_end().len().saturating_sub(1);
            found.push(match view.union() {
                None => finding.maybe_fix("add `limit 10`", vec![(Span::at(end), "    limit 10\n".to_owned())]),
                Some(_) => finding.help("`limit` behind the order of this branch says how many"),
            });
        }
    }
}
