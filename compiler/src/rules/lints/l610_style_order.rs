//! L610: clauses stand in the order bindings, traversals, filters, nested blocks.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L610",
    subcode: "L610",
    name: "style-order",
    severity: Severity::Info,
    summary: "Clauses stand in the order bindings, traversals, filters, nested blocks.",
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

/// Where a clause belongs; what holds a block comes last.
struct Rank(u8);

impl Visit<'_> for Rank {
    fn visit_binding(&mut self, _: &Binding) {
        self.0 = 0;
    }

    fn visit_traversal(&mut self, _: &Traversal) {
        self.0 = 1;
    }

    fn visit_condition(&mut self, _: &Expression) {
        self.0 = 2;
    }

    fn visit_block(&mut self, _: &Block) {
        self.0 = 3;
    }
}

fn check(view: &View, found: &mut Vec<Finding>) {
    let rank = |clause: &Clause| {
        let mut rank = Rank(0);
        rank.visit_clause(clause);
        rank.0
    };
    for block in &view.blocks {
        let clauses = block.clauses();
        let ranks: Vec<u8> = clauses.iter().map(rank).collect();
        let Some(at_index) = ranks.windows(2).position(|pair| pair[0] > pair[1]) else {
            continue;
        };
        let late = &clauses[at_index + 1];
        let mut sorted: Vec<&Clause> = clauses.iter().collect();
        sorted.sort_by_key(|clause| rank(clause));
        let edits: Vec<(Span, String)> = clauses
            .iter()
            .zip(&sorted)
            .filter(|(old, new)| old.span() != new.span())
            .map(|(old, new)| (old.span(), view.written_at(new.span()).to_owned()))
            .collect();
        let nested = clauses.iter().any(|clause| !clause.blocks().is_empty());
        let finding = Finding::new(&RULE, late.span(), "this clause comes late");
        // Variables without a name are numbered, and rows without another order are ordered by them.
        let nameless = |clauses: &mut dyn Iterator<Item = &Clause>| -> Vec<Span> {
            let spans = clauses.map(Clause::span);
            spans.filter(|span| view.written_at(*span).contains("$_")).collect()
        };
        let kept = !view.is_outermost(block.scope)
            || view.aggregates()
            || nameless(&mut clauses.iter()) == nameless(&mut sorted.iter().copied());
        // What stands inside of a nested block may have edits of its own.
        found.push(finding.fix("put the clauses in order", !nested && kept, edits));
    }
}
