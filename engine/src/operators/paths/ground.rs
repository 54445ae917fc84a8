//! The ground of a search: which tables it goes through, and the plans that say which edges a step may take.

use std::fmt;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Float64Type, Int32Type, Int64Type, UInt32Type, UInt64Type};
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::physical_plan::ExecutionPlan;
use futures::TryStreamExt;
use omnigraph_model::ir::PathSearch;
use omnigraph_model::types::Cost;
use tokio::sync::OnceCell;

use super::exec::Quest;
use super::view::{EdgeSpace, Step, View, Weights};
use crate::derived::Caches;
use crate::error::EvaluationCode;
use crate::operators::expand::EdgeTables;
use crate::operators::scalar::Place;
use crate::operators::walk::RowSet;
use crate::storage::Table;

/// The tables that a search goes through.
#[derive(Clone, Debug)]
pub(crate) struct PathTables {
    pub nodes: Vec<Arc<Table>>,
    /// In the order of the names of the types.
    pub edges: Vec<(String, EdgeTables)>,
    /// Of the two ends, by their places among the nodes.
    pub ends: [usize; 2],
}

/// A step, and the plans that say which edges it may take.
#[derive(Clone, Debug)]
pub(crate) struct PathStep {
    /// The place of the edge type.
    pub edges: usize,
    pub reversed: bool,
    /// A scan of the nodes that it may arrive at.
    pub nodes: Option<Arc<dyn ExecutionPlan>>,
    /// The edges that it may take, in the first column, and what they weigh in the second one.
    pub allowed: Option<Arc<dyn ExecutionPlan>>,
    pub weighted: bool,
}

/// The plans of some steps.
pub(super) fn filters(steps: &[PathStep]) -> impl Iterator<Item = &Arc<dyn ExecutionPlan>> {
    steps.iter().flat_map(|step| [&step.nodes, &step.allowed]).flatten()
}

/// An input and steps with other plans, in the order of [`filters`].
pub(super) fn with_filters(
    steps: &[PathStep],
    children: Vec<Arc<dyn ExecutionPlan>>,
) -> Result<(Arc<dyn ExecutionPlan>, Vec<PathStep>)> {
    let mut children = children.into_iter();
    let mut next = || {
        let child = children.next();
        child.ok_or_else(|| DataFusionError::Internal("a search lost one of its inputs".into()))
    };
    let input = next()?;
    let mut steps = steps.to_vec();
    let plans = steps.iter_mut().flat_map(|step| [&mut step.nodes, &mut step.allowed]);
    for plan in plans.flatten() {
        *plan = next()?;
    }
    Ok((input, steps))
}

#[derive(Debug)]
pub(super) struct Ground {
    pub tables: PathTables,
    pub caches: Arc<Caches>,
    cost: Cost,
    place: Place,
    /// Whether sequences of edges are compared often.
    ranked: bool,
    /// Made once an execution, also where a nested block runs the plan for many batches.
    view: OnceCell<Arc<View>>,
}

pub(super) fn unseen() -> DataFusionError {
    DataFusionError::Internal("a search without a graph".into())
}

impl Ground {
    pub(super) fn new(tables: PathTables, caches: Arc<Caches>, quest: &Quest) -> Ground {
        Ground {
            tables,
            caches,
            cost: quest.cost,
            place: quest.place,
            ranked: matches!(quest.search, PathSearch::Several(_) | PathSearch::Cheapest),
            view: OnceCell::new(),
        }
    }

    /// The graph, once it is made.
    pub(super) fn seen(&self) -> Result<&Arc<View>> {
        self.view.get().ok_or_else(unseen)
    }

    pub(super) async fn view(&self, steps: &[PathStep], context: &Arc<TaskContext>) -> Result<Arc<View>> {
        let made = self.view.get_or_try_init(|| self.made(steps, context));
        made.await.cloned()
    }

