//! The variables that expressions read, and what conditions can fail with whichever values those have.

use std::collections::BTreeSet;

use omnigraph_grammar::query::ast::{Expression, ExpressionKind, Projection};

use super::Stop;
use super::expression::{Scope, column};
use super::solve::{Block, Check, Context, Solution};

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

    /// Notes what the conditions of a block and of those inside of it can fail with, whichever assignments of their
    /// variables come up.
    pub(super) fn try_conditions(&self, block: &Block<'_>) -> Result<(), Stop> {
        for check in &block.checks {
            let Check::Condition(condition) = check else { continue };
            for assignment in &self.assignments(block, condition)? {
                match self.value(condition, &Scope::new(&block.types, assignment)) {
                    Err(Stop::Fails(code)) => self.note(code),
                    Err(broken) => return Err(broken),
                    Ok(_) => {}
                }
            }
        }
        block
            .nested
            .iter()
            .try_for_each(|(_, inner)| self.try_conditions(inner))
    }

    fn assignments(&self, block: &Block<'_>, condition: &Expression) -> Result<Vec<Solution<'m>>, Stop> {
        let mut assignments = vec![Solution::new()];
        for name in self.variables(condition, &[]) {
            let (ty, edge) = block.types.get(&name).ok_or("a variable without a type")?;
            let mut longer = Vec::new();
            for entity in self.all(ty, *edge)? {
                for assignment in &assignments {
                    let mut assignment = assignment.clone();
                    assignment.insert(name.clone(), entity);
                    longer.push(assignment);
                }
            }
            assignments = longer;
        }
        Ok(assignments)
    }
}
