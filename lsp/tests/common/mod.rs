//! What the tests of the server share: a client of the server that cargo has built. Each test binary uses a part of it.

#[expect(dead_code, reason = "every test binary compiles this module and uses a part of it")]
#[allow(unreachable_pub, reason = "it is public in the crate of the common tests")]
mod client;

use std::process::Command;

pub(crate) use client::*;

/// The server that cargo has built.
fn server() -> Command {
    Command::new(env!("CARGO_BIN_EXE_omnigraph-lsp"))
}
