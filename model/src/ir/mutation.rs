//! Plans of queries that change the graph: the statements, what decides which rows they are about, and what is returned of them.

use serde::{Deserialize, Serialize};

use super::{Column, Entity, Expression, Origin, Parameter, ReadPlan, Var, Variable};

/// The plan of a mutation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MutationPlan {
    /// The name of the query.
    pub name: String,
    /// In the order of the text.
    pub parameters: Vec<Parameter>,
    /// All variables: those of the pattern, as in its plan, and what inserts are called. A [`Var`] is an index into it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variables: Vec<Variable>,
    /// What the statements run for; they run once without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignments: Option<Box<Assignments>>,
    /// Either inserts and updates, or deletes: the checker refuses a mixture.
    pub statements: Vec<Statement>,
    /// What is returned of what was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returning: Option<Returning>,
}

/// The assignments that statements run for, each once, in the order of the plan's rows. They are those of the state before the
/// query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignments {
    /// Its columns are what statements and `returning` read.
    pub plan: ReadPlan,
    /// What each column is in their expressions: a property, an id or a value of a variable.
    pub columns: Vec<Expression>,
    /// The types that they depend on.
    pub reads: Vec<Entity>,
}

/// What a mutation returns: a row for each assignment, in their order, or for each row that a statement is about, by its id.
/// Properties are read from the state after the query; of one that deletes, before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Returning {
    /// The statement whose rows are [`Var::ROW`] in the expressions; without it there is a row for each assignment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<u32>,
    /// One per column.
    pub expressions: Vec<Expression>,
    /// The result's columns.
    pub columns: Vec<Column>,
}

/// A statement of a mutation. Its expressions read the assignment: values, ids and properties of variables, as they were before the
/// query, and of a variable that an insert has bound, as that insert has left them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "statement", rename_all = "snake_case")]
pub enum Statement {
    /// For an edge, the endpoints' ids are assigned to `from` and `to`.
    Insert {
        /// What is written.
        target: Entity,
        /// The variable that is bound to the row.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        variable: Option<Var>,
        /// Properties with their new values.
        assignments: Vec<(String, Expression)>,
        /// Where the text has the statement, if it runs for assignments that may contradict each other.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        origin: Option<Origin>,
    },
    /// An insert, unless there is a row of the same key, or an edge between the same ends.
    Upsert {
        /// What is written.
        target: Entity,
        /// The variable that is bound to the row.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        variable: Option<Var>,
        /// Properties of a new row with their values.
        assignments: Vec<(String, Expression)>,
        /// What a row gets that is there, which its expressions read as [`Var::ROW`].
        otherwise: Vec<(String, Expression)>,
        /// Where the text has the statement, if it runs for assignments that may contradict each other.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        origin: Option<Origin>,
    },
    /// Changes properties of the rows that satisfy the condition. Expressions read the row as [`Var::ROW`], as it is just
    /// before the statement.
    Update {
        /// What is written.
        target: Entity,
        /// Properties with their new values.
        assignments: Vec<(String, Expression)>,
        /// Which rows it concerns.
        condition: Expression,
        /// Over parameters alone: true where each comparison of the condition is skipped, which a request is refused for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        skipped: Option<Expression>,
        /// Where the text has the statement, if it runs for assignments that may contradict each other.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        origin: Option<Origin>,
    },
    /// The same for what a variable is bound to; for nothing where it is missing.
    UpdateVariable {
        /// What is written.
        target: Entity,
        /// Whose properties change.
        variable: Var,
        /// Properties with their new values.
        assignments: Vec<(String, Expression)>,
        /// Where the text has the statement, if it runs for assignments that may contradict each other.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        origin: Option<Origin>,
    },
    /// Removes the rows that satisfy the condition, and with a node its edges.
    Delete {
        /// What is written.
        target: Entity,
        /// Which rows it concerns.
        condition: Expression,
        /// Over parameters alone: true where each comparison of the condition is skipped, which a request is refused for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        skipped: Option<Expression>,
    },
    /// The same for what a variable is bound to; for nothing where it is missing.
    DeleteVariable {
        /// What is written.
        target: Entity,
        /// What goes.
        variable: Var,
    },
}

