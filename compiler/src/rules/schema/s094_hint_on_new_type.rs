//! S094: a rename hint on a property of a type that is new.

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Hint;

pub const RULE: Rule = Rule {
    code: "S094",
    subcode: "S094",
    name: "hint-on-new-type",
    severity: Severity::Error,
    summary: "A property of a new type has no former name.",
    explanation: "If the type was renamed too, it needs a hint of its own; otherwise nothing of it existed before.",
    fails: Example::Change {
        accepted: "node Old { b: String }\n",
        desired: "node New { a: String @rename_from(\"b\") }\n",
    },
    passes: Example::Change {
        accepted: "node Old { b: String }\n",
        desired: "node New @rename_from(\"Old\") { a: String @rename_from(\"b\") }\n",
    },
};

pub(crate) fn finding(hint: &Hint) -> Finding {
    let message = format!("{} is new, so none of its properties was renamed", hint.owner);
    Finding::new(&RULE, hint.place.clone(), message)
        .label("nothing to rename")
        .help(format!("add `@rename_from` to {} too, or delete this one", hint.owner))
        .maybe_fix("delete the hint", vec![(hint.place.clone(), String::new())])
}
