//! T19: `search` and `fuzzy` look for text in a String property; the edits of `fuzzy` are an integer.

use omnigraph_grammar::Span;
use omnigraph_grammar::query::ast::Call;
use omnigraph_model::types::Type;

use crate::diagnostic::{Finding, Severity};
use crate::query::context::Typed;
use crate::wording::spoken;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T19",
    subcode: "T19",
    name: "search-arguments",
    severity: Severity::Error,
    summary: "`search` and `fuzzy` look for text in a String property; the edits of `fuzzy` are an integer.",
    explanation: "Only text is split into words. The field is a property of a bound node, `$d.title`.",
    fails: Example::Query(
        "query q() {\n    match { $p: Person  search($p.age, \"x\") }\n    return { $p.handle }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match { $p: Person  search($p.name, \"x\") }\n    return { $p.handle }\n}\n",
    ),
};

/// The findings about a text function's arguments, under the rule that the function comes under.
pub(crate) struct TextRule(pub &'static Rule);

impl TextRule {
    pub(crate) fn field_is_no_property(&self, call: &Call, span: Span) -> Finding {
        let name = call.function.name();
        Finding::new(self.0, span, format!("`{name}` looks into a property")).label("expected `$node.property`")
    }

    pub(crate) fn field_type(&self, call: &Call, field: &Typed, ty: &Type) -> Finding {
        let name = call.function.name();
        let finding = Finding::new(self.0, field.span, format!("`{name}` looks into text, and this is {}", spoken(ty)))
            .label("expected a `String` property");
        match &field.owner {
            Some(owner) => owner.label(finding, ty),
            None => finding,
        }
    }

    pub(crate) fn text_type(&self, call: &Call, text: &Typed, ty: &Type) -> Finding {
        let name = call.function.name();
        Finding::new(self.0, text.span, format!("`{name}` looks for text, and this is {}", spoken(ty))).label("expected `String`")
    }

    pub(crate) fn edits_type(&self, call: &Call, edits: &Typed, ty: &Type) -> Finding {
        let name = call.function.name();
        let message = format!("the number of edits of `{name}` is an integer, and this is {}", spoken(ty));
        Finding::new(self.0, edits.span, message).label("expected an integer")
    }
}
