//! T14: what a mutation writes or compares with is a literal, a declared parameter or `now()`.

use omnigraph_grammar::Span;
use omnigraph_model::types::Type;

use crate::diagnostic::{Finding, Severity};
use crate::query::context::Context;
use crate::wording::nearest;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T14",
    subcode: "T14",
    name: "undeclared-parameter",
    severity: Severity::Error,
    summary: "What a mutation writes or compares with is a literal, a declared parameter or `now()`.",
    explanation: "A mutation binds no variables and cannot read other rows, so every `$name` in it is a parameter.",
    fails: Example::Query("query q($h: String) {\n    update Person set { age: $x } where handle = $h\n}\n"),
    passes: Example::Query(
        "query q($h: String, $x: I32) {\n    update Person set { age: $x } where handle = $h\n}\n",
    ),
};

pub(crate) fn finding(context: &Context, name: &str, span: Span, property: Option<&Type>) -> Finding {
    let finding = Finding::new(&RULE, span, format!("`${name}` is not a parameter of this query")).label("not declared");
    let near = nearest(name, context.environment.parameters.keys().map(String::as_str));
    let finding = finding.meaning(span, "$", &near);
    let Some(ty) = property else { return finding };
    let declared = Type {
        enum_values: None,
        ..ty.clone()
    };
    let text = format!("${name}: {declared}");
    let query = context.query;
    let (place, text) = match query.parameters.last() {
        Some(last) => (last.span.end, format!(", {text}")),
        // Right behind the parenthesis that follows the name; no blank may be known to stand between them.
        None => return finding.help(format!("declare it: `{}({text})`", query.name.text)),
    };
    finding.maybe_fix(format!("declare `${name}`"), vec![(Span::at(place as usize), text)])
}
