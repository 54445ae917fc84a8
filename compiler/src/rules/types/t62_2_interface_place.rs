//! T62.2: where one type is needed, a variable of an interface is narrowed first, and an edge has one type.

use omnigraph_grammar::query::ast::Call;
use omnigraph_grammar::{Name, Span};
use omnigraph_model::ir::Var;

use crate::diagnostic::{Finding, Severity};
use crate::query::context::Context;
use crate::query::environment::VariableKind;
use crate::rules::{Example, Rule};
use crate::wording::{all_of, quoted};

pub const RULE: Rule = Rule {
    code: "T62",
    subcode: "T62.2",
    name: "interface-place",
    severity: Severity::Error,
    summary: "Where one type is needed, a variable of an interface is narrowed first, and an edge has one type.",
    explanation: "Statements write rows of one type, and what `returning` reads is of one type. A parameter of a query that is a \
                  node takes an id, which alone does not say the type. `nearest` compares distances, which have to be measured \
                  in one way. The clause `$x is Person` makes a variable of an interface one of that type. An edge variable of \
                  several types, as in `$a $e:follows|likes $b`, is replaced by one of each type, in a query each.",
    fails: Example::Project {
        schema: "interface Titled { title: String }\nnode Book implements Titled { isbn: String @key }\nnode Film implements Titled { code: String @key }\n",
        query: "query q() {\n    match { $x: Titled  $x.title = \"old\" }\n    delete $x\n}\n",
    },
    passes: Example::Project {
        schema: "interface Titled { title: String }\nnode Book implements Titled { isbn: String @key }\nnode Film implements Titled { code: String @key }\n",
        query: "query q() {\n    match { $x: Titled  $x.title = \"old\"  $x is Film }\n    delete $x\n}\n",
    },
};

/// The kind of what a variable stands for, and where its types come from.
fn spoken(context: &Context, var: Var) -> (&'static str, &'static str) {
    match context.kind(var) {
        VariableKind::Edges(_) => ("edges", "of several types"),
        _ => ("nodes", "of an interface"),
    }
}

fn way_out(context: &Context, var: Var) -> String {
    let name = context.variable(var).written();
    if let VariableKind::Edges(edges) = context.kind(var) {
        let types = quoted(edges.types.iter().map(|edge| edge.name.as_str()));
        return format!("traverse one type, with a query for each of {}", all_of(&types));
    }
    format!("narrow it by a clause of the `match`, `${name} is T`, with a statement for each type")
}

pub(crate) fn statement(context: &Context, name: &Name, var: Var) -> Finding {
    let (what, label) = spoken(context, var);
    let message = format!("a statement writes {what} of one type, and {} has several", context.described(var));
    let finding = Finding::new(&RULE, name.span, message).label(label);
    context.with_declaration(finding, var, name.span).help(way_out(context, var))
}

pub(crate) fn returning(context: &Context, var: Var, span: Span) -> Finding {
    let (what, label) = spoken(context, var);
    let message = format!("`returning` reads {what} of one type, and {} has several", context.described(var));
    let finding = Finding::new(&RULE, span, message).label(label);
    context.with_declaration(finding, var, span).help(way_out(context, var))
}

/// As a whole, it would have two members of one name.
pub(crate) fn whole(context: &Context, var: Var, span: Span) -> Finding {
    let name = context.variable(var).written();
    let kind = context.kind(var).declaration().map_or("", |(_, name, _)| name);
    let message = format!("`{kind}` has a property `type`, and as a whole `${name}` has its type under that name");
    Finding::new(&RULE, span, message)
        .label("two members of one name")
        .help(format!("return what is wanted: `${name}.id`, `type(${name})`, `${name}.type`"))
}

/// A query's parameter that is a node.
pub(crate) fn parameter(ty: &Name, types: &[String]) -> Finding {
    let message = format!("an id does not say of which type of `{}` the node is", ty.text);
    let finding = Finding::new(&RULE, ty.span, message).label("an interface");
    match types.first() {
        Some(first) => finding.help(format!(
            "take a node of one type, as in `$x: {first}`, or the id as a `String` that is compared with `$x.id`"
        )),
        None => finding,
    }
}

pub(crate) fn metrics(written: &Call, property: &str, one: &str, other: &str) -> Finding {
    let message = format!("`{property}` of `{one}` and of `{other}` are compared by different metrics");
    Finding::new(&RULE, written.span, message)
        .label("distances that cannot be compared")
        .help("rank the nodes of one type, narrowed by `is`")
}

pub(crate) fn models(written: &Call, property: &str, one: &str, other: &str) -> Finding {
    let message = format!("`{property}` of `{one}` and of `{other}` are not computed from texts by one model");
    Finding::new(&RULE, written.span, message)
        .label("a text is no one vector here")
        .help("rank the nodes of one type, narrowed by `is`, or pass a vector")
}
