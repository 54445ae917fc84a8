//! L209: a required property is assigned a required parameter.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L209",
    subcode: "L209",
    name: "nullable-into-required",
    severity: Severity::Warning,
    summary: "A required property is assigned a required parameter.",
    explanation: "A request that leaves the parameter out fails when it runs (P011). Drop the `?`, so that it is refused at once.",
    fails: Example::Query(
        "query q($h: String, $n: String?) {\n    update Person set { name: $n } where handle = $h\n}\n",
    ),
    passes: Example::Query(
        "query q($h: String, $n: String) {\n    update Person set { name: $n } where handle = $h\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    for statement in view.written() {
        let Some(ty) = &view.written_type(statement) else { continue };
        let otherwise = statement.otherwise().map_or(&[][..], |other| &other.assignments);
        for assignment in statement.assignments().iter().chain(otherwise) {
            let name = &assignment.property.text;
            let node = view.names.node(ty);
            let edge = view.names.edge(ty);
            let property = match (&node, &edge) {
                (Some(node), _) => node.property(name),
                (None, Some(edge)) => edge.property(name),
                _ => None,
            };
            let ExpressionKind::Variable(parameter) = &assignment.value.kind else {
                continue;
            };
            let declared = view.tree.parameters.iter().find(|p| p.name.text == *parameter);
            if let (Some(property), Some(declared)) = (property, declared)
                && declared.optional
                && !property.ty.nullable
                && property.default.is_none()
            {
                let message = format!("`${parameter}` may be null, `{ty}.{name}` may not");
                let mark = Span::new(declared.ty.span.end as usize, declared.span.end as usize);
                found.push(
                    Finding::new(&RULE, assignment.value.span, message)
                        .also(declared.span, "declared optional here")
                        .maybe_fix("drop the `?`", vec![(mark, String::new())]),
                );
            }
        }
    }
}
