//! T25: a variable has one type.

use omnigraph_grammar::query::ast::Binding;
use omnigraph_model::ir::Var;

use crate::diagnostic::{Finding, Severity};
use crate::query::context::Context;
use crate::query::environment::VariableKind;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T25",
    subcode: "T25",
    name: "two-types",
    severity: Severity::Error,
    summary: "A variable has one type.",
    explanation: "Binding a variable again adds conditions to it; no node is of two types.",
    fails: Example::Query("query q() {\n    match { $p: Person  $p: Doc }\n    return { $p.handle }\n}\n"),
    passes: Example::Query("query q() {\n    match { $p: Person  $d: Doc }\n    return { $p.handle }\n}\n"),
};

pub(crate) fn finding(context: &Context, binding: &Binding, var: Var) -> Finding {
    let name = &binding.variable.text;
    let message = match context.kind(var) {
        VariableKind::Interface(interface) if interface.has(&binding.ty.text) => {
            let message = format!("`${name}` has the type `{}` already", interface.ty.name);
            let finding = Finding::new(&RULE, binding.ty.span, message).label("another type");
            return context.with_declaration(finding, var, binding.ty.span).help(format!(
                "where the node has to be a `{0}`, write `${name} is {0}`",
                binding.ty.text
            ));
        }
        kind @ (VariableKind::Node(_) | VariableKind::Interface(_)) => {
            format!("`${name}` is a `{}` and cannot be a `{}` too", kind.described(), binding.ty.text)
        }
        _ => format!("`${name}` has another type"),
    };
    let finding = Finding::new(&RULE, binding.ty.span, message).label("another type");
    context
        .with_declaration(finding, var, binding.ty.span)
        .help("give one of the two another name")
}
