//! Searches for paths: what `path $p = …` asks for between two nodes. The rules are those of docs/query-language.md, Paths.

use serde::{Deserialize, Serialize};

use super::{Expression, Origin, Var};
use crate::types::{Cost, Scalar, Type};

/// The paths from one node to another along edges of some types. Each is a walk: nodes and edges may come again, unless the
/// search says otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paths {
    /// Which of the walks are found.
    pub search: PathSearch,
    /// Where each starts.
    pub from: Var,
    /// Where each ends.
    pub to: Var,
    /// The least number of edges; 1 or more.
    pub min: u32,
    /// The greatest number; any without it.
    pub max: Option<u32>,
    /// What a step may be.
    pub steps: Vec<PathStep>,
    /// What the weights are summed as.
    pub cost: Cost,
    /// Where an error of the running query points.
    pub origin: Origin,
}

/// Which walks a search finds. Sequences are compared edge by edge: by the type's name, then by the id, in the order of their bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PathSearch {
    /// The least of those with the fewest edges, if the number is within the bounds.
    Shortest,
    /// All with the fewest edges, if the number is within the bounds.
    AllShortest,
    /// So many of those that repeat no edge, by the number of edges, then by the sequence.
    Several(u64),
    /// Of those within the bounds the least by cost, then by the number of edges, then by the sequence.
    Cheapest,
    /// All within the bounds that repeat no edge.
    Trail,
    /// All within the bounds that repeat no node.
    Simple,
    /// No walk, but whether a traversal with these steps connects the two nodes.
    Reach,
}

/// A step of a path: an edge of one type, followed one way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PathStep {
    /// Name of the edge type.
    pub edge: String,
    /// Whether it leads from the edge's target to its source.
    pub reversed: bool,
    /// The edge, in the conditions and the weight alone.
    pub variable: Var,
    /// The node that the step arrives at, in the conditions and the weight alone.
    pub node: Var,
    /// What must be true of it.
    pub conditions: Vec<Expression>,
    /// What it adds to the cost; a step is not taken where that is null.
    pub weight: Option<Expression>,
}

impl PathSearch {
    /// As it is written.
    pub fn text(self) -> String {
        match self {
            PathSearch::Shortest => "shortest".to_owned(),
            PathSearch::AllShortest => "all shortest".to_owned(),
            PathSearch::Several(count) => format!("shortest {count}"),
            PathSearch::Cheapest => "cheapest".to_owned(),
            PathSearch::Trail => "trail".to_owned(),
            PathSearch::Simple => "simple".to_owned(),
            PathSearch::Reach => "reach".to_owned(),
        }
    }
}

impl Paths {
    /// The type of one of the paths.
    pub fn path_type(&self) -> Type {
        Type::of(Scalar::Path(self.cost))
    }

    /// Conditions and weights, which are about single steps.
    pub fn expressions(&self) -> impl Iterator<Item = &Expression> {
        self.steps
            .iter()
            .flat_map(|step| step.conditions.iter().chain(&step.weight))
    }

    /// The same, to be changed.
    pub fn expressions_mut(&mut self) -> impl Iterator<Item = &mut Expression> {
        let steps = self.steps.iter_mut();
        steps.flat_map(|step| step.conditions.iter_mut().chain(&mut step.weight))
    }
}
