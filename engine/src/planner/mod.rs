//! From the logical plan to DataFusion operators: what concerns graphs is an operator of ours, everything else DataFusion's.
//! Each operator keeps the columns that the operators above it read, and fetches properties as late as it can.

mod constant;
mod count;
mod define;
mod estimate;
mod explain;
mod expression;
mod fold;
mod group;
mod join;
mod link;
mod lowering;
mod members;
mod nested;
mod output;
mod paths;
mod pattern;
mod push;
mod rows;
mod stage;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use datafusion::common::{DataFusionError, Result};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::projection::{ProjectionExec, ProjectionExpr};
use estimate::{Expected, Statistics};
use omnigraph_model::catalog::Catalog;
use omnigraph_model::ir::{Entity, Expression, Operator, Rank, ReadPlan, Var, reorder};

use crate::derived::Caches;
use crate::history::Snapshot;
use crate::operators::access::AccessPaths;
use crate::operators::column::PlanColumn;
use crate::operators::expand::EdgeTables;
use crate::operators::expression::ExprRef;
use crate::operators::fetch::{Fetch, FetchExec};
use crate::operators::operator::nested;
use crate::operators::page::NextPage;
use crate::storage::{IndexKind, IndexState, Table};

pub(crate) use crate::operators::scalar::shown as shown_paths;
pub(crate) use constant::Constants;
pub(crate) use explain::tree;
pub use explain::{Actual, Explained};
pub(crate) use fold::value_from;
pub(crate) use rows::{Leaf, RowExpressions, same_leaf};

/// What a request allows its plan.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ways {
    pub access: AccessPaths,
    pub look_ups: LookUps,
    /// Bytes that operators may hold together.
    pub memory_limit: usize,
    /// Whether paths come out with all that is known of them, and not as results have them.
    pub whole_paths: bool,
}

/// How far neighbours are looked up in indexes; beyond it adjacency is built, which the next query finds ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LookUps {
    /// Hops of one traversal.
    pub most_hops: u32,
    /// Nodes that a traversal starts from.
    pub most_nodes: u64,
}

impl Default for LookUps {
    fn default() -> Self {
        LookUps {
            most_hops: 6,
            most_nodes: 1024,
        }
    }
}

/// Columns that an operator's output has to keep. One that is fetched is kept if it is there and fetched again if it is not.
type Need = BTreeSet<PlanColumn>;

/// A plan, its columns in their order, and how many rows it is expected to give.
#[derive(Clone)]
struct Planned {
    plan: Arc<dyn ExecutionPlan>,
    columns: Vec<PlanColumn>,
    rows: f64,
}

impl Planned {
    /// Another plan that has the columns of this one.
    fn with(self, plan: Arc<dyn ExecutionPlan>, rows: f64) -> Planned {
        Planned {
            plan,
            columns: self.columns,
            rows,
        }
    }

    fn has(&self, column: &PlanColumn) -> bool {
        self.columns.contains(column)
    }

    /// A column as an expression.
    fn column(&self, column: &PlanColumn) -> Result<ExprRef> {
        let place = self.columns.iter().position(|own| own == column);
        let place = place.ok_or_else(|| column.missing())?;
        Ok(Arc::new(Column::new(&column.to_string(), place)))
    }
}

/// A plan that can run, and what is expected of its operators.
pub(crate) struct Physical {
    pub plan: Arc<dyn ExecutionPlan>,
    pub estimates: Estimates,
    /// Where the next page begins, if rows are asked for page by page.
    pub next: Option<NextPage>,
}

/// Rows that operators are expected to give. Operators are told apart by where they lie, so they are kept.
#[derive(Default)]
pub(crate) struct Estimates {
    rows: RefCell<Vec<(Arc<dyn ExecutionPlan>, f64)>>,
}

impl Estimates {
    fn expect(&self, planned: &Planned) {
        self.expect_rows(&planned.plan, planned.rows);
    }

    fn expect_rows(&self, plan: &Arc<dyn ExecutionPlan>, rows: f64) {
        self.rows.borrow_mut().push((plan.clone(), rows));
    }

    pub(crate) fn rows(&self, plan: &Arc<dyn ExecutionPlan>) -> Option<f64> {
        let rows = self.rows.borrow();
        let known = rows.iter().find(|(known, _)| Arc::ptr_eq(known, plan));
        known.map(|(_, rows)| *rows)
    }
}

