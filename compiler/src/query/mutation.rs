//! Mutations: targets, statements, and what holds of them together.

use std::sync::Arc;

use omnigraph_grammar::Name;
use omnigraph_grammar::query::ast::{Insert, PropertyMatch, Statement, Subject, Update, Upsert};
use omnigraph_model::catalog::{EdgeType, NodeType};
use omnigraph_model::ir::{self, Entity, Expression, Var};
use omnigraph_model::schema::DeclarationKind;
use omnigraph_model::types::{Scalar, Type};

use super::context::{Cause, Context, Owner};
use super::environment::VariableKind;
use super::row::Row;
use crate::rules::types::*;

/// What a statement writes to. A node type hides an edge type of the same name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Node(Arc<NodeType>),
    Edge(Arc<EdgeType>),
}

impl Target {
    pub(crate) fn name(&self) -> &str {
        match self {
            Target::Node(node) => &node.name,
            Target::Edge(edge) => &edge.name,
        }
    }

    pub(crate) fn kind(&self) -> DeclarationKind {
        match self {
            Target::Node(_) => DeclarationKind::Node,
            Target::Edge(_) => DeclarationKind::Edge,
        }
    }

    pub(crate) fn entity(&self) -> Entity {
        match self {
            Target::Node(node) => Entity::Node(node.name.clone()),
            Target::Edge(edge) => Entity::Edge(edge.name.clone()),
        }
    }

    /// The type of a property, or of an edge's end.
    pub(crate) fn property(&self, name: &str) -> Option<Type> {
        match self {
            Target::Node(node) => node.property(name).map(|p| p.ty.clone()),
            Target::Edge(_) if name == "from" || name == "to" => Some(Type::of(Scalar::String)),
            Target::Edge(edge) => edge.property(name).map(|p| p.ty.clone()),
        }
    }

    /// Names that may be assigned or compared.
    pub(crate) fn names(&self) -> Vec<&str> {
        match self {
            Target::Node(node) => node.properties.iter().map(|p| p.name.as_str()).collect(),
            Target::Edge(edge) => {
                let ends = ["from", "to"].into_iter();
                ends.chain(edge.properties.iter().map(|p| p.name.as_str())).collect()
            }
        }
    }

    pub(super) fn owner(&self, name: &Name) -> Owner {
        Owner {
            kind: self.kind(),
            owner: self.name().to_owned(),
            property: name.text.clone(),
            name_span: name.span,
        }
    }
}

/// A row that a statement makes, as it is written.
#[derive(Clone, Copy)]
pub(crate) struct NewRow<'s> {
    pub ty: &'s Name,
    pub assignments: &'s [PropertyMatch],
}

impl<'a> Context<'a> {
    /// The statements' plan, as far as they could be understood, and the types they touch.
    pub(crate) fn mutation(&mut self, statements: &'a [Statement]) -> (Vec<ir::Statement>, Vec<Target>) {
        self.mixture(statements);
        let mut plan = Vec::new();
        let mut targets = Vec::new();
        for statement in statements {
            let target = match (statement.ty(), statement.subject()) {
                (Some(ty), _) => self.target(ty),
                (None, Some(variable)) => self.subject(variable).map(|(target, _)| target),
                (None, None) => None,
            };
            let Some(target) = target else {
                self.constants_of(statement);
                self.bind_row(statement, None);
                continue;
            };
            plan.extend(match statement {
                Statement::Insert(insert) => self.insert(insert, &target),
                Statement::Upsert(upsert) => self.upsert(upsert, &target),
                Statement::Update(update) => self.update(update, &target),
                Statement::Delete(delete) => match &delete.subject {
                    Subject::Rows { ty, condition } => {
                        let row = Row { target: &target, ty };
                        self.row_condition(condition, row).map(|written| ir::Statement::Delete {
                            target: target.entity(),
                            condition: written.condition,
                            skipped: written.skipped,
                        })
                    }
                    Subject::Variable(name) => self.subject(name).map(|(_, variable)| ir::Statement::DeleteVariable {
                        target: target.entity(),
                        variable,
                    }),
                },
            });
            let variable = self.bind_row(statement, Some(&target));
            if let Some(ir::Statement::Insert { variable: own, .. } | ir::Statement::Upsert { variable: own, .. }) =
                plan.last_mut()
                && statement.variable().is_some()
            {
                *own = variable;
            }
            targets.push(target);
        }
        (plan, targets)
    }

