//! L307: both ends of a traversal are bound to a type by a clause of their own.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L307",
    subcode: "L307",
    name: "implicit-type",
    severity: Severity::Info,
    summary: "Both ends of a traversal are bound to a type by a clause of their own.",
    explanation: "The type follows from the edge. Writing it makes the query easier to read. Off unless the settings ask for it.",
    fails: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        $p wrote $d\n    }\n    return { $p.name, $d.title }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        $p wrote $d\n        $d: Doc\n    }\n    return { $p.name, $d.title }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: false,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    for (var, mentions) in view.variables() {
        if view.is_handed(var) || mentions.iter().any(|mention| mention.role == Role::Bound) {
            continue;
        }
        let Some(mention) = mentions.iter().find(|mention| mention.role == Role::End) else {
            continue;
        };
        let Some(node) = view.node(var) else { continue };
        let name = view.name(mention);
        // Before everything in the block that is not a binding, where bindings belong.
        let block = view.blocks.iter().find(|block| block.scope == mention.scope);
        let clause = block.and_then(|block| {
            let binds = |clause: &&Clause| block.bindings.iter().any(|binding| binding.span == clause.span());
            block.clauses().iter().find(|clause| !binds(clause))
        });
        let finding = Finding::new(&RULE, mention.span, format!("the type of `${name}` is not written"));
        found.push(match clause {
            Some(clause) => {
                let text = format!("${name}: {}  ", node.name);
                finding.fix(
                    format!("add `${name}: {}`", node.name),
                    // A variable of one mention is not a variable that wants a type.
                    mentions.len() > 1,
                    vec![(Span::at(clause.span().start as usize), text)],
                )
            }
            None => finding,
        });
    }
}