struct Planner<'a> {
    query: &'a ReadPlan,
    constants: Constants,
    catalog: Arc<Catalog>,
    caches: Arc<Caches>,
    /// By variable; values and variables of several types have none.
    tables: Vec<Option<Arc<Table>>>,
    /// For each variable of several types those of its types.
    members: members::Members,
    /// By name of the edge type.
    edges: BTreeMap<String, EdgeTables>,
    /// What storage has indexes of, by type name.
    indexes: BTreeMap<String, Vec<IndexState>>,
    /// The rows of the enclosing patterns, innermost last.
    outer: Vec<Outer>,
    /// Variables whose matches are counted, not listed.
    only_counted: BTreeSet<Var>,
    /// Rank functions that have a column, which knows the place here.
    ranks: Vec<Rank>,
    access: AccessPaths,
    look_ups: LookUps,
    /// The score that the sort above orders by first, and how many rows it keeps.
    first_by: Option<(u32, u64)>,
    /// Bytes that operators may hold together.
    memory_limit: usize,
    whole_paths: bool,
    next: Option<NextPage>,
    statistics: Statistics,
    estimates: Estimates,
}

struct Outer {
    schema: arrow_schema::SchemaRef,
    columns: Vec<PlanColumn>,
    bound: BTreeSet<Var>,
    rows: f64,
}

/// The physical plan of a query over one snapshot. Opens the tables that it names, and reads nothing of them.
pub(crate) async fn physical(
    snapshot: &Arc<Snapshot>,
    query: &ReadPlan,
    constants: Constants,
    ways: Ways,
) -> Result<Physical> {
    let (with_members, members) = members::with_members(query, &snapshot.catalog).unzip();
    let query = with_members.as_ref().unwrap_or(query);
    let mut tables = Vec::new();
    let mut indexes = BTreeMap::new();
    let mut statistics = Statistics::new(snapshot.catalog.clone());
    for variable in &query.variables {
        let (table, name, state) = match &variable.entity {
            Entity::Node(name) => (snapshot.node_table(name).await, name, snapshot.node_state(name)),
            Entity::Edge(name) => (snapshot.edge_table(name).await, name, snapshot.edge_state(name)),
            // Its types have variables of their own.
            Entity::Interface(_) | Entity::Edges(_) | Entity::Value(_) => {
                tables.push(None);
                continue;
            }
        };
        tables.push(Some(table?));
        statistics.note(name, state);
        indexes.insert(name.clone(), state.map_or_else(Vec::new, |state| state.indexes.clone()));
    }
    let mut links = BTreeSet::new();
    query.root.visit(&mut |operator| match operator {
        Operator::Expand { link, .. } if link.identity => {}
        Operator::Expand { link, .. } => {
            links.insert(link.edge.clone());
            let steps = link.steps().into_iter().flat_map(|walk| &walk.steps);
            links.extend(steps.map(|step| step.edge.clone()));
        }
        Operator::Each {
            list: Expression::Paths(paths),
            ..
        } => links.extend(paths.steps.iter().map(|step| step.edge.clone())),
        _ => {}
    });
    let mut edges = BTreeMap::new();
    for name in links {
        let Some(edge) = snapshot.catalog.edge(&name) else {
            return Err(DataFusionError::Internal(format!(
                "the plan names an unknown edge type {name}"
            )));
        };
        let tables = EdgeTables {
            edges: snapshot.edge_table(&name).await?,
            from: snapshot.node_table(&edge.from).await?,
            to: snapshot.node_table(&edge.to).await?,
        };
        for end in [&edge.from, &edge.to] {
            statistics.note(end, snapshot.node_state(end));
        }
        let state = snapshot.edge_state(&name);
        statistics.note(&name, state);
        indexes.insert(name.clone(), state.map_or_else(Vec::new, |state| state.indexes.clone()));
        edges.insert(name, tables);
    }
    let expected = Expected {
        query,
        statistics: &statistics,
    };
    let reordered = reorder(query, &expected);
    let query = reordered.as_ref().unwrap_or(query);
    let mut planner = Planner {
        query,
        constants,
        catalog: snapshot.catalog.clone(),
        caches: snapshot.caches().clone(),
        tables,
        members: members.unwrap_or_default(),
        edges,
        indexes,
        outer: Vec::new(),
        only_counted: BTreeSet::new(),
        ranks: Vec::new(),
        access: ways.access,
        look_ups: ways.look_ups,
        first_by: None,
        memory_limit: ways.memory_limit,
        whole_paths: ways.whole_paths,
        next: None,
        statistics,
        estimates: Estimates::default(),
    };
    // Looking through a plan takes a little stack for each of its operators.
    let mut operators = 0;
    query.root.visit(&mut |_| operators += 1);
    let stack = operators * (8 << 10);
    let plan = stacker::maybe_grow(stack, 2 * stack, || planner.root())?;
    Ok(Physical {
        plan,
        estimates: planner.estimates,
        next: planner.next,
    })
}

