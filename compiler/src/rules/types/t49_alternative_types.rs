//! T49: a variable is the same in each block of an `either`, and may be what `is` says.

use omnigraph_grammar::query::ast::TypeTest;
use omnigraph_model::ir::Var;

use crate::diagnostic::{Finding, Severity};
use crate::query::context::Context;
use crate::query::environment::VariableKind;
use crate::rules::{Example, Rule};
use crate::wording::{all_of, quoted};

pub const RULE: Rule = Rule {
    code: "T49",
    subcode: "T49",
    name: "alternative-types",
    severity: Severity::Error,
    summary: "A variable has the same type in each block of an `either`, and may be of a type that `is` tests.",
    explanation: "A variable that each of the blocks binds goes on outside of them: a node or an edge of one type, or values of \
                  which one type is the widest. Nodes of several types go on if these types implement exactly one interface in common. \
                  What only some of the blocks bind is their own. `$x is Person` needs a variable that may be a `Person`: one of an \
                  interface that `Person` implements. What never holds finds nothing.",
    fails: Example::Query(
        "query q() {\n    match { $p: Person  either { $p follows $x } or { $p wrote $x } }\n    return { $p.handle, $x.id }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match { $p: Person  either { $p follows $x } or { $x follows $p } }\n    return { $p.handle, $x.id }\n}\n",
    ),
};

pub(crate) fn finding(context: &Context, name: &str, first: Var, second: Var) -> Finding {
    let (one, other) = (context.variable(first), context.variable(second));
    let message = format!(
        "`${name}` is {} in one block, {} in another",
        one.kind.described(),
        other.kind.described()
    );
    Finding::new(&RULE, other.declared, message)
        .label("of another type")
        .also(one.declared, "the first one")
}

/// A test that no node of the variable's type passes.
pub(crate) fn never(context: &Context, var: Var, written: &TypeTest) -> Finding {
    let name = &written.ty.text;
    let message = format!("{} is never a `{name}`", context.described(var));
    let finding = Finding::new(&RULE, written.test, message).label(label(written));
    let finding = context.with_declaration(finding, var, written.test);
    match context.kind(var) {
        VariableKind::Interface(interface) => {
            let types = quoted(interface.types.iter().map(String::as_str));
            finding.help(format!("`{}` is implemented by {}", interface.ty.name, all_of(&types)))
        }
        _ => finding,
    }
}

/// A variable has one type in a block.
pub(crate) fn narrowed_twice(context: &Context, var: Var, written: &TypeTest) -> Finding {
    let name = context.variable(var).written();
    let message = format!(
        "`${name}` is a `{}` in this block already, and never a `{}`",
        context.kind(var).described(),
        written.ty.text
    );
    Finding::new(&RULE, written.test, message)
        .label(label(written))
        .help("for one type or another, write both in one condition, with `or`")
}

fn label(written: &TypeTest) -> &'static str {
    match written.negated {
        true => "always true",
        false => "never true",
    }
}
