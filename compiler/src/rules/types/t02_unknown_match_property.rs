//! T2: an inline match names a property of the bound type.

use omnigraph_grammar::Name;

use crate::diagnostic::{Finding, Severity};
use crate::query::context::Context;
use crate::query::environment::VariableKind;
use crate::rules::types::t06_2_unknown_property::implementer_with;
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

pub(crate) fn finding(context: &Context, owner: &VariableKind, property: &Name, ty: &Name) -> Finding {
    let name = &property.text;
    let finding = Finding::new(&RULE, property.span, format!("`{}` has no property `{name}`", ty.text))
        .label("unknown property")
        .also(ty.span, "the type that is matched");
    if matches!(name.as_str(), "id" | "src" | "dst") {
        return finding.help(super::t06_2_unknown_property::identity_help(name));
    }
    if let VariableKind::Interface(interface) = owner
        && let Some(own) = implementer_with(context, interface, name)
    {
        return finding.help(format!("`{own}` has it: bind that type instead of the interface"));
    }
    let known = owner.declaration().map_or(&[] as &[_], |(.., properties)| properties);
    finding.meaning(property.span, "", &nearest(name, known.iter().map(|p| p.name.as_str())))
}
