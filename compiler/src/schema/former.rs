//! What a schema may keep. Rules were added for constructs that mean nothing, or nothing good. A graph that has lived with
//! one goes on: where its accepted schema has the same construct in the same place, the error is only a warning.

use std::collections::BTreeSet;

use super::Hint;
use crate::diagnostic::{DeclarationKind, Finding, Place, Severity};
use crate::project::SchemaText;

/// Rules about what schemas were once allowed to say.
const LATER: [&str; 17] = [
    "S012", "S021", "S023", "S043", "S059", "S064", "S072", "S073", "S075", "S078", "S079", "S080", "S082", "S083",
    "S084", "S086", "S088",
];

impl SchemaText {
    /// Makes warnings of errors about what the accepted schema's text has as well, unchanged. A type that is renamed by a
    /// hint is still the same.
    pub fn tolerate(&mut self, accepted: &str) {
        if !self.check.findings.iter().any(is_later) {
            return;
        }
        let before = crate::project::check_schema_text(accepted);
        let known: BTreeSet<Construct> = before
            .check
            .findings
            .iter()
            .filter(|finding| is_later(finding))
            .filter_map(|finding| Construct::of(&before, finding, &[]))
            .collect();
        let hints = std::mem::take(&mut self.check.hints);
        let kept: Vec<bool> = self
            .check
            .findings
            .iter()
            .map(|finding| Construct::of(self, finding, &hints).is_some_and(|construct| known.contains(&construct)))
            .collect();
        self.check.hints = hints;
        for (finding, _) in self.check.findings.iter_mut().zip(kept).filter(|(_, kept)| *kept) {
            finding.severity = Severity::Warning;
            finding
                .notes
                .push("the accepted schema has it too, so it may stay".to_owned());
        }
    }
}

fn is_later(finding: &Finding) -> bool {
    finding.severity == Severity::Error && LATER.contains(&finding.rule.code)
}

/// A construct by what it says and where, whatever its position.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Construct {
    subcode: &'static str,
    /// The declaration, by its former name.
    owner: Option<(omnigraph_grammar::ItemKind, String)>,
    /// The words that are complained about.
    words: Vec<String>,
}

impl Construct {
    fn of(text: &SchemaText, finding: &Finding, hints: &[Hint]) -> Option<Construct> {
        let Place::Item { item, span } = &finding.place else {
            return None;
        };
        let source = text.items.get(*item as usize)?;
        let owner = source.name.as_ref().map(|name| {
            let renamed = |hint: &&Hint| {
                hint.property.is_none() && hint.owner == name.text && source.kind == item_kind(hint.kind)
            };
            let former = hints.iter().find(renamed).map_or(&name.text, |hint| &hint.from);
            (source.kind, former.clone())
        });
        let tokens = omnigraph_grammar::schema::tokens(&source.text);
        let words = tokens
            .iter()
            .filter(|token| !token.kind.is_trivia() && span.start < token.span.end && token.span.start < span.end)
            .filter_map(|token| source.text.get(token.span.range()))
            .map(str::to_owned)
            .collect();
        Some(Construct {
            subcode: finding.rule.subcode,
            owner,
            words,
        })
    }
}

fn item_kind(kind: DeclarationKind) -> omnigraph_grammar::ItemKind {
    match kind {
        DeclarationKind::Interface => omnigraph_grammar::ItemKind::Interface,
        DeclarationKind::Node => omnigraph_grammar::ItemKind::Node,
        DeclarationKind::Edge => omnigraph_grammar::ItemKind::Edge,
    }
}
