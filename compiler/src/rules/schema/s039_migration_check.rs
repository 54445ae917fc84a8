//! S039: a `migration_check` that cannot be run.

use omnigraph_model::suggest::{nearest, suggestion};

use crate::diagnostic::{Finding, Place, Severity};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "S039",
    subcode: "S039",
    name: "migration-check",
    severity: Severity::Error,
    summary: "A migration check holds one read query without parameters, and expects something of a column that it \
              returns.",
    explanation: "The query runs before a migration, on the data as it is. Its result is compared with what `expect` \
                  says.",
    fails: Example::Schema(
        "node Book { pages: I32 }\nmigration_check \"all have pages\" {\n    query { match { $b: Book } return { count($b) as n } }\n    expect missing = 0\n}\n",
    ),
    passes: Example::Schema(
        "node Book { pages: I32 }\nmigration_check \"all have pages\" {\n    query { match { $b: Book } return { count($b) as n } }\n    expect n = 0\n}\n",
    ),
};

pub(crate) fn syntax(place: Place, message: &str) -> Finding {
    Finding::new(
        &RULE,
        place,
        format!("the query of this check cannot be read: {message}"),
    )
}

/// What the query says about the accepted schema is wrong.
pub(crate) fn meaning(place: Place, problem: &Finding) -> Finding {
    let finding = Finding::new(&RULE, place, format!("on the accepted schema, {}", problem.message));
    let help = problem.help.as_ref();
    finding.help(match help {
        Some(help) => help.clone(),
        None => "a check runs before the migration, on the schema that the graph has".to_owned(),
    })
}

pub(crate) fn mutation(place: Place) -> Finding {
    Finding::new(
        &RULE,
        place,
        "a migration check reads: it cannot insert, update or delete",
    )
}

pub(crate) fn guard(place: Place, code: &str) -> Finding {
    Finding::new(&RULE, place, format!("`{code}` is not a rule about migrations")).help("guards look like `OG-ED-103`")
}

pub(crate) fn column(place: Place, column: &str, columns: &[&str]) -> Finding {
    let finding = Finding::new(&RULE, place.clone(), format!("the query returns no column `{column}`"));
    match nearest(column, columns.iter().copied()) {
        Some(near) => finding
            .help(suggestion(near))
            .safe_fix(format!("replace with `{near}`"), vec![(place, near.to_owned())]),
        None => finding.help("name the column with `as`"),
    }
}
