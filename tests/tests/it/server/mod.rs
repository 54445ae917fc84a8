//! The language server as an editor meets it: `omnigraph lsp`, over real stdio.

mod agreement;
mod cases;
mod changes;
mod session;
