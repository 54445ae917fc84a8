//! Enums that are declared on their own, as in other languages. The language has none; they are reported once,
//! with what to write at each place that uses it.

use std::collections::HashMap;

use omnigraph_grammar::schema::ast::{CoreType, TypeRef};
use omnigraph_grammar::schema::tokens;
use omnigraph_grammar::{ItemKind, Span};

use super::{Decl, Declared, SchemaItem};
use crate::diagnostic::{Finding, Place};
use crate::rules::schema::s005_not_a_declaration;

/// `enum Mood { calm loud }`
#[derive(Debug)]
pub(crate) struct StrayEnum<'a> {
    pub item: u32,
    pub name: &'a str,
    /// The span of `enum Mood`.
    pub head: Span,
    pub values: Vec<&'a str>,
    /// The whole text of it.
    pub text: &'a str,
}

impl<'a> StrayEnum<'a> {
    fn of(item: u32, source: &'a SchemaItem) -> Option<StrayEnum<'a>> {
        if source.kind != ItemKind::Stray || !source.text.starts_with("enum") {
            return None;
        }
        let words: Vec<(Span, &str)> = tokens(&source.text)
            .iter()
            .filter(|token| !token.kind.is_trivia())
            .filter_map(|token| Some((token.span, source.text.get(token.span.range())?)))
            .filter(|(_, text)| text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
            .collect();
        let [(keyword, "enum"), (name, text), values @ ..] = words.as_slice() else {
            return None;
        };
        Some(StrayEnum {
            item,
            name: text,
            head: keyword.to(*name),
            values: values.iter().map(|(_, value)| *value).collect(),
            text: &source.text,
        })
    }

    /// The type that says the same in place.
    pub(crate) fn written(&self) -> String {
        format!("enum({})", self.values.join(", "))
    }
}

/// By their names.
pub(super) fn enums(items: &[SchemaItem]) -> HashMap<&str, StrayEnum<'_>> {
    let all = items.iter().enumerate();
    all.filter_map(|(at, source)| StrayEnum::of(at as u32, source))
        .map(|found| (found.name, found))
        .collect()
}

pub(super) fn check(declared: &Declared, findings: &mut Vec<Finding>) {
    for stray in declared.enums.values() {
        let uses: Vec<(Place, String)> = declared.list.iter().flat_map(|decl| uses(decl, stray)).collect();
        findings.push(s005_not_a_declaration::own_enum(stray, uses));
    }
}

/// Where the declaration uses the enum, and what to write there. A list cannot hold enums.
fn uses(decl: &Decl, stray: &StrayEnum) -> Vec<(Place, String)> {
    let named = |ty: &TypeRef| matches!(&ty.core, CoreType::Named(name) if name.text == stray.name);
    decl.properties()
        .map(|property| &property.ty)
        .filter_map(|ty| match &ty.core {
            CoreType::Named(name) if named(ty) => Some((decl.place(name.span), stray.written())),
            CoreType::List(element) if named(element) => Some((decl.place(element.span), "String".to_owned())),
            _ => None,
        })
        .collect()
}
