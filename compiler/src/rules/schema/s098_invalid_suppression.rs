//! S098: a suppression that cannot count.

use omnigraph_model::suggest::{nearest, suggestion};

use crate::diagnostic::{Finding, Place, Severity};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "S098",
    subcode: "S098",
    name: "invalid-suppression",
    severity: Severity::Error,
    summary: "A suppression names one rule that can be suppressed, gives a reason, and has not expired.",
    explanation: "The reason has at least ten characters that are not spaces. Errors of the schema cannot be \
                  suppressed. After the day that `until` gives, the finding counts again.",
    fails: Example::Schema("node Book @allow(OG-DS-999, \"moved to the archive in March\") {}\n"),
    passes: Example::Schema("node Book @allow(OG-DS-102, \"moved to the archive in March\") {}\n"),
};

pub(crate) fn incomplete(place: Place) -> Finding {
    Finding::new(&RULE, place, "a suppression has a code and a reason")
        .help("write `@allow(OG-DS-104, \"the reason\")`, and `until=\"2027-01-31\"` if it ends")
}

pub(crate) fn unknown<'a>(place: Place, code: &str, known: impl Iterator<Item = &'a str>) -> Finding {
    let finding = Finding::new(
        &RULE,
        place.clone(),
        format!("there is no rule `{code}` that can be suppressed"),
    );
    match nearest(code, known) {
        Some(near) => finding
            .help(suggestion(near))
            .maybe_fix(format!("replace with `{near}`"), vec![(place, near.to_owned())]),
        None => finding,
    }
}

pub(crate) fn never(place: Place, code: &str) -> Finding {
    Finding::new(&RULE, place, format!("`{code}` cannot be suppressed"))
}

pub(crate) fn reason(place: Place, least: usize) -> Finding {
    Finding::new(
        &RULE,
        place,
        format!("the reason is too short: it has at least {least} characters"),
    )
}

pub(crate) fn not_a_date(place: Place, text: &str) -> Finding {
    Finding::new(&RULE, place, format!("`{text}` is not a date")).help("write it as `2027-01-31`")
}

pub(crate) fn expired(place: Place, text: &str) -> Finding {
    Finding::new(&RULE, place, format!("this suppression ended on {text}"))
}
