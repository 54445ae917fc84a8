//! Properties as they are declared: their names, their types, and what their annotations mean. All of it is checked at
//! the declaration, in an interface too; what depends on the node a property ends up in is checked there.

use std::collections::HashMap;

use omnigraph_grammar::schema::ast::{self, Annotation, ArgumentValue};
use omnigraph_grammar::{Name, Span};
use omnigraph_model::schema::{DeclarationKind, Metric};
use omnigraph_model::types::{Scalar, Type, Value};

use super::annotation::{self, Texts, text_of};
use super::constraint::{self, Bounds, ListKind};
use super::{Decl, Declared, SchemaSettings, default, types};
use crate::diagnostic::{Finding, Place};
use crate::rules::schema::{
    s010_wrong_place, s011_2_unknown_metric, s020_duplicate_property, s021_reserved_name, s022_property_id,
    s023_endpoint_name, s043_impossible_annotation, s048_repeated_on_property, s051_instruction_on_property,
    s055_2_metric_on_non_vector, s055_embed_on_non_vector, s056_embed_without_source, s059_embed_keyword,
    s060_embed_on_edge, s061_embed_on_list, s062_embed_on_blob, s071_key_on_edge, s077_range_on_edge,
    s079_malformed_range, s081_check_on_edge, s083_malformed_check, s088_misplaced_cardinality,
};

/// One declared property.
pub(crate) struct Property<'a> {
    /// The index of the declaration it stands in.
    pub item: u32,
    pub ast: &'a ast::Property,
    /// `None` if it has no meaning, which has been reported.
    pub ty: Option<Type>,
    pub key: Option<&'a Annotation>,
    pub unique: Option<&'a Annotation>,
    pub index: Option<&'a Annotation>,
    pub embed: Option<Embed<'a>>,
    pub default: Option<Default<'a>>,
    pub metric: Option<Metric>,
    /// `@range(1..9)` and `@check("…")` with the property left out.
    pub ranges: Vec<(Bounds, &'a Annotation)>,
    pub checks: Vec<(String, &'a Annotation)>,
    pub texts: Texts<'a>,
}

pub(crate) struct Embed<'a> {
    pub annotation: &'a Annotation,
    pub source: String,
    pub source_span: Span,
    pub model: Option<String>,
}

pub(crate) struct Default<'a> {
    pub annotation: &'a Annotation,
    pub value_span: Span,
    pub value: Value,
}

impl<'a> Property<'a> {
    pub(crate) fn name(&self) -> &'a str {
        &self.ast.name.text
    }

    pub(crate) fn place(&self, span: Span) -> Place {
        Place::item(self.item, span)
    }

    pub(crate) fn name_place(&self) -> Place {
        self.place(self.ast.name.span)
    }

    pub(crate) fn type_place(&self) -> Place {
        self.place(self.ast.ty.span)
    }

    /// The `?`, or the type where there is none.
    pub(crate) fn optional_place(&self) -> Place {
        self.place(self.ast.ty.optional.unwrap_or(self.ast.ty.span))
    }
}

/// The properties of a declaration, the first of each name.
pub(crate) fn properties<'a>(
    decl: &Decl<'a>,
    declared: &Declared,
    settings: &SchemaSettings,
    findings: &mut Vec<Finding>,
) -> Vec<Property<'a>> {
    let mut list: Vec<Property> = Vec::new();
    let mut seen: HashMap<&str, usize> = HashMap::new();
    for ast in decl.properties() {
        let property = read(ast, decl, declared, settings, findings);
        if let Some(first) = seen.get(ast.name.text.as_str()) {
            findings.push(s020_duplicate_property::finding(decl, &property, &list[*first]));
            continue;
        }
        if let Some(finding) = reserved(decl, &ast.name) {
            findings.push(finding);
        }
        seen.insert(&ast.name.text, list.len());
        list.push(property);
    }
    list
}

