//! Annotations that are read alike wherever they stand: the shape of their arguments, texts that must not be blank,
//! rename hints, and annotations without a meaning of their own.

use std::collections::BTreeMap;

use omnigraph_grammar::schema::ast::{Annotation, Argument, ArgumentValue, Number};
use omnigraph_model::schema::{self, Cardinality};
use omnigraph_model::vocabulary;

use super::{Decl, SchemaSettings};
use crate::diagnostic::Finding;
use crate::rules::schema::{
    s010_wrong_place, s045_constraint_on_node, s046_constraint_on_edge, s049_blank_text, s050_text_repeated,
    s052_blank_rename, s053_rename_keyword, s054_rename_repeated, s063_unknown_annotation, s064_misspelt_annotation,
    s086_malformed_cardinality, s087_cardinality_reversed, s088_misplaced_cardinality, s089_vacuous_bounds,
};

/// The text that a scalar argument is stored as; the kind of its literal is not kept.
pub(crate) fn text_of(value: &ArgumentValue) -> String {
    match value {
        ArgumentValue::String(text)
        | ArgumentValue::Integer(text)
        | ArgumentValue::Float(text)
        | ArgumentValue::Name(text)
        | ArgumentValue::TypeName(text) => text.clone(),
        ArgumentValue::Boolean(value) => value.to_string(),
        ArgumentValue::Range { low, high } => {
            let bound = |number: &Option<Number>| number.as_ref().map_or(String::new(), |n| n.text.clone());
            format!("{}..{}", bound(low), bound(high))
        }
    }
}

pub(crate) fn is_constraint(annotation: &Annotation) -> bool {
    annotation.arguments.is_some() && vocabulary::is_constraint(&annotation.name.text)
}

/// One positional argument and keywords.
pub(crate) struct Read<'a> {
    pub positional: Option<&'a Argument>,
    pub keywords: Vec<&'a Argument>,
}

/// The arguments of an annotation, if they are shaped as the language wants: at most one positional one, then keywords.
/// The parser has reported those that are not.
pub(crate) fn arguments(annotation: &Annotation) -> Option<Read<'_>> {
    let list = annotation
        .arguments
        .as_ref()
        .map_or(&[][..], |arguments| &arguments.list);
    let positional = list.first().filter(|first| first.keyword.is_none());
    let keywords: Vec<&Argument> = list.iter().skip(1).collect();
    let wrong = annotation.arguments.is_some() && positional.is_none()
        || keywords.iter().any(|argument| argument.keyword.is_none())
        || list
            .iter()
            .any(|argument| matches!(argument.value, ArgumentValue::Range { .. }));
    (!wrong).then_some(Read { positional, keywords })
}

/// `@description`, `@instruction` and `@owner`: one value that is not blank, once a target.
#[derive(Default)]
pub(crate) struct Texts<'a> {
    seen: BTreeMap<&'a str, &'a Annotation>,
    rename: Option<(&'a Annotation, String)>,
    pub kept: Vec<schema::Annotation>,
}

impl<'a> Texts<'a> {
    pub(crate) fn text(&mut self, annotation: &'a Annotation, owner: &Decl, findings: &mut Vec<Finding>) {
        if self.repeated(annotation, owner, findings) {
            return;
        }
        let Some(read) = arguments(annotation) else {
            return;
        };
        match read.positional.map(|argument| text_of(&argument.value)) {
            Some(text) if !text.trim().is_empty() => self.kept.push(kept(annotation, &read)),
            _ => findings.push(s049_blank_text::finding(owner, annotation)),
        }
    }

    /// Reports the second of two annotations that make sense only once.
    pub(crate) fn repeated(&mut self, annotation: &'a Annotation, owner: &Decl, findings: &mut Vec<Finding>) -> bool {
        match self.seen.get(annotation.name.text.as_str()) {
            Some(first) => {
                findings.push(s050_text_repeated::finding(owner, annotation, first));
                true
            }
            None => {
                self.seen.insert(&annotation.name.text, annotation);
                false
            }
        }
    }

    pub(crate) fn rename(&mut self, annotation: &'a Annotation, owner: &Decl, findings: &mut Vec<Finding>) {
        if let Some((first, _)) = &self.rename {
            findings.push(s054_rename_repeated::finding(owner, annotation, first));
            return;
        }
        let Some(read) = arguments(annotation) else {
            return;
        };
        if let Some(keyword) = read.keywords.first() {
            findings.push(s053_rename_keyword::finding(owner, annotation, keyword));
        }
        match read.positional.map(|argument| text_of(&argument.value)) {
            Some(text) if !text.trim().is_empty() => self.rename = Some((annotation, text)),
            _ => findings.push(s052_blank_rename::finding(owner, annotation)),
        }
    }

    /// What is kept, as it counts.
    pub(crate) fn canonical(&self) -> Vec<schema::Annotation> {
        canonical(self.kept.clone())
    }

