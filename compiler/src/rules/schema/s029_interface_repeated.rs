//! S029: an interface listed twice.

use omnigraph_grammar::{Name, Span};

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Decl;

pub const RULE: Rule = Rule {
    code: "S029",
    subcode: "S029",
    name: "interface-repeated",
    severity: Severity::Warning,
    summary: "A node lists each interface once.",
    explanation: "The second mention has no effect.",
    fails: Example::Schema("interface Named {}\nnode Book implements Named, Named {}\n"),
    passes: Example::Schema("interface Named {}\nnode Book implements Named {}\n"),
};

/// `at` is the place of the repeated name in the list of the node.
pub(crate) fn finding(node: &Decl, at: usize, name: &Name, first: &Name) -> Finding {
    // The comma before it goes too.
    let before = node.implements[at - 1].span.end;
    let cut = Span {
        start: before,
        end: name.span.end,
    };
    Finding::new(
        &RULE,
        node.place(name.span),
        format!("{} lists `{}` twice", node.name.text, name.text),
    )
    .label("again here")
    .also(node.place(first.span), "first listed here")
    .safe_fix("delete it", vec![(node.place(cut), String::new())])
}
