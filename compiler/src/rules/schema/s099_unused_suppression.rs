//! S099: a suppression that suppresses nothing.

use crate::diagnostic::{Finding, Place, Severity};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "S099",
    subcode: "S099",
    name: "unused-suppression",
    severity: Severity::Warning,
    summary: "A suppression is deleted when nothing is left to suppress.",
    explanation: "A forgotten one would silence a new finding that nobody has looked at.",
    fails: Example::Schema("node Book @allow(S063, \"read by the catalogue tool\") {}\n"),
    passes: Example::Schema("node Book @allow(S063, \"read by the catalogue tool\") @shelved {}\n"),
};

pub(crate) fn finding(code: &str, place: Place) -> Finding {
    one_of_several(code, place.clone()).safe_fix("delete it", vec![(place, String::new())])
}

/// `place` is the code in a list of them.
pub(crate) fn one_of_several(code: &str, place: Place) -> Finding {
    Finding::new(&RULE, place, format!("there is no finding of {code} to suppress here")).label("no effect")
}