    pub(crate) fn renamed_from(&self) -> Option<(&'a Annotation, &str)> {
        self.rename
            .as_ref()
            .map(|(annotation, text)| (*annotation, text.as_str()))
    }

    /// An annotation that the language does not know: kept as text, unless it looks like a slip.
    pub(crate) fn opaque(
        &mut self,
        annotation: &Annotation,
        owner: &Decl,
        settings: &SchemaSettings,
        findings: &mut Vec<Finding>,
    ) {
        let name = annotation.name.text.as_str();
        if !settings.known_annotations.contains(name) {
            match s064_misspelt_annotation::check(owner, annotation) {
                Some(finding) => {
                    findings.push(finding);
                    return;
                }
                None => findings.push(s063_unknown_annotation::finding(owner, annotation)),
            }
        }
        if let Some(read) = arguments(annotation) {
            self.kept.push(kept(annotation, &read));
        }
    }
}

fn kept(annotation: &Annotation, read: &Read) -> schema::Annotation {
    schema::Annotation {
        name: annotation.name.text.clone(),
        value: read.positional.map(|argument| text_of(&argument.value)),
        keywords: read
            .keywords
            .iter()
            .filter_map(|argument| {
                let keyword = argument.keyword.as_ref()?;
                Some((keyword.text.clone(), text_of(&argument.value)))
            })
            .collect(),
    }
}

/// Sorted by their serialised form and without duplicates, as the canonical shape wants them.
pub(crate) fn canonical(mut annotations: Vec<schema::Annotation>) -> Vec<schema::Annotation> {
    annotations.sort_by_cached_key(|annotation| serde_json::to_string(annotation).unwrap_or_default());
    annotations.dedup();
    annotations
}

/// What the header of a declaration says.
#[derive(Default)]
pub(crate) struct Header<'a> {
    pub texts: Texts<'a>,
    pub cardinality: Cardinality,
}

pub(crate) fn header<'a>(decl: &Decl<'a>, settings: &SchemaSettings, findings: &mut Vec<Finding>) -> Header<'a> {
    use omnigraph_model::schema::DeclarationKind::{Edge, Interface, Node};
    let mut header = Header::default();
    let mut card: Option<&Annotation> = None;
    for annotation in decl.annotations {
        let name = annotation.name.text.as_str();
        match (name, decl.kind) {
            ("card", Edge) => match card {
                Some(first) => findings.push(s086_malformed_cardinality::repeated(decl, annotation, first)),
                None => {
                    card = Some(annotation);
                    if let Some(read) = cardinality(annotation, decl, findings) {
                        header.cardinality = read;
                    }
                }
            },
            ("card", Node) => findings.push(s088_misplaced_cardinality::finding(decl, annotation)),
            ("default" | "metric", _) => findings.push(s010_wrong_place::finding(decl, annotation)),
            // The parser reports these: constraints with columns, and what an interface cannot have.
            ("key" | "unique" | "index" | "range" | "check" | "embed" | "card", Interface) => {}
            _ if is_constraint(annotation) => {}
            ("key" | "unique" | "index" | "embed", Node) => {
                findings.push(s045_constraint_on_node::finding(decl, annotation));
            }
            ("key" | "unique" | "index" | "embed", Edge) => {
                findings.push(s046_constraint_on_edge::finding(decl, annotation));
            }
            ("description" | "instruction" | "owner", _) => header.texts.text(annotation, decl, findings),
            ("rename_from", _) => header.texts.rename(annotation, decl, findings),
            // A directive, read elsewhere.
            ("allow", _) => {}
            _ => header.texts.opaque(annotation, decl, settings, findings),
        }
    }
    header
}

fn cardinality(annotation: &Annotation, edge: &Decl, findings: &mut Vec<Finding>) -> Option<Cardinality> {
    let list = annotation
        .arguments
        .as_ref()
        .map_or(&[][..], |arguments| &arguments.list);
    let [argument] = list else {
        findings.push(s086_malformed_cardinality::finding(edge, annotation));
        return None;
    };
    let ArgumentValue::Range { low: Some(low), high } = &argument.value else {
        findings.push(s086_malformed_cardinality::finding(edge, annotation));
        return None;
    };
    let is_count = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_count(&low.text) || high.as_ref().is_some_and(|high| !is_count(&high.text)) || argument.keyword.is_some() {
        findings.push(s086_malformed_cardinality::finding(edge, annotation));
        return None;
    }
    // The parser reports a count that is too large.
    let min = low.text.parse::<u32>().ok()?;
    let max = match high {
        Some(high) => Some(high.text.parse::<u32>().ok()?),
        None => None,
    };
    if let Some(max) = max {
        if min > max {
            findings.push(s087_cardinality_reversed::finding(edge, argument, min, max));
            return None;
        }
        if max == 0 {
            findings.push(s089_vacuous_bounds::cardinality(edge, argument));
        }
    }
    Some(Cardinality { min, max })
}
