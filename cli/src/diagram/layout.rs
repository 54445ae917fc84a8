//! Where boxes, arrows and labels go: the layout library's answer, taken down instead of drawn.

use std::collections::HashMap;

use layout::core::base::Orientation;
use layout::core::format::{ClipHandle, RenderBackend};
use layout::core::geometry::Point;
use layout::core::style::StyleAttr;
use layout::std_shapes::shapes::{Arrow, Element, ShapeKind};
use layout::topo::layout::VisualGraph;

use super::{Drawing, Shape, TypeKind};

/// The height of a line of text, in pixels. The letters are all of one width, so that boxes fit without a font at hand.
pub(super) const LINE: f64 = 18.0;
pub(super) const LETTER: f64 = 7.3;
pub(super) const TITLE: f64 = 26.0;
const MARGIN: f64 = 12.0;
const LABEL: usize = 12;

pub(super) struct Placed {
    pub boxes: Vec<Rectangle>,
    /// In the order of the drawing's links.
    pub arrows: Vec<Curve>,
    pub labels: Vec<Label>,
    pub width: f64,
    pub height: f64,
}

#[derive(Clone, Copy, Default)]
pub(super) struct Rectangle {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

/// A curve as a path's data, and whether it was drawn against its direction.
#[derive(Clone, Default)]
pub(super) struct Curve {
    pub path: String,
    pub reversed: bool,
}

pub(super) struct Label {
    pub x: f64,
    pub y: f64,
    pub text: String,
}

/// The most boxes that links connect with each other. The layout library takes time and memory by their square, and nobody
/// reads such a picture.
pub(crate) const MOST_CONNECTED: usize = 500;

/// How wide a row of parts gets before the next begins, in pixels.
const ROW: f64 = 3000.0;

/// The number of boxes in the largest connected part.
pub(crate) fn largest_part(drawing: &Drawing) -> usize {
    parts(drawing).iter().map(|part| part.shapes.len()).max().unwrap_or(0)
}

/// Each connected part by itself, one beside the other in rows, so that the time is linear in their number.
pub(super) fn place(drawing: &Drawing) -> Placed {
    let mut taken = Taken {
        placed: Placed {
            boxes: vec![Rectangle::default(); drawing.shapes.len()],
            arrows: vec![Curve::default(); drawing.links.len()],
            labels: Vec::new(),
            width: 2.0 * MARGIN,
            height: 2.0 * MARGIN,
        },
        origin: Point::new(0.0, 0.0),
        right: 0.0,
    };
    for part in parts(drawing) {
        if taken.origin.x > ROW {
            taken.origin = Point::new(0.0, taken.placed.height);
        }
        taken.right = taken.origin.x;
        match part.links.as_slice() {
            [] => {
                let at = part.shapes[0];
                let (width, height) = size(&drawing.shapes[at]);
                let (x, y) = (taken.origin.x + MARGIN, taken.origin.y + MARGIN);
                taken.placed.boxes[at] = Rectangle { x, y, width, height };
                taken.reach(x + width, y + height);
            }
            _ => part.graph(drawing).do_it(false, false, false, &mut taken),
        }
        taken.origin.x = taken.right;
    }
    taken.placed
}

/// Shapes that links connect, and these links, by their numbers in the drawing.
#[derive(Default)]
struct Part {
    shapes: Vec<usize>,
    links: Vec<usize>,
}

/// The largest first.
fn parts(drawing: &Drawing) -> Vec<Part> {
    let mut parent: Vec<usize> = (0..drawing.shapes.len()).collect();
    fn root(parent: &mut [usize], mut at: usize) -> usize {
        while parent[at] != at {
            parent[at] = parent[parent[at]];
            at = parent[at];
        }
        at
    }
    for link in &drawing.links {
        let (from, to) = (root(&mut parent, link.from), root(&mut parent, link.to));
        parent[from.max(to)] = from.min(to);
    }
    let mut parts: Vec<Part> = parent.iter().map(|_| Part::default()).collect();
    for at in 0..drawing.shapes.len() {
        parts[root(&mut parent, at)].shapes.push(at);
    }
    for (at, link) in drawing.links.iter().enumerate() {
        parts[root(&mut parent, link.from)].links.push(at);
    }
    parts.retain(|part| !part.shapes.is_empty());
    parts.sort_by_key(|part| std::cmp::Reverse(part.shapes.len()));
    parts
}

impl Part {
    fn graph(&self, drawing: &Drawing) -> VisualGraph {
        let mut graph = VisualGraph::new(Orientation::LeftToRight);
        let mut handles = HashMap::new();
        for &at in &self.shapes {
            let (width, height) = size(&drawing.shapes[at]);
            let element = Element::create_with_properties(
                ShapeKind::new_box(""),
                StyleAttr::simple(),
                Orientation::LeftToRight,
                Point::new(width, height),
                at.to_string(),
            );
            handles.insert(at, graph.add_node(element));
        }
        for &at in &self.links {
            let link = &drawing.links[at];
            let text = link.edge.as_ref().map_or(String::new(), |edge| edge.label());
            let mut arrow = Arrow::simple_with_properties(&text, at.to_string());
            arrow.look.font_size = LABEL;
            graph.add_edge(arrow, handles[&link.from], handles[&link.to]);
        }
        graph
    }
}

pub(super) fn size(shape: &Shape) -> (f64, f64) {
    let line = |member: &super::Member| {
        let marks: usize = member.marks.iter().map(|mark| mark.len() + 2).sum();
        member.name.chars().count() + member.ty.chars().count() + marks + 3
    };
    let extra = if shape.kind == TypeKind::Interface { 12 } else { 0 };
    let title = shape.name.chars().count() + extra + 2;
    let letters = shape.members.iter().map(line).chain([title, 14]).max().unwrap_or(14);
    let height = TITLE + shape.members.len() as f64 * LINE + 8.0;
    (letters as f64 * LETTER + 2.0 * MARGIN, height)
}

struct Taken {
    placed: Placed,
    /// Where the part in hand begins.
    origin: Point,
    /// How far it reaches to the right.
    right: f64,
}

impl Taken {
    fn label(&mut self, x: f64, y: f64, text: String) {
        self.reach(x + text.chars().count() as f64 * LETTER / 2.0, y + LINE);
        self.placed.labels.push(Label { x, y, text });
    }