    /// Writing and removing rows never share a query.
    fn mixture(&mut self, statements: &[Statement]) {
        let delete = statements.iter().find(|s| matches!(s, Statement::Delete(_)));
        let write = statements.iter().find(|s| !matches!(s, Statement::Delete(_)));
        if let (Some(delete), Some(write)) = (delete, write) {
            self.report(t34_mixed_mutation::finding(delete, write));
        }
    }

    fn target(&mut self, ty: &Name) -> Option<Target> {
        if let Some(node) = self.names.node(&ty.text) {
            return Some(Target::Node(node));
        }
        // Unlike a traversal, a statement spells the type exactly.
        if let Some(edge) = self.names.edge(&ty.text)
            && edge.name == ty.text
        {
            return Some(Target::Edge(edge));
        }
        if self.names.is_broken_type(&ty.text) {
            self.broken();
        } else {
            self.report_once(Cause::Type(ty.text.clone()), ty.span, |context| {
                t10_1_unknown_target::finding(context, ty)
            });
        }
        None
    }

    /// What a statement is about that names a variable.
    fn subject(&mut self, name: &Name) -> Option<(Target, Var)> {
        let Some(variable) = self.lookup(self.stage, &name.text) else {
            match self.environment.parameters.get(&name.text) {
                Some(parameter) => {
                    let declared = parameter.declared;
                    self.report_once(Cause::Variable(name.text.clone()), name.span, |_| {
                        t10_3_value_target::parameter(name, declared)
                    });
                }
                None => {
                    let scope = self.stage;
                    self.report_once(Cause::Variable(name.text.clone()), name.span, |context| {
                        t06_1_unbound_variable::finding(context, name, scope)
                    });
                }
            }
            return None;
        };
        match self.kind(variable) {
            VariableKind::Node(node) => Some((Target::Node(node.clone()), variable)),
            VariableKind::Edge(edge) => Some((Target::Edge(edge.clone()), variable)),
            VariableKind::Interface(_) | VariableKind::Edges(_) => {
                let finding = t62_2_interface_place::statement(self, name, variable);
                self.report(finding);
                None
            }
            VariableKind::Value(_) => {
                self.report_once(Cause::Variable(name.text.clone()), name.span, |context| {
                    t10_3_value_target::value(context, name, variable)
                });
                None
            }
            VariableKind::Open | VariableKind::Error | VariableKind::EdgeError | VariableKind::ValueError => {
                self.broken();
                None
            }
        }
    }

    /// From here on, the name of the row that a statement makes stands for it; of no known type without a target.
    fn bind_row(&mut self, statement: &Statement, target: Option<&Target>) -> Option<Var> {
        let name = statement.variable()?;
        if name.text == "_" {
            return None;
        }
        self.new_name(name, self.stage)?;
        let kind = match target {
            Some(Target::Node(node)) => VariableKind::Node(node.clone()),
            Some(Target::Edge(edge)) => VariableKind::Edge(edge.clone()),
            None => VariableKind::Error,
        };
        let variable = self.new_variable(name.text.clone(), false, name.span, kind);
        self.environment.scopes[self.stage]
            .names
            .insert(name.text.clone(), variable);
        self.environment.written.insert(variable);
        Some(variable)
    }

    /// What can be wrong in a statement all the same whose target is unknown.
    fn constants_of(&mut self, statement: &Statement) {
        let otherwise = statement.otherwise().map_or(&[][..], |other| &other.assignments);
        for assignment in statement.assignments().iter().chain(otherwise) {
            if !self.is_bound(&assignment.value) {
                self.value(&assignment.value, None);
            }
        }
        for predicate in statement.predicates() {
            if !self.is_bound(predicate.value) {
                self.value(predicate.value, None);
            }
        }
        self.repeated(statement.assignments());
        self.repeated(otherwise);
    }

    pub(super) fn repeated(&mut self, assignments: &[PropertyMatch]) {
        for (index, assignment) in assignments.iter().enumerate() {
            let name = &assignment.property;
            if let Some(first) = assignments[..index]
                .iter()
                .find(|other| other.property.text == name.text)
            {
                self.report(t13_assigned_twice::finding(assignment, first));
            }
        }
    }

    fn insert(&mut self, insert: &Insert, target: &Target) -> Option<ir::Statement> {
        let row = NewRow {
            ty: &insert.ty,
            assignments: &insert.assignments,
        };
        let assignments = self.new_row(row, target);
        Some(ir::Statement::Insert {
            target: target.entity(),
            variable: None,
            assignments: assignments?,
            origin: None,
        })
    }

