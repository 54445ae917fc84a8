//! L428: `after` without `limit` has no further page.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L428",
    subcode: "L428",
    name: "page-without-limit",
    severity: Severity::Warning,
    summary: "A query with `after` says by `limit` how many rows a page has.",
    explanation: "Without it the first page has all rows, and its `next` is null, so that there is never a cursor to go on from.",
    fails: Example::Query(
        "query q($cursor: String?) {\n    match { $p: Person }\n    return { $p.name }\n    order { $p.name }\n    after $cursor\n}\n",
    ),
    passes: Example::Query(
        "query q($cursor: String?) {\n    match { $p: Person }\n    return { $p.name }\n    order { $p.name }\n    limit 10\n    after $cursor\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    let of_read = view.parts().last().map(|part| (&part.read.after, &part.read.limit));
    let of_union = view.union().map(|union| (&union.after, &union.limit));
    if let Some((Some(after), None)) = of_union.or(of_read) {
        let finding =
            Finding::new(&RULE, after.span, "without `limit` there is one page only").label("never gets a cursor");
        let at = Span::at(after.span.start as usize);
        found.push(finding.maybe_fix("take 10 rows", vec![(at, "limit 10 ".to_owned())]));
    }
}