impl Planner<'_> {
    /// The root is a projection, possibly under sorts that keep its columns.
    fn root(&mut self) -> Result<Arc<dyn ExecutionPlan>> {
        let query = self.query;
        match &query.root {
            Operator::Project { input, expressions } => self.project(input, expressions, &query.columns),
            _ => Err(DataFusionError::Internal(
                "a plan without a projection at its root".into(),
            )),
        }
    }

    fn operator(&mut self, operator: &Operator, need: &Need) -> Result<Planned> {
        let planned = nested(|| self.one(operator, need))?;
        self.estimates.expect(&planned);
        Ok(planned)
    }

    fn one(&mut self, operator: &Operator, need: &Need) -> Result<Planned> {
        match operator {
            Operator::Unit => Ok(self.unit()),
            Operator::Outer => self.outer_rows(),
            Operator::NodeScan { variable, predicates } => self.node_scan(*variable, predicates, need),
            Operator::Expand {
                input,
                link,
                predicates,
            } if link.identity => self.same(input, link, predicates, need),
            Operator::Expand {
                input,
                link,
                predicates,
            } => match link.steps() {
                Some(walk) => self.reach(input, link, walk, predicates, need),
                None => self.expand(input, link, predicates, need),
            },
            Operator::Join { left, right, on } => self.join(left, right, on, need),
            Operator::Filter { input, predicate } => self.filter_operator(input, predicate, need),
            Operator::Let { input, variable, value } => self.define(input, *variable, value, false, need),
            Operator::Each {
                input,
                variable,
                list: Expression::Paths(paths),
            } => self.paths(input, *variable, paths, need),
            Operator::Each { input, variable, list } => self.define(input, *variable, list, true, need),
            Operator::SemiJoin { input, inner, negated } => self.semi_join(input, inner, *negated, need),
            Operator::Fold {
                input,
                variable,
                aggregate,
                inner,
            } => self.fold(input, *variable, aggregate, inner, need),
            Operator::Optional {
                input,
                inner,
                variables,
            } => self.optional(input, inner, variables, need),
            Operator::Either {
                input,
                inners,
                variables,
            } => self.either(input, inners, variables, need),
            Operator::With { input, items } => self.with(input, items, need),
            Operator::Union { branches, position } => self.union(branches, *position, need),
            Operator::Aggregate {
                input,
                keys,
                aggregates,
            } => self.aggregate(input, keys, aggregates),
            Operator::Rank { input, rank, id } => self.rank(input, rank, *id, need),
            Operator::Sort {
                input,
                keys,
                ties,
                limit,
                offset,
            } => {
                let cut = self.cut(limit.as_ref(), offset.as_ref())?;
                self.sort(input, keys, ties, cut, &[], need)
            }
            Operator::Project { .. } => Err(DataFusionError::Internal("a projection below another operator".into())),
        }
    }

    fn entity(&self, variable: Var) -> Result<&Entity> {
        let variable = self.query.variables.get(variable.0 as usize);
        variable
            .map(|variable| &variable.entity)
            .ok_or_else(|| DataFusionError::Internal("a plan uses a variable that it does not declare".into()))
    }

    fn table(&self, variable: Var) -> Result<&Arc<Table>> {
        let table = self.tables.get(variable.0 as usize).and_then(Option::as_ref);
        table.ok_or_else(|| {
            DataFusionError::Internal("a plan uses a variable that stands for no node and no edge".into())
        })
    }

    /// The table of a type that some variable stands for.
    fn table_of(&self, entity: &Entity) -> Result<&Arc<Table>> {
        let place = self.query.variables.iter().position(|known| known.entity == *entity);
        let table = place.and_then(|place| self.tables.get(place)?.as_ref());
        table.ok_or_else(|| DataFusionError::Internal(format!("no variable stands for {entity:?}")))
    }

    /// The type of a variable's nodes or edges.
    fn type_name(&self, variable: Var) -> Result<&str> {
        match self.entity(variable)? {
            Entity::Node(name) | Entity::Edge(name) => Ok(name),
            Entity::Interface(_) | Entity::Edges(_) => Err(DataFusionError::Internal(
                "what is of several types is taken for one of one".into(),
            )),
            Entity::Value(_) => Err(DataFusionError::Internal("a value is taken for a node".into())),
        }
    }

    /// The built index of a column, of this kind.
    fn index(&self, type_name: &str, column: &str, kind: IndexKind) -> Option<&IndexState> {
        let indexes = self.indexes.get(type_name)?;
        let of_column = |index: &&IndexState| index.kind == kind && index.columns.first().is_some_and(|c| c == column);
        indexes.iter().find(of_column)
    }

    /// The column of a variable.
    fn column(&self, variable: Var) -> PlanColumn {
        let known = self.query.variables.get(variable.0 as usize);
        let name = known.map_or_else(|| variable.0.to_string(), |known| known.name.clone());
        match known.map(|known| &known.entity) {
            Some(Entity::Value(_)) => PlanColumn::Value { variable: name },
            _ => PlanColumn::Entity { variable: name },
        }
    }

    /// Appends the columns that are not there yet.
    fn fetch(&self, input: Planned, fetches: Vec<Fetch>) -> Result<Planned> {
        let mut columns = input.columns.clone();
        let mut wanted: Vec<Fetch> = Vec::new();
        for fetch in fetches {
            if !columns.contains(&fetch.column) {
                columns.push(fetch.column.clone());
                wanted.push(fetch);
            }
        }
        let (several, wanted): (Vec<Fetch>, Vec<Fetch>) =
            wanted.into_iter().partition(|fetch| !fetch.members.is_empty());
        let mut planned = input;
        if !wanted.is_empty() {
            self.estimates.expect(&planned);
            let mut columns = planned.columns.clone();
            columns.extend(wanted.iter().map(|fetch| fetch.column.clone()));
            planned = Planned {
                plan: Arc::new(FetchExec::new(planned.plan, wanted, self.caches.clone())),
                columns,
                rows: planned.rows,
            };
            self.estimates.expect(&planned);
        }
        self.fetch_members(planned, several)
    }

    /// Drops columns that nothing above reads, but not the last one.
    fn prune(&self, input: Planned, need: &Need) -> Result<Planned> {
        self.estimates.expect(&input);
        let needed = input.columns.iter().filter(|column| need.contains(column));
        let mut kept: Vec<PlanColumn> = needed.cloned().collect();
        if kept.is_empty() {
            kept.extend(input.columns.first().cloned());
        }
        if kept.len() == input.columns.len() {
            return Ok(input);
        }
        let expressions = kept.iter().map(|column| {
            Ok(ProjectionExpr {
                expr: input.column(column)?,
                alias: column.to_string(),
            })
        });
        let expressions = expressions.collect::<Result<Vec<ProjectionExpr>>>()?;
        Ok(Planned {
            plan: Arc::new(ProjectionExec::try_new(expressions, input.plan)?),
            columns: kept,
            rows: input.rows,
        })
    }

    /// Variables that the rows of an operator bind.
    fn bound(&self, operator: &Operator) -> BTreeSet<Var> {
        let none = BTreeSet::new();
        operator.binds(self.outer.last().map_or(&none, |outer| &outer.bound))
    }
}

/// Every variable that an operator or one below it mentions.
fn mentioned(operator: &Operator) -> BTreeSet<Var> {
    let mut mentioned = BTreeSet::new();
    operator.visit(&mut |operator| {
        let expressions = operator.expressions();
        mentioned.extend(expressions.into_iter().flat_map(Expression::variables));
        match operator {
            Operator::NodeScan { variable, .. } => {
                mentioned.insert(*variable);
            }
            Operator::Expand { link, .. } => {
                mentioned.extend([link.from, link.to]);
                mentioned.extend(link.edge_variable);
            }
            Operator::With { items, .. } => mentioned.extend(items.iter().map(|(variable, _)| *variable)),
            Operator::Union { position, .. } => mentioned.extend(position),
            _ => {}
        }
    });
    mentioned
}
