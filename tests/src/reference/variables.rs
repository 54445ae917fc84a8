//! The variables that expressions read, and what conditions can fail with whichever values those have.

use std::collections::BTreeSet;

use omnigraph_grammar::query::ast::{self, Expression, ExpressionKind, Projection};
use omnigraph_grammar::query::visit::Visit;

use super::expression::{Scope, column};
use super::solve::{Block, Bound, Check, Context, Named, Solution, Type, Types, Variable};
use super::types::Kind;
use super::{Stop, Value};

/// All variables that a block names, those that it binds included.
struct Names(BTreeSet<String>);

impl Visit<'_> for Names {
    fn visit_variable(&mut self, variable: &omnigraph_grammar::Name) {
        self.0.insert(variable.text.clone());
    }

    fn visit_bare(&mut self, name: &str, _: omnigraph_grammar::Span) {
        self.0.insert(name.to_owned());
    }
}

impl<'m> Context<'m> {
    /// The variables of the pattern that an expression reads; a bare word stands for one of the columns.
    pub(super) fn variables(&self, expression: &Expression, columns: &[Projection]) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        self.find(expression, columns, &mut Vec::new(), &mut found);
        found
    }

    fn find<'e>(
        &self,
        expression: &'e Expression,
        columns: &'e [Projection],
        items: &mut Vec<&'e str>,
        found: &mut BTreeSet<String>,
    ) {
        match &expression.kind {
            ExpressionKind::Variable(name) => {
                if !items.contains(&name.as_str()) && !self.parameters.contains_key(name) {
                    found.insert(name.clone());
                }
            }
            ExpressionKind::Property { variable, .. } => {
                found.insert(variable.text.clone());
            }
            ExpressionKind::Block(value) => {
                let mut names = Names(BTreeSet::new());
                names.visit_block(&value.block);
                let variables = names.0.into_iter().filter(|name| !self.parameters.contains_key(name));
                found.extend(variables);
            }
            ExpressionKind::Alias(name) => {
                if let Some(meant) = column(columns, name) {
                    self.find(meant, columns, items, found);
                }
            }
            ExpressionKind::Comprehension(comprehension) => {
                self.find(&comprehension.list, columns, items, found);
                items.push(&comprehension.variable.text);
                let inside = [Some(&comprehension.item), comprehension.condition.as_ref()];
                for part in inside.into_iter().flatten() {
                    self.find(part, columns, items, found);
                }
                items.pop();
            }
            _ => {
                for operand in expression.operands() {
                    self.find(operand, columns, items, found);
                }
            }
        }
    }

    /// The value variables of a block, each behind those that it reads.
    pub(super) fn definitions<'q>(
        &self,
        clauses: &[Named<'q>],
        types: &mut Types,
    ) -> Result<Vec<Variable<'q>>, String> {
        let mut waiting: Vec<(String, &'q ast::Definition)> = Vec::new();
        for clause in clauses {
            if let Named::Definition(name, definition) = clause {
                waiting.push((name.clone(), definition));
            }
        }
        let mut found = Vec::new();
        while !waiting.is_empty() {
            let known = |(_, definition): &(String, &ast::Definition)| {
                let reads = self.variables(&definition.value, &[]);
                let waits = |name: &String| waiting.iter().any(|(other, _)| other == name);
                reads.iter().all(|name| types.contains_key(name) || !waits(name))
            };
            let Some(place) = waiting.iter().position(known) else {
                return Err("values that read each other".to_owned());
            };
            let (name, definition) = waiting.remove(place);
            let nobody = Solution::new();
            let kind = self.kind(&definition.value, &Scope::new(types, &nobody))?;
            let kind = match definition.word {
                ast::DefinitionWord::Let => kind,
                ast::DefinitionWord::Each => kind.map(Kind::item),
            };
            types.insert(name.clone(), Type::Value(kind));
            found.push(Variable::Value(name, definition));
        }
        Ok(found)
    }

    /// What a value variable may be in an assignment of those that it reads: one value, or each item of a list.
    pub(super) fn values(
        &self,
        definition: &ast::Definition,
        types: &Types,
        bound: &Solution<'m>,
    ) -> Result<Vec<Bound<'m>>, Stop> {
        let value = self.value(&definition.value, &Scope::new(types, bound));
        if let Err(Stop::Fails(code)) = &value {
            self.note(code);
        }
        Ok(match (definition.word, value) {
            (ast::DefinitionWord::Let, Ok(value)) => vec![Bound::Value(Ok(value))],
            (ast::DefinitionWord::Let, Err(Stop::Fails(code))) => vec![Bound::Value(Err(code))],
            (ast::DefinitionWord::Each, Ok(Value::List(items))) => {
                items.into_iter().map(|item| Bound::Value(Ok(item))).collect()
            }
            (ast::DefinitionWord::Each, Ok(Value::Null)) => Vec::new(),
            (ast::DefinitionWord::Each, Ok(other)) => return Err(format!("each of {other:?}").into()),
            (_, Err(stop)) => return Err(stop),
        })
    }

    /// Notes what the conditions of a block and of those inside of it can fail with, whichever assignments of their
    /// variables come up.
    pub(super) fn try_conditions(&self, block: &Block<'_>) -> Result<(), Stop> {
        self.try_within(&[block])
    }

    fn try_within(&self, around: &[&Block<'_>]) -> Result<(), Stop> {
        let Some(block) = around.last() else { return Ok(()) };
        let conditions = block.checks.iter().filter_map(|check| match check {
            Check::Condition(condition) => Some(*condition),
            _ => None,
        });
        let values = block.variables.iter().filter_map(|variable| match variable {
            Variable::Value(_, definition) => Some(&definition.value),
            Variable::Entity(..) => None,
        });
        for condition in conditions.chain(values) {
            self.try_condition(around, condition, &[])?;
        }
        for (_, inner) in &block.nested {
            let within: Vec<&Block<'_>> = around.iter().copied().chain([inner]).collect();
            self.try_within(&within)?;
        }
        Ok(())
    }

    /// The same for a condition on rows that may name columns.
    pub(super) fn try_condition(
        &self,
        around: &[&Block<'_>],
        condition: &Expression,
        columns: &[Projection],
    ) -> Result<(), Stop> {
        let Some(block) = around.last() else { return Ok(()) };
        for assignment in &self.assignments(around, &block.types, condition, columns)? {
            let scope = Scope {
                projections: columns,
                ..Scope::new(&block.types, assignment)
            };
            match self.value(condition, &scope) {
                Err(Stop::Fails(code)) => self.note(code),
                Err(broken) => return Err(broken),
                Ok(_) => {}
            }
        }
        Ok(())
    }

    /// Of the variables that an expression reads, bound by the last of these blocks or by one around it.
    fn assignments(
        &self,
        around: &[&Block<'_>],
        types: &Types,
        condition: &Expression,
        columns: &[Projection],
    ) -> Result<Vec<Solution<'m>>, Stop> {
        let mut assignments = vec![Solution::new()];
        let mut read = self.variables(condition, columns);
        // Those that a value reads stand before it.
        for variable in around.iter().flat_map(|block| &block.variables).rev() {
            if let Variable::Value(name, definition) = variable
                && read.contains(name)
            {
                read.extend(self.variables(&definition.value, &[]));
            }
        }
        for variable in around.iter().flat_map(|block| &block.variables) {
            let name = variable.name();
            if !read.contains(name) {
                continue;
            }
            let mut longer = Vec::new();
            for assignment in &assignments {
                let found = match variable {
                    Variable::Entity(_, ty, edge) => self.all(ty, *edge)?.into_iter().map(Bound::Entity).collect(),
                    Variable::Value(_, definition) => match self.values(definition, types, assignment) {
                        Ok(values) => values,
                        Err(Stop::Fails(_)) => Vec::new(),
                        Err(broken) => return Err(broken),
                    },
                };
                for bound in found {
                    let mut assignment = assignment.clone();
                    assignment.insert(name.to_owned(), bound);
                    longer.push(assignment);
                }
            }
            assignments = longer;
        }
        Ok(assignments)
    }
}