impl Statement {
    /// What is written.
    pub fn target(&self) -> &Entity {
        match self {
            Statement::Insert { target, .. }
            | Statement::Upsert { target, .. }
            | Statement::Update { target, .. }
            | Statement::UpdateVariable { target, .. }
            | Statement::Delete { target, .. }
            | Statement::DeleteVariable { target, .. } => target,
        }
    }

    /// Properties with their new values, of new rows and of those that are there.
    pub fn assignments(&self) -> impl Iterator<Item = &(String, Expression)> {
        let (assignments, otherwise): (&[_], &[_]) = match self {
            Statement::Insert { assignments, .. }
            | Statement::Update { assignments, .. }
            | Statement::UpdateVariable { assignments, .. } => (assignments, &[]),
            Statement::Upsert {
                assignments, otherwise, ..
            } => (assignments, otherwise),
            Statement::Delete { .. } | Statement::DeleteVariable { .. } => (&[], &[]),
        };
        assignments.iter().chain(otherwise)
    }

    /// Which rows of its type it concerns.
    pub fn condition(&self) -> Option<&Expression> {
        match self {
            Statement::Update { condition, .. } | Statement::Delete { condition, .. } => Some(condition),
            Statement::Insert { .. }
            | Statement::Upsert { .. }
            | Statement::UpdateVariable { .. }
            | Statement::DeleteVariable { .. } => None,
        }
    }

    /// True where each comparison of its condition is skipped.
    pub fn skipped(&self) -> Option<&Expression> {
        match self {
            Statement::Update { skipped, .. } | Statement::Delete { skipped, .. } => skipped.as_ref(),
            Statement::Insert { .. }
            | Statement::Upsert { .. }
            | Statement::UpdateVariable { .. }
            | Statement::DeleteVariable { .. } => None,
        }
    }

    /// Whether it removes rows.
    pub fn deletes(&self) -> bool {
        matches!(self, Statement::Delete { .. } | Statement::DeleteVariable { .. })
    }

    /// The variable that it binds.
    pub fn binds(&self) -> Option<Var> {
        match self {
            Statement::Insert { variable, .. } | Statement::Upsert { variable, .. } => *variable,
            Statement::Update { .. }
            | Statement::UpdateVariable { .. }
            | Statement::Delete { .. }
            | Statement::DeleteVariable { .. } => None,
        }
    }

    /// Where the text has it, if it runs for assignments that may contradict each other.
    pub fn origin(&self) -> Option<Origin> {
        match self {
            Statement::Insert { origin, .. }
            | Statement::Upsert { origin, .. }
            | Statement::Update { origin, .. }
            | Statement::UpdateVariable { origin, .. } => *origin,
            Statement::Delete { .. } | Statement::DeleteVariable { .. } => None,
        }
    }

    /// The same, to be changed; none of a statement that only removes.
    pub fn origin_mut(&mut self) -> Option<&mut Option<Origin>> {
        match self {
            Statement::Insert { origin, .. }
            | Statement::Upsert { origin, .. }
            | Statement::Update { origin, .. }
            | Statement::UpdateVariable { origin, .. } => Some(origin),
            Statement::Delete { .. } | Statement::DeleteVariable { .. } => None,
        }
    }

    /// All its expressions.
    pub fn expressions(&self) -> impl Iterator<Item = &Expression> {
        let values = self.assignments().map(|(_, value)| value);
        values.chain(self.condition())
    }

    /// All its expressions but the one over parameters alone, to be changed.
    pub fn expressions_mut(&mut self) -> Vec<&mut Expression> {
        fn values(assignments: &mut [(String, Expression)]) -> impl Iterator<Item = &mut Expression> {
            assignments.iter_mut().map(|(_, value)| value)
        }
        match self {
            Statement::Insert { assignments, .. } | Statement::UpdateVariable { assignments, .. } => {
                values(assignments).collect()
            }
            Statement::Upsert {
                assignments, otherwise, ..
            } => values(assignments).chain(values(otherwise)).collect(),
            Statement::Update {
                assignments, condition, ..
            } => values(assignments).chain([condition]).collect(),
            Statement::Delete { condition, .. } => vec![condition],
            Statement::DeleteVariable { .. } => Vec::new(),
        }
    }
}
