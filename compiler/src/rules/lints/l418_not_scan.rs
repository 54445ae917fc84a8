//! L418: what a nested block looks for is linked to the rows outside by a traversal.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L418",
    subcode: "L418",
    name: "not-scan",
    severity: Severity::Warning,
    summary: "What a `not` or an `exists` looks for is linked to the rows outside by a traversal.",
    explanation: "A filter alone links it, so every node of the type is looked at for every row.",
    fails: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        not {\n            $d: Doc\n            $d.title = $p.name\n        }\n    }\n    return { $p.name }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        not { $p wrote $_ }\n    }\n    return { $p.name }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

use std::collections::BTreeSet;

use omnigraph_model::ir::pattern::Term;

fn check(view: &View, found: &mut Vec<Finding>) {
    for part in view.parts() {
        visit(view, &part.part.root, found);
    }
}

fn visit(view: &View, block: &Term, found: &mut Vec<Finding>) {
    let block = block.conjunction();
    for test in block.tests {
        let inner = test.inner.conjunction();
        let declared = inner.nodes.first().map(|var| view.environment.variable(*var).declared);
        let nested = declared.and_then(|place| view.block_at(place)).and_then(|block| block.nested);
        let own = |var| inner.nodes.contains(&var);
        let linked = inner.links.iter().any(|link| !own(link.from) || !own(link.to));
        let pinned = inner.nodes.iter().any(|var| {
            let node = view.node(*var);
            view.compared.iter().any(|compared| match compared.of_property() {
                Some((Side::Property { var: Some(of), .. }, property, _, Comparator::Equal, _)) => {
                    of == var && node.is_some_and(|node| node.key == [property.to_owned()])
                }
                _ => false,
            })
        });
        if let Some(nested) = nested
            && !inner.nodes.is_empty()
            && !linked
            && !pinned
            && reads_outside(test.inner)
        {
            let message = format!("no traversal links this `{}` to the rows outside", nested.word.text());
            found.push(Finding::new(&RULE, nested.keyword, message).label("looks at every node for every row"));
        }
        visit(view, test.inner, found);
    }
    let alternatives = block.eithers.iter().flat_map(|either| either.branches);
    block
        .optionals
        .into_iter()
        .chain(alternatives)
        .for_each(|inner| visit(view, inner, found));
}

/// Whether a nested block depends on the row outside; otherwise it is answered once.
fn reads_outside(term: &Term) -> bool {
    let (mut own, mut mentioned) = (BTreeSet::new(), BTreeSet::new());
    term.visit(&mut |part| match part {
        Term::Node(var) => _ = own.insert(*var),
        Term::Link(link) => {
            own.extend(link.edge_variable);
            mentioned.extend([link.from, link.to]);
        }
        Term::Let(var, value) | Term::Each(var, value) => {
            own.insert(*var);
            mentioned.extend(value.variables());
        }
        Term::Fold(var, aggregate, _) => {
            own.insert(*var);
            aggregate.expressions().for_each(|part| mentioned.extend(part.variables()));
        }
        Term::Condition(condition) => mentioned.extend(condition.variables()),
        Term::All(_) | Term::Not(_) | Term::Exists(_) | Term::Optional(_) | Term::Either(..) => {}
    });
    !mentioned.is_subset(&own)
}
