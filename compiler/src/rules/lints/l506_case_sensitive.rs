//! L506: indexed text is searched by `search`.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L506",
    subcode: "L506",
    name: "case-sensitive",
    severity: Severity::Info,
    summary: "Indexed text is searched by `search`.",
    explanation: "`contains` and `starts_with` tell upper and lower case apart. The property has an index that `search` uses, which does not. Off unless the settings ask for it.",
    fails: Example::Query(
        "query q() {\n    match {\n        $d: Doc\n        $d.title contains \"Graph\"\n    }\n    return { $d.title }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match {\n        $d: Doc\n        search($d.title, \"Graph\")\n    }\n    return { $d.title }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: false,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    for compared in &view.compared {
        if let (
            Side::Property {
                var: Some(var),
                property,
                ty,
                ..
            },
            Comparator::Contains | Comparator::StartsWith,
            Side::Literal(Literal::String(text)),
        ) = (&compared.left, compared.op, &compared.right)
            && !ty.list
            && text.contains(char::is_uppercase)
            && view.node(*var).is_some_and(|node| {
                node.indexes
                    .iter()
                    .any(|set| set.as_slice() == [(*property).to_owned()])
            })
        {
            found.push(
                Finding::new(&RULE, compared.op_span, "this tells upper and lower case apart").help("`search` does not"),
            );
        }
    }
}
