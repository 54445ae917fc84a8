//! L502: a filter compares an enum with one of its values.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L502",
    subcode: "L502",
    name: "filter-not-a-variant",
    severity: Severity::Warning,
    summary: "A filter compares an enum with one of its values.",
    explanation: "The property never has this value: `=` finds nothing, `!=` leaves nothing out.",
    fails: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        $p.role = \"boss\"\n    }\n    return { $p.name }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        $p.role = \"lead\"\n    }\n    return { $p.name }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    for compared in &view.compared {
        if let Some((
            Side::Property {
                owner, property, ty, ..
            },
            _,
            _,
            op,
            Side::Literal(Literal::String(text)),
        )) = compared.of_property()
            && let Some(values) = &ty.enum_values
            && matches!(op, Comparator::Equal | Comparator::NotEqual)
            && !compared.inline
            && !values.contains(text)
        {
            let message = format!("`{text}` is not a value of `{owner}.{property}`");
            let mut finding =
                Finding::new(&RULE, compared.value_span(), message).help(format!("it has: {}", values.join(", ")));
            let near = crate::wording::nearest(text, values.iter().map(String::as_str));
            for value in near {
                finding = finding.maybe_fix(
                    format!("write `{value}`"),
                    vec![(compared.value_span(), format!("{value:?}"))],
                );
            }
            found.push(finding);
        }
    }
}
