//! The drawing as SVG, which also is what the HTML page shows.

use std::fmt::Write;

use super::layout::{LETTER, LINE, Placed, Rectangle, TITLE, place};
use super::{Drawing, Shape, TypeKind, escaped};

/// Colours and letters; the page has its own switch for the dark.
const STYLE: &str = "
.page { fill: #ffffff }
text { font: 12px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; fill: #1f2933 }
.shape rect { fill: #ffffff; stroke: #52606d; stroke-width: 1.2 }
.shape .head { fill: #dbe9f6; stroke: none }
.interface .head { fill: #e8e3f5 }
.interface rect { stroke-dasharray: 5 3 }
.shape .title { font-weight: 700 }
.shape .ty { fill: #52606d }
.shape .mark { fill: #0b6e4f }
.link path { fill: none; stroke: #52606d; stroke-width: 1.3 }
.implements path { stroke: #7b61a8; stroke-dasharray: 5 3 }
.label rect { fill: #ffffff; fill-opacity: 0.85 }
";

pub(crate) fn svg(drawing: &Drawing) -> String {
    written(drawing).unwrap_or_default()
}

fn written(drawing: &Drawing) -> Result<String, std::fmt::Error> {
    let placed = place(drawing);
    let Placed { width, height, .. } = placed;
    let mut out = String::new();
    writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
         viewBox=\"0 0 {width:.0} {height:.0}\" role=\"img\" aria-label=\"schema\">\n<style>{STYLE}</style>"
    )?;
    out += "<defs>\n";
    for (id, shape, fill) in [
        ("arrow", "M 0 0 L 9 4.5 L 0 9 z", "#52606d"),
        ("hollow", "M 0 0 L 9 4.5 L 0 9 z", "#ffffff"),
    ] {
        writeln!(
            out,
            "<marker id=\"{id}\" viewBox=\"0 0 9 9\" refX=\"9\" refY=\"4.5\" markerWidth=\"9\" markerHeight=\"9\" \
             markerUnits=\"userSpaceOnUse\" orient=\"auto-start-reverse\"><path d=\"{shape}\" fill=\"{fill}\" \
             stroke=\"#52606d\"/></marker>"
        )?;
    }
    writeln!(out, "</defs>\n<rect class=\"page\" width=\"100%\" height=\"100%\"/>")?;
    links(&mut out, drawing, &placed)?;
    labels(&mut out, drawing, &placed)?;
    for (at, (shape, place)) in drawing.shapes.iter().zip(&placed.boxes).enumerate() {
        shape_box(&mut out, at, shape, place)?;
    }
    out += "</svg>\n";
    Ok(out)
}

fn links(out: &mut String, drawing: &Drawing, placed: &Placed) -> std::fmt::Result {
    for (at, (link, curve)) in drawing.links.iter().zip(&placed.arrows).enumerate() {
        let (class, head) = match &link.edge {
            Some(_) => ("link", "arrow"),
            None => ("link implements", "hollow"),
        };
        let end = if curve.reversed { "marker-start" } else { "marker-end" };
        let name = match &link.edge {
            Some(edge) => edge.name.clone(),
            None => format!("implements {}", drawing.shapes[link.to].name),
        };
        writeln!(
            out,
            "<g class=\"{class}\" id=\"link{at}\" data-from=\"{}\" data-to=\"{}\"><title>{}</title>\
             <path d=\"{}\" {end}=\"url(#{head})\"/></g>",
            link.from,
            link.to,
            escaped(&name),
            curve.path
        )?;
    }
    Ok(())
}

fn labels(out: &mut String, drawing: &Drawing, placed: &Placed) -> std::fmt::Result {
    for label in &placed.labels {
        let named = |edge: &super::Edge| edge.label() == label.text;
        let own = drawing
            .links
            .iter()
            .position(|link| link.edge.as_ref().is_some_and(named));
        let half = label.text.chars().count() as f64 * LETTER / 2.0;
        writeln!(
            out,
            "<g class=\"label\" data-link=\"{}\"><rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{LINE}\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text></g>",
            own.map_or(String::new(), |own| own.to_string()),
            label.x - half,
            label.y - LINE / 2.0,
            2.0 * half,
            label.x,
            label.y + 4.0,
            escaped(&label.text)
        )?;
    }
    Ok(())
}

fn shape_box(out: &mut String, at: usize, shape: &Shape, place: &Rectangle) -> std::fmt::Result {
    let class = match shape.kind {
        TypeKind::Node => "shape node",
        TypeKind::Interface => "shape interface",
    };
    writeln!(
        out,
        "<g class=\"{class}\" id=\"shape{at}\" data-name=\"{}\">",
        escaped(&shape.name)
    )?;
    if let Some(description) = &shape.description {
        writeln!(out, "<title>{}</title>", escaped(description))?;
    }
    let (x, y, width, height) = (place.x, place.y, place.width, place.height);
    writeln!(
        out,
        "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"4\"/>"
    )?;
    writeln!(
        out,
        "<rect class=\"head\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"3\"/>",
        x + 1.0,
        y + 1.0,
        width - 2.0,
        TITLE - 4.0
    )?;
    let title = match shape.kind {
        TypeKind::Node => escaped(&shape.name),
        TypeKind::Interface => format!("interface {}", escaped(&shape.name)),
    };
    writeln!(
        out,
        "<text class=\"title\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{title}</text>",
        x + width / 2.0,
        y + 16.0
    )?;
    for (row, member) in shape.members.iter().enumerate() {
        let line = y + TITLE + row as f64 * LINE + 12.0;
        let marks: Vec<String> = member.marks.iter().map(|mark| format!("@{mark}")).collect();
        writeln!(
            out,
            "<text x=\"{:.1}\" y=\"{line:.1}\">{}: <tspan class=\"ty\">{}</tspan> <tspan class=\"mark\">{}</tspan></text>",
            x + 10.0,
            escaped(&member.name),
            escaped(&member.ty),
            marks.join(" ")
        )?;
    }
    out.write_str("</g>\n")
}
