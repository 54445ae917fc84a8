//! The query language: `.gq`.

pub mod ast;
