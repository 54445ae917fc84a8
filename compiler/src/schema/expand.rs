//! Interface expansion: the properties that a node has in the end, its own and those its interfaces inject.

use omnigraph_grammar::Name;

use super::Decl;
use super::property::Property;
use crate::diagnostic::Finding;
use crate::rules::schema::{s040_redeclared_type, s041_conflicting_injection, s042_redeclaration_drops};

/// A property of a node or an edge as it counts in the end.
pub(crate) struct Effective<'p, 'a> {
    pub property: &'p Property<'a>,
    /// Declared by the owner itself.
    pub direct: bool,
    /// The interfaces that declare it too, sorted.
    pub satisfies: Vec<&'a str>,
    /// The name in `implements` that brought it in; `None` if it is direct.
    pub via: Option<&'a Name>,
    /// A rename hint on it or, for an injected one, on its byte-smallest contributor that has one.
    pub hint: Option<&'p Property<'a>>,
}

/// An interface that a node implements: its declaration, its name in the node's list, its properties.
pub(crate) type Contributor<'p, 'a> = (&'p Decl<'a>, &'a Name, &'p [Property<'a>]);

pub(crate) fn own<'p, 'a>(properties: &'p [Property<'a>]) -> Vec<Effective<'p, 'a>> {
    properties
        .iter()
        .map(|property| Effective {
            property,
            direct: true,
            satisfies: Vec::new(),
            via: None,
            hint: property.texts.renamed_from().map(|_| property),
        })
        .collect()
}

/// A node's effective properties: its own in the order of the text, then the injected ones.
pub(crate) fn expand<'p, 'a>(
    node: &Decl<'a>,
    own_properties: &'p [Property<'a>],
    interfaces: &[Contributor<'p, 'a>],
    findings: &mut Vec<Finding>,
) -> Vec<Effective<'p, 'a>> {
    let mut effective = own(own_properties);
    for (interface, name, properties) in interfaces {
        for property in *properties {
            let known = effective
                .iter_mut()
                .find(|known| known.property.name() == property.name());
            let Some(known) = known else {
                effective.push(Effective {
                    property,
                    direct: false,
                    satisfies: vec![&interface.name.text],
                    via: Some(name),
                    hint: property.texts.renamed_from().map(|_| property),
                });
                continue;
            };
            if known.direct {
                match (&known.property.ty, &property.ty) {
                    (Some(ours), Some(theirs)) if ours != theirs => {
                        findings.push(s040_redeclared_type::finding(
                            known.property,
                            interface,
                            property,
                            theirs,
                        ));
                    }
                    _ => findings.extend(s042_redeclaration_drops::check(
                        node,
                        known.property,
                        interface,
                        property,
                    )),
                }
            } else {
                findings.extend(s041_conflicting_injection::check(
                    node, name, known, interface, property,
                ));
                let first = known.satisfies.iter().min().copied();
                let has_hint = property.texts.renamed_from().is_some();
                if has_hint && (known.hint.is_none() || first.is_some_and(|first| interface.name.text.as_str() < first))
                {
                    known.hint = Some(property);
                }
            }
            known.satisfies.push(&interface.name.text);
        }
    }
    for property in &mut effective {
        property.satisfies.sort_unstable();
        property.satisfies.dedup();
    }
    effective
}
