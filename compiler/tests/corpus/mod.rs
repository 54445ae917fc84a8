//! Texts whose findings have fixes, beside the examples of the rules.

pub const SCHEMAS: &[&str] = &[];

pub const QUERIES: &[&str] = &[];
