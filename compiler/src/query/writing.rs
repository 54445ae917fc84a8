//! What stands around the statements of a mutation: the `match` that they run for, which is a reading of the state before the
//! query, and `returning`, which reads what they leave.

use omnigraph_grammar::query::ast::{
    self, Apply, Block, BlockValue, Call, Expression as Source, Function, Projection, Read, Returning, Rows,
};
use omnigraph_grammar::query::visit::Visit;
use omnigraph_grammar::{Name, Span};
use omnigraph_model::ir::pattern::{Output, OutputValue, Part, Pattern, Term};
use omnigraph_model::ir::{self, ColumnType, Expression, Var};
use omnigraph_model::types::{Scalar, Type, Value};

use super::context::Context;
use super::environment::{Scope, VariableKind};
use super::expression::Place;
use super::mutation::Target;
use super::output::{Column, implicit_name};
use super::row::Row;
use super::{Meaning, Writing};
use crate::rules::types::t58_3_returning::Bare;
use crate::rules::types::*;

impl<'a> Context<'a> {
    /// A mutation; `None` if something of its variables is wrong.
    pub(super) fn write(&mut self, mutation: &'a ast::Mutation) -> Option<Meaning> {
        let (stages, root) = match &mutation.read {
            Some(read) => {
                let stages = self.handing_on(read);
                (stages, self.assigned(read, mutation))
            }
            None => {
                self.unmatched(mutation);
                (Vec::new(), Term::All(Vec::new()))
            }
        };
        let (mut statements, targets) = self.mutation(&mutation.statements);
        if mutation.read.is_some() {
            for (statement, written) in statements.iter_mut().zip(&mutation.statements) {
                if let Some(origin) = statement.origin_mut() {
                    let Span { start, end } = written.span();
                    *origin = Some(ir::Origin { start, end });
                }
            }
        }
        let returning = mutation.returning.as_ref();
        let mut returning = returning.map(|returning| self.returning(returning, mutation, &targets));
        let hoisted = self.hoisted_from(self.stage);
        let is_read = mutation.read.is_some() || !hoisted.is_empty();
        let columns = self.columns(&mut statements, returning.as_mut());
        let variables = self.plan_variables()?;
        let pattern = is_read.then(|| Pattern {
            name: self.query.name.text.clone(),
            parameters: self.plan_parameters(),
            variables: variables.clone(),
            unique: self.unique_sets(),
            stages,
            union: None,
            result: Part {
                root: Term::All([root].into_iter().chain(hoisted).collect()),
                outputs: columns.iter().map(|column| self.output(column)).collect(),
                grouped: false,
                distinct: false,
                rank: None,
                order: Vec::new(),
                having: None,
                limit: None,
                offset: None,
                after: None,
            },
        });
        let plan = ir::MutationPlan {
            name: self.query.name.text.clone(),
            parameters: self.plan_parameters(),
            variables,
            assignments: None,
            statements,
            returning,
        };
        Some(Meaning::Mutation(Box::new(Writing {
            plan,
            pattern,
            columns,
            targets,
        })))
    }

    /// The `match` right before the statements.
    fn assigned(&mut self, read: &'a Read, mutation: &'a ast::Mutation) -> Term {
        self.stage = self.environment.scopes.len();
        self.stage_end = Span::at(read.pattern.span.end as usize);
        let given = self.given_nodes(read, Some(mutation));
        let root = self.block(&read.pattern, None);
        match given.is_empty() {
            true => root,
            false => Term::All(given.into_iter().chain([root]).collect()),
        }
    }

    /// Statements without `match` run once, and see what inserts before them are called.
    fn unmatched(&mut self, mutation: &ast::Mutation) {
        self.stage = self.environment.scopes.len();
        let start = mutation.statements.first().map_or(0, |first| first.span().start);
        self.environment.scopes.push(Scope {
            parent: None,
            names: Default::default(),
            word: None,
            span: Span::at(start as usize),
            ended: None,
        });
    }

    /// Reports what a block in a statement mentions of what the query writes.
    pub(super) fn sees_written(&mut self, block: &Block, scope: usize) -> bool {
        let mut mentions = Mentions(Vec::new());
        mentions.visit_block(block);
        let before = self.findings.len();
        for name in mentions.0 {
            if let Some(variable) = self.lookup(scope, &name.text)
                && self.environment.written.contains(&variable)
            {
                let finding = t58_2_written_name::finding(self, &name, variable);
                self.report(finding);
            }
        }
        self.findings.len() > before
    }

