//! Types as they are written, to types as they are meant.

use std::collections::HashMap;

use omnigraph_grammar::Name;
use omnigraph_grammar::schema::ast::{CoreType, EnumValue, Number, TypeRef};
use omnigraph_model::types::{Scalar, Type};

use super::{Decl, Declared};
use crate::diagnostic::Finding;
use crate::rules::schema::{
    s030_unknown_type, s031_vector_of_nothing, s032_vector_too_long, s033_list_of_blob, s034_list_element,
    s036_enum_value_repeated, s037_enum_value,
};

/// The largest dimension of a vector: Arrow counts list sizes in signed 32-bit integers.
pub(crate) const MAX_DIMENSION: u64 = i32::MAX as u64;

/// The meaning of a type; `None` if it has none, which is then reported.
pub(crate) fn resolve(ty: &TypeRef, owner: &Decl, declared: &Declared, findings: &mut Vec<Finding>) -> Option<Type> {
    let core = match &ty.core {
        CoreType::List(element) => Type {
            list: true,
            ..resolve_element(element, ty, owner, declared, findings)?
        },
        CoreType::Enum { values, .. } => Type {
            enum_values: Some(enum_values(values, owner, findings)?),
            ..Type::of(Scalar::String)
        },
        CoreType::Vector { size: Some(size), .. } => Type::of(Scalar::Vector(dimension(size, owner, findings)?)),
        CoreType::Vector { size: None, keyword } => {
            findings.push(s030_unknown_type::vector_without_size(owner, *keyword));
            return None;
        }
        CoreType::Named(name) => match Scalar::from_word(&name.text) {
            Some(scalar) => Type::of(scalar),
            None => {
                unknown(owner, name, declared, findings);
                return None;
            }
        },
    };
    Some(Type {
        nullable: ty.optional.is_some(),
        ..core
    })
}

/// A word that is not a type; an enum that is declared on its own is reported where it stands.
fn unknown(owner: &Decl, name: &Name, declared: &Declared, findings: &mut Vec<Finding>) {
    if !declared.enums.contains_key(name.text.as_str()) {
        findings.push(s030_unknown_type::finding(owner, name, declared));
    }
}

fn resolve_element(
    element: &TypeRef,
    list: &TypeRef,
    owner: &Decl,
    declared: &Declared,
    findings: &mut Vec<Finding>,
) -> Option<Type> {
    let plain = match &element.core {
        CoreType::Named(name) if element.optional.is_none() => Scalar::from_word(&name.text),
        _ => None,
    };
    match (&element.core, plain) {
        (_, Some(Scalar::Blob)) => {
            findings.push(s033_list_of_blob::finding(owner, element.span));
            None
        }
        (_, Some(scalar)) => Some(Type::of(scalar)),
        (CoreType::Named(name), None) if element.optional.is_none() => {
            unknown(owner, name, declared, findings);
            None
        }
        _ => {
            findings.push(s034_list_element::finding(owner, element, list));
            None
        }
    }
}

fn dimension(size: &Number, owner: &Decl, findings: &mut Vec<Finding>) -> Option<u32> {
    match size.text.parse::<u64>() {
        Ok(0) => findings.push(s031_vector_of_nothing::finding(owner, size)),
        Ok(fits) if fits <= MAX_DIMENSION => return Some(fits as u32),
        Ok(fits) if fits <= u64::from(u32::MAX) => findings.push(s032_vector_too_long::finding(owner, size)),
        // The parser reports what does not fit into 32 bits.
        _ => {}
    }
    None
}

fn enum_values(values: &[EnumValue], owner: &Decl, findings: &mut Vec<Finding>) -> Option<Vec<String>> {
    // The parser reports an enum without values.
    if values.is_empty() {
        return None;
    }
    let mut first: HashMap<&str, &EnumValue> = HashMap::new();
    let mut previous: Option<&EnumValue> = None;
    for value in values {
        if value.quoted {
            findings.push(s037_enum_value::finding(owner, value));
        } else if let Some(earlier) = first.get(value.text.as_str()) {
            findings.push(s036_enum_value_repeated::finding(owner, value, earlier, previous));
        }
        first.entry(&value.text).or_insert(value);
        previous = Some(value);
    }
    let mut names: Vec<String> = first.into_keys().map(str::to_owned).collect();
    names.sort();
    Some(names)
}
