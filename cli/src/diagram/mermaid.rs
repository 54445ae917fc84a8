//! The drawing as a Mermaid class diagram, for pages that draw it themselves.

use std::fmt::Write;

use super::{Drawing, Member, TypeKind};

pub(crate) fn mermaid(drawing: &Drawing) -> String {
    written(drawing).unwrap_or_default()
}

fn written(drawing: &Drawing) -> Result<String, std::fmt::Error> {
    let mut out = String::from("classDiagram\n    direction LR\n");
    // A node and an interface may share a name; Mermaid knows classes by one.
    let id = |at: usize| {
        let shape = &drawing.shapes[at];
        let shared = drawing.shapes.iter().filter(|other| other.name == shape.name).count() > 1;
        match shape.kind {
            TypeKind::Interface if shared => format!("{}_interface", shape.name),
            _ => shape.name.clone(),
        }
    };
    for (at, shape) in drawing.shapes.iter().enumerate() {
        writeln!(out, "    class {} {{", id(at))?;
        if shape.kind == TypeKind::Interface {
            writeln!(out, "        <<interface>>")?;
        }
        for member in &shape.members {
            writeln!(out, "        {}", line(member))?;
        }
        writeln!(out, "    }}")?;
    }
    for link in &drawing.links {
        match &link.edge {
            None => writeln!(out, "    {} <|.. {}", id(link.to), id(link.from))?,
            Some(edge) => {
                let members: Vec<&str> = edge.members.iter().map(|member| member.name.as_str()).collect();
                let members = match members.is_empty() {
                    true => String::new(),
                    false => format!(" ({})", members.join(", ")),
                };
                writeln!(
                    out,
                    "    {} --> \"{}\" {} : {}{members}",
                    id(link.from),
                    edge.cardinality,
                    id(link.to),
                    edge.name
                )?;
            }
        }
    }
    Ok(out)
}

/// Parentheses would make a method of a property, and tildes are Mermaid's brackets.
fn line(member: &Member) -> String {
    let marks: String = member.marks.iter().map(|mark| format!(" @{mark}")).collect();
    let ty = member.ty.replace(['(', ')'], "~").replace(", ", "|");
    format!("{ty} {}{marks}", member.name)
}
