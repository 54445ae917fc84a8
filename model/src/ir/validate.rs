//! What holds of every plan: each variable is bound before it is read and bound once, predicates stand where their
//! variables are, slots and scores exist, and nothing of the pattern has been lost on the way.

use super::pattern::{Pattern, Term};
use super::walk::Vars;
use super::*;

/// The first thing that is wrong with a plan.
///
/// # Errors
/// What does not hold, in words.
pub fn validate(plan: &ReadPlan) -> Result<(), String> {
    let Operator::Project { expressions, .. } = &plan.root else {
        return Err("the root is not a projection".to_owned());
    };
    if expressions.len() != plan.columns.len() {
        return Err(format!(
            "{} expressions for {} columns",
            expressions.len(),
            plan.columns.len()
        ));
    }
    if let Some(after) = &plan.after {
        page(plan, after)?;
    }
    let checker = Checker { plan };
    checker.operator(&plan.root, &Vars::new()).map(|_| ())
}

/// What pages are cut from is sorted, and where one begins is a text or null.
fn page(plan: &ReadPlan, after: &After) -> Result<(), String> {
    match &plan.root {
        Operator::Project { input, .. } if matches!(**input, Operator::Sort { .. }) => {}
        _ => return Err("the rows of pages are not sorted".to_owned()),
    }
    let declared = plan.parameters.iter().find(|own| own.name == after.parameter);
    let is_text = |ty: &Type| ty.scalar == crate::types::Scalar::String && !ty.list && ty.nullable;
    match declared {
        Some(declared) if is_text(&declared.ty) => Ok(()),
        _ => Err(format!("`${}` is no cursor", after.parameter)),
    }
}

/// The first thing that is wrong with the plan of a mutation: statements read what an assignment gives, what an insert before them
/// has bound, and their own row.
///
/// # Errors
/// What does not hold, in words.
pub fn validate_mutation(plan: &MutationPlan) -> Result<(), String> {
    let mut given: &[Expression] = &[];
    if let Some(assignments) = &plan.assignments {
        validate(&assignments.plan)?;
        given = &assignments.columns;
        if given.len() != assignments.plan.columns.len() {
            let columns = assignments.plan.columns.len();
            return Err(format!("{columns} columns are taken for {}", given.len()));
        }
    }
    let mut bound = Vars::new();
    let has_id =
        |variable: Var, bound: &Vars| bound.contains(&variable) || given.contains(&Expression::Id { variable });
    for statement in &plan.statements {
        if let Statement::UpdateVariable { variable, .. } | Statement::DeleteVariable { variable, .. } = statement
            && !has_id(*variable, &bound)
        {
            return Err(format!("a statement is about {variable:?}, of which no id is read"));
        }
        let has_row = !matches!(statement, Statement::Insert { .. } | Statement::DeleteVariable { .. });
        let mut unknown = None;
        for expression in statement.expressions() {
            expression.visit(&mut |part| {
                let variable = match part {
                    Expression::Property { variable, .. }
                    | Expression::Id { variable }
                    | Expression::TypeName { variable }
                    | Expression::Value { variable, .. }
                    | Expression::Entity { variable } => *variable,
                    _ => return,
                };
                let is_row = variable == Var::ROW && has_row;
                if !is_row && !bound.contains(&variable) && !given.contains(part) {
                    unknown = Some(format!("{part:?} is read and not given"));
                }
            });
        }
        if let Some(unknown) = unknown {
            return Err(unknown);
        }
        bound.extend(statement.binds());
    }
    let Some(returning) = &plan.returning else {
        return Ok(());
    };
    if returning.expressions.len() != returning.columns.len() {
        return Err("a returned column without an expression".to_owned());
    }
    let mut unknown = None;
    for expression in &returning.expressions {
        expression.visit(&mut |part| {
            let is_known = match part {
                Expression::Property { variable, .. }
                | Expression::Id { variable }
                | Expression::TypeName { variable }
                | Expression::Entity { variable } => {
                    let is_row = *variable == Var::ROW && returning.statement.is_some();
                    is_row || has_id(*variable, &bound)
                }
                Expression::Value { .. } => given.contains(part),
                _ => true,
            };
            if !is_known {
                unknown = Some(format!("{part:?} is returned and not given"));
            }
        });
    }
    unknown.map_or(Ok(()), Err)
}

