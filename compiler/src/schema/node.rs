//! From checked declarations to the canonical shape: interfaces, nodes with all their properties, edges.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use omnigraph_model::catalog::Range;
use omnigraph_model::schema::{
    Bound, Constraint, DeclarationKind, EdgeShape, EmbedShape, InterfaceShape, Metric, NodeShape, PropertyShape, Shape,
    SingleColumn,
};
use omnigraph_model::types::{Scalar, Value};

use super::annotation::{self, Header};
use super::constraint::{self, Collected};
use super::expand::{self, Contributor, Effective};
use super::property::{self, Property};
use super::{Decl, Declared, Hint, SchemaCheck, SchemaSettings, declare};
use crate::diagnostic::Finding;
use crate::rules::schema::{
    s014_bad_default, s015_default_not_allowed, s044_unused_interface, s057_unknown_embed_source,
    s058_embed_source_type,
};

pub(super) fn build(declared: &Declared, settings: &SchemaSettings, findings: &mut Vec<Finding>) -> SchemaCheck {
    let headers: Vec<Header> = declared
        .list
        .iter()
        .map(|decl| annotation::header(decl, settings, findings))
        .collect();
    let properties: Vec<Vec<Property>> = declared
        .list
        .iter()
        .map(|decl| property::properties(decl, declared, settings, findings))
        .collect();
    let by_name: HashMap<(DeclarationKind, &str), &[Property]> = declared
        .list
        .iter()
        .zip(&properties)
        .map(|(decl, properties)| ((decl.kind, decl.name.text.as_str()), properties.as_slice()))
        .collect();

    let mut builder = Builder {
        declared,
        by_name,
        check: SchemaCheck::default(),
        shape: Shape::default(),
        presentation: super::Presentation::default(),
        used: Vec::new(),
        findings,
    };
    for ((decl, header), own) in declared.list.iter().zip(&headers).zip(&properties) {
        if let Some((annotation, from)) = header.texts.renamed_from() {
            builder.check.hints.push(Hint {
                kind: decl.kind,
                owner: decl.name.text.clone(),
                property: None,
                from: from.to_owned(),
                place: decl.place(annotation.span),
                injected: false,
            });
        }
        let whole = match decl.kind {
            DeclarationKind::Interface => builder.interface(decl, header, own),
            DeclarationKind::Node => builder.node(decl, header, own),
            DeclarationKind::Edge => builder.edge(decl, header, own),
        };
        if !whole || decl.broken || own.iter().any(|property| property.ty.is_none()) {
            builder.check.broken.insert((decl.kind, decl.name.text.clone()));
        }
    }
    builder.finish()
}

/// The canonical shape as far as declarations were added to it. What adds one answers whether all of it could be understood.
struct Builder<'d, 'f> {
    declared: &'d Declared<'d>,
    by_name: HashMap<(DeclarationKind, &'d str), &'d [Property<'d>]>,
    check: SchemaCheck,
    shape: Shape,
    presentation: super::Presentation,
    /// Names of interfaces that a node implements.
    used: Vec<&'d str>,
    findings: &'f mut Vec<Finding>,
}

impl<'d> Builder<'d, '_> {
    fn interface(&mut self, decl: &'d Decl<'d>, header: &Header, own: &'d [Property<'d>]) -> bool {
        let name = decl.name.text.clone();
        let effective = expand::own(own);
        hints(decl, &effective, &mut self.check.hints);
        self.presentation.interfaces.insert(name.clone(), order(&effective));
        self.shape.interfaces.push(InterfaceShape {
            name,
            annotations: annotation::canonical(header.texts.kept.clone()),
            properties: effective_shapes(&effective, None),
        });
        true
    }

