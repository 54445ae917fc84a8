//! S090: a rename hint that names nothing.

use crate::diagnostic::{Finding, Severity, nearest, suggestion};
use crate::rules::{Example, Rule};
use crate::schema::Hint;

pub const RULE: Rule = Rule {
    code: "S090",
    subcode: "S090",
    name: "unknown-hint",
    severity: Severity::Error,
    summary: "`@rename_from` names something of the accepted schema.",
    explanation: "Without the hint the declaration would be new and the old one dropped with its data, which is hardly \
                  what a hint is written for.",
    fails: Example::Change {
        accepted: "node Tome {}\n",
        desired: "node Book @rename_from(\"Tomb\") {}\n",
    },
    passes: Example::Change {
        accepted: "node Tome {}\n",
        desired: "node Book @rename_from(\"Tome\") {}\n",
    },
};

/// `names` are those that the hint could have meant.
pub(crate) fn finding<'a>(hint: &Hint, names: impl Iterator<Item = &'a str>) -> Finding {
    let message = match &hint.property {
        name if name.as_ref().unwrap_or(&hint.owner) == &hint.from => {
            format!("`{}` is new, so it was not renamed from itself", hint.from)
        }
        Some(_) => format!("{} had no property `{}` in the accepted schema", hint.owner, hint.from),
        None => format!("the accepted schema has no {} `{}`", hint.kind.word(), hint.from),
    };
    let finding = Finding::new(&RULE, hint.place.clone(), message).label("nothing to rename");
    let is_name = hint.from.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    match nearest(&hint.from, names) {
        Some(near) => finding.help(suggestion(near)).maybe_fix(
            format!("rename from `{near}`"),
            vec![(hint.place.clone(), format!("@rename_from(\"{near}\")"))],
        ),
        None if !is_name => finding.help("the former name is not a legal name"),
        None => finding.maybe_fix("delete the hint", vec![(hint.place.clone(), String::new())]),
    }
}
