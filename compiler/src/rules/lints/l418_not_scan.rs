//! L418: what a `not` looks for is linked to the rows outside by a traversal.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L418",
    subcode: "L418",
    name: "not-scan",
    severity: Severity::Warning,
    summary: "What a `not` looks for is linked to the rows outside by a traversal.",
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

use omnigraph_model::ir::pattern::Term;

fn check(view: &View, found: &mut Vec<Finding>) {
    let Some(pattern) = view.pattern else { return };
    let mut scope = 0;
    visit(view, &pattern.root, &mut scope, found);
}

fn visit(view: &View, block: &Term, scope: &mut usize, found: &mut Vec<Finding>) {
    for nested in block.conjunction().negations {
        *scope += 1;
        let inner = nested.conjunction();
        let negation = view.blocks.get(*scope).and_then(|block| block.negation);
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
        if let Some(negation) = negation
            && !inner.nodes.is_empty()
            && !linked
            && !pinned
        {
            let finding = Finding::new(
                &RULE,
                negation.keyword,
                "no traversal links this `not` to the rows outside",
            );
            found.push(finding.label("looks at every node for every row"));
        }
        visit(view, nested, scope, found);
    }
}
