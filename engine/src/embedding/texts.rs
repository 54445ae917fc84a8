//! The texts that a query wants to be near to, each turned into a vector once, before anything is planned.

use std::collections::HashMap;
use std::sync::Arc;

use omnigraph_model::catalog::{Catalog, Embed};
use omnigraph_model::ir::{Entity, Expression, Operator, Rank, ReadPlan};
use omnigraph_model::types::Value;

use super::{Embedder, Space, embed, is_blank};
use crate::error::Result;

/// Vectors of texts, by what their property demands of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct TextVectors {
    known: HashMap<(Option<String>, u32, String), Vec<f32>>,
    /// Nothing was asked of a provider: the plan is only shown.
    pretended: bool,
}

impl TextVectors {
    /// A vector for every text, for plans that do not run.
    pub(crate) fn pretended() -> TextVectors {
        TextVectors {
            pretended: true,
            ..TextVectors::default()
        }
    }

    /// The vector of a text; an empty one, which is near to nothing, for a blank text; `None` without a provider.
    pub(crate) fn get(&self, embed: Option<&Embed>, size: u32, text: &str) -> Option<Vec<f32>> {
        if is_blank(text) {
            return Some(Vec::new());
        }
        if self.pretended {
            let mut vector = vec![0.0; size as usize];
            vector.iter_mut().take(1).for_each(|first| *first = 1.0);
            return Some(vector);
        }
        let model = embed.and_then(|embed| embed.model.clone());
        self.known.get(&(model, size, text.to_owned())).cloned()
    }
}

/// What `nearest` in a plan gets as text. Without a provider nothing is known, and planning says where one was needed.
pub(crate) async fn of_plan(
    plan: &ReadPlan,
    catalog: &Catalog,
    text: impl Fn(&Expression) -> Option<Value>,
    embedder: Option<&Arc<dyn Embedder>>,
) -> Result<TextVectors> {
    let mut vectors = TextVectors::default();
    let Some(embedder) = embedder else {
        return Ok(vectors);
    };
    let mut ranks = Vec::new();
    plan.root.visit(&mut |operator| {
        if let Operator::Rank { rank, .. } = operator {
            ranks.push(rank);
        }
        for expression in operator.expressions() {
            expression.visit(&mut |part| {
                if let Expression::RankValue { rank } = part {
                    ranks.push(rank);
                }
            });
        }
    });
    while let Some(rank) = ranks.pop() {
        let (variable, name, query, source) = match rank {
            Rank::Rrf { arms, .. } => {
                ranks.extend(arms.iter());
                continue;
            }
            Rank::Bm25 { .. } => continue,
            Rank::Nearest {
                variable,
                property,
                query,
                embed,
            } => (variable, property, query, embed.as_ref()),
        };
        let Some(Value::String(text)) = text(query).filter(|value| !matches!(value, Value::String(t) if is_blank(t)))
        else {
            continue;
        };
        let entity = plan.variables.get(variable.0 as usize).map(|known| &known.entity);
        let type_name = match entity {
            Some(Entity::Node(name)) => name.as_str(),
            // Its types agree on how a text becomes a vector.
            Some(Entity::Interface(name)) => match catalog.implementers(name).first() {
                Some(first) => *first,
                None => continue,
            },
            _ => continue,
        };
        let Some(property) = catalog.node(type_name).and_then(|node| node.property(name)) else {
            continue;
        };
        let space = Space::of(type_name, property, source, embedder.as_ref())?;
        let key = (source.and_then(|embed| embed.model.clone()), space.size, text.clone());
        if !vectors.known.contains_key(&key)
            && let Some(vector) = embed(embedder, &space, vec![text]).await?.pop()
        {
            vectors.known.insert(key, vector);
        }
    }
    Ok(vectors)
}