    fn reach(&mut self, x: f64, y: f64) {
        self.right = self.right.max(x + MARGIN);
        self.placed.width = self.placed.width.max(x + MARGIN);
        self.placed.height = self.placed.height.max(y + MARGIN);
    }
}

impl RenderBackend for Taken {
    fn draw_rect(&mut self, at: Point, size: Point, _: &StyleAttr, tag: Option<String>, _: Option<ClipHandle>) {
        let at = at.add(self.origin);
        let own = tag.and_then(|tag| tag.parse::<usize>().ok());
        if let Some(own) = own.and_then(|own| self.placed.boxes.get_mut(own)) {
            *own = Rectangle {
                x: at.x,
                y: at.y,
                width: size.x,
                height: size.y,
            };
        }
        self.reach(at.x + size.x, at.y + size.y);
    }

    fn draw_line(&mut self, _: Point, _: Point, _: &StyleAttr, _: Option<String>) {}

    fn draw_circle(&mut self, _: Point, _: Point, _: &StyleAttr, _: Option<String>) {}

    fn draw_text(&mut self, at: Point, text: &str, _: &StyleAttr) {
        if !text.is_empty() {
            let at = at.add(self.origin);
            self.label(at.x, at.y, text.to_owned());
        }
    }

    /// The first pair is a point and where the curve leaves it to, each further one where it comes from, and a point.
    fn draw_arrow(
        &mut self,
        path: &[(Point, Point)],
        _: bool,
        head: (bool, bool),
        _: &StyleAttr,
        tag: Option<String>,
        _: &str,
    ) {
        let path: Vec<(Point, Point)> = path
            .iter()
            .map(|(a, b)| (a.add(self.origin), b.add(self.origin)))
            .collect();
        let [(start, leave), (arrive, end), rest @ ..] = path.as_slice() else {
            return;
        };
        let mut data = format!(
            "M {:.1} {:.1} C {:.1} {:.1}, {:.1} {:.1}, {:.1} {:.1}",
            start.x, start.y, leave.x, leave.y, arrive.x, arrive.y, end.x, end.y
        );
        for (arrive, point) in rest {
            data += &format!(" S {:.1} {:.1}, {:.1} {:.1}", arrive.x, arrive.y, point.x, point.y);
        }
        for (a, b) in &path {
            self.reach(a.x.max(b.x), a.y.max(b.y));
        }
        let own = tag.and_then(|tag| tag.parse::<usize>().ok());
        if let Some(own) = own.and_then(|own| self.placed.arrows.get_mut(own)) {
            *own = Curve {
                path: data,
                reversed: head.0 && !head.1,
            };
        }
    }

