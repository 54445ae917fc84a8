//! Every part of every expression of a query, with the block that it stands in.

use omnigraph_grammar::query::ast::{Block, Expression};
use omnigraph_grammar::query::visit::{self, Visit};

use super::view::View;

impl<'a> View<'a> {
    /// Expressions before their parts, in the order of the text, each with the number of its block; what follows the match
    /// block counts to it.
    pub(crate) fn expressions(&self) -> Vec<(usize, &'a Expression)> {
        let mut found = Parts::default();
        found.visit_query(self.tree);
        found.parts
    }
}

/// Blocks are numbered as in the view: each before those inside it.
#[derive(Default)]
struct Parts<'a> {
    blocks: usize,
    scope: usize,
    parts: Vec<(usize, &'a Expression)>,
}

impl<'a> Visit<'a> for Parts<'a> {
    fn visit_block(&mut self, block: &'a Block) {
        let outer = std::mem::replace(&mut self.scope, self.blocks);
        self.blocks += 1;
        visit::walk_block(self, block);
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
