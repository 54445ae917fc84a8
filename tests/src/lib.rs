//! What the integration tests share: a naive reference evaluator of both kinds of query, the reader of literate tests,
//! and thin handles on a real store and on the built binary.

#![allow(missing_docs, reason = "nothing here is meant for users")]

pub mod binary;
pub mod compile;
pub mod literate;
pub mod lsp;
pub mod provider;
pub mod reference;
pub mod store;