/// That a plan holds every link, condition and test of the pattern. Equal predicates count once.
pub(crate) fn completeness(pattern: &Pattern, plan: &ReadPlan) -> Result<(), String> {
    let (mut wanted, mut conditions) = ([0; 8], Vec::new());
    for (part, _) in pattern.parts() {
        part.root.visit(&mut |term| match term {
            Term::Link(_) => wanted[0] += 1,
            Term::Not(_) => wanted[1] += 1,
            Term::Exists(_) => wanted[2] += 1,
            Term::Let(..) => wanted[3] += 1,
            Term::Each(..) => wanted[4] += 1,
            Term::Fold(..) => wanted[5] += 1,
            Term::Optional(_) => wanted[6] += 1,
            Term::Either(..) => wanted[7] += 1,
            Term::Condition(condition) => conditions.push(condition),
            Term::All(_) | Term::Node(_) => {}
        });
    }
    let (mut found, mut filters) = ([0; 8], Vec::new());
    plan.root.visit(&mut |operator| match operator {
        Operator::Expand { .. } => found[0] += 1,
        Operator::SemiJoin { negated: true, .. } => found[1] += 1,
        Operator::SemiJoin { negated: false, .. } => found[2] += 1,
        Operator::Let { .. } => found[3] += 1,
        Operator::Each { .. } => found[4] += 1,
        Operator::Fold { .. } => found[5] += 1,
        Operator::Optional { .. } => found[6] += 1,
        Operator::Either { .. } => found[7] += 1,
        Operator::Filter { predicate, .. } => filters.push(predicate),
        _ => {}
    });
    if found != wanted {
        return Err(format!(
            "links, `not`, `exists`, `let`, `each`, folds, `optional` and `either`: {found:?} for {wanted:?}"
        ));
    }
    match conditions.into_iter().find(|condition| !filters.contains(condition)) {
        Some(lost) => Err(format!("lost {lost:?}")),
        None => Ok(()),
    }
}

/// What the rows of an operator can be asked for.
#[derive(Default)]
struct Row {
    bound: Vars,
    /// Above an aggregate, the number of its columns.
    slots: Option<usize>,
    score: Option<u32>,
}

struct Checker<'p> {
    plan: &'p ReadPlan,
}

