//! OG-BC-107: whoever relies on an interface knows what it has and who implements it.

use std::collections::BTreeSet;

use crate::diagnostic::{Finding, Place, Severity};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-BC-107",
    subcode: "OG-BC-107",
    name: "interface-grows",
    severity: Severity::Warning,
    summary: "Whoever relies on an interface knows what it has and who implements it.",
    explanation: "It was renamed, has one more property, or one more type implements it. A query about the interface finds the \
                  nodes of that type, too, and whole nodes in its results have the property. The project's queries about it are \
                  named.",
    fails: Example::Change {
        accepted: "interface Named { name: String? }\nnode Book implements Named {}\n",
        desired: "interface Named { name: String? alias: String? }\nnode Book implements Named {}\n",
    },
    passes: Example::Change {
        accepted: "interface Named { name: String? }\nnode Book implements Named {}\n",
        desired: "interface Named { name: String? }\nnode Book implements Named { pages: I32? }\n",
    },
};

/// What is said of an interface, by its name in the accepted schema.
pub(crate) fn finding(place: Place, interface: &str, what: &str) -> Finding {
    Finding::new(&RULE, place, format!("{interface} {what}"))
}

/// The interface that a finding of this rule is about.
pub(crate) fn interface(finding: &Finding) -> &str {
    finding.message.split(' ').next().unwrap_or("")
}

/// The first few of the queries that read it.
pub(crate) fn readers(queries: &BTreeSet<String>) -> String {
    const SHOWN: usize = 5;
    let shown: Vec<String> = queries.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    let shown = shown.join(", ");
    match queries.len().saturating_sub(SHOWN) {
        0 => format!("read by {shown}"),
        others => format!("read by {shown} and {others} more"),
    }
}
