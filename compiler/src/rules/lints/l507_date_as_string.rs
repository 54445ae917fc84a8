//! L507: dates are stored as dates.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L507",
    subcode: "L507",
    name: "date-as-string",
    severity: Severity::Info,
    summary: "Dates are stored as dates.",
    explanation: "A date in a String is compared as text, and nothing checks it.",
    fails: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        $p.name > \"2021-04-01\"\n    }\n    return { $p.name }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        $p.joined > date(\"2021-04-01\")\n    }\n    return { $p.name }\n}\n",
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
            _,
            Side::Literal(Literal::String(text)),
        )) = compared.of_property()
            && ty.scalar == Scalar::String
            && ty.enum_values.is_none()
            && omnigraph_model::temporal::parse_date(text).is_some()
        {
            let message = format!("`{owner}.{property}` is a String compared with a date");
            found.push(
                Finding::new(&RULE, compared.value_span(), message).help("declare it as `Date`, and write `date(\"…\")`"),
            );
        }
    }
}
