//! Items of queries that several places offer.

use omnigraph_compiler::db::{parse_query_item, project_fragments};
use omnigraph_model::catalog::Property;
use omnigraph_model::schema::DeclarationKind;
use omnigraph_model::vocabulary::{KeywordKind, QUERY_KEYWORDS, SCALARS, keywords_of, signature};

use super::{About, CompletionKind, Item, MOST, keyword, word};
use crate::ide::Ide;
use crate::ide::describe::call_of;
use crate::ide::names::Owner;

pub(super) fn enum_item(owner: &Owner, property: &Property, label: &str, insert: String) -> Item {
    Item::new(label, CompletionKind::EnumValue, 0)
        .detail(format!("{}.{}", owner.1, property.name))
        .insert(insert)
        .about(About::Property(owner.clone(), property.name.clone()))
}

pub(super) fn function(name: &str, rank: u8) -> Item {
    let signature = signature(name).unwrap_or_default();
    Item::new(name, CompletionKind::Function, rank)
        .snippet(format!("{name}($0)"))
        .detail(signature)
        .about(About::Word(name.to_owned()))
}

/// The fragments of the project, each as a call with a stop for every argument that it needs.
pub(super) fn fragments(ide: &Ide<'_>, rank: u8) -> Vec<Item> {
    let known = project_fragments(ide.db, ide.project).iter().take(MOST + 1);
    let made = known.filter_map(|(name, (_, item))| {
        let tree = parse_query_item(ide.db, *item).tree.as_ref()?;
        let needed = tree
            .parameters
            .iter()
            .take_while(|parameter| parameter.default.is_none());
        let stops: Vec<String> = needed
            .zip(1..)
            .map(|(parameter, stop)| format!("${{{stop}:\\${}}}", parameter.name.text))
            .collect();
        let made = Item::new(name.clone(), CompletionKind::Function, rank)
            .snippet(format!("{name}({})", stops.join(", ")))
            .detail(call_of(tree, item.text(ide.db)));
        Some(made)
    });
    made.collect()
}

pub(super) fn operators() -> Vec<Item> {
    let signs = ["=", "!=", "<", "<=", ">", ">="].map(|sign| Item::new(sign, CompletionKind::Operator, 1));
    let mut items: Vec<Item> = signs.into();
    items.extend(keywords_of(&QUERY_KEYWORDS, KeywordKind::Operator).map(|name| word(name, 0)));
    items.extend(["is", "not in"].map(|name| word(name, 1)));
    items
}

pub(super) fn parameter_types() -> Vec<Item> {
    let made = SCALARS.iter().enumerate().map(|(rank, known)| {
        let item = Item::new(known.name, CompletionKind::Scalar, rank as u8)
            .detail(known.meaning)
            .about(About::Word(known.name.to_owned()));
        if known.name == "Vector" {
            item.snippet("Vector(${1:384})")
        } else {
            item
        }
    });
    made.collect()
}

pub(super) fn is_edge_word(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && word != "not"
}

pub(super) fn first_letter(name: &str) -> char {
    name.chars().next().unwrap_or('x').to_ascii_lowercase()
}

/// Whole queries to start from.
pub(super) fn declarations(ide: &Ide<'_>) -> Vec<Item> {
    let mut items = vec![
        keyword(&QUERY_KEYWORDS, "query", 0).detail("a read"),
        keyword(&QUERY_KEYWORDS, "fragment", 1).detail("a pattern with a name"),
        Item::new("query … insert", CompletionKind::Snippet, 1)
            .snippet("query ${1:name}($2) {\n    insert ${3:Type} { $0 }\n}")
            .detail("a mutation that adds"),
    ];
    for node in ide.catalog().nodes.values().take(50) {
        let letter = first_letter(&node.name);
        items.push(
            Item::new(format!("query … {}", node.name), CompletionKind::Snippet, 2)
                .snippet(format!("query ${{1:name}}() {{\n    match {{\n        \\${letter}: {}\n    }}\n    return {{ \\${letter}$0 }}\n}}", node.name))
                .about(About::Type((DeclarationKind::Node, node.name.clone()))),
        );
    }
    items
}
