//! T2: an inline match names a property of the bound type.

use omnigraph_grammar::Name;
use omnigraph_model::catalog::NodeType;

use crate::diagnostic::{Finding, Severity};
use crate::wording::nearest;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T2",
    subcode: "T2",
    name: "unknown-match-property",
    severity: Severity::Error,
    summary: "An inline match names a property of the bound type.",
    explanation: "`{ name: value }` after a type restricts a property of that type. A name that the type does not \
                  have would restrict nothing.",
    fails: Example::Query("query q() {\n    match { $p: Person { agee: 3 } }\n    return { $p.handle }\n}\n"),
    passes: Example::Query("query q() {\n    match { $p: Person { age: 3 } }\n    return { $p.handle }\n}\n"),
};

pub(crate) fn finding(node: &NodeType, property: &Name, ty: &Name) -> Finding {
    let name = &property.text;
    let finding = Finding::new(&RULE, property.span, format!("`{}` has no property `{name}`", node.name))
        .label("unknown property")
        .also(ty.span, "the type that is matched");
    if matches!(name.as_str(), "id" | "src" | "dst") {
        return finding.help(super::t06_2_unknown_property::identity_help(name));
    }
    finding.meaning(property.span, "", &nearest(name, node.properties.iter().map(|p| p.name.as_str())))
}
