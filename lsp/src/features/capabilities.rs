//! What the server says it can do. Every line has its test.

use serde_json::{Value, json};

use crate::ide::tokens::{LEGEND, MODIFIERS};
use crate::text::Encoding;

pub(crate) fn capabilities(encoding: Encoding) -> Value {
    json!({
        "positionEncoding": encoding.word(),
        "textDocumentSync": { "openClose": true, "change": 2 },
        "diagnosticProvider": { "identifier": "omnigraph", "interFileDependencies": true, "workspaceDiagnostics": true },
        "hoverProvider": true,
        "definitionProvider": true,
        "declarationProvider": true,
        "typeDefinitionProvider": true,
        "implementationProvider": true,
        "referencesProvider": true,
        "documentHighlightProvider": true,
        "documentSymbolProvider": true,
        "workspaceSymbolProvider": true,
        "callHierarchyProvider": true,
        "typeHierarchyProvider": true,
        "signatureHelpProvider": { "triggerCharacters": ["(", ","] },
        "completionProvider": {
            "triggerCharacters": ["$", ".", ":", "@", "\"", "{", ",", "(", ">", " "], "resolveProvider": true,
        },
        "codeActionProvider": {
            "codeActionKinds": [
                "quickfix", "refactor.extract", "refactor.inline", "refactor.rewrite", "source.fixAll.omnigraph",
            ],
        },
        "renameProvider": { "prepareProvider": true },
        "documentFormattingProvider": true,
        "documentRangeFormattingProvider": { "rangesSupport": true },
        "documentOnTypeFormattingProvider": { "firstTriggerCharacter": "}" },
        "codeLensProvider": { "resolveProvider": true },
        "executeCommandProvider": { "commands": super::COMMANDS },
        "inlayHintProvider": true,
        "semanticTokensProvider": {
            "legend": { "tokenTypes": LEGEND, "tokenModifiers": MODIFIERS },
            "full": { "delta": true },
            "range": true,
        },
        "foldingRangeProvider": true,
        "selectionRangeProvider": true,
        "documentLinkProvider": { "resolveProvider": false },
        "linkedEditingRangeProvider": true,
        "workspace": {
            "workspaceFolders": { "supported": true, "changeNotifications": true },
            "textDocumentContent": { "schemes": ["omnigraph"] },
            "fileOperations": {
                "didCreate": filters(), "didRename": filters(), "didDelete": filters(),
            },
        },
    })
}

fn filters() -> Value {
    let globs = ["**/*.pg", "**/*.gq", "**/omnigraph.toml"];
    json!({ "filters": globs.map(|glob| json!({ "scheme": "file", "pattern": { "glob": glob } })) })
}
