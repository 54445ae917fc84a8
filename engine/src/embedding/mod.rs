//! Turning text into vectors: what a provider must do, which of its vectors are accepted, and the two places that ask for
//! some: rows whose vector follows from another property (`fill`), and queries that are near to a text (`texts`).

mod fill;
mod mock;
mod openai;
mod texts;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use futures::{StreamExt, TryStreamExt};
use omnigraph_model::catalog::{Embed, NodeType, Property};
use omnigraph_model::types::Scalar;

use crate::error::{EmbeddingFault, Error, Fault, Result};
use crate::storage::Cell;

pub(crate) use fill::fill;
pub use mock::Mock;
pub use openai::{Limits, OpenAi, OpenAiOptions};
pub(crate) use texts::{TextVectors, of_plan};

/// A service that turns texts into vectors.
#[async_trait]
pub trait Embedder: Send + Sync + fmt::Debug {
    /// The one model it is set to. Without one it takes the model that a property names.
    fn model(&self) -> Option<&str>;

    /// How many texts one call may hold, at least 1.
    fn batch(&self) -> usize;

    /// A vector of `size` numbers for each text, in their order. The texts are not blank, and at most [`Embedder::batch`].
    ///
    /// # Errors
    /// What kept the service from giving all of them, as [`Error::Embedding`].
    async fn embed(&self, texts: &[String], model: Option<&str>, size: u32) -> Result<Vec<Vec<f32>>>;
}

/// Calls that are under way at once.
const CONCURRENCY: usize = 4;

/// Vectors that may be compared with each other: of one model and one length.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Space {
    pub model: Option<String>,
    pub size: u32,
}

impl Space {
    /// The space of a property, if the provider knows it: the model that the property names and the one that the provider
    /// is set to must not differ.
    fn of(type_name: &str, property: &Property, embed: Option<&Embed>, embedder: &dyn Embedder) -> Result<Space> {
        let Scalar::Vector(size) = property.ty.scalar else {
            return Err(Error::internal(format!(
                "{type_name}.{} holds no vectors",
                property.name
            )));
        };
        let named = embed.and_then(|embed| embed.model.as_deref());
        let model = match (named, embedder.model()) {
            (Some(named), Some(configured)) if named != configured => {
                return Err(Error::Embedding {
                    fault: EmbeddingFault::OtherModel,
                    message: format!(
                        "the vectors of {type_name}.{} are of model `{named}`, but the embedding provider is set to `{configured}`",
                        property.name
                    ),
                });
            }
            (named, configured) => named.or(configured).map(str::to_owned),
        };
        Ok(Space { model, size })
    }
}

/// The vectors of texts that are not blank, each of length 1. As many calls as the provider's batches ask for.
async fn embed(embedder: &Arc<dyn Embedder>, space: &Space, texts: Vec<String>) -> Result<Vec<Vec<f32>>> {
    let calls = texts.chunks(embedder.batch().max(1)).map(<[String]>::to_vec);
    let calls: Vec<_> = calls
        .map(|texts| {
            let (embedder, space) = (embedder.clone(), space.clone());
            async move {
                let vectors = embedder.embed(&texts, space.model.as_deref(), space.size).await?;
                if vectors.len() != texts.len() {
                    return Err(refused(format!(
                        "the embedding provider answered {} texts with {} vectors",
                        texts.len(),
                        vectors.len()
                    )));
                }
                vectors.into_iter().map(|vector| accept(vector, &space)).collect()
            }
        })
        .collect();
    let answers: Vec<Vec<Vec<f32>>> = futures::stream::iter(calls).buffered(CONCURRENCY).try_collect().await?;
    Ok(answers.into_iter().flatten().collect())
}

/// A vector of a provider: as long as the property wants it, finite, and scaled to length 1, so that all metrics order alike.
fn accept(vector: Vec<f32>, space: &Space) -> Result<Vec<f32>> {
    if vector.len() != space.size as usize {
        let model = space.model.as_deref().map(|model| format!(" (model `{model}`)"));
        return Err(refused(format!(
            "the embedding provider{} answers with vectors of {} numbers, but the property holds vectors of {}",
            model.unwrap_or_default(),
            vector.len(),
            space.size
        )));
    }
    let norm = vector.iter().map(|x| f64::from(*x) * f64::from(*x)).sum::<f64>().sqrt();
    if !norm.is_finite() || norm == 0.0 {
        return Err(refused(
            "the embedding provider answered with a vector that has no direction".to_owned(),
        ));
    }
    Ok(vector.into_iter().map(|x| (f64::from(x) / norm) as f32).collect())
}

fn refused(message: String) -> Error {
    Error::Embedding {
        fault: EmbeddingFault::Provider,
        message,
    }
}

/// Texts of white space alone say nothing that could be near to anything.
fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// The cell of an `@embed` vector that is not given: to be computed from its source if there is one and a provider, else
/// null, where the property may be.
pub(crate) fn unfilled(
    node: &NodeType,
    property: &Property,
    embed: &Embed,
    source: &Cell,
    configured: bool,
) -> Result<Cell<'static>, Fault> {
    let has_text = matches!(source, Cell::String(text) if !is_blank(text));
    match property.ty.scalar {
        Scalar::Vector(size) if has_text && configured => Ok(Cell::Unfilled(size)),
        _ if property.ty.nullable => Ok(Cell::Null),
        _ => Err(Fault::NoVector {
            type_name: node.name.clone(),
            property: property.name.clone(),
            source_property: embed.source.clone(),
            has_text,
        }),
    }
}
