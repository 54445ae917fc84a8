//! Changes of the schema: what a plan asks of the rows, the datasets of the next schema, and what is dropped for good. It is
//! given the steps; which ones there are is decided by who plans.

mod answer;
mod change;
mod future;
mod reclaim;
mod reshape;

pub use answer::ask;
pub use change::{ApplyOptions, SchemaChange, SchemaReport, rows_to_write};
pub use reclaim::Reclaimed;
pub use reshape::Progress;