    fn create_clip(&mut self, _: Point, _: Point, _: usize) -> ClipHandle {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Edge, Link};
    use super::*;

    /// Boxes with loops, several edges between two of them, circles, and some that nothing is linked to.
    fn drawing(shapes: usize, links: usize, mut seed: u64) -> Drawing {
        let mut draw = |below: usize| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as usize % below
        };
        let member = |n: usize| super::super::Member {
            name: format!("property{n}"),
            ty: "String?".to_owned(),
            marks: vec!["index"],
        };
        let shape = |at: usize, members: usize| Shape {
            kind: if at % 9 == 8 {
                TypeKind::Interface
            } else {
                TypeKind::Node
            },
            name: format!("Type{at}"),
            description: None,
            members: (0..members).map(member).collect(),
        };
        let shapes: Vec<Shape> = (0..shapes).map(|at| shape(at, draw(9))).collect();
        let count = if shapes.is_empty() { 0 } else { links };
        let links = (0..count).map(|at| Link {
            from: draw(shapes.len()),
            to: draw(shapes.len()),
            edge: (at % 5 != 0).then(|| Edge {
                name: format!("Edge{at}"),
                cardinality: "0..*".to_owned(),
                description: None,
                members: Vec::new(),
            }),
        });
        let links = links.collect();
        Drawing { shapes, links }
    }

    #[test]
    fn every_box_has_a_place_of_its_own() {
        for seed in 0..64 {
            // The last ones are large.
            let (shapes, links) = match seed {
                60.. => (70, 90),
                _ => (1 + seed as usize % 17, seed as usize * 7 % 29),
            };
            let drawing = drawing(shapes, links, seed);
            let placed = place(&drawing);
            for (at, a) in placed.boxes.iter().enumerate() {
                assert!(a.width > 0.0 && a.x >= 0.0 && a.y >= 0.0, "seed {seed}: box {at}");
                assert!(
                    a.x + a.width <= placed.width && a.y + a.height <= placed.height,
                    "seed {seed}: box {at}"
                );
                for b in &placed.boxes[at + 1..] {
                    let apart =
                        a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
                    assert!(apart, "seed {seed}: two boxes overlap");
                }
            }
            assert!(
                placed.arrows.iter().all(|arrow| !arrow.path.is_empty()),
                "seed {seed}: a link is not drawn"
            );
            let edges = drawing.links.iter().filter(|link| link.edge.is_some()).count();
            assert_eq!(placed.labels.len(), edges, "seed {seed}");
        }
        assert!(place(&drawing(0, 0, 0)).boxes.is_empty());
    }
    /// The library looks at all pairs of boxes that it gets together.
    #[test]
    fn the_library_gets_each_part_by_itself() {
        let mut pairs = drawing(3000, 0, 1);
        let link = |at: usize| Link {
            from: 2 * at,
            to: 2 * at + 1,
            edge: None,
        };
        pairs.links = (0..1000).map(link).collect();
        let looked_at = |drawing: &Drawing| -> usize {
            let together = parts(drawing).into_iter().filter(|part| !part.links.is_empty());
            together.map(|part| part.shapes.len() * part.shapes.len()).sum()
        };
        assert_eq!(looked_at(&pairs), 4 * 1000);
        assert_eq!(place(&pairs).boxes.len(), 3000);
    }
}
