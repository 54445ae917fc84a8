//! S090: a rename hint that names nothing.

use omnigraph_model::suggest::{nearest, suggestion};

use crate::diagnostic::{Finding, Severity};
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

/// `names` are those that the hint could have meant, each with whether nothing else takes it over. If that is true of one
/// alone, the hint is most likely left over from an earlier rename.
pub(crate) fn finding<'a>(hint: &Hint, names: impl Iterator<Item = (&'a str, bool)>) -> Finding {
    let names: Vec<(&str, bool)> = names.collect();
    let mut free = names.iter().filter(|(_, free)| *free).map(|(name, _)| *name);
    let only = free.next().filter(|_| free.next().is_none());
    let names = names.iter().map(|(name, _)| *name);
    let message = match &hint.property {
        name if name.as_ref().unwrap_or(&hint.owner) == &hint.from => {
            format!("`{}` is new, so it was not renamed from itself", hint.from)
        }
        Some(_) => format!("{} had no property `{}` in the accepted schema", hint.owner, hint.from),
        None => format!("the accepted schema has no {} `{}`", hint.kind.word(), hint.from),
    };
    let finding = Finding::new(&RULE, hint.place.clone(), message).label("nothing to rename");
    let is_name = hint.from.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let renamed_from = |name: &str| {
        (
            format!("rename from `{name}`"),
            vec![(hint.place.clone(), format!("@rename_from(\"{name}\")"))],
        )
    };
    match nearest(&hint.from, names) {
        Some(near) => {
            let (title, edits) = renamed_from(near);
            finding.help(suggestion(near)).maybe_fix(title, edits)
        }
        None if let Some(only) = only => {
            let (title, edits) = renamed_from(only);
            let help = format!("`{only}` is what would be dropped: write `@rename_from(\"{only}\")` if it was renamed");
            finding.help(help).maybe_fix(title, edits)
        }
        None if !is_name => finding.help("the former name is not a legal name"),
        None => finding.maybe_fix("delete the hint", vec![(hint.place.clone(), String::new())]),
    }
}
