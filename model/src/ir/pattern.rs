//! The pattern: what a checked query asks for, before anything is decided about how to find it. It is one term, and each
//! form that a pattern can have is a variant of [`Term`].

use serde::{Deserialize, Serialize};

use super::lower::UniqueSets;
use super::{
    After, Aggregate, Amount, ColumnType, Entity, Expression, Link, Nulls, Origin, Parameter, Rank, Var, Variable,
};
use crate::types::{Scalar, Type};
use crate::vocabulary::functions::{Operation, PathPart};

/// A checked read query, before it is decided where each part starts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pattern {
    /// The name of the query.
    pub name: String,
    /// In the order of the text.
    pub parameters: Vec<Parameter>,
    /// All variables; a [`Var`](super::Var) is an index into it.
    pub variables: Vec<Variable>,
    /// Key and unique sets of the node types, for choosing where to start.
    pub unique: UniqueSets,
    /// What `with` ends, in order: the rows of each are extended by what follows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stages: Vec<Stage>,
    /// The reads whose rows the result is made of; there are no stages then, and the result matches nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub union: Option<Union>,
    /// What the result is made of.
    #[serde(flatten)]
    pub result: Part,
}

/// Several reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Union {
    /// The stages of each. The last one hands on its columns, as the same variables in every branch.
    pub branches: Vec<Vec<Stage>>,
    /// Which of the rows of all branches, one after the other, each is: a number, counted from 0.
    pub position: Var,
}

impl Union {
    /// What the rows of all branches bind, their position aside.
    pub fn variables(&self) -> &[Var] {
        let last = self.branches.first().and_then(|stages| stages.last());
        last.map_or(&[], |stage| &stage.variables)
    }
}

/// A part of a query whose rows are handed on instead of returned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    /// Its pattern, and what becomes of its rows.
    pub part: Part,
    /// What each of its columns is for all that follows; one per output.
    pub variables: Vec<Var>,
    /// Where the columns of a branch of a union stand: what is widened and does not fit fails there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<Origin>,
}

/// A pattern, and the rows that are made of its assignments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// What is matched; each row of the stage before is extended by it.
    pub root: Term,
    /// The columns.
    pub outputs: Vec<Output>,
    /// Whether the rows are grouped by the plain outputs.
    pub grouped: bool,
    /// Whether equal rows are one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub distinct: bool,
    /// The rank function that orders the rows.
    pub rank: Option<Rank>,
    /// What rows are ordered by, the first key first.
    pub order: Vec<Key>,
    /// What must be true of a group; without groups, a condition of the root is as good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub having: Option<Expression>,
    /// The most rows; all without it.
    pub limit: Option<Amount>,
    /// How many rows are skipped; none without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<Amount>,
    /// Whether the rows come in pages, and from where on; only of the result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<After>,
}

impl Pattern {
    /// What a variable holds as an expression, if values of its type have an order.
    pub(super) fn orderable_value(&self, variable: Var) -> Option<Expression> {
        let Some(Entity::Value(ty)) = self.variables.get(variable.0 as usize).map(|own| &own.entity) else {
            return None;
        };
        let value = Expression::Value {
            variable,
            ty: ty.clone(),
        };
        match ty.scalar {
            Scalar::Path(_) if !ty.list => Some(Expression::Call {
                operation: Operation::OfPath(PathPart::Order),
                arguments: vec![value],
                ty: Type {
                    nullable: ty.nullable,
                    ..Type::of(Scalar::String)
                },
                origin: Origin::default(),
            }),
            _ => ty.is_orderable().then_some(value),
        }
    }

    /// Every part with what the stage before hands on to it, in order.
    pub fn parts(&self) -> impl Iterator<Item = (&Part, &[Var])> {
        let branches = self.union.iter().flat_map(|union| &union.branches);
        let of_branches = branches.flat_map(|stages| handed_on(stages));
        let handed = match (&self.union, self.stages.last()) {
            (Some(union), _) => union.variables(),
            (None, Some(last)) => &last.variables,
            (None, None) => &[],
        };
        of_branches
            .chain(handed_on(&self.stages))
            .chain([(&self.result, handed)])
    }
}

