//! What is new or renamed is looked at by itself: names, and declarations that will cause trouble later. What exists is
//! left alone.

use omnigraph_model::schema::{ConstraintIr, DeclarationKind, PropertyIr};
use omnigraph_model::types::Scalar;

use super::view::{View, views};
use super::{Planner, entity};
use crate::diagnostic::{Finding, Place};
use crate::query::snake_case;
use crate::rules::Rule;
use crate::rules::migrations::{
    og_ed_105_indistinct_edges, og_ed_108_equal_edges, og_ed_109_key_type, og_lk_109_index_never_used,
    og_nm_101_type_style, og_nm_102_property_style, og_nm_103_name_of_two_kinds, og_nm_104_names_too_alike,
    og_nm_105_unusable_name, og_nm_106_enum_style, og_nm_108_name_too_long, og_ve_105_vector_without_index,
    og_ve_106_embed_without_model, og_ve_108_embed_never_empty, og_ve_109_large_vector,
};

const LONGEST_NAME: usize = 64;
const LARGEST_VECTOR: u32 = 8192;
/// Capitals in a row that still are a word, as in `URL`.
const CAPITALS: usize = 3;

impl Planner<'_> {
    pub(super) fn naming(&mut self) {
        let (accepted, desired) = (self.accepted, self.desired);
        let (before, after) = (views(accepted), views(desired));
        for new in &after {
            let old = before.iter().find(|old| old.id == new.id);
            if old.is_none_or(|old| old.name != new.name) {
                self.type_name(new, &after);
            }
            if old.is_none() {
                self.new_type(new, &after);
            }
            for property in new.properties.iter().filter(|property| property.declared_directly) {
                let former = old.and_then(|old| old.property(property.property_id));
                if former.is_none_or(|former| former.name != property.name) {
                    self.property_name(new, property);
                }
                if former.is_none() {
                    self.new_property(new, property);
                }
            }
            for constraint in new.constraints {
                let known = old.is_some_and(|old| old.constraints.contains(constraint));
                if let (ConstraintIr::Index { fields }, false) = (constraint, known)
                    && (fields.len() > 1 || new.kind == DeclarationKind::Edge)
                {
                    let names: Vec<&str> = fields.iter().map(|field| field.name()).collect();
                    let message = format!("`@index({})` is never used by a query", names.join(", "));
                    self.remark(
                        &og_lk_109_index_never_used::RULE,
                        Place::of_type(new.kind, new.name),
                        message,
                        new,
                        None,
                    );
                }
            }
        }
    }

    fn remark(&mut self, rule: &'static Rule, place: Place, message: String, owner: &View, property: Option<&str>) {
        self.loose(
            Finding::new(rule, place, message),
            entity(owner.kind, owner.name, property),
        );
    }

    fn type_name(&mut self, new: &View, all: &[View]) {
        let name = new.name;
        let place = || Place::of_type(new.kind, name);
        let capitals = name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        if name.contains('_') || (capitals && name.len() > CAPITALS) {
            let message = format!("{name} is not written like the names of types: `LibraryCard`");
            self.remark(&og_nm_101_type_style::RULE, place(), message, new, None);
        }
        if let Some(other) = all.iter().find(|other| other.name == name && other.kind != new.kind) {
            let message = format!(
                "{} and {} are both called {name}",
                other.kind.with_article(),
                new.kind.with_article()
            );
            self.remark(&og_nm_103_name_of_two_kinds::RULE, place(), message, new, None);
        }
        let alike = |other: &&View| other.kind == new.kind && other.name != name && fold(other.name) == fold(name);
        if let Some(other) = all.iter().find(alike) {
            let message = format!("{name} and {} are hard to tell apart", other.name);
            self.remark(&og_nm_104_names_too_alike::RULE, place(), message, new, None);
        }
        let negation = new.kind == DeclarationKind::Edge && name == "Not";
        if Scalar::from_word(name).is_some() || name == "Vector" || negation {
            let message = format!("{name} has another meaning in queries and types");
            self.remark(&og_nm_105_unusable_name::RULE, place(), message, new, None);
        }
        if name.len() > LONGEST_NAME {
            let message = format!("the name has {} characters, more than {LONGEST_NAME}", name.len());
            self.remark(&og_nm_108_name_too_long::RULE, place(), message, new, None);
        }
    }

    fn property_name(&mut self, new: &View, property: &PropertyIr) {
        let name = property.name.as_str();
        let place = || Place::of_property(new.kind, new.name, name);
        if snake_case(name) != name {
            let message = format!("{name} is not written like the names of properties: `page_count`");
            self.remark(&og_nm_102_property_style::RULE, place(), message, new, Some(name));
        }
        let alike = |other: &&PropertyIr| other.name != name && fold(&other.name) == fold(name);
        if let Some(other) = new.properties.iter().find(alike) {
            let message = format!("{name} and {} are hard to tell apart", other.name);
            self.remark(&og_nm_104_names_too_alike::RULE, place(), message, new, Some(name));
        }
        if matches!(name, "true" | "false") {
            let message = format!("{name} has another meaning in queries");
            self.remark(&og_nm_105_unusable_name::RULE, place(), message, new, Some(name));
        }
        if name.len() > LONGEST_NAME {
            let message = format!("the name has {} characters, more than {LONGEST_NAME}", name.len());
            self.remark(&og_nm_108_name_too_long::RULE, place(), message, new, Some(name));
        }
    }

    fn new_property(&mut self, new: &View, property: &PropertyIr) {
        let name = property.name.as_str();
        let place = || Place::of_property_type(new.kind, new.name, name);
        if let Some(values) = &property.prop_type.enum_values {
            let pair = values.iter().enumerate().find_map(|(at, value)| {
                let other = values.iter().skip(at + 1).find(|other| fold(other) == fold(value))?;
                Some((value, other))
            });
            if let Some((a, b)) = pair {
                let message = format!("`{a}` and `{b}` are hard to tell apart");
                self.remark(&og_nm_106_enum_style::RULE, place(), message, new, Some(name));
            }
        }
        let Scalar::Vector(size) = property.prop_type.scalar else {
            return;
        };
        if new.kind == DeclarationKind::Node && !property.property_constraints.index {
            let message = format!("{name} has no `@index`: every search compares all rows");
            self.remark(&og_ve_105_vector_without_index::RULE, place(), message, new, Some(name));
        }
        if let Some(embed) = &property.embed_source {
            if embed.model.is_none() {
                let message = format!("which model computes {name} is left to the settings");
                self.remark(&og_ve_106_embed_without_model::RULE, place(), message, new, Some(name));
            }
            if !property.prop_type.nullable {
                let message = format!("{name} can never be empty: without a provider, writers must give the vector");
                self.remark(&og_ve_108_embed_never_empty::RULE, place(), message, new, Some(name));
            }
        }
        if size > LARGEST_VECTOR {
            let message = format!("vectors of {size} numbers are longer than any usual model's");
            self.remark(&og_ve_109_large_vector::RULE, place(), message, new, Some(name));
        }
    }

    fn new_type(&mut self, new: &View, all: &[View]) {
        let place = || Place::of_type(new.kind, new.name);
        for constraint in new.constraints {
            let ConstraintIr::Key { fields } = constraint else {
                continue;
            };
            let odd = new.properties.iter().find(|property| {
                let in_key = fields.iter().any(|field| field.name() == property.name);
                let scalar = property.prop_type.scalar;
                let odd = scalar.is_float() || matches!(scalar, Scalar::Bool | Scalar::DateTime);
                in_key && (odd || property.prop_type.enum_values.is_some())
            });
            if let Some(property) = odd {
                let message = format!("{} is a {}, which makes a poor key", property.name, property.prop_type);
                self.remark(&og_ed_109_key_type::RULE, place(), message, new, Some(&property.name));
            }
        }
        let Some((from, to, cardinality)) = new.ends else {
            return;
        };
        let pair = |constraint: &ConstraintIr| matches!(constraint, ConstraintIr::Unique { .. });
        if new.properties.is_empty() && !new.constraints.iter().any(pair) {
            let message = format!(
                "two nodes may be linked by {} twice, and nothing tells the edges apart",
                new.name
            );
            self.remark(&og_ed_105_indistinct_edges::RULE, place(), message, new, None);
        }
        let equal = |other: &&View| {
            let ends = other
                .ends
                .is_some_and(|(a, b, c)| (a.type_id, b.type_id, c) == (from.type_id, to.type_id, cardinality));
            let members = |view: &View| -> Vec<_> {
                let list = view.properties.iter();
                list.map(|property| (property.name.clone(), property.prop_type.clone()))
                    .collect()
            };
            other.id != new.id && ends && members(other) == members(new)
        };
        if let Some(other) = all.iter().find(equal) {
            let message = format!(
                "{} has the same ends, cardinality and properties as {}",
                new.name, other.name
            );
            self.remark(&og_ed_108_equal_edges::RULE, place(), message, new, None);
        }
    }
}

/// Without what is easily overlooked.
fn fold(name: &str) -> String {
    name.chars()
        .filter(|c| !matches!(c, '_' | '-'))
        .flat_map(char::to_lowercase)
        .collect()
}
