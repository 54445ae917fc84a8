//! Every part of every expression of a query, with the block that it stands in.

use omnigraph_grammar::query::ast::{Block, Expression, Rows};
use omnigraph_grammar::query::visit::{self, Visit};

use super::view::View;

impl<'a> View<'a> {
    /// Expressions before their parts, in the order of the text, each with the number of its block; what follows the match
    /// block counts to it.
    pub(crate) fn expressions(&self) -> Vec<(usize, &'a Expression)> {
        let mut found = Parts {
            view: self,
            scope: 0,
            parts: Vec::new(),
        };
        found.visit_query(self.tree);
        found.parts
    }
}

struct Parts<'v, 'a> {
    view: &'v View<'a>,
    scope: usize,
    parts: Vec<(usize, &'a Expression)>,
}

impl<'a> Visit<'a> for Parts<'_, 'a> {
    fn visit_block(&mut self, block: &'a Block) {
        let scope = self.view.scope_of(block).unwrap_or(self.scope);
        let outer = std::mem::replace(&mut self.scope, scope);
        visit::walk_block(self, block);
        self.scope = outer;
    }

    fn visit_rows(&mut self, rows: &'a Rows) {
        let inner = self.view.scope_of(&rows.block).unwrap_or(self.scope);
        let outer = std::mem::replace(&mut self.scope, inner);
        visit::walk_rows(self, rows);
        self.scope = outer;
    }

    fn visit_condition(&mut self, condition: &'a Expression) {
        self.visit_expression(condition);
    }

    fn visit_expression(&mut self, expression: &'a Expression) {
        self.parts.push((self.scope, expression));
        visit::walk_expression(self, expression);
    }
}
