//! Which type each node of a pattern has: by its labels, and by the ends of the relationships at it.

use omnigraph_grammar::{Name, Span};
use omnigraph_model::catalog::EdgeType;

use crate::ast::{Direction, Expr, ExprKind, Labels, Link, Path};
use crate::codes;
use crate::names::{self, Found};
use crate::problem::Problem;
use crate::value::Ty;

use super::Translator;

/// A node of a pattern. All places of one variable share it.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    /// The statement's variable.
    pub(super) name: Option<String>,
    pub(super) span: Span,
    pub(super) ty: Option<String>,
    /// How many relationships are at it.
    pub(super) links: usize,
    /// Whether an enclosing block binds it.
    pub(super) outer: bool,
    /// Whether something is wrong with its label, so that nothing more is said of it.
    reported: bool,
}

/// The nodes of some patterns, and the edge type of each relationship.
#[derive(Clone, Debug, Default)]
pub(super) struct Typed {
    pub(super) slots: Vec<Slot>,
    /// By path and place in it: the index of its slot.
    pub(super) nodes: Vec<Vec<usize>>,
    /// By path and place in it: the name of the edge type.
    pub(super) links: Vec<Vec<Option<String>>>,
}

impl Translator<'_> {
    pub(super) fn infer(&mut self, paths: &[&Path], conditions: &[&Expr]) -> Typed {
        let mut typed = Typed::default();
        for path in paths {
            let nodes = path.nodes.iter().map(|node| {
                let name = node.variable.as_ref().map(|name| name.text.clone());
                self.slot(&mut typed.slots, name, node.span)
            });
            let nodes: Vec<usize> = nodes.collect();
            for (at, slot) in nodes.iter().enumerate() {
                let ends = usize::from(at > 0) + usize::from(at < path.links.len());
                typed.slots[*slot].links += ends;
            }
            typed.nodes.push(nodes);
        }
        for (path, nodes) in paths.iter().zip(&typed.nodes) {
            for (node, slot) in path.nodes.iter().zip(nodes) {
                self.label(&mut typed.slots[*slot], &node.labels);
            }
        }
        for condition in conditions {
            self.labels_of_condition(&mut typed.slots, condition);
        }
        for path in paths {
            let links: Vec<Option<String>> = path.links.iter().map(|link| self.edge_of(link)).collect();
            typed.links.push(links);
        }
        self.propagate(paths, &mut typed);
        self.untyped_links(paths, &mut typed);
        self.propagate(paths, &mut typed);
        self.check(paths, &mut typed);
        typed
    }

    fn slot(&mut self, slots: &mut Vec<Slot>, name: Option<String>, span: Span) -> usize {
        if let Some(name) = &name
            && let Some(known) = slots.iter().position(|slot| slot.name.as_ref() == Some(name))
        {
            return known;
        }
        let outer = name.as_ref().and_then(|name| self.lookup(name)).cloned();
        let mut slot = Slot {
            name,
            span,
            ty: None,
            links: 0,
            outer: outer.is_some(),
            reported: false,
        };
        match outer.map(|value| value.ty) {
            Some(Ty::Node(ty)) => slot.ty = Some(ty),
            Some(Ty::Unknown) => slot.reported = true,
            Some(_) => {
                let message = format!("`{}` is no node", slot.name.as_deref().unwrap_or(""));
                self.report(&codes::VARIABLE, span, message, "use another name for the node");
                slot.reported = true;
            }
            None => {}
        }
        slots.push(slot);
        slots.len() - 1
    }

    /// The node type that a label means.
    pub(super) fn node_type(&mut self, label: &Name) -> Option<String> {
        let catalog = self.catalog;
        let known = catalog.nodes.keys().map(String::as_str);
        match names::find(&label.text, known.clone()) {
            Found::One(name) => return Some(name.to_owned()),
            Found::None => {
                let message = format!("the schema has no node type for the label `{}`", label.text);
                let problem = Problem::new(&codes::LABEL, label.span, message);
                self.problems.push(problem.meaning(&label.text, known));
            }
            Found::Several(all) => {
                let message = format!("the label `{}` may mean {}", label.text, all.join(" or "));
                self.report(
                    &codes::LABEL,
                    label.span,
                    message,
                    "write the type's own name as the label",
                );
            }
        }
        None
    }

    fn label(&mut self, slot: &mut Slot, labels: &Labels) {
        if let Some(span) = labels.compound {
            let help = "write one label; a query for each type replaces a choice between types";
            self.report(&codes::UNTYPED, span, "a node has exactly one type here", help);
            slot.reported = true;
            return;
        }
        let Some(label) = labels.names.first() else {
            return;
        };
        let Some(ty) = self.node_type(label) else {
            slot.reported = true;
            return;
        };
        match &slot.ty {
            Some(known) if *known != ty => {
                let message = format!("this node is a {known} already, and a node has exactly one type here");
                self.report(
                    &codes::UNTYPED,
                    label.span,
                    message,
                    "no node has both labels; use another variable",
                );
                slot.reported = true;
            }
            _ => slot.ty = Some(ty),
        }
    }

    /// `WHERE n:Person AND …`
    fn labels_of_condition(&mut self, slots: &mut Vec<Slot>, condition: &Expr) {
        match &condition.kind {
            ExprKind::And(all) => all.iter().for_each(|one| self.labels_of_condition(slots, one)),
            ExprKind::HasLabels(name, labels) => {
                if let Some(at) = slots.iter().position(|slot| slot.name.as_ref() == Some(&name.text)) {
                    let mut slot = slots[at].clone();
                    self.label(&mut slot, labels);
                    slots[at] = slot;
                }
            }
            _ => {}
        }
    }

    /// The edge type that a relationship names.
    fn edge_of(&mut self, link: &Link) -> Option<String> {
        if let Some(span) = link.types.compound {
            let help = "make a query for each type";
            self.report(&codes::SEVERAL, span, "a relationship has exactly one type here", help);
            return None;
        }
        let name = link.types.names.first()?;
        self.edge_type(name)
    }

    pub(super) fn edge_type(&mut self, name: &Name) -> Option<String> {
        let catalog = self.catalog;
        let known = catalog.edges.keys().map(String::as_str);
        match names::find(&name.text, known.clone()) {
            Found::One(name) => return Some(name.to_owned()),
            Found::None => {
                let message = format!("the schema has no edge for the relationship type `{}`", name.text);
                let problem = Problem::new(&codes::RELATIONSHIP, name.span, message);
                self.problems.push(problem.meaning(&name.text, known));
            }
            Found::Several(all) => {
                let message = format!("the relationship type `{}` may mean {}", name.text, all.join(" or "));
                self.report(
                    &codes::RELATIONSHIP,
                    name.span,
                    message,
                    "write the edge's own name as the type",
                );
            }
        }
        None
    }

    /// Gives nodes the types of the ends of their relationships, as long as that tells something new.
    fn propagate(&mut self, paths: &[&Path], typed: &mut Typed) {
        let mut told = true;
        while told {
            told = false;
            for (at, path) in paths.iter().enumerate() {
                for (place, link) in path.links.iter().enumerate() {
                    let Some(edge) = self.edge(typed, at, place) else {
                        continue;
                    };
                    let (left, right) = (typed.nodes[at][place], typed.nodes[at][place + 1]);
                    let ends = ends(
                        link.direction,
                        &edge,
                        typed.slots[left].ty.as_deref(),
                        typed.slots[right].ty.as_deref(),
                    );
                    let Some((of_left, of_right)) = ends else {
                        continue;
                    };
                    for (slot, ty) in [(left, of_left), (right, of_right)] {
                        if typed.slots[slot].ty.is_none() {
                            typed.slots[slot].ty = Some(ty.to_owned());
                            told = true;
                        }
                    }
                }
            }
        }
    }

    pub(super) fn edge(&self, typed: &Typed, path: usize, place: usize) -> Option<std::sync::Arc<EdgeType>> {
        let name = typed.links[path][place].as_ref()?;
        self.catalog.edges.get(name).cloned()
    }

    /// `(a)-->(b)` means the one edge type that leads from the one to the other.
    fn untyped_links(&mut self, paths: &[&Path], typed: &mut Typed) {
        for (at, path) in paths.iter().enumerate() {
            for (place, link) in path.links.iter().enumerate() {
                if !link.types.names.is_empty() {
                    continue;
                }
                let ty = |slot: usize| typed.slots[slot].ty.clone();
                let (left, right) = (ty(typed.nodes[at][place]), ty(typed.nodes[at][place + 1]));
                let fits = |edge: &EdgeType| {
                    let forth = Some(&edge.from) == left.as_ref() && Some(&edge.to) == right.as_ref();
                    let back = Some(&edge.to) == left.as_ref() && Some(&edge.from) == right.as_ref();
                    match link.direction {
                        Direction::Right => forth,
                        Direction::Left => back,
                        Direction::Either => forth || back,
                    }
                };
                let fitting: Vec<&str> = self
                    .catalog
                    .edges
                    .values()
                    .filter(|edge| fits(edge))
                    .map(|e| e.name.as_str())
                    .collect();
                match fitting.as_slice() {
                    [one] if link.hops.is_none() => typed.links[at][place] = Some((*one).to_owned()),
                    _ => self.report(
                        &codes::SEVERAL,
                        link.span,
                        "a relationship has exactly one type here, and this one names none",
                        match fitting.is_empty() {
                            true => "write the type, and the labels of both nodes".to_owned(),
                            false => format!("write the type: {}", fitting.join(", ")),
                        },
                    ),
                }
            }
        }
    }

    /// Reports nodes without a type, and relationships that do not lead from the one node to the other.
    fn check(&mut self, paths: &[&Path], typed: &mut Typed) {
        for (at, path) in paths.iter().enumerate() {
            for (place, link) in path.links.iter().enumerate() {
                let Some(edge) = self.edge(typed, at, place) else {
                    // It was reported, and with it what its nodes could be.
                    for slot in [typed.nodes[at][place], typed.nodes[at][place + 1]] {
                        typed.slots[slot].reported |= typed.slots[slot].ty.is_none();
                    }
                    continue;
                };
                let ty = |slot: usize| typed.slots[slot].ty.as_deref();
                let (left, right) = (ty(typed.nodes[at][place]), ty(typed.nodes[at][place + 1]));
                let (Some(left), Some(right)) = (left, right) else {
                    continue;
                };
                let forth = left == edge.from && right == edge.to;
                let back = left == edge.to && right == edge.from;
                let right_way = match link.direction {
                    Direction::Right => forth,
                    Direction::Left => back,
                    Direction::Either => forth || back,
                };
                if !right_way {
                    let message = format!("the edge {} leads from {} to {}", edge.name, edge.from, edge.to);
                    let help =
                        "in this direction and between these nodes there is none; turn the arrow or change a label";
                    self.report(&codes::RELATIONSHIP, link.span, message, help);
                }
            }
        }
        for slot in &typed.slots {
            if slot.ty.is_none() && !slot.reported {
                let what = slot
                    .name
                    .as_ref()
                    .map_or("this node".to_owned(), |name| format!("`{name}`"));
                let message = format!("nothing tells the type of {what}");
                self.report(&codes::UNTYPED, slot.span, message, "give it a label");
            }
        }
    }
}

/// The types of both ends of a relationship, as far as its direction and what is known of them tell.
fn ends<'e>(
    direction: Direction,
    edge: &'e EdgeType,
    left: Option<&str>,
    right: Option<&str>,
) -> Option<(&'e str, &'e str)> {
    let forth = (edge.from.as_str(), edge.to.as_str());
    let back = (edge.to.as_str(), edge.from.as_str());
    match direction {
        Direction::Right => Some(forth),
        Direction::Left => Some(back),
        Direction::Either if edge.from == edge.to => Some(forth),
        Direction::Either if left == Some(forth.0) || right == Some(forth.1) => Some(forth),
        Direction::Either if left == Some(back.0) || right == Some(back.1) => Some(back),
        Direction::Either => None,
    }
}
