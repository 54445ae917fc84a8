//! The physical operators: what concerns graphs, as plans of DataFusion. Each computes batches from the batches of its inputs
//! and from what is derived of dataset versions; none knows the query.

pub(crate) mod access;
pub(crate) mod aggregate;
pub(crate) mod block;
pub(crate) mod column;
pub(crate) mod cursor;
pub(crate) mod define;
pub(crate) mod expand;
pub(crate) mod expression;
pub(crate) mod extend;
pub(crate) mod fetch;
pub(crate) mod first;
pub(crate) mod gather;
pub(crate) mod members;
pub(crate) mod nearest;
pub(crate) mod neighbours;
pub(crate) mod object;
pub(crate) mod operator;
pub(crate) mod page;
pub(crate) mod paths;
pub(crate) mod rank;
pub(crate) mod scalar;
pub(crate) mod scan;
pub(crate) mod semi_join;
pub(crate) mod statistic;
mod sum;
pub(crate) mod union;
pub(crate) mod vector;
mod walk;
