//! S091: a rename hint from a declaration of another kind.

use omnigraph_model::schema::DeclarationKind;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Hint;

pub const RULE: Rule = Rule {
    code: "S091",
    subcode: "S091",
    name: "hint-crosses-kinds",
    severity: Severity::Error,
    summary: "A declaration keeps its kind when it is renamed.",
    explanation: "Rows of a node cannot become rows of an edge. Add the new declaration, move the data, and drop the \
                  old one.",
    fails: Example::Change {
        accepted: "node Book {}\nnode Loan {}\n",
        desired: "node Book {}\nedge Lent: Book -> Book @rename_from(\"Loan\")\n",
    },
    passes: Example::Change {
        accepted: "node Book {}\nedge Loan: Book -> Book\n",
        desired: "node Book {}\nedge Lent: Book -> Book @rename_from(\"Loan\")\n",
    },
};

pub(crate) fn finding(hint: &Hint, other: DeclarationKind) -> Finding {
    let message = format!("`{}` is {} in the accepted schema", hint.from, other.with_article());
    Finding::new(&RULE, hint.place.clone(), message)
        .label(format!("not {}", hint.kind.with_article()))
        .help(format!(
            "kinds cannot change: add the {}, migrate the data, drop the {}",
            hint.kind.word(),
            other.word()
        ))
}
