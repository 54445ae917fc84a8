//! T3.4: a vector that is assigned has as many numbers as the property's type says.

use omnigraph_grammar::Span;

use crate::diagnostic::{Finding, Place, Severity};
use crate::query::context::Owner;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T3",
    subcode: "T3.4",
    name: "vector-length",
    severity: Severity::Error,
    summary: "A vector that is assigned has as many numbers as the property's type says.",
    explanation: "`Vector(2)` holds exactly two numbers; vectors of different lengths cannot be compared.",
    fails: Example::Query("query q() {\n    insert Doc { slug: \"a\", title: \"A\", vec: [1, 2, 3] }\n}\n"),
    passes: Example::Query("query q() {\n    insert Doc { slug: \"a\", title: \"A\", vec: [1, 2] }\n}\n"),
};

pub(crate) fn finding(span: Span, found: usize, size: u32, owner: &Owner) -> Finding {
    let message = format!("{} holds {size} numbers, the list has {found}", owner.spoken());
    Finding::new(&RULE, span, message).also(
        Place::of_property_type(owner.kind, &owner.owner, &owner.property),
        format!("declared as `Vector({size})`"),
    )
}
