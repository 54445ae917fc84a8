//! The physical operators: what concerns graphs, as plans of DataFusion. Each computes batches from the batches of its inputs
//! and from what is derived of dataset versions; none knows the query.

pub mod access;
pub mod aggregate;
pub mod anti_join;
pub mod expand;
pub mod expression;
pub mod fetch;
pub mod first;
pub mod nearest;
pub mod neighbours;
pub mod operator;
pub mod rank;
pub mod scan;
mod sum;
pub mod vector;
mod walk;
