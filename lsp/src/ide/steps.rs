//! What a step of a traversal may be: the edge that `$.` stands for, and the node that `$node` stands for.

use omnigraph_compiler::query::Names;
use omnigraph_grammar::query::ast::Traversal;
use omnigraph_model::schema::DeclarationKind;

use super::names::Owner;

/// A step of a traversal, as far as the schema knows its edges.
#[derive(Clone, Debug, Default)]
pub(crate) struct Step {
    /// The types of edges, as they are declared, in the order of the text.
    pub edges: Vec<String>,
    /// The types of the node that it arrives at.
    pub arrivals: Vec<String>,
    /// Where the traversal begins.
    pub start: u32,
}

impl Step {
    /// `entity`: the type of a variable.
    pub(crate) fn of(traversal: &Traversal, names: &dyn Names, entity: impl Fn(&str) -> Option<Owner>) -> Step {
        let written = traversal.edges().map(|edge| edge.text.as_str());
        let mut step = Step::along(written, traversal.undirected, names);
        step.start = traversal.span.start;
        // The one step along a named edge arrives at the target, from whichever end.
        if let (Some(_), Some((_, target))) = (&traversal.edge_variable, entity(&traversal.target.text)) {
            step.arrivals = vec![target];
        }
        step
    }

    /// Along edges as queries spell them.
    pub(crate) fn along<'n>(written: impl IntoIterator<Item = &'n str>, undirected: bool, names: &dyn Names) -> Step {
        let mut step = Step::default();
        for edge in written.into_iter().filter_map(|name| names.edge(name)) {
            if step.edges.contains(&edge.name) {
                continue;
            }
            step.edges.push(edge.name.clone());
            let ends = [Some(&edge.to), Some(&edge.from).filter(|_| undirected)];
            for end in ends.into_iter().flatten() {
                if !step.arrivals.contains(end) {
                    step.arrivals.push(end.clone());
                }
            }
        }
        step
    }

    pub(crate) fn edge_owners(&self) -> Vec<Owner> {
        let owner = |name: &String| (DeclarationKind::Edge, name.clone());
        self.edges.iter().map(owner).collect()
    }

    pub(crate) fn arrival_owners(&self) -> Vec<Owner> {
        let owner = |name: &String| (DeclarationKind::Node, name.clone());
        self.arrivals.iter().map(owner).collect()
    }

    /// The edges that have a property; the first one if none has it.
    pub(crate) fn edges_with(&self, names: &dyn Names, property: &str) -> Vec<Owner> {
        let has = |owner: &Owner| {
            names
                .edge(&owner.1)
                .is_some_and(|edge| edge.property(property).is_some())
        };
        that_have(self.edge_owners(), has)
    }

    /// The nodes that have a property; the first one if none has it.
    pub(crate) fn arrivals_with(&self, names: &dyn Names, property: &str) -> Vec<Owner> {
        let has = |owner: &Owner| {
            names
                .node(&owner.1)
                .is_some_and(|node| node.property(property).is_some())
        };
        that_have(self.arrival_owners(), has)
    }
}

fn that_have(owners: Vec<Owner>, has: impl Fn(&Owner) -> bool) -> Vec<Owner> {
    match owners.iter().any(&has) {
        true => owners.into_iter().filter(has).collect(),
        false => owners.into_iter().take(1).collect(),
    }
}
