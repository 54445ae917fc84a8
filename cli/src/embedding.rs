//! Who turns texts into vectors: what the settings around the working directory say, and what the environment says before
//! them. Where the service is and which key opens it are asked of the environment alone, so that the settings of a folder
//! that came from elsewhere send no key anywhere.

use std::path::Path;
use std::sync::Arc;

use omnigraph_compiler::catalog::Catalog;
use omnigraph_compiler::settings::{EmbeddingProvider, SETTINGS_FILE};
use omnigraph_compiler::types::Scalar;
use omnigraph_engine::Embedder;
use omnigraph_engine::embedding::{Mock, OpenAi, OpenAiOptions};

use crate::failure::Failure;
use crate::project;

const PROVIDER: &str = "OMNIGRAPH_EMBEDDING_PROVIDER";
const MODEL: &str = "OMNIGRAPH_EMBEDDING_MODEL";
const URL: &str = "OMNIGRAPH_EMBEDDING_URL";
const KEY: &str = "OMNIGRAPH_EMBEDDING_KEY";

/// What to do where a provider is missing.
pub const HELP: &str = "say who computes vectors: `provider` under `[embedding]` in omnigraph.toml, or the variable \
                        OMNIGRAPH_EMBEDDING_PROVIDER (openai or mock)";

/// The provider for a graph with this catalog. Nobody is asked about a graph without vectors.
pub fn provider(catalog: &Catalog) -> Result<Option<Arc<dyn Embedder>>, Failure> {
    let holds_vectors = |scalar: Scalar| matches!(scalar, Scalar::Vector(_));
    let mut properties = catalog.nodes.values().flat_map(|node| &node.properties);
    if !properties.any(|property| holds_vectors(property.ty.scalar)) {
        return Ok(None);
    }
    let located = project::settings_of(Path::new(SETTINGS_FILE))?;
    let settings = &located.settings.embedding;
    let provider = match variable(PROVIDER) {
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
            Ok(Some(Arc::new(provider)))
        }
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