    async fn made(&self, steps: &[PathStep], context: &Arc<TaskContext>) -> Result<Arc<View>> {
        let table_of = |table: &Arc<Table>| {
            let place = self.tables.nodes.iter().position(|known| known.key == table.key);
            place.ok_or_else(|| DataFusionError::Internal("a step of a path leads to no known node".into()))
        };
        let mut spaces = Vec::new();
        for (name, tables) in &self.tables.edges {
            spaces.push(EdgeSpace {
                name: name.clone(),
                ids: self.caches.ids(&tables.edges).await?,
                slots: tables.edges.slots(),
                ranks: match self.ranked {
                    true => Some(self.caches.rank(&tables.edges).await?),
                    false => None,
                },
            });
        }
        let mut made = Vec::new();
        for step in steps {
            let EdgeTables { edges, from, to } = &self.tables.edges[step.edges].1;
            let (source, target) = (table_of(from)?, table_of(to)?);
            let (from, to, arrival) = match step.reversed {
                true => (target, source, &self.tables.nodes[source]),
                false => (source, target, &self.tables.nodes[target]),
            };
            let (allowed, weights) = match &step.allowed {
                None => (None, None),
                Some(plan) => {
                    let (allowed, weights) = self
                        .allowed(plan, step.weighted, edges.slots() as usize, context)
                        .await?;
                    (Some(allowed), weights)
                }
            };
            let nodes = match &step.nodes {
                None => None,
                Some(plan) => {
                    let mut set = RowSet::new(arrival.slots() as usize);
                    let mut stream = plan.execute(0, context.clone())?;
                    while let Some(batch) = stream.try_next().await? {
                        set.insert(batch.column(0).as_primitive::<UInt32Type>().values());
                    }
                    Some(set)
                }
            };
            let other = |other: &PathStep| other.edges == step.edges && !other.reversed;
            made.push(Step {
                adjacency: {
                    let EdgeTables { edges, from, to } = &self.tables.edges[step.edges].1;
                    self.caches.adjacency(edges, from, to).await?
                },
                reversed: step.reversed,
                from,
                to,
                edges: step.edges,
                nodes,
                allowed,
                weights,
                skips_loops: step.reversed && steps.iter().any(other),
            });
        }
        let nodes: Vec<u64> = self.tables.nodes.iter().map(|table| table.slots()).collect();
        let view = View::new(&nodes, spaces, made);
        let view = view.ok_or_else(|| DataFusionError::ResourcesExhausted("more nodes than can be numbered".into()))?;
        Ok(Arc::new(view))
    }

    /// The edges that a step may take, and what they weigh.
    async fn allowed(
        &self,
        plan: &Arc<dyn ExecutionPlan>,
        weighted: bool,
        edges: usize,
        context: &Arc<TaskContext>,
    ) -> Result<(RowSet, Option<Weights>)> {
        let mut set = RowSet::new(edges);
        let mut weights = match (weighted, self.cost) {
            (false, _) | (_, Cost::None) => None,
            (true, Cost::Integer) => Some(Weights::Integer(vec![0; edges])),
            (true, Cost::Float) => Some(Weights::Float(vec![0.0; edges])),
        };
        let mut stream = plan.execute(0, context.clone())?;
        while let Some(batch) = stream.try_next().await? {
            let numbers = batch.column(0).as_primitive::<UInt32Type>().values();
            let Some(weights) = &mut weights else {
                set.insert(numbers);
                continue;
            };
            let column = batch.column(1);
            for (row, edge) in numbers.iter().enumerate().filter(|(row, _)| column.is_valid(*row)) {
                match weights {
                    Weights::Integer(weights) => {
                        let value = integer(column, row)?;
                        let weight = u64::try_from(value).map_err(|_| self.unusable(value))?;
                        weights[*edge as usize] = weight;
                    }
                    Weights::Float(weights) => {
                        let value = float(column, row)?;
                        if value < 0.0 || !value.is_finite() {
                            return Err(self.unusable(value));
                        }
                        // A sum of nothing is not `-0.0`.
                        weights[*edge as usize] = value + 0.0;
                    }
                }
                set.insert(&[*edge]);
            }
        }
        Ok((set, weights))
    }

    fn unusable(&self, value: impl fmt::Display) -> DataFusionError {
        let message = format!("{value} is no weight of a step: a weight is finite, and not negative");
        self.place.fail(EvaluationCode::Weight, message)
    }
}

fn integer(column: &ArrayRef, row: usize) -> Result<i128> {
    Ok(match column.data_type() {
        DataType::Int32 => column.as_primitive::<Int32Type>().value(row).into(),
        DataType::Int64 => column.as_primitive::<Int64Type>().value(row).into(),
        DataType::UInt32 => column.as_primitive::<UInt32Type>().value(row).into(),
        DataType::UInt64 => column.as_primitive::<UInt64Type>().value(row).into(),
        other => return Err(DataFusionError::Internal(format!("{other} is no type of weights"))),
    })
}

fn float(column: &ArrayRef, row: usize) -> Result<f64> {
    Ok(match column.data_type() {
        DataType::Float32 => column.as_primitive::<Float32Type>().value(row).into(),
        DataType::Float64 => column.as_primitive::<Float64Type>().value(row),
        _ => integer(column, row)? as f64,
    })
}