/// Each stage with what the one before hands on to it.
fn handed_on(stages: &[Stage]) -> impl Iterator<Item = (&Part, &[Var])> {
    let before = stages.iter().map(|stage| stage.variables.as_slice());
    let parts = stages.iter().map(|stage| &stage.part);
    parts.zip([&[] as &[Var]].into_iter().chain(before))
}

impl Part {
    /// Calls back for the aggregates of its columns, its condition on groups and its order.
    pub(super) fn aggregates_mut(&mut self, visitor: &mut dyn FnMut(&mut Aggregate)) {
        fn visit(expression: &mut Expression, visitor: &mut dyn FnMut(&mut Aggregate)) {
            match expression {
                Expression::Aggregate(aggregate) => visitor(aggregate),
                other => other.operands_mut().into_iter().for_each(|part| visit(part, visitor)),
            }
        }
        let outputs = self.outputs.iter_mut().map(|output| &mut output.value);
        let values = outputs.chain(self.order.iter_mut().map(|key| &mut key.value));
        let plain = values.filter_map(|value| match value {
            OutputValue::Plain(expression) => Some(expression),
            OutputValue::Rank(_) => None,
        });
        plain
            .chain(&mut self.having)
            .for_each(|expression| visit(expression, visitor));
    }

    /// Whether there is one group of rows, whatever they are: no column is a key.
    pub fn is_one_group(&self) -> bool {
        let aggregated = |output: &Output| match &output.value {
            OutputValue::Plain(value) => value.has_aggregate() && !value.is_grouping(),
            OutputValue::Rank(_) => false,
        };
        self.grouped && self.outputs.iter().all(aggregated)
    }
}

/// A pattern or a part of one. It stands for the assignments of variables that satisfy it, which do not depend on the order
/// of its parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Term {
    /// All of the terms hold.
    All(Vec<Term>),
    /// A node variable, which is bound here and not outside.
    Node(Var),
    /// A traversal, oriented as its edge type declares. It binds its edge variable.
    Link(Link),
    /// A condition that is true.
    Condition(Expression),
    /// A variable that has one value for each assignment of the others; it drops and multiplies nothing.
    Let(Var, Expression),
    /// A variable that has each item of a list as its value, equal items included; none if the list is null.
    Each(Var, Expression),
    /// A variable that has what an aggregate makes of the assignments that extend the one outside and satisfy the term; it
    /// drops and multiplies nothing.
    Fold(Var, Box<Aggregate>, Box<Term>),
    /// There is no assignment that extends the one outside and satisfies the term.
    Not(Box<Term>),
    /// There is an assignment that extends the one outside and satisfies the term.
    Exists(Box<Term>),
    /// Each assignment is extended by all those of the term; by null for the variables of the term, if it has none.
    Optional(Box<Term>),
    /// Each assignment is extended by those of these variables for which one of the terms has an assignment. What else the
    /// terms bind is their own.
    Either(Vec<Common>, Vec<Term>),
}

/// A variable that each of several blocks binds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Common {
    /// What it is outside of the blocks.
    pub variable: Var,
    /// What it is in each block; another one, unless the pattern outside mentions the variable, too.
    pub within: Vec<Var>,
}

/// The terms that must hold together, by what they are; each kind in the order of the text.
#[derive(Debug, Default)]
pub struct Conjunction<'p> {
    /// Node variables that are bound here and not outside.
    pub nodes: Vec<Var>,
    /// The traversals.
    pub links: Vec<&'p Link>,
    /// The conditions.
    pub conditions: Vec<&'p Expression>,
    /// The variables that hold values; each behind those that its own value reads.
    pub definitions: Vec<Definition<'p>>,
    /// What must have a match, or none.
    pub tests: Vec<Test<'p>>,
    /// The variables that hold what is computed of nested blocks.
    pub folds: Vec<Fold<'p>>,
    /// What need not have an assignment.
    pub optionals: Vec<&'p Term>,
    /// The alternatives.
    pub eithers: Vec<Either<'p>>,
}