    /// The values of a new row.
    fn new_row(&mut self, row: NewRow<'_>, target: &Target) -> Option<Vec<(String, Expression)>> {
        let assignments = self.assignments(row.assignments, target, row.ty);
        let given = |name: &str| row.assignments.iter().any(|a| a.property.text == name);
        match target {
            Target::Node(node) => {
                let mut missing = Vec::new();
                for property in &node.properties {
                    if property.ty.nullable || property.default.is_some() || given(&property.name) {
                        continue;
                    }
                    // A source that cannot be left out is what is missing.
                    let required = |name: &str| {
                        node.property(name)
                            .is_some_and(|source| !source.ty.nullable && source.default.is_none())
                    };
                    match node.embeds.iter().find(|embed| embed.target == property.name) {
                        Some(embed) if given(&embed.source) || required(&embed.source) => {}
                        Some(embed) => self.report(t12_2_missing_embedding::finding(row, &node.name, embed)),
                        None => missing.push(property),
                    }
                }
                if !missing.is_empty() {
                    self.report(t12_1_missing_property::finding(row, target, &missing));
                }
            }
            Target::Edge(edge) => {
                let ends: Vec<&str> = ["from", "to"].into_iter().filter(|end| !given(end)).collect();
                if !ends.is_empty() {
                    self.report(t12_3_missing_endpoint::finding(row, edge, &ends));
                }
                let missing: Vec<_> = edge
                    .properties
                    .iter()
                    .filter(|p| !p.ty.nullable && p.default.is_none() && !given(&p.name))
                    .collect();
                if !missing.is_empty() {
                    self.report(t12_1_missing_property::finding(row, target, &missing));
                }
            }
        }
        assignments
    }

    /// An upsert looks for the row by the key of a node, or by the ends of an edge of which there is one at most.
    fn upsert(&mut self, upsert: &Upsert, target: &Target) -> Option<ir::Statement> {
        let finds = match target {
            Target::Node(node) => !node.key.is_empty(),
            Target::Edge(edge) => has_key(edge),
        };
        if !finds {
            self.report(t53_upsert_without_key::finding(upsert, target));
        }
        let row = NewRow {
            ty: &upsert.ty,
            assignments: &upsert.assignments,
        };
        let assignments = self.new_row(row, target);
        let otherwise = match &upsert.otherwise {
            Some(other) => {
                self.fixed(&other.assignments, target);
                self.assignments(&other.assignments, target, &upsert.ty)
            }
            None => {
                let is_fixed = |name: &str| match target {
                    Target::Node(node) => node.key.iter().any(|key| key == name),
                    Target::Edge(_) => matches!(name, "from" | "to"),
                };
                let given = assignments.iter().flatten().filter(|(name, _)| !is_fixed(name));
                Some(given.cloned().collect())
            }
        };
        let (assignments, otherwise) = (assignments?, otherwise?);
        finds.then(|| ir::Statement::Upsert {
            target: target.entity(),
            variable: None,
            assignments,
            otherwise,
            origin: None,
        })
    }

    /// Reports assignments to what tells a row from others, which never changes.
    fn fixed(&mut self, assignments: &[PropertyMatch], target: &Target) {
        for assignment in assignments {
            let name = &assignment.property.text;
            match target {
                Target::Node(node) if node.key.contains(name) => {
                    self.report(t33_key_update::finding(assignment, &node.name));
                }
                Target::Edge(edge) if matches!(name.as_str(), "from" | "to") => {
                    self.report(t16_edge_update::finding(assignment, edge));
                }
                Target::Node(_) | Target::Edge(_) => {}
            }
        }
    }

    fn update(&mut self, update: &Update, target: &Target) -> Option<ir::Statement> {
        let (ty, variable) = match &update.subject {
            Subject::Rows { ty, .. } => (ty, None),
            Subject::Variable(name) => (name, Some(self.subject(name)?.1)),
        };
        let assignments = self.assignments(&update.assignments, target, ty);
        self.fixed(&update.assignments, target);
        if let Some(variable) = variable {
            return Some(ir::Statement::UpdateVariable {
                target: target.entity(),
                variable,
                assignments: assignments?,
                origin: None,
            });
        }
        let condition = update.subject.condition()?;
        let written = self.row_condition(condition, Row { target, ty });
        let (assignments, written) = (assignments?, written?);
        Some(ir::Statement::Update {
            target: target.entity(),
            assignments,
            condition: written.condition,
            skipped: written.skipped,
            origin: None,
        })
    }
}

/// Whether an edge type has one edge at most between two nodes.
fn has_key(edge: &EdgeType) -> bool {
    edge.unique.iter().any(|columns| {
        columns.len() == 2
            && ["src", "dst"]
                .iter()
                .all(|end| columns.iter().any(|column| column == end))
    })
}