    fn node(&mut self, decl: &'d Decl<'d>, header: &Header, own: &'d [Property<'d>]) -> bool {
        let name = decl.name.text.clone();
        let implemented = declare::implemented(self.declared, decl, self.findings);
        // What an interface that could not be read brings in is unknown.
        let unknown: Vec<&str> = decl.implements.iter().map(|name| name.text.as_str()).collect();
        let incomplete = decl.broken
            || implemented.iter().any(|(interface, _)| interface.broken)
            || unknown
                .iter()
                .any(|name| self.declared.get(DeclarationKind::Interface, name).is_none());
        let contributors: Vec<Contributor> = implemented
            .iter()
            .map(|(interface, name)| {
                let key = (DeclarationKind::Interface, interface.name.text.as_str());
                (*interface, *name, self.by_name.get(&key).copied().unwrap_or(&[]))
            })
            .collect();
        self.used.extend(
            contributors
                .iter()
                .map(|(interface, _, _)| interface.name.text.as_str()),
        );
        let effective = expand::expand(decl, own, &contributors, self.findings);
        hints(decl, &effective, &mut self.check.hints);
        embed_sources(decl, &effective, incomplete, self.findings);
        let collected = constraint::collect(decl, &effective, incomplete, self.findings);
        let constraints = constraint::canonical(decl, &collected, self.findings);
        defaults(&effective, &collected, &constraints, self.findings);
        let mut implements: Vec<String> = contributors
            .iter()
            .map(|(interface, _, _)| interface.name.text.clone())
            .collect();
        implements.sort();
        self.presentation.nodes.insert(name.clone(), order(&effective));
        self.shape.nodes.push(NodeShape {
            name,
            annotations: annotation::canonical(header.texts.kept.clone()),
            implements,
            properties: effective_shapes(&effective, Some(&constraints)),
            constraints,
        });
        !incomplete && effective.iter().all(|property| property.property.ty.is_some())
    }

    fn edge(&mut self, decl: &'d Decl<'d>, header: &Header, own: &'d [Property<'d>]) -> bool {
        let name = decl.name.text.clone();
        let resolved = declare::endpoints_resolve(self.declared, decl, self.findings);
        let effective = expand::own(own);
        hints(decl, &effective, &mut self.check.hints);
        let collected = constraint::collect(decl, &effective, decl.broken, self.findings);
        let constraints = constraint::canonical(decl, &collected, self.findings);
        self.presentation.edges.insert(name.clone(), order(&effective));
        if let (true, Some((from, to))) = (resolved, decl.endpoints) {
            self.shape.edges.push(EdgeShape {
                name,
                annotations: annotation::canonical(header.texts.kept.clone()),
                from: from.text.clone(),
                to: to.text.clone(),
                cardinality: header.cardinality,
                properties: effective_shapes(&effective, Some(&constraints)),
                constraints,
            });
        }
        resolved
    }

    fn finish(mut self) -> SchemaCheck {
        // A node that could not be read may implement anything.
        if !self.declared.of_kind(DeclarationKind::Node).any(|node| node.broken) {
            for interface in self.declared.of_kind(DeclarationKind::Interface) {
                if !interface.broken && !self.used.contains(&interface.name.text.as_str()) {
                    self.findings.push(s044_unused_interface::finding(interface));
                }
            }
        }
        self.shape.interfaces.sort_by(|a, b| a.name.cmp(&b.name));
        self.shape.nodes.sort_by(|a, b| a.name.cmp(&b.name));
        self.shape.edges.sort_by(|a, b| a.name.cmp(&b.name));
        self.check.shape = Arc::new(self.shape);
        self.check.presentation = Arc::new(self.presentation);
        self.check
    }
}

fn order(effective: &[Effective]) -> Vec<String> {
    effective
        .iter()
        .map(|property| property.property.name().to_owned())
        .collect()
}

fn hints(decl: &Decl, effective: &[Effective], hints: &mut Vec<Hint>) {
    for property in effective {
        let Some(hinted) = property.hint else {
            continue;
        };
        if let Some((annotation, from)) = hinted.texts.renamed_from() {
            hints.push(Hint {
                kind: decl.kind,
                owner: decl.name.text.clone(),
                property: Some(property.property.name().to_owned()),
                from: from.to_owned(),
                place: hinted.place(annotation.span),
                injected: !property.direct,
            });
        }
    }
}

