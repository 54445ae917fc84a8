//! Variables of an interface: how their nodes are found, what is read of them, and how a node is taken for one of another type.
//! What is read of an edge of one of several types is read in the same way; a link alone finds it.
//! Each is planned a type at a time, by a variable of that type which only the planner knows.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_schema::DataType;
use datafusion::common::{DataFusionError, Result, ScalarValue};
use datafusion::physical_expr::expressions::{IsNotNullExpr, Literal};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::filter::FilterExec;
use datafusion::physical_plan::projection::{ProjectionExec, ProjectionExpr};
use omnigraph_model::catalog::Catalog;
use omnigraph_model::ir::{Comparison, Entity, Expression, Link, Operator, Rank, ReadPlan, Var, Variable};

use super::{Need, Planned, Planner};
use crate::operators::column::PlanColumn;
use crate::operators::expression::{Compare, ExprRef};
use crate::operators::fetch::{Fetch, FetchExec, Source};
use crate::operators::members::{Member, Merged, Renumbered};
use crate::operators::union::UnionExec;

/// For each variable of an interface, or of several edge types, the variables of its types, in the order of their names.
pub(super) type Members = BTreeMap<Var, Vec<Var>>;

/// The query with a variable for each type of each variable that may have several; `None` if it has none.
pub(super) fn with_members(query: &ReadPlan, catalog: &Catalog) -> Option<(ReadPlan, Members)> {
    let mut variables = query.variables.clone();
    let mut members = Members::new();
    for (place, variable) in query.variables.iter().enumerate() {
        let types: Vec<Entity> = match &variable.entity {
            Entity::Interface(interface) => {
                let types = catalog.implementers(interface).into_iter();
                types.map(|node| Entity::Node(node.to_owned())).collect()
            }
            Entity::Edges(edges) => edges.iter().cloned().map(Entity::Edge).collect(),
            Entity::Node(_) | Entity::Edge(_) | Entity::Value(_) => continue,
        };
        let mut own = Vec::new();
        for entity in types {
            let (Entity::Node(name) | Entity::Edge(name)) = &entity else {
                continue;
            };
            own.push(Var(variables.len() as u32));
            variables.push(Variable {
                name: format!("{} as {name}", variable.name),
                anonymous: true,
                entity,
                nullable: variable.nullable,
            });
        }
        members.insert(Var(place as u32), own);
    }
    (!members.is_empty()).then(|| {
        let query = ReadPlan {
            variables,
            ..query.clone()
        };
        (query, members)
    })
}

