//! One page that needs nothing else: the drawing, a search, and what belongs to a type on a click.

use serde_json::{Value, json};

use super::{Drawing, Member, TypeKind, escaped, svg};

const PAGE: &str = include_str!("page.html");

pub(crate) fn html(drawing: &Drawing, title: &str) -> String {
    // Nothing in a script's text may end it.
    let data = data(drawing).to_string().replace('<', "\\u003c");
    let mut out = String::new();
    let mut rest = PAGE;
    // Each mark once, so that no content is taken for a mark.
    while let Some(at) = rest.find('@') {
        let (before, from) = rest.split_at(at);
        out += before;
        let content = [
            ("@TITLE@", escaped(title)),
            ("@SVG@", svg(drawing)),
            ("@DATA@", data.clone()),
        ];
        match content.iter().find(|(mark, _)| from.starts_with(mark)) {
            Some((mark, content)) => {
                out += content;
                rest = &from[mark.len()..];
            }
            None => {
                out.push('@');
                rest = &from[1..];
            }
        }
    }
    out + rest
}

fn data(drawing: &Drawing) -> Value {
    let shapes = drawing.shapes.iter().map(|shape| {
        let kind = match shape.kind {
            TypeKind::Node => "node",
            TypeKind::Interface => "interface",
        };
        json!({
            "kind": kind,
            "name": shape.name,
            "description": shape.description,
            "members": members(&shape.members),
        })
    });
    let links = drawing.links.iter().map(|link| {
        let edge = link.edge.as_ref();
        json!({
            "from": link.from,
            "to": link.to,
            "edge": edge.map(|edge| &edge.name),
            "cardinality": edge.map(|edge| &edge.cardinality),
            "description": edge.and_then(|edge| edge.description.as_ref()),
            "members": edge.map(|edge| members(&edge.members)).unwrap_or_default(),
        })
    });
    json!({"shapes": shapes.collect::<Vec<_>>(), "links": links.collect::<Vec<_>>()})
}

fn members(members: &[Member]) -> Vec<Value> {
    let marks = |member: &Member| {
        member
            .marks
            .iter()
            .map(|mark| format!("@{mark}"))
            .collect::<Vec<_>>()
            .join(" ")
    };
    members
        .iter()
        .map(|member| json!({"name": member.name, "type": member.ty, "marks": marks(member)}))
        .collect()
}