    // ---- returning ----------------------------------------------------------

    fn returning(&mut self, written: &'a Returning, mutation: &'a ast::Mutation, targets: &[Target]) -> ir::Returning {
        let mut conditioned = mutation
            .statements
            .iter()
            .enumerate()
            .filter(|(_, s)| s.condition().is_some());
        let (first, second) = (conditioned.next(), conditioned.next());
        let of = match (&mutation.read, first, second) {
            (None, Some((number, statement)), None) => Some((number, statement)),
            _ => None,
        };
        let why = match (first, second) {
            _ if mutation.read.is_some() => Bare::Matched,
            (Some((_, first)), Some((_, second))) => Bare::Several(first.keyword(), second.keyword()),
            _ => Bare::Nothing,
        };
        // A statement whose target is unknown has none in the list.
        let target = of.filter(|_| targets.len() == mutation.statements.len());
        let target = target.and_then(|(number, statement)| Some((targets.get(number)?.clone(), statement.ty()?)));
        let row = target.as_ref().map(|(target, ty)| Row { target, ty });
        let mut columns: Vec<Column<'_>> = Vec::new();
        for projection in &written.projections {
            let output = match self.is_unfit(projection, of.is_none().then_some(&why)) {
                true => None,
                false if of.is_some() && row.is_none() => {
                    self.broken();
                    None
                }
                false => self.returned(projection, row),
            };
            let (name, _) = match &projection.alias {
                Some(alias) => (alias.text.clone(), true),
                None => implicit_name(&projection.expression),
            };
            if let Some((value, _)) = &output
                && let Some(other) = columns.iter().find(|other| other.name == name)
                && other.output.as_ref().is_some_and(|(known, _)| known != value)
            {
                self.report(t29_duplicate_column::finding(projection, other.written, &name));
            }
            columns.push(Column {
                written: projection,
                name,
                referable: false,
                variable: false,
                output,
            });
        }
        let mut returning = ir::Returning {
            statement: of.map(|(number, _)| number as u32),
            expressions: Vec::new(),
            columns: Vec::new(),
        };
        for column in columns {
            match column.output {
                Some((OutputValue::Plain(value), ty)) => {
                    returning.expressions.push(value);
                    returning.columns.push(ir::Column { name: column.name, ty });
                }
                Some((OutputValue::Rank(_), _)) | None => self.broken(),
            }
        }
        returning
    }

    fn returned(&mut self, projection: &Projection, row: Option<Row<'_>>) -> Option<(OutputValue, ColumnType)> {
        let place = Place {
            blocks: false,
            row,
            ..Place::filter(self.stage)
        };
        let typed = self.expression(&projection.expression, place);
        if self.returns_interface(&typed) {
            return None;
        }
        self.plain_output(typed)
    }

    /// Reports what a column of `returning` cannot be made of; `bare`: why a bare word is no property.
    fn is_unfit(&mut self, projection: &Projection, bare: Option<&Bare>) -> bool {
        let mut found = Unfit {
            findings: Vec::new(),
            bare,
        };
        found.visit_expression(&projection.expression);
        let is_unfit = !found.findings.is_empty();
        found.findings.into_iter().for_each(|finding| self.report(finding));
        is_unfit
    }

    // ---- what is read of the assignments ------------------------------------

    /// The leaves of the statements' expressions that an assignment gives a value, each once. Nodes and edges are known by their
    /// ids.
    fn columns(&self, statements: &mut [ir::Statement], returning: Option<&mut ir::Returning>) -> Vec<Expression> {
        let mut found = Leaves {
            context: self,
            columns: Vec::new(),
        };
        for statement in &mut *statements {
            if let ir::Statement::UpdateVariable { variable, .. } | ir::Statement::DeleteVariable { variable, .. } =
                statement
            {
                found.add(&Expression::Id { variable: *variable });
            }
            for expression in statement.expressions_mut() {
                identify(expression);
                expression.visit(&mut |part| found.add(part));
            }
        }
        let returned = returning
            .into_iter()
            .flat_map(|r| r.expressions.iter_mut().zip(&r.columns));
        for (expression, column) in returned {
            if matches!(column.ty, ColumnType::Value(_)) {
                identify(expression);
            }
            expression.visit(&mut |part| match part {
                // Read from the state after the query.
                Expression::Property { variable, .. } | Expression::Entity { variable } => {
                    found.add(&Expression::Id { variable: *variable });
                }
                part => found.add(part),
            });
        }
        // What messages call an assignment, of which another one could write the same row.
        if statements.iter().any(|statement| statement.origin().is_some()) {
            let named = self.environment.scopes[self.stage].names.values();
            let mut named: Vec<Var> = named.copied().collect();
            named.sort_unstable();
            for variable in named {
                if matches!(
                    self.kind(variable),
                    VariableKind::Node(_) | VariableKind::Interface(_) | VariableKind::Edge(_) | VariableKind::Edges(_)
                ) {
                    found.add(&Expression::Id { variable });
                }
            }
        }
        let mut columns = found.columns;
        if columns.is_empty() {
            // A row needs a column to be counted by.
            columns.push(Expression::Literal {
                value: Value::Bool(true),
                ty: Type::of(Scalar::Bool),
            });
        }
        columns
    }

