//! S059: `@embed` with a keyword it does not know, or a blank model.

use omnigraph_grammar::Name;
use omnigraph_grammar::schema::ast::Argument;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Decl;

pub const RULE: Rule = Rule {
    code: "S059",
    subcode: "S059",
    name: "embed-keyword",
    severity: Severity::Error,
    summary: "The one keyword of `@embed` is `model`, and it has a value.",
    explanation: "The model is an exactly compared name: two spellings of one model are two models. How a provider is \
                  reached is a matter of settings.",
    fails: Example::Schema("node Book { v: Vector(8) @embed(blurb, provider=\"x\") blurb: String }\n"),
    passes: Example::Schema("node Book { v: Vector(8) @embed(blurb, model=\"x\") blurb: String }\n"),
};

pub(crate) fn finding(owner: &Decl, keyword: &Name) -> Finding {
    let place = owner.place(keyword.span);
    Finding::new(
        &RULE,
        place.clone(),
        format!("`@embed` has no keyword `{}`", keyword.text),
    )
    .maybe_fix("replace with `model`", vec![(place, "model".to_owned())])
}

pub(crate) fn blank(owner: &Decl, argument: &Argument) -> Finding {
    Finding::new(&RULE, owner.place(argument.span), "the model of `@embed` is blank")
}
