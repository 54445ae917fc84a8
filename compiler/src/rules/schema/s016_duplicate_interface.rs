//! S016: an interface declared twice.

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Decl;

pub const RULE: Rule = Rule {
    code: "S016",
    subcode: "S016",
    name: "duplicate-interface",
    severity: Severity::Error,
    summary: "An interface is declared once.",
    explanation: "Neither declaration could be preferred without silently dropping the other. The first one is used \
                  for everything else that is checked. Declarations of different kinds may share a name.",
    fails: Example::Schema("interface Named {}\ninterface Named {}\nnode Book implements Named {}\n"),
    passes: Example::Schema("interface Named {}\nnode Book implements Named {}\n"),
};

pub(crate) fn finding(second: &Decl, first: &Decl) -> Finding {
    Finding::new(
        &RULE,
        second.name_place(),
        format!("interface `{}` is declared twice", second.name.text),
    )
    .label("declared again here")
    .also(first.name_place(), "first declared here")
    .help("rename one of them, or merge the two")
}
