//! T11.2: the `where` of a mutation compares a single value: no list, vector or blob.

use omnigraph_model::types::Type;

use crate::diagnostic::{Finding, Severity};
use crate::query::context::Owner;
use crate::wording::spoken;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T11",
    subcode: "T11.2",
    name: "predicate-property",
    severity: Severity::Error,
    summary: "The `where` of a mutation compares a single value: no list, vector or blob.",
    explanation: "Such a comparison would never match. Choose the rows by the key or another plain property.",
    fails: Example::Query("query q($t: String) {\n    delete Person where tags = $t\n}\n"),
    passes: Example::Query("query q($t: String) {\n    delete Person where name = $t\n}\n"),
};

pub(crate) fn finding(owner: &Owner, ty: &Type) -> Finding {
    let message = format!("{} cannot be compared: it is {}", owner.spoken(), spoken(ty));
    owner
        .label(Finding::new(&RULE, owner.name_span, message).label(spoken(ty)), ty)
        .help("choose the rows by the key")
}