/// Terms of which one has to have an assignment.
#[derive(Clone, Copy, Debug)]
pub struct Either<'p> {
    /// The variables that the terms have in common.
    pub variables: &'p [Common],
    /// The terms.
    pub branches: &'p [Term],
}

/// A variable that holds a value.
#[derive(Clone, Copy, Debug)]
pub struct Definition<'p> {
    /// The variable.
    pub variable: Var,
    /// Its value, or the list of its values.
    pub value: &'p Expression,
    /// Whether it has each item of a list.
    pub each: bool,
}

/// A variable that holds what is computed of a nested block.
#[derive(Clone, Copy, Debug)]
pub struct Fold<'p> {
    /// The variable.
    pub variable: Var,
    /// What is computed.
    pub aggregate: &'p Aggregate,
    /// The block.
    pub inner: &'p Term,
}

/// A term that is asked for a match.
#[derive(Clone, Copy, Debug)]
pub struct Test<'p> {
    /// The term.
    pub inner: &'p Term,
    /// Whether there must be none.
    pub negated: bool,
}

impl Term {
    /// The term as a conjunction; of a term that is none, the only part.
    pub fn conjunction(&self) -> Conjunction<'_> {
        let mut parts = Conjunction::default();
        self.add_to(&mut parts);
        parts
    }

    fn add_to<'p>(&'p self, parts: &mut Conjunction<'p>) {
        match self {
            Term::All(terms) => terms.iter().for_each(|term| term.add_to(parts)),
            Term::Node(variable) => parts.nodes.push(*variable),
            Term::Link(link) => parts.links.push(link),
            Term::Condition(condition) => parts.conditions.push(condition),
            Term::Let(variable, value) | Term::Each(variable, value) => parts.definitions.push(Definition {
                variable: *variable,
                value,
                each: matches!(self, Term::Each(..)),
            }),
            Term::Fold(variable, aggregate, inner) => parts.folds.push(Fold {
                variable: *variable,
                aggregate,
                inner,
            }),
            Term::Not(inner) => parts.tests.push(Test { inner, negated: true }),
            Term::Exists(inner) => parts.tests.push(Test { inner, negated: false }),
            Term::Optional(inner) => parts.optionals.push(inner),
            Term::Either(variables, branches) => parts.eithers.push(Either { variables, branches }),
        }
    }

    /// The variables that an assignment of the term has, those outside of it aside.
    pub fn bound(&self) -> Vec<Var> {
        let mut bound = Vec::new();
        self.add_bound(&mut bound);
        bound
    }

    fn add_bound(&self, bound: &mut Vec<Var>) {
        let parts = self.conjunction();
        bound.extend(&parts.nodes);
        bound.extend(parts.links.iter().filter_map(|link| link.edge_variable));
        bound.extend(parts.definitions.iter().map(|definition| definition.variable));
        parts.optionals.iter().for_each(|inner| inner.add_bound(bound));
        let common = parts.eithers.iter().flat_map(|either| either.variables);
        bound.extend(common.map(|common| common.variable));
    }

    /// Calls back for this term and all within, those of nested blocks included.
    pub fn visit<'p>(&'p self, visitor: &mut dyn FnMut(&'p Term)) {
        visitor(self);
        match self {
            Term::All(terms) => terms.iter().for_each(|term| term.visit(visitor)),
            Term::Not(inner) | Term::Exists(inner) | Term::Fold(_, _, inner) | Term::Optional(inner) => {
                inner.visit(visitor)
            }
            Term::Either(_, branches) => branches.iter().for_each(|term| term.visit(visitor)),
            Term::Node(_) | Term::Link(_) | Term::Condition(_) | Term::Let(..) | Term::Each(..) => {}
        }
    }
}

/// A column of the result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Output {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: OutputValue,
    /// Its type.
    pub ty: ColumnType,
}

/// What a column or a key is computed from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutputValue {
    /// From the variables of one row; of a group, from the aggregates in it.
    Plain(Expression),
    /// From a ranking of all rows.
    Rank(Rank),
}

/// A key of the order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// Its value.
    pub value: OutputValue,
    /// Whether the greatest comes first.
    pub descending: bool,
    /// Where nulls go; without it they are smaller than every value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nulls: Option<Nulls>,
}
