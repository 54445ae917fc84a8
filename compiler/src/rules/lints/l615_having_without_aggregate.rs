//! L615: a condition on single rows stands in the match block.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L615",
    subcode: "L615",
    name: "having-without-aggregate",
    severity: Severity::Info,
    summary: "`having` reads an aggregate.",
    explanation: "A condition that reads no aggregate says the same in the match block, where it is read beside the \
                  others and drops rows before they are grouped.",
    fails: Example::Query(
        "query q() {\n    match {\n        $p: Person\n    }\n    return { $p.role, count($p) as n }\n    having { $p.role = \"lead\" }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        $p.role = \"lead\"\n    }\n    return { $p.role, count($p) as n }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    for PartView { read, part, .. } in view.results() {
        let aggregates = part.having.as_ref().is_some_and(|condition| condition.has_aggregate());
        if let Some(having) = read.having.as_ref().filter(|_| !aggregates) {
            found.push(finding(view, read, having));
        }
    }
}

fn finding(view: &View, read: &Read, having: &Having) -> Finding {
    let finding = Finding::new(&RULE, having.span, "this reads no aggregate").label("a condition on single rows");
    let mut names = Names(false);
    names.visit_having(having);
    let text = view.written_at(having.condition.span);
    match names.0 || text.starts_with('-') {
        true => finding.help("it can stand in the match block"),
        false => {
            let end = read.pattern.span.end.saturating_sub(1);
            let before = view.text[..end as usize].trim_end();
            let edits = vec![
                (Span::at(before.len()), format!(" {text}")),
                view.without(having.span),
            ];
            finding.safe_fix("move it to the match block", edits)
        }
    }
}

/// Whether columns are named, which the match block does not know.
struct Names(bool);

impl Visit<'_> for Names {
    fn visit_alias(&mut self, _name: &str, _span: Span) {
        self.0 = true;
    }
}
