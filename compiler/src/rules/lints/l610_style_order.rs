//! L610: clauses stand in the order bindings, traversals, filters, negations.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L610",
    subcode: "L610",
    name: "style-order",
    severity: Severity::Info,
    summary: "Clauses stand in the order bindings, traversals, filters, negations.",
    explanation: "Order means nothing; the same one everywhere is easier to read. Off unless the settings ask for it.",
    fails: Example::Query(
        "query q() {\n    match {\n        $p wrote $d\n        $p: Person\n    }\n    return { $p.name, $d.title }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        $p wrote $d\n    }\n    return { $p.name, $d.title }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: false,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    let rank = |clause: &Clause| match clause {
        Clause::Binding(_) => 0,
        Clause::Traversal(_) => 1,
        Clause::Filter(_) | Clause::TextPredicate(_) => 2,
        Clause::Negation(_) => 3,
    };
    for block in &view.blocks {
        let ranks: Vec<i32> = block.clauses.iter().map(rank).collect();
        let Some(at_index) = ranks.windows(2).position(|pair| pair[0] > pair[1]) else {
            continue;
        };
        let late = &block.clauses[at_index + 1];
        let mut sorted: Vec<&Clause> = block.clauses.iter().collect();
        sorted.sort_by_key(|clause| rank(clause));
        let edits: Vec<(Span, String)> = block
            .clauses
            .iter()
            .zip(&sorted)
            .filter(|(old, new)| old.span() != new.span())
            .map(|(old, new)| (old.span(), view.written_at(new.span()).to_owned()))
            .collect();
        let nested = block.clauses.iter().any(|clause| matches!(clause, Clause::Negation(_)));
        let finding = at(&RULE, late.span(), "this clause comes late");
        // Variables without a name are numbered, and rows without another order are ordered by them.
        let nameless = |clauses: &mut dyn Iterator<Item = &Clause>| -> Vec<Span> {
            let spans = clauses.map(Clause::span);
            spans.filter(|span| view.written_at(*span).contains("$_")).collect()
        };
        let kept = block.scope != 0
            || view.aggregates()
            || nameless(&mut block.clauses.iter()) == nameless(&mut sorted.iter().copied());
        // What stands inside of a `not` may have edits of its own.
        found.push(finding.mended("put the clauses in order", !nested && kept, edits));
    }
}
