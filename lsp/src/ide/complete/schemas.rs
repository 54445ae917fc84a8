//! What may stand at a place of a schema.

use omnigraph_compiler::db::SourceFile;
use omnigraph_grammar::Language;
use omnigraph_model::schema::DeclarationKind;
use omnigraph_model::vocabulary::{
    self, AnnotationPlace, KeywordKind, METRICS, SCALARS, SCHEMA_KEYWORDS, annotations_at, keywords_of,
    names_properties,
};

use super::place::Place;
use super::{About, Completion, CompletionKind, Item, keyword, types, word};
use crate::ide::Ide;
use crate::ide::outline::pieces;

pub(super) fn complete(ide: &Ide<'_>, _: SourceFile, text: &str, offset: u32) -> Completion {
    let Some(place) = Place::new(text, offset, &pieces(Language::Schema, text)) else {
        return Completion {
            items: Vec::new(),
            replaces: omnigraph_grammar::Span::at(offset as usize),
        };
    };
    let typed = &text[(place.word.start as usize).min(offset as usize)..offset as usize];
    let items = if place.in_string {
        Vec::new()
    } else {
        items(ide, &place, typed)
    };
    Completion {
        items,
        replaces: place.word,
    }
}

/// The declaration around the cursor.
struct Around<'t> {
    keyword: &'t str,
    name: &'t str,
    in_body: bool,
    /// The annotation whose arguments are being written.
    annotation: Option<&'t str>,
    in_enum: bool,
    /// Tokens since the last separator of members.
    member: usize,
}

fn around<'t>(place: &Place<'t>) -> Around<'t> {
    let mut around = Around {
        keyword: "",
        name: "",
        in_body: false,
        annotation: None,
        in_enum: false,
        member: 0,
    };
    let tokens = &place.tokens;
    let mut parens: Vec<(&str, bool)> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        around.member += 1;
        let before = |n: usize| at.checked_sub(n).map_or("", |at| tokens[at].text);
        match token.text {
            "node" | "edge" | "interface"
                if !around.in_body && matches!(before(1), "" | "}")
                    || starts(token.text, around.in_body, tokens, at) =>
            {
                around = Around {
                    keyword: token.text,
                    name: "",
                    in_body: false,
                    annotation: None,
                    in_enum: false,
                    member: 0,
                };
                parens.clear();
            }
            "{" => {
                around.in_body = true;
                around.member = 0;
            }
            "}" => {
                around = Around {
                    keyword: "",
                    name: "",
                    in_body: false,
                    annotation: None,
                    in_enum: false,
                    member: 0,
                };
                parens.clear();
            }
            "(" => parens.push((before(1), before(2) == "@")),
            ")" => _ = parens.pop(),
            "," if parens.is_empty() => around.member = 0,
            text if around.name.is_empty() && !around.keyword.is_empty() => around.name = text,
            _ => {}
        }
    }
    if let Some((word, annotates)) = parens.last() {
        around.annotation = annotates.then_some(*word);
        around.in_enum = *word == "enum";
    }
    around
}

