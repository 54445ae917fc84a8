//! What a schema may keep. Rules were added for constructs that mean nothing, or nothing good. A graph that has lived with
//! one goes on: where its accepted schema has the same construct in the same place, the error is only a warning.

use std::collections::BTreeSet;

use omnigraph_grammar::schema::ast::{Annotation, Declaration, Member};
use omnigraph_grammar::{ItemKind, Span};
use omnigraph_model::schema::DeclarationKind;

use super::{SchemaText, check_schema_text};
use crate::diagnostic::{Finding, Place, Severity};
use crate::schema::{Hint, SchemaItem};

/// Rules about what schemas were once allowed to say.
const LATER: [&str; 18] = [
    "S011", "S012", "S021", "S023", "S043", "S059", "S064", "S072", "S073", "S075", "S078", "S079", "S080", "S082",
    "S083", "S084", "S086", "S088",
];

impl SchemaText {
    /// Makes warnings of errors about what the accepted schema's text has as well, unchanged. A type that is renamed by a
    /// hint is still the same.
    pub fn tolerate(&mut self, accepted: &str) {
        if !self.check.findings.iter().any(is_later) {
            return;
        }
        let before = check_schema_text(accepted);
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
    owner: Option<(ItemKind, String)>,
    /// The property that it stands on, by its former name.
    property: Option<String>,
    /// The words of the annotation that holds what is complained about, or else the words complained about; properties
    /// by their former names.
    words: Vec<String>,
}

impl Construct {
    fn of(text: &SchemaText, finding: &Finding, hints: &[Hint]) -> Option<Construct> {
        let Place::Item { item, span } = &finding.place else {
            return None;
        };
        let source = text.items.get(*item as usize)?;
        let hints = Hints {
            all: hints,
            owner: source.name.as_ref().map(|name| (source.kind, name.text.as_str())),
        };
        let (property, annotation) = enclosing(source, *span);
        let whole = annotation.map_or(*span, |annotation| annotation.span);
        let tokens = omnigraph_grammar::schema::tokens(&source.text);
        let words = tokens
            .iter()
            .filter(|token| !token.kind.is_trivia() && whole.start < token.span.end && token.span.start < whole.end)
            .filter_map(|token| source.text.get(token.span.range()))
            .map(|word| hints.former_property(word).to_owned())
            .collect();
        Some(Construct {
            subcode: finding.rule.subcode,
            owner: hints.owner.map(|(kind, _)| (kind, hints.former_owner().to_owned())),
            property: property.map(|name| hints.former_property(name).to_owned()),
            words,
        })
    }
}

/// The property and the annotation around a place.
fn enclosing(source: &SchemaItem, span: Span) -> (Option<&str>, Option<&Annotation>) {
    let Some(declared) = source.tree.as_deref().and_then(Declaration::as_type) else {
        return (None, None);
    };
    let around = |whole: Span| whole.start <= span.start && span.end <= whole.end;
    // A property reaches up to its last annotation, perhaps over constraints of the body.
    let beside = declared.members.iter().filter_map(Member::as_annotation);
    let constraint = beside.into_iter().find(|annotation| around(annotation.span));
    if constraint.is_some() {
        return (None, constraint);
    }
    let property = declared.properties().find(|property| around(property.span));
    let own = property.map_or(&[][..], |property| &property.annotations);
    let annotation = declared
        .annotations
        .iter()
        .chain(own)
        .find(|annotation| around(annotation.span));
    (property.map(|property| property.name.text.as_str()), annotation)
}

/// The rename hints of one declaration.
struct Hints<'a> {
    all: &'a [Hint],
    owner: Option<(ItemKind, &'a str)>,
}

impl<'a> Hints<'a> {
    fn own(&self) -> impl Iterator<Item = &'a Hint> {
        let owner = self.owner;
        let own = move |hint: &&Hint| owner == Some((item_kind(hint.kind), hint.owner.as_str()));
        self.all.iter().filter(own)
    }

    fn former_owner(&self) -> &'a str {
        let hint = self.own().find(|hint| hint.property.is_none());
        hint.map_or(self.owner.map_or("", |(_, name)| name), |hint| &hint.from)
    }

    fn former_property<'b>(&self, name: &'b str) -> &'b str
    where
        'a: 'b,
    {
        let hint = self.own().find(|hint| hint.property.as_deref() == Some(name));
        hint.map_or(name, |hint| &hint.from)
    }
}

fn item_kind(kind: DeclarationKind) -> ItemKind {
    match kind {
        DeclarationKind::Interface => ItemKind::Interface,
        DeclarationKind::Node => ItemKind::Node,
        DeclarationKind::Edge => ItemKind::Edge,
    }
}
