//! S093: a rename hint on a property that leads to another owner.

use omnigraph_model::schema::DeclarationKind;

use crate::diagnostic::{Finding, Place, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Hint;

pub const RULE: Rule = Rule {
    code: "S093",
    subcode: "S093",
    name: "hint-other-owner",
    severity: Severity::Error,
    summary: "A property is renamed within its owner.",
    explanation: "Moving a property means moving data between datasets. Add the property, copy the values, and drop \
                  the old one.",
    fails: Example::Change {
        accepted: "node A { x: String }\nnode B {}\n",
        desired: "node A { x: String }\nnode B { y: String? @rename_from(\"x\") }\n",
    },
    passes: Example::Change {
        accepted: "node A { x: String }\nnode B {}\n",
        desired: "node A { y: String @rename_from(\"x\") }\nnode B {}\n",
    },
};

pub(crate) fn finding(hint: &Hint, kind: DeclarationKind, owner: &str) -> Finding {
    let message = format!("`{}` belongs to {owner}, not to {}", hint.from, hint.owner);
    Finding::new(&RULE, hint.place.clone(), message)
        .label("another owner")
        .also(Place::of_type(kind, owner), "its owner")
        .help("properties do not move between types")
}
