//! The protocol's requests: parameters in, `ide` asked, answers in the protocol's shapes. A request that has no answer gives
//! `null`.

mod capabilities;
mod completion;
pub(crate) mod diagnostics;
mod document;
mod edits;
mod navigate;
mod outline;
mod running;
mod settings;
mod signature;
mod tokens;

use std::collections::BTreeSet;
use std::sync::Mutex;

use serde::de::DeserializeOwned;
use serde_json::Value;
use tower_lsp::jsonrpc::{Error, Result};

use crate::server::Handler;

pub(crate) use capabilities::capabilities;
pub(crate) use running::COMMANDS;
pub(crate) use tokens::Answered;

/// The documents of the server's own that a client has asked for.
pub(crate) type Virtuals = Mutex<BTreeSet<String>>;

/// The function that answers a request.
pub(crate) fn handler(method: &str) -> Option<Handler> {
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
        "textDocument/completion" => completion::list,
        "completionItem/resolve" => completion::resolve,
        "textDocument/prepareRename" => edits::prepare_rename,
        "textDocument/rename" => edits::rename,
        "textDocument/codeAction" => edits::code_actions,
        "textDocument/formatting" => edits::formatting,
        "textDocument/rangeFormatting" | "textDocument/rangesFormatting" => edits::range_formatting,
        "textDocument/onTypeFormatting" => edits::on_type_formatting,
        "textDocument/codeLens" => running::lenses,
        "codeLens/resolve" => running::resolve,
        "workspace/executeCommand" => running::execute,
        "workspace/textDocumentContent" => running::content,
        "textDocument/signatureHelp" => signature::help,
        _ => return None,
    })
}

fn read<P: DeserializeOwned>(params: Value) -> Result<P> {
    serde_json::from_value(params).map_err(|error| Error::invalid_params(error.to_string()))
}
