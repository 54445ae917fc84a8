//! The protocol's requests: parameters in, `ide` asked, answers in the protocol's shapes. A request that has no answer gives
//! `null`.

mod capabilities;
pub mod diagnostics;
mod document;
mod navigate;
mod outline;
mod settings;
mod signature;
mod tokens;

use serde::de::DeserializeOwned;
use serde_json::Value;
use tower_lsp::jsonrpc::{Error, Result};

use crate::server::Handler;

pub use capabilities::capabilities;
pub use tokens::Answered;

/// The function that answers a request.
pub fn handler(method: &str) -> Option<Handler> {
    Some(match method {
        "textDocument/diagnostic" => diagnostics::document,
        "workspace/diagnostic" => diagnostics::workspace,
        "textDocument/hover" => navigate::hover,
        "textDocument/definition" | "textDocument/declaration" => navigate::definition,
        "textDocument/typeDefinition" => navigate::type_definition,
        "textDocument/implementation" => navigate::implementation,
        "textDocument/references" => navigate::references,
        "textDocument/documentHighlight" => navigate::highlights,
        "textDocument/linkedEditingRange" => navigate::linked_editing,
        "textDocument/documentLink" => navigate::links,
        "textDocument/prepareCallHierarchy" => navigate::prepare_calls,
        "callHierarchy/incomingCalls" => navigate::incoming,
        "callHierarchy/outgoingCalls" => navigate::outgoing,
        "textDocument/prepareTypeHierarchy" => navigate::prepare_types,
        "typeHierarchy/supertypes" => navigate::supertypes,
        "typeHierarchy/subtypes" => navigate::subtypes,
        "textDocument/documentSymbol" => outline::symbols,
        "workspace/symbol" => outline::workspace,
        "textDocument/foldingRange" => outline::folding,
        "textDocument/selectionRange" => outline::selection,
        "textDocument/semanticTokens/full" => tokens::full,
        "textDocument/semanticTokens/full/delta" => tokens::delta,
        "textDocument/semanticTokens/range" => tokens::range,
        "textDocument/inlayHint" => tokens::hints,
        "textDocument/signatureHelp" => signature::help,
        _ => return None,
    })
}

fn read<P: DeserializeOwned>(params: Value) -> Result<P> {
    serde_json::from_value(params).map_err(|error| Error::invalid_params(error.to_string()))
}