impl Planner<'_> {
    /// The variables of the types that a variable may have, if they are several.
    pub(super) fn variables_of(&self, variable: Var) -> Option<&[Var]> {
        self.members.get(&variable).map(Vec::as_slice)
    }

    /// The types that a variable may stand for, as its numbers run through them.
    pub(super) fn members(&self, variable: Var) -> Result<Vec<Member>> {
        let alone = [variable];
        let own = self.variables_of(variable).unwrap_or(&alone).iter();
        let types = own.map(|own| Ok((self.type_name(*own)?.to_owned(), self.table(*own)?.clone())));
        Member::of(types.collect::<Result<Vec<_>>>()?)
    }

    /// The types behind a column of whole entities; none of one type.
    pub(super) fn members_of(&self, entity: &Entity) -> Result<Vec<Member>> {
        if !matches!(entity, Entity::Interface(_) | Entity::Edges(_)) {
            return Ok(Vec::new());
        }
        let place = self.query.variables.iter().position(|known| known.entity == *entity);
        let place = place.ok_or_else(|| DataFusionError::Internal(format!("no variable stands for {entity:?}")))?;
        self.members(Var(place as u32))
    }

    /// What a variable of several types is read by, where one of its types says enough.
    pub(super) fn representative(&self, variable: Var) -> Result<Var> {
        match self.variables_of(variable) {
            None => Ok(variable),
            Some(own) => own.first().copied().ok_or_else(|| {
                DataFusionError::Internal("a variable of a plan may have none of the types that it stands for".into())
            }),
        }
    }

    /// All nodes of all types that satisfy the predicates, one type after the other.
    pub(super) fn scan_members(&mut self, variable: Var, predicates: &[Expression], need: &Need) -> Result<Planned> {
        let column = self.column(variable);
        let all = self.members(variable)?;
        let own = self.variables_of(variable).unwrap_or_default().to_vec();
        let (mut plans, mut rows): (Vec<Arc<dyn ExecutionPlan>>, f64) = (Vec::new(), 0.0);
        for (place, member) in own.into_iter().enumerate() {
            let predicates: Vec<Expression> = predicates.iter().map(|one| about(one, variable, member)).collect();
            let wanted = Need::from([self.column(member)]);
            let planned = self.node_scan(member, &predicates, &wanted)?;
            self.estimates.expect(&planned);
            let mut from = all[place].clone();
            from.start = 0;
            let number = Renumbered::new(planned.column(&self.column(member))?, &[from], &all);
            let output = ProjectionExpr {
                expr: Arc::new(number),
                alias: column.to_string(),
            };
            rows += planned.rows;
            plans.push(Arc::new(ProjectionExec::try_new(vec![output], planned.plan)?));
        }
        let union = Planned {
            plan: Arc::new(UnionExec::new(plans, None)?),
            columns: vec![column],
            rows,
        };
        self.prune(union, need)
    }

    /// Each row with its node as one of other types, if it is one of them.
    pub(super) fn same(
        &mut self,
        input: &Operator,
        link: &Link,
        predicates: &[Expression],
        need: &Need,
    ) -> Result<Planned> {
        let is_bound = self.bound(input).contains(&link.to);
        let (from, to) = (self.column(link.from), self.column(link.to));
        let mut wanted = need.clone();
        for predicate in predicates {
            self.reads(predicate, &mut wanted)?;
        }
        let mut below = wanted.clone();
        below.insert(from.clone());
        match is_bound {
            true => _ = below.insert(to.clone()),
            false => _ = below.remove(&to),
        }
        let planned = self.operator(input, &below)?;
        let number: ExprRef = Arc::new(Renumbered::new(
            planned.column(&from)?,
            &self.members(link.from)?,
            &self.members(link.to)?,
        ));
        let rows = planned.rows;
        let found = match is_bound {
            true => {
                let test = Arc::new(Compare {
                    left: number,
                    comparison: Comparison::Equal,
                    right: planned.column(&to)?,
                });
                let plan = Arc::new(FilterExec::try_new(test, planned.plan.clone())?);
                planned.with(plan, rows * 0.5)
            }
            false => {
                let mut columns = planned.columns.clone();
                let mut outputs = Vec::new();
                for column in &columns {
                    outputs.push(ProjectionExpr {
                        expr: planned.column(column)?,
                        alias: column.to_string(),
                    });
                }
                outputs.push(ProjectionExpr {
                    expr: number,
                    alias: to.to_string(),
                });
                columns.push(to.clone());
                let found = Planned {
                    plan: Arc::new(ProjectionExec::try_new(outputs, planned.plan)?),
                    columns,
                    rows,
                };
                match to.is_nullable(&found.plan.schema()) {
                    true => {
                        let test = Arc::new(IsNotNullExpr::new(found.column(&to)?));
                        let plan = Arc::new(FilterExec::try_new(test, found.plan.clone())?);
                        found.with(plan, rows * 0.5)
                    }
                    false => found,
                }
            }
        };
        self.estimates.expect(&found);
        self.filter(found, predicates, need)
    }

    /// Appends columns whose values each type gives by itself.
    pub(super) fn fetch_members(&self, input: Planned, fetches: Vec<Fetch>) -> Result<Planned> {
        let mut planned = input;
        let mut left = fetches;
        while let Some(first) = left.first() {
            let entity = first.entity.clone();
            let (own, others): (Vec<Fetch>, Vec<Fetch>) = left.into_iter().partition(|fetch| fetch.entity == entity);
            left = others;
            planned = self.fetch_each(planned, &entity, &own)?;
        }
        Ok(planned)
    }

    /// The same of one variable.
    fn fetch_each(&self, input: Planned, entity: &PlanColumn, fetches: &[Fetch]) -> Result<Planned> {
        let Some(members) = fetches.first().map(|fetch| fetch.members.clone()) else {
            return Ok(input);
        };
        let mut outputs = kept(&input)?;
        let mut parts = Vec::new();
        for (place, member) in members.iter().enumerate() {
            let column = PlanColumn::Part {
                of: Box::new(entity.clone()),
                place,
            };
            let mut alone = member.clone();
            alone.start = 0;
            let number = Renumbered::new(input.column(entity)?, &members, &[alone]);
            outputs.push(ProjectionExpr {
                expr: Arc::new(number),
                alias: column.to_string(),
            });
            for fetch in fetches.iter().filter(|fetch| fetch.source != Source::TypeName) {
                parts.push(Fetch {
                    entity: column.clone(),
                    table: member.table.clone(),
                    members: Vec::new(),
                    source: fetch.source.clone(),
                    column: part(&fetch.column, place),
                    data_type: fetch.data_type.clone(),
                    nullable: true,
                });
            }
        }
        let mut columns = input.columns.clone();
        let numbered: Arc<dyn ExecutionPlan> = Arc::new(ProjectionExec::try_new(outputs, input.plan.clone())?);
        let mut all = columns.clone();
        all.extend((0..members.len()).map(|place| part(entity, place)));
        all.extend(parts.iter().map(|part| part.column.clone()));
        let plan: Arc<dyn ExecutionPlan> = match parts.is_empty() {
            true => numbered,
            false => Arc::new(FetchExec::new(numbered, parts, self.caches.clone())),
        };
        let fetched = Planned {
            plan,
            columns: all,
            rows: input.rows,
        };
        self.estimates.expect(&fetched);
        let mut outputs = Vec::new();
        for column in &columns {
            outputs.push(ProjectionExpr {
                expr: fetched.column(column)?,
                alias: column.to_string(),
            });
        }
        for fetch in fetches {
            let mut values: Vec<ExprRef> = Vec::new();
            for (place, member) in members.iter().enumerate() {
                values.push(match fetch.source {
                    Source::TypeName => Arc::new(Literal::new(ScalarValue::Utf8(Some(member.type_name.clone())))),
                    _ => fetched.column(&part(&fetch.column, place))?,
                });
            }
            outputs.push(ProjectionExpr {
                expr: Arc::new(Merged {
                    name: fetch.column.to_string(),
                    entity: fetched.column(entity)?,
                    starts: members.iter().map(|member| member.start).collect(),
                    parts: values,
                    data_type: fetch.data_type.clone(),
                    nullable: fetch.nullable,
                    false_if_missing: fetch.source.is_test(),
                }),
                alias: fetch.column.to_string(),
            });
            columns.push(fetch.column.clone());
        }
        let merged = Planned {
            plan: Arc::new(ProjectionExec::try_new(outputs, fetched.plan)?),
            columns,
            rows: fetched.rows,
        };
        self.estimates.expect(&merged);
        Ok(merged)
    }

    /// The name of the type of a variable's nodes.
    pub(super) fn type_of(&self, variable: Var) -> Result<Fetch> {
        let entity = self.column(variable);
        type_name(&entity, self.members(variable)?)
    }
}

