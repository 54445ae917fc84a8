//! The language server (E).
