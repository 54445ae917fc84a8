//! S027: a node that implements something that is not declared.

use omnigraph_grammar::Name;
use omnigraph_model::schema::DeclarationKind;
use omnigraph_model::suggest::{nearest, suggestion};

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::{Decl, Declared};

pub const RULE: Rule = Rule {
    code: "S027",
    subcode: "S027",
    name: "unknown-interface",
    severity: Severity::Error,
    summary: "A node implements declared interfaces.",
    explanation: "What a missing interface would bring in is unknown, so nothing else is said about the properties of \
                  such a node.",
    fails: Example::Schema(
        "interface Named { name: String }\nnode Author implements Named {}\nnode Book implements Nmed {}\n",
    ),
    passes: Example::Schema(
        "interface Named { name: String }\nnode Author implements Named {}\nnode Book implements Named {}\n",
    ),
};

pub(crate) fn finding(node: &Decl, name: &Name, declared: &Declared) -> Finding {
    let message = format!("{} implements `{}`, which is not declared", node.name.text, name.text);
    let finding = Finding::new(&RULE, node.place(name.span), message).label("no such interface");
    match nearest(&name.text, declared.names(DeclarationKind::Interface)) {
        Some(near) => finding.help(suggestion(near)).safe_fix(
            format!("replace with `{near}`"),
            vec![(node.place(name.span), near.to_owned())],
        ),
        None => finding,
    }
}