fn reserved(decl: &Decl, name: &Name) -> Option<Finding> {
    s021_reserved_name::check(decl, name)
        .or_else(|| s022_property_id::check(decl, name))
        .or_else(|| s023_endpoint_name::check(decl, name))
}

fn read<'a>(
    ast: &'a ast::Property,
    decl: &Decl<'a>,
    declared: &Declared,
    settings: &SchemaSettings,
    findings: &mut Vec<Finding>,
) -> Property<'a> {
    let ty = types::resolve(&ast.ty, decl, declared, findings);
    let mut property = Property {
        item: decl.item,
        ast,
        ty,
        key: None,
        unique: None,
        index: None,
        embed: None,
        default: None,
        metric: None,
        ranges: Vec::new(),
        checks: Vec::new(),
        texts: Texts::default(),
    };
    for annotation in &ast.annotations {
        read_annotation(annotation, &mut property, decl, settings, findings);
    }
    property
}

fn read_annotation<'a>(
    annotation: &'a Annotation,
    property: &mut Property<'a>,
    decl: &Decl<'a>,
    settings: &SchemaSettings,
    findings: &mut Vec<Finding>,
) {
    let on_edge = decl.kind == DeclarationKind::Edge;
    let in_interface = decl.kind == DeclarationKind::Interface;
    let name = annotation.name.text.as_str();
    match name {
        "key" | "unique" | "index" if annotation.arguments.is_none() => {
            let kind = ListKind::of(name);
            let slot = match kind {
                ListKind::Key => &mut property.key,
                ListKind::Unique => &mut property.unique,
                ListKind::Index => &mut property.index,
            };
            if let Some(first) = slot {
                findings.push(s048_repeated_on_property::finding(decl, annotation, first));
                return;
            }
            *slot = Some(annotation);
            let problem = match (kind, on_edge) {
                (ListKind::Key, true) => Some(s071_key_on_edge::on_property(decl, property.ast, annotation)),
                _ => constraint::column_problem(kind, property, property.place(annotation.span), true),
            };
            if let Some(problem) = problem {
                findings.push(only_in_nodes(problem, in_interface, property, annotation));
                match kind {
                    ListKind::Key => property.key = None,
                    ListKind::Unique => property.unique = None,
                    ListKind::Index => property.index = None,
                }
            }
        }
        "range" if annotation.arguments.is_some() => match in_interface {
            true => findings.push(s010_wrong_place::finding(decl, annotation)),
            false if on_edge => findings.push(s077_range_on_edge::finding(decl, annotation)),
            false => {
                let list = annotation
                    .arguments
                    .as_ref()
                    .map_or(&[][..], |arguments| &arguments.list);
                match list {
                    [only] if only.keyword.is_none() => {
                        if let Some(bounds) = constraint::bounds(only, decl, annotation, Some(property), findings) {
                            property.ranges.push((bounds, annotation));
                        }
                    }
                    _ => findings.push(s079_malformed_range::finding(decl, annotation, Some(property.ast))),
                }
            }
        },
        "check" if annotation.arguments.is_some() => match in_interface {
            true => findings.push(s010_wrong_place::finding(decl, annotation)),
            false if on_edge => findings.push(s081_check_on_edge::finding(decl, annotation)),
            false => {
                let list = annotation
                    .arguments
                    .as_ref()
                    .map_or(&[][..], |arguments| &arguments.list);
                match list {
                    [only] if only.keyword.is_none() && matches!(only.value, ArgumentValue::String(_)) => {
                        if let Some(pattern) = constraint::pattern(only, decl, Some(property), findings) {
                            property.checks.push((pattern, annotation));
                        }
                    }
                    _ => findings.push(s083_malformed_check::finding(decl, annotation)),
                }
            }
        },
        "card" => findings.push(s088_misplaced_cardinality::finding(decl, annotation)),
        "embed" => read_embed(annotation, property, decl, findings),
        "metric" => read_metric(annotation, property, decl, findings),
        "default" => {
            if !property.texts.repeated(annotation, decl, findings) {
                property.default = default::read(annotation, property, decl, findings);
            }
        }
        "description" | "owner" => property.texts.text(annotation, decl, findings),
        "instruction" => findings.push(s051_instruction_on_property::finding(decl, annotation)),
        "rename_from" => property.texts.rename(annotation, decl, findings),
        "allow" => {}
        _ => property.texts.opaque(annotation, decl, settings, findings),
    }
}