/// Whether an edge without a body ends before this word.
fn starts(word: &str, in_body: bool, tokens: &[super::place::Before<'_>], at: usize) -> bool {
    let before = |n: usize| at.checked_sub(n).map_or("", |at| tokens[at].text);
    matches!(word, "node" | "edge" | "interface")
        && !in_body
        && before(1) != "@"
        && before(1) != "edge"
        && before(1) != "node"
}

fn items(ide: &Ide<'_>, place: &Place<'_>, typed: &str) -> Vec<Item> {
    let around = around(place);
    let owner = match around.keyword {
        "edge" => (DeclarationKind::Edge, around.name.to_owned()),
        "interface" => (DeclarationKind::Interface, around.name.to_owned()),
        _ => (DeclarationKind::Node, around.name.to_owned()),
    };
    if let Some(annotation) = around.annotation {
        let properties = ide.properties(&owner);
        let mut items: Vec<Item> = match annotation {
            "metric" => METRICS.iter().map(|name| word(name, 0)).collect(),
            _ if names_properties(annotation) => properties
                .iter()
                .map(|property| super::property_item(&owner, property, 0))
                .collect(),
            _ => Vec::new(),
        };
        if around.keyword == "edge" && matches!(annotation, "unique" | "index") {
            items.extend(["src", "dst"].map(|end| word(end, 1)));
        }
        return items;
    }
    if around.in_enum {
        return Vec::new();
    }
    match place.back(1) {
        "@" => return annotations(&around),
        "implements" => return types(ide, DeclarationKind::Interface, 0, typed),
        "->" => return types(ide, DeclarationKind::Node, 0, typed),
        ":" if around.keyword == "edge" && !around.in_body => return types(ide, DeclarationKind::Node, 0, typed),
        ":" | "[" => return scalars(place.back(1) == "["),
        "node" | "edge" | "interface" => return Vec::new(),
        _ => {}
    }
    if around.keyword.is_empty() {
        return declarations();
    }
    if !around.in_body {
        let mut items = Vec::new();
        if around.keyword == "node" && place.tokens.iter().rev().take(1).any(|token| token.text == around.name) {
            items.push(keyword(&SCHEMA_KEYWORDS, "implements", 0));
        }
        if place.back(2) == "->" {
            items.push(
                Item::new("@card", CompletionKind::Annotation, 0)
                    .snippet("@card(${1:0..1})")
                    .about(About::Word("card".into())),
            );
        }
        items.extend(declarations());
        return items;
    }
    // Behind a type: annotations. Where a member begins: those that stand alone, and a property's outline.
    let typed = place.back(2) == ":" || matches!(place.back(1), "?" | ")" | "]") || place.back(2) == "@";
    let mut items = annotations(&around);
    for item in &mut items {
        item.insert = format!("@{}", item.insert);
        item.label = format!("@{}", item.label);
    }
    if !typed {
        items.retain(|item| vocabulary::is_constraint(item.label.trim_start_matches('@')));
        for item in &mut items {
            item.insert = format!("{}(${{1:property}})", item.label);
            item.snippet = true;
        }
    }
    items.push(
        Item::new("property", CompletionKind::Snippet, 5)
            .snippet("${1:name}: ${2:String}")
            .detail("a property"),
    );
    items
}

fn annotations(around: &Around<'_>) -> Vec<Item> {
    let place = match (around.keyword, around.in_body) {
        ("edge", false) => AnnotationPlace::Edge,
        (_, false) => AnnotationPlace::Node,
        ("edge", true) => AnnotationPlace::EdgeProperty,
        (_, true) => AnnotationPlace::NodeProperty,
    };
    let made = annotations_at(place).zip(0..).map(|(known, rank)| {
        let item = Item::new(known.name, CompletionKind::Annotation, rank)
            .detail(known.meaning)
            .about(About::Word(known.name.to_owned()));
        match known.snippet.is_empty() {
            true => item,
            false => item.snippet(format!("{}{}", known.name, known.snippet)),
        }
    });
    made.collect()
}

fn scalars(in_list: bool) -> Vec<Item> {
    let made = SCALARS
        .iter()
        .enumerate()
        .filter(|(_, known)| !in_list || !matches!(known.name, "Blob" | "Vector"));
    let mut items: Vec<Item> = made
        .map(|(rank, known)| {
            let item = Item::new(known.name, CompletionKind::Scalar, rank as u8)
                .detail(known.meaning)
                .about(About::Word(known.name.to_owned()));
            if known.name == "Vector" {
                item.snippet("Vector(${1:384})")
            } else {
                item
            }
        })
        .collect();
    if !in_list {
        items.push(keyword(&SCHEMA_KEYWORDS, "enum", 1).detail("one of some words"));
    }
    items
}

fn declarations() -> Vec<Item> {
    let made = keywords_of(&SCHEMA_KEYWORDS, KeywordKind::Declaration).map(|name| {
        let detail = match name {
            "node" => "a node type",
            "edge" => "an edge type",
            _ => "properties that several node types share",
        };
        keyword(&SCHEMA_KEYWORDS, name, 2).detail(detail)
    });
    made.collect()
}