    fn output(&self, column: &Expression) -> Output {
        let name = |variable: &Var| self.variable(*variable).name.clone();
        let text = Type::of(Scalar::String);
        let (name, ty) = match column {
            Expression::Property { variable, property, ty } => (format!("{}.{property}", name(variable)), ty.clone()),
            Expression::Id { variable } => (
                name(variable),
                Type {
                    nullable: self.variable(*variable).nullable,
                    ..text
                },
            ),
            Expression::TypeName { variable } => (
                format!("type({})", name(variable)),
                Type {
                    nullable: self.variable(*variable).nullable,
                    ..text
                },
            ),
            Expression::Value { variable, ty } => (name(variable), ty.clone()),
            _ => ("row".to_owned(), Type::of(Scalar::Bool)),
        };
        Output {
            name,
            value: OutputValue::Plain(column.clone()),
            ty: ColumnType::Value(ty),
        }
    }
}

struct Leaves<'l, 'a> {
    context: &'l Context<'a>,
    columns: Vec<Expression>,
}

impl Leaves<'_, '_> {
    fn add(&mut self, part: &Expression) {
        let variable = match part {
            Expression::Property { variable, .. }
            | Expression::Id { variable }
            | Expression::TypeName { variable }
            | Expression::Value { variable, .. } => *variable,
            _ => return,
        };
        let written = variable == Var::ROW || self.context.environment.written.contains(&variable);
        if !written && !self.columns.contains(part) {
            self.columns.push(part.clone());
        }
    }
}

/// Puts the ids of nodes and edges in for these.
fn identify(expression: &mut Expression) {
    match expression {
        Expression::Entity { variable } => *expression = Expression::Id { variable: *variable },
        other => other.parts_mut().into_iter().for_each(identify),
    }
}

/// The variables that a block mentions.
struct Mentions(Vec<Name>);

impl<'t> Visit<'t> for Mentions {
    fn visit_variable(&mut self, variable: &'t Name) {
        self.0.push(variable.clone());
    }

    fn visit_bare(&mut self, name: &'t str, span: Span) {
        self.0.push(Name {
            text: name.to_owned(),
            span,
        });
    }
}

struct Unfit<'w> {
    findings: Vec<crate::diagnostic::Finding>,
    bare: Option<&'w Bare>,
}

impl<'t> Visit<'t> for Unfit<'_> {
    fn visit_call(&mut self, call: &'t Call) {
        match call.function {
            Function::Now => {}
            _ => self.findings.push(t58_3_returning::call(call)),
        }
    }

    fn visit_block_value(&mut self, value: &'t BlockValue) {
        self.findings.push(t58_3_returning::block(value));
    }

    fn visit_rows(&mut self, rows: &'t Rows) {
        self.findings.push(t58_3_returning::rows(rows.block.span));
    }

    fn visit_alias(&mut self, name: &'t str, span: Span) {
        if let Some(why) = self.bare {
            self.findings.push(t58_3_returning::bare(name, span, *why));
        }
    }

    fn visit_apply(&mut self, apply: &'t Apply, span: Span) {
        if matches!(apply.name.text.as_str(), "degree" | "in_degree" | "out_degree") {
            self.findings.push(t58_3_returning::degree(&apply.name.text, span));
            return;
        }
        let arguments: &'t [Source] = &apply.arguments;
        arguments.iter().for_each(|argument| self.visit_expression(argument));
    }
}