/// What no node could accept is reported where the interface says it, under one code.
fn only_in_nodes(problem: Finding, in_interface: bool, property: &Property, annotation: &Annotation) -> Finding {
    match in_interface {
        true => s043_impossible_annotation::finding(problem, property, annotation),
        false => problem,
    }
}

fn read_embed<'a>(
    annotation: &'a Annotation,
    property: &mut Property<'a>,
    decl: &Decl<'a>,
    findings: &mut Vec<Finding>,
) {
    if decl.kind == DeclarationKind::Edge {
        findings.push(s060_embed_on_edge::finding(decl, annotation));
        return;
    }
    if let Some(first) = &property.embed {
        findings.push(s048_repeated_on_property::finding(decl, annotation, first.annotation));
        return;
    }
    let problem = match &property.ty {
        Some(Type {
            scalar: Scalar::Blob, ..
        }) => Some(s062_embed_on_blob::finding(property, annotation)),
        Some(Type { list: true, .. }) => Some(s061_embed_on_list::finding(property, annotation)),
        Some(Type {
            scalar: Scalar::Vector(_),
            ..
        })
        | None => None,
        Some(_) => Some(s055_embed_on_non_vector::finding(property, annotation)),
    };
    if let Some(problem) = problem {
        let in_interface = decl.kind == DeclarationKind::Interface;
        findings.push(only_in_nodes(problem, in_interface, property, annotation));
        return;
    }
    // A keyword in the place of the source is the more telling mistake.
    let list = annotation
        .arguments
        .as_ref()
        .map_or(&[][..], |arguments| &arguments.list);
    let source = list.iter().find(|argument| argument.keyword.is_none());
    if list.is_empty() || source.is_some_and(|source| text_of(&source.value).trim().is_empty()) {
        findings.push(s056_embed_without_source::finding(decl, annotation));
        return;
    }
    let Some(read) = annotation::arguments(annotation) else {
        return;
    };
    let mut model = None;
    for argument in &read.keywords {
        let Some(keyword) = &argument.keyword else {
            continue;
        };
        let text = text_of(&argument.value);
        if keyword.text != "model" {
            findings.push(s059_embed_keyword::finding(decl, keyword));
        } else if text.trim().is_empty() {
            findings.push(s059_embed_keyword::blank(decl, argument));
        } else {
            model = Some(text);
        }
    }
    if let Some(source) = read.positional {
        property.embed = Some(Embed {
            annotation,
            source: text_of(&source.value),
            source_span: source.span,
            model,
        });
    }
}

fn read_metric<'a>(
    annotation: &'a Annotation,
    property: &mut Property<'a>,
    decl: &Decl<'a>,
    findings: &mut Vec<Finding>,
) {
    if property.texts.repeated(annotation, decl, findings) {
        return;
    }
    if let Some(ty) = &property.ty
        && (ty.list || !matches!(ty.scalar, Scalar::Vector(_)))
    {
        findings.push(s055_2_metric_on_non_vector::finding(property, annotation));
        return;
    }
    let Some(read) = annotation::arguments(annotation) else {
        return;
    };
    let word = read.positional.map(|argument| text_of(&argument.value));
    property.metric = match word.as_deref() {
        Some("l2") => Some(Metric::L2),
        Some("cosine") => Some(Metric::Cosine),
        Some("dot") => Some(Metric::Dot),
        _ => {
            findings.push(s011_2_unknown_metric::finding(decl, annotation, read.positional));
            None
        }
    };
}
