//! Who turns texts into vectors: what the settings around the working directory say, and what the environment says before
//! them. Where the service is and which key opens it are asked of the environment alone, so that the settings of a folder
//! that came from elsewhere send no key anywhere.

use std::path::Path;
use std::sync::{Arc, Once};

use async_trait::async_trait;
use omnigraph_compiler::settings::{EmbeddingProvider, SETTINGS_FILE};
use omnigraph_engine::Embedder;
use omnigraph_engine::embedding::{Mock, OpenAi, OpenAiOptions};
use omnigraph_engine::error::Result as EngineResult;
use omnigraph_model::catalog::Catalog;
use omnigraph_model::printable::escape;
use omnigraph_model::types::Scalar;

use crate::failure::Failure;
use crate::project;
use crate::streams::say;

const PROVIDER: &str = "OMNIGRAPH_EMBEDDING_PROVIDER";
const MODEL: &str = "OMNIGRAPH_EMBEDDING_MODEL";
const URL: &str = "OMNIGRAPH_EMBEDDING_URL";
const KEY: &str = "OMNIGRAPH_EMBEDDING_KEY";

/// What to do where a provider is missing.
pub(crate) const HELP: &str = "say who computes vectors: `provider` under `[embedding]` in omnigraph.toml, or the variable \
                        OMNIGRAPH_EMBEDDING_PROVIDER (openai or mock)";

/// The provider for a graph with this catalog. Nobody is asked about a graph without vectors.
pub(crate) fn provider(catalog: &Catalog) -> Result<Option<Arc<dyn Embedder>>, Failure> {
    let holds_vectors = |scalar: Scalar| matches!(scalar, Scalar::Vector(_));
    let mut properties = catalog.nodes.values().flat_map(|node| &node.properties);
    if !properties.any(|property| holds_vectors(property.ty.scalar)) {
        return Ok(None);
    }
    let located = project::settings_of(Path::new(SETTINGS_FILE))?;
    let settings = &located.settings.embedding;
    let chosen = variable(PROVIDER);
    let by_project = chosen.is_none();
    let provider = match chosen {
        None => settings.provider,
        Some(word) => Some(EmbeddingProvider::from_word(&word).ok_or_else(|| {
            let words = EmbeddingProvider::WORDS.map(|word| format!("`{word}`")).join(", ");
            Failure::usage(format!("{PROVIDER} is `{word}`, but should be one of {words}"))
        })?),
    };
    let model = variable(MODEL).or_else(|| settings.model.clone());
    match provider {
        None | Some(EmbeddingProvider::None) => Ok(None),
        Some(EmbeddingProvider::Mock) => Ok(Some(Arc::new(Mock::new(model)))),
        Some(EmbeddingProvider::OpenAi) => {
            let options = OpenAiOptions {
                url: variable(URL),
                key: variable(KEY),
                model,
                dimensions: settings.dimensions,
                batch: settings.batch.map(|batch| batch as usize),
                ..OpenAiOptions::default()
            };
            let provider = OpenAi::new(options).map_err(|error| Failure::usage(error.to_string()))?;
            let file = located.file.as_deref().unwrap_or(Path::new(SETTINGS_FILE));
            Ok(Some(match by_project {
                true => Arc::new(Announced {
                    line: format!(
                        "texts are sent to {} to compute vectors, as {} says",
                        provider.address(),
                        file.display()
                    ),
                    provider,
                    once: Once::new(),
                }),
                false => Arc::new(provider),
            }))
        }
    }
}

/// A provider that the settings of a folder chose, which may come from elsewhere: before the first text leaves this machine,
/// a line says where it goes.
#[derive(Debug)]
struct Announced {
    provider: OpenAi,
    line: String,
    once: Once,
}

#[async_trait]
impl Embedder for Announced {
    fn model(&self) -> Option<&str> {
        self.provider.model()
    }

    fn batch(&self) -> usize {
        self.provider.batch()
    }

    async fn embed(&self, texts: &[String], model: Option<&str>, size: u32) -> EngineResult<Vec<Vec<f32>>> {
        self.once.call_once(|| say(&escape(&self.line)));
        self.provider.embed(texts, model, size).await
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