/// Shapes of properties, sorted by name. An interface has no constraints beside those on its properties.
fn effective_shapes(effective: &[Effective], constraints: Option<&[Constraint]>) -> Vec<PropertyShape> {
    let shapes: BTreeMap<&str, PropertyShape> = effective
        .iter()
        .filter_map(|entry| {
            let property = entry.property;
            let name = property.name();
            let single = match constraints {
                Some(constraints) => single_column(name, constraints),
                None => SingleColumn {
                    key: property.key.is_some(),
                    unique: property.unique.is_some(),
                    index: property.index.is_some(),
                },
            };
            let shape = PropertyShape {
                name: name.to_owned(),
                ty: property.ty.clone()?,
                annotations: annotation::canonical(property.texts.kept.clone()),
                single,
                embed: property.embed.as_ref().map(|embed| EmbedShape {
                    source: embed.source.clone(),
                    model: embed.model.clone(),
                }),
                default: property.default.as_ref().map(|default| default.value.clone()),
                metric: metric(property),
                direct: entry.direct,
                satisfies: entry.satisfies.iter().map(|name| (*name).to_owned()).collect(),
            };
            Some((name, shape))
        })
        .collect();
    shapes.into_values().collect()
}

/// Every vector has a metric: to leave it out and to write the usual one is the same schema.
fn metric(property: &Property) -> Option<Metric> {
    match property.ty.as_ref()?.scalar {
        Scalar::Vector(_) => Some(property.metric.unwrap_or(Metric::L2)),
        _ => None,
    }
}

fn single_column(name: &str, constraints: &[Constraint]) -> SingleColumn {
    let is_this = |columns: &[String]| matches!(columns, [only] if only == name);
    let mut single = SingleColumn::default();
    for constraint in constraints {
        match constraint {
            Constraint::Key { columns, .. } => single.key |= is_this(columns),
            Constraint::Unique { columns } => single.unique |= is_this(columns),
            Constraint::Index { columns } => single.index |= is_this(columns),
            Constraint::Range { .. } | Constraint::Check { .. } => {}
        }
    }
    single
}

/// The source of each `@embed` is a plain text property of the same node.
fn embed_sources(node: &Decl, effective: &[Effective], incomplete: bool, findings: &mut Vec<Finding>) {
    for entry in effective {
        let Some(embed) = &entry.property.embed else {
            continue;
        };
        match effective.iter().find(|other| other.property.name() == embed.source) {
            None if incomplete => {}
            None => findings.push(s057_unknown_embed_source::finding(
                node,
                entry.property,
                embed,
                effective,
            )),
            Some(source) => {
                if let Some(ty) = &source.property.ty
                    && (ty.list || ty.scalar != Scalar::String)
                {
                    findings.push(s058_embed_source_type::finding(
                        entry.property,
                        embed,
                        source.property,
                        ty,
                    ));
                }
            }
        }
    }
}

/// Defaults against what the constraints of the owner ask for.
fn defaults(effective: &[Effective], collected: &Collected, constraints: &[Constraint], findings: &mut Vec<Finding>) {
    for entry in effective {
        let property = entry.property;
        let Some(default) = &property.default else {
            continue;
        };
        let in_key = constraints.iter().any(
            |constraint| matches!(constraint, Constraint::Key { columns, .. } if columns.iter().any(|c| c == property.name())),
        );
        if in_key {
            findings.push(s015_default_not_allowed::key(property, default.annotation));
            continue;
        }
        let number = match default.value {
            Value::Integer(number) => Some(Bound::Integer(number.into())),
            Value::Unsigned(number) => Some(Bound::Integer(number.into())),
            Value::Float(number) => Some(Bound::Float(number)),
            _ => None,
        };
        for (name, bounds, place) in &collected.ranges {
            let range = Range {
                property: name.clone(),
                min: bounds.min,
                max: bounds.max,
            };
            let broken = |number: Bound| property.ty.as_ref().and_then(|ty| range.broken_by(number, ty.scalar));
            if name == property.name() && number.and_then(broken).is_some() {
                findings.push(s014_bad_default::outside_range(property, default, place.clone()));
            }
        }
        for (name, pattern, place) in &collected.checks {
            if let Value::String(text) = &default.value
                && name == property.name()
                && regex::Regex::new(pattern).is_ok_and(|regex| !regex.is_match(text))
            {
                findings.push(s014_bad_default::fails_check(property, default, place.clone()));
            }
        }
    }
}
