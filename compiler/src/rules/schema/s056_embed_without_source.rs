//! S056: `@embed` that does not say from what.

use omnigraph_grammar::Span;
use omnigraph_grammar::schema::ast::{Annotation, CoreType};

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Decl;

pub const RULE: Rule = Rule {
    code: "S056",
    subcode: "S056",
    name: "embed-without-source",
    severity: Severity::Error,
    summary: "`@embed` names the property that the vector is computed from.",
    explanation: "A query text is embedded with the same model as the source, so both must be known.",
    fails: Example::Schema("node Book { v: Vector(8) @embed }\n"),
    passes: Example::Schema("node Book { v: Vector(8) @embed(blurb) blurb: String }\n"),
};

pub(crate) fn finding(owner: &Decl, annotation: &Annotation) -> Finding {
    let finding = Finding::new(&RULE, owner.place(annotation.span), "`@embed` does not name its source")
        .help("write `@embed(property)`");
    let texts: Vec<&str> = owner
        .properties()
        .filter(|property| matches!(&property.ty.core, CoreType::Named(name) if name.text == "String"))
        .map(|property| property.name.text.as_str())
        .collect();
    let [only] = texts.as_slice() else {
        return finding;
    };
    let after_name = Span {
        start: annotation.name.span.end,
        end: annotation.span.end,
    };
    finding.safe_fix(
        format!("embed `{only}`"),
        vec![(owner.place(after_name), format!("({only})"))],
    )
}
