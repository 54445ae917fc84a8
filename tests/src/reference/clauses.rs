//! The clauses of a block, with a name for everything that has none.

use omnigraph_grammar::query::ast;

/// Clauses with a name for every `$_`.
pub(super) enum Named<'q> {
    Binding(String, &'q ast::Binding),
    Traversal(&'q ast::Traversal, String, String, Option<String>),
    Condition(&'q ast::Expression),
    Definition(String, &'q ast::Definition),
    Nested(&'q ast::Nested, Vec<Vec<Named<'q>>>),
}

/// Whether a traversal is more than steps along edges of one type.
pub(super) fn is_walk(traversal: &ast::Traversal) -> bool {
    !traversal.others.is_empty() || traversal.condition().is_some() && traversal.edge_variable.is_none()
}

/// The nodes that optional blocks and alternatives among the clauses bind, as far as clauses of theirs do.
pub(super) fn bound_beside(clauses: &[Named<'_>]) -> Vec<String> {
    let mut names = Vec::new();
    for clause in clauses {
        let Named::Nested(nested, blocks) = clause else {
            continue;
        };
        if matches!(nested.word, ast::BlockWord::Optional | ast::BlockWord::Either) {
            for inner in blocks {
                names.extend(bound_beside(inner));
                names.extend(inner.iter().flat_map(|clause| match clause {
                    Named::Binding(name, _) => vec![name.clone()],
                    Named::Traversal(_, source, target, _) => vec![source.clone(), target.clone()],
                    Named::Definition(_, definition) => super::paths::ends(definition),
                    Named::Condition(_) | Named::Nested(..) => Vec::new(),
                }));
            }
        }
    }
    names
}

pub(super) fn name_clauses<'q>(clauses: &'q [ast::Clause], anonymous: &mut usize) -> Result<Vec<Named<'q>>, String> {
    let mut named = Vec::new();
    for clause in clauses {
        let mut name = |written: &str| {
            if written == "_" {
                *anonymous += 1;
                format!("_{anonymous}")
            } else {
                written.to_owned()
            }
        };
        named.push(match clause {
            ast::Clause::Binding(binding) => Named::Binding(name(&binding.variable.text), binding),
            ast::Clause::Traversal(traversal) => {
                let source = name(&traversal.source.text);
                let target = name(&traversal.target.text);
                let edge = traversal.edge_variable.as_ref().map(|edge| edge.text.clone());
                Named::Traversal(traversal, source, target, edge.filter(|edge| edge != "_"))
            }
            ast::Clause::Condition(condition) => Named::Condition(condition),
            ast::Clause::Definition(definition) => Named::Definition(name(&definition.variable.text), definition),
            ast::Clause::Nested(nested) => {
                let blocks = nested.blocks.iter();
                let blocks = blocks.map(|block| name_clauses(&block.clauses, anonymous));
                Named::Nested(nested, blocks.collect::<Result<_, String>>()?)
            }
        });
    }
    Ok(named)
}
