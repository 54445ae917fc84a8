//! L305: a variable that is first written inside a nested block is not bound outside of it as well.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L305",
    subcode: "L305",
    name: "not-capture",
    severity: Severity::Warning,
    summary: "A variable that is first written inside `not` or `exists` is not bound outside of it as well.",
    explanation: "Names of the block around it are visible inside, wherever they are bound: it is the same variable, not one of its own.",
    fails: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        not { $p follows $f }\n        $f: Person\n    }\n    return { $p.name, $f.name as other }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        $f: Person { handle: \"ada\" }\n        not { $p follows $f }\n    }\n    return { $p.name }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    for mentions in view.variables().into_values() {
        let Some(first) = mentions.iter().min_by_key(|mention| mention.span.start) else {
            continue;
        };
        let outer = mentions.iter().filter(|mention| {
            view.is_around(mention.scope, first.scope) && matches!(mention.role, Role::Bound | Role::End | Role::Edge)
        });
        let Some(outside) = outer.min_by_key(|mention| mention.span.start) else {
            continue;
        };
        let Some(nested) = view.block(first.scope).and_then(|block| block.nested) else {
            continue;
        };
        // Of alternatives, what they have in common goes on outside.
        if nested.word == BlockWord::Either {
            continue;
        }
        let name = view.name(first);
        let word = nested.word.text();
        let fresh = format!("inner_{name}");
        let inside = mentions.iter().filter(|mention| mention.scope >= first.scope);
        let edits: Vec<(Span, String)> = inside.map(|mention| (mention.span, format!("${fresh}"))).collect();
        found.push(
            Finding::new(
                &RULE,
                first.span,
                format!("`${name}` is the variable that is bound below, outside of this `{word}`"),
            )
            .label("not a variable of its own")
            .also(outside.span, "bound here")
            .maybe_fix(format!("call the inner one `${fresh}`"), edits),
        );
    }
}
