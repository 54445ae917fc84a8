//! A client of `omnigraph lsp` over real stdio, texts whose positions are counted in any of the protocol's units, and answers
//! as a person reads them.

#[path = "../../../lsp/tests/common/client.rs"]
#[expect(dead_code, reason = "the tests of `lsp` use all of it")]
#[allow(unreachable_pub, reason = "what is not exported is for the tests of `lsp`")]
mod client;
mod render;
mod text;

use std::process::Command;

pub use client::{Client, uri};
pub use render::render;
pub use text::{ENCODINGS, Texts, Units};

/// The server in the built binary.
fn server() -> Command {
    let mut command = Command::new(crate::binary::path());
    command.arg("lsp");
    command
}
