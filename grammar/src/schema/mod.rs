//! The schema language: `.pg`.

pub mod ast;