impl Checker<'_> {
    fn operator(&self, operator: &Operator, outer: &Vars) -> Result<Row, String> {
        let mut row = Row::default();
        for operator in operator.chain().into_iter().rev() {
            row = self.step(operator, row, outer)?;
        }
        Ok(row)
    }

    /// The rows of an operator over those of its (left) input.
    fn step(&self, operator: &Operator, mut row: Row, outer: &Vars) -> Result<Row, String> {
        let row = match operator {
            Operator::Unit => Row::default(),
            Operator::Outer => Row {
                bound: outer.clone(),
                ..Row::default()
            },
            Operator::NodeScan { variable, predicates } => {
                let row = Row {
                    bound: Vars::from([*variable]),
                    ..Row::default()
                };
                self.expressions(predicates, &row)?;
                row
            }
            Operator::Expand { link, predicates, .. } => {
                if !row.bound.contains(&link.from) {
                    return Err(format!("{} is expanded before it is bound", self.name(link.from)));
                }
                if let (Some(edge), Some(walk)) = (link.edge_variable, link.steps())
                    && (walk.min, walk.max) != (1, Some(1))
                {
                    return Err(format!("{} stands for several hops", self.name(edge)));
                }
                if let Some(edge) = link.edge_variable
                    && !row.bound.insert(edge)
                {
                    return Err(format!("{} is bound twice", self.name(edge)));
                }
                row.bound.insert(link.to);
                let local: Vars = [link.to].into_iter().chain(link.edge_variable).collect();
                if let Some(stray) = predicates.iter().find(|p| !p.variables().is_subset(&local)) {
                    return Err(format!("{stray:?} on the expansion to {}", self.name(link.to)));
                }
                self.expressions(predicates, &row)?;
                row
            }
            Operator::Join { right, on, .. } => {
                let mut left = row;
                let right = self.operator(right, outer)?;
                if let Some(twice) = left.bound.intersection(&right.bound).next() {
                    return Err(format!("{} is bound on both sides of a join", self.name(*twice)));
                }
                for (own, other) in on {
                    self.expressions([own], &left)?;
                    self.expressions([other], &right)?;
                }
                left.bound.extend(right.bound);
                left
            }
            Operator::Let {
                variable, value: own, ..
            }
            | Operator::Each {
                variable, list: own, ..
            } => {
                self.expressions([own], &row)?;
                if !row.bound.insert(*variable) {
                    return Err(format!("{} is bound twice", self.name(*variable)));
                }
                row
            }
            Operator::SemiJoin { inner, .. } => {
                self.operator(inner, &row.bound)?;
                row
            }
            Operator::Fold {
                variable,
                aggregate,
                inner,
                ..
            } => {
                let within = self.operator(inner, &row.bound)?;
                self.expressions(aggregate.expressions(), &within)?;
                if !row.bound.insert(*variable) {
                    return Err(format!("{} is bound twice", self.name(*variable)));
                }
                row
            }
            Operator::Optional { inner, variables, .. } => {
                let within = self.operator(inner, &row.bound)?;
                self.handed_on(&within, variables)?;
                self.bind(variables, &mut row)?;
                row
            }
            Operator::Either { inners, variables, .. } => {
                for (place, inner) in inners.iter().enumerate() {
                    let within = self.operator(inner, &row.bound)?;
                    let own: Vec<Var> = variables
                        .iter()
                        .filter_map(|common| common.within.get(place))
                        .copied()
                        .collect();
                    if own.len() < variables.len() {
                        return Err("an alternative lacks variables".to_owned());
                    }
                    self.handed_on(&within, &own)?;
                }
                let own: Vec<Var> = variables.iter().map(|common| common.variable).collect();
                self.bind(&own, &mut row)?;
                row
            }
            Operator::Filter { predicate, .. } => {
                self.expressions([predicate], &row)?;
                row
            }
            Operator::With { items, .. } => {
                self.expressions(items.iter().map(|(_, value)| value), &row)?;
                let mut row = Row::default();
                let own: Vec<Var> = items.iter().map(|(variable, _)| *variable).collect();
                self.bind(&own, &mut row)?;
                row
            }
            Operator::Union { branches, position } => {
                let mut items = branches.iter().map(|branch| match branch {
                    Operator::With { items, .. } => items.iter().map(|(variable, _)| *variable).collect(),
                    _ => Vec::new(),
                });
                let first: Vec<Var> = items.next().unwrap_or_default();
                if items.any(|other| other != first) {
                    return Err("the branches of a union bind different variables".to_owned());
                }
                for branch in branches.iter().skip(1) {
                    self.operator(branch, outer)?;
                }
                position.map_or(Ok(()), |own| self.bind(&[own], &mut row))?;
                row
            }
            Operator::Rank { rank, id, .. } => {
                if let Some((variable, _)) = rank.fields().into_iter().find(|(v, _)| !row.bound.contains(v)) {
                    return Err(format!("{} is ranked before it is bound", self.name(variable)));
                }
                row.score = Some(*id);
                row
            }
            Operator::Aggregate { keys, aggregates, .. } => {
                self.expressions(keys, &row)?;
                self.expressions(aggregates.iter().flat_map(Aggregate::expressions), &row)?;
                Row {
                    slots: Some(keys.len() + aggregates.len()),
                    ..Row::default()
                }
            }
            Operator::Project { .. } | Operator::Sort { .. } => {
                self.expressions(operator.expressions(), &row)?;
                row
            }
        };
        Ok(row)
    }

    /// That an inner plan binds what it hands on.
    fn handed_on(&self, within: &Row, variables: &[Var]) -> Result<(), String> {
        match variables.iter().find(|own| !within.bound.contains(own)) {
            Some(unbound) => Err(format!("{} is not bound by the inner plan", self.name(*unbound))),
            None => Ok(()),
        }
    }

    fn bind(&self, variables: &[Var], row: &mut Row) -> Result<(), String> {
        match variables.iter().find(|own| !row.bound.insert(**own)) {
            Some(twice) => Err(format!("{} is bound twice", self.name(*twice))),
            None => Ok(()),
        }
    }

    fn expressions<'e>(&self, all: impl IntoIterator<Item = &'e Expression>, row: &Row) -> Result<(), String> {
        for expression in all {
            if let Some(unbound) = expression.variables().iter().find(|v| !row.bound.contains(v)) {
                return Err(format!("{} is read before it is bound", self.name(*unbound)));
            }
            let mut wrong = None;
            expression.visit(&mut |part| match part {
                Expression::Slot { index, .. } if row.slots.is_none_or(|slots| *index as usize >= slots) => {
                    wrong = Some(format!("there is no slot {index}"));
                }
                Expression::Score { id } | Expression::ArmRank { id, .. } if row.score != Some(*id) => {
                    wrong = Some(format!("there is no score {id}"));
                }
                _ => {}
            });
            if let Some(wrong) = wrong {
                return Err(wrong);
            }
        }
        Ok(())
    }

    fn name(&self, var: Var) -> String {
        match self.plan.variables.get(var.0 as usize) {
            Some(variable) => format!("`{}`", variable.name),
            None => format!("variable {}", var.0),
        }
    }
}
