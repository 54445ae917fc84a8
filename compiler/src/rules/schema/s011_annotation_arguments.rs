//! S011: arguments of an annotation that are not shaped as arguments.

use omnigraph_grammar::schema::ast::{Annotation, ArgumentValue, Arguments};

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Decl;

pub const RULE: Rule = Rule {
    code: "S011",
    subcode: "S011",
    name: "annotation-arguments",
    severity: Severity::Error,
    summary: "An annotation takes at most one value, then keywords, each once.",
    explanation: "Write `@tag`, `@tag(value)` or `@tag(value, key=\"x\")`. Parentheses without anything in them, a \
                  keyword before the value, a second value, a repeated keyword, a negative number or a range are \
                  refused instead of being dropped.",
    fails: Example::Schema("node Book @shelf(section=\"a\") {}\n"),
    passes: Example::Schema("node Book @shelf(\"b\", section=\"a\") {}\n"),
};

/// The first thing that is wrong with the arguments. `negative` allows numbers below zero.
pub(crate) fn check(annotation: &Annotation, arguments: &Arguments, owner: &Decl, negative: bool) -> Option<Finding> {
    let name = &annotation.name.text;
    let at = |span| owner.place(span);
    let Some(first) = arguments.list.first() else {
        let finding = Finding::new(
            &RULE,
            at(arguments.span),
            format!("`@{name}` has parentheses with nothing in them"),
        );
        return Some(finding.safe_fix("drop the parentheses", vec![(at(arguments.span), String::new())]));
    };
    if first.keyword.is_some() {
        let message = format!("the first argument of `@{name}` must be a value, not a keyword");
        return Some(Finding::new(&RULE, at(first.span), message).help("put a value before it"));
    }
    for (index, argument) in arguments.list.iter().enumerate() {
        match (&argument.keyword, &argument.value) {
            (None, _) if index > 0 => {
                let message = format!("`@{name}` takes one value, this is another");
                return Some(
                    Finding::new(&RULE, at(argument.span), message).help("write it as a keyword: `name=value`"),
                );
            }
            (Some(keyword), _) => {
                let earlier = arguments.list[..index]
                    .iter()
                    .filter_map(|other| other.keyword.as_ref());
                if let Some(first) = earlier.into_iter().find(|other| other.text == keyword.text) {
                    let message = format!("the keyword `{}` is given twice", keyword.text);
                    return Some(
                        Finding::new(&RULE, at(keyword.span), message)
                            .label("again here")
                            .also(at(first.span), "first given here"),
                    );
                }
            }
            _ => {}
        }
        match &argument.value {
            ArgumentValue::Integer(text) | ArgumentValue::Float(text) if !negative && text.starts_with('-') => {
                let message = format!("`@{name}` takes no negative number");
                return Some(Finding::new(&RULE, at(argument.span), message).help("write it as a string"));
            }
            ArgumentValue::Range { .. } => {
                return Some(Finding::new(
                    &RULE,
                    at(argument.span),
                    format!("`@{name}` takes no range"),
                ));
            }
            _ => {}
        }
    }
    None
}