/// The name of the type of what a column numbers.
pub(super) fn type_name(entity: &PlanColumn, members: Vec<Member>) -> Result<Fetch> {
    let table = members.first().map(|member| member.table.clone());
    Ok(Fetch {
        entity: entity.clone(),
        table: table.ok_or_else(|| DataFusionError::Internal("a node of no type".into()))?,
        members,
        source: Source::TypeName,
        column: PlanColumn::TypeName {
            of: Box::new(entity.clone()),
        },
        data_type: DataType::Utf8,
        nullable: false,
    })
}

fn part(of: &PlanColumn, place: usize) -> PlanColumn {
    PlanColumn::Part {
        of: Box::new(of.clone()),
        place,
    }
}

/// All columns as they are.
fn kept(input: &Planned) -> Result<Vec<ProjectionExpr>> {
    let columns = input.columns.iter().map(|column| {
        Ok(ProjectionExpr {
            expr: input.column(column)?,
            alias: column.to_string(),
        })
    });
    columns.collect()
}

/// An expression about a variable as one about another.
pub(super) fn about(expression: &Expression, from: Var, to: Var) -> Expression {
    let mut turned = expression.clone();
    turn(&mut turned, from, to);
    turned
}

fn turn(expression: &mut Expression, from: Var, to: Var) {
    match expression {
        Expression::Property { variable, .. }
        | Expression::Entity { variable }
        | Expression::Id { variable }
        | Expression::TypeName { variable }
        | Expression::Text { variable, .. }
            if *variable == from =>
        {
            *variable = to;
        }
        Expression::RankValue { rank } => turn_rank(rank, from, to),
        _ => {}
    }
    for part in expression.parts_mut() {
        turn(part, from, to);
    }
}

fn turn_rank(rank: &mut Rank, from: Var, to: Var) {
    match rank {
        Rank::Nearest { variable, .. } | Rank::Bm25 { variable, .. } if *variable == from => *variable = to,
        Rank::Nearest { .. } | Rank::Bm25 { .. } => {}
        Rank::Rrf { arms, .. } => arms.iter_mut().for_each(|arm| turn_rank(arm, from, to)),
    }
}
