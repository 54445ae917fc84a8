//! T12.2: an insert gives a required embedding, or the text that it is computed from.

use omnigraph_grammar::Span;
use omnigraph_model::catalog::Embed;
use omnigraph_model::schema::DeclarationKind;

use crate::diagnostic::{Finding, Severity, Place};
use crate::query::mutation::NewRow;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T12",
    subcode: "T12.2",
    name: "missing-embedding",
    severity: Severity::Error,
    summary: "An insert gives a required embedding, or the text that it is computed from.",
    explanation: "A vector with `@embed` can be computed when its source is there; without either there is nothing to \
                  store.",
    fails: Example::Project {
        schema: "node Note {\n    slug: String @key\n    text: String?\n    vec: Vector(2) @embed(text)\n}\n",
        query: "query q() {\n    insert Note { slug: \"a\" }\n}\n",
    },
    passes: Example::Project {
        schema: "node Note {\n    slug: String @key\n    text: String?\n    vec: Vector(2) @embed(text)\n}\n",
        query: "query q() {\n    insert Note { slug: \"a\", text: \"a note\" }\n}\n",
    },
};

pub(crate) fn finding(insert: NewRow<'_>, node: &str, embed: &Embed) -> Finding {
    let (target, source) = (&embed.target, &embed.source);
    let finding = Finding::new(&RULE, insert.ty.span, format!("`{node}` needs `{target}`, or `{source}` to compute it from"))
        .label("neither is given")
        .also(Place::of_property(DeclarationKind::Node, node, target), "the embedding is not optional")
        .also(Place::of_property(DeclarationKind::Node, node, source), "it is computed from this");
    match insert.assignments.last() {
        Some(last) => {
            let added = format!(", {source}: \"\"");
            finding.maybe_fix(format!("add `{source}`"), vec![(Span::at(last.span.end as usize), added)])
        }
        None => finding,
    }
}
