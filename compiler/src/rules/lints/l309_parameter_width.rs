//! L309: a parameter has the type of the property it is compared with.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L309",
    subcode: "L309",
    name: "parameter-width",
    severity: Severity::Info,
    summary: "A parameter has the type of the property it is compared with.",
    explanation: "Values that the property can never have are accepted, and then find nothing.",
    fails: Example::Query(
        "query q($age: I64) {\n    match {\n        $p: Person { age: $age }\n    }\n    return { $p.name }\n}\n",
    ),
    passes: Example::Query(
        "query q($age: I32) {\n    match {\n        $p: Person { age: $age }\n    }\n    return { $p.name }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    for parameter in &view.tree.parameters {
        let met: Vec<_> = view
            .compared
            .iter()
            .filter_map(|compared| {
                let (side, property, ty, _, other) = compared.of_property()?;
                let Side::Property { owner, .. } = side else {
                    return None;
                };
                match other {
                    Side::Parameter { name, ty: own } if *name == parameter.name.text => {
                        Some((owner, property, ty, own))
                    }
                    _ => None,
                }
            })
            .collect();
        let Some((owner, property, ty, own)) = met.first() else {
            continue;
        };
        let other = |(_, _, ty, own): &(&String, &str, &omnigraph_model::types::Type, &omnigraph_model::types::Type)| {
            ty.scalar != own.scalar && ty.scalar.is_numeric() && own.scalar.is_numeric()
        };
        let alike = met.iter().all(|(_, _, next, _)| next.scalar == ty.scalar);
        let uses = view.text.matches(&format!("${}", parameter.name.text)).count();
        if !met.iter().all(other) || !alike || uses != met.len() + 1 {
            continue;
        }
        let message = format!(
            "`${}` is {}, `{owner}.{property}` is {}",
            parameter.name.text, own.scalar, ty.scalar
        );
        let title = format!("declare it as `{}`", ty.scalar);
        found.push(Finding::new(&RULE, parameter.ty.span, message).fix(
            title,
            // Callers may give values that the other type does not have.
            false,
            vec![(parameter.ty.name.span, ty.scalar.to_string())],
        ));
    }
}
